/** What the suites of the local stand-ins share: a clock that stands still, a store in memory, a front. */
import { VirtualClock } from '../../../local/clock.ts'
import { Store } from '../../../local/store.ts'
import type { JsonService, RestService } from '../../../local/wire.ts'
import { startWireServer, type WireServer } from '../../../local/wire-server.ts'

export const START = Date.parse('2026-11-02T09:00:00Z')

/** Options that let an unmodified SDK client speak to a front on loopback. */
export const clientOptions = (endpoint: string) => ({
  endpoint,
  region: 'eu-west-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  maxAttempts: 1,
})

/** A clock whose wall never moves: time passes only when a test advances it. */
export const stillClock = (start = START): VirtualClock => new VirtualClock({ start, wall: () => 0 })

export interface Runtime {
  readonly clock: VirtualClock
  readonly store: Store
}

export const newRuntime = (store = new Store(':memory:', '')): Runtime => ({ clock: stillClock(), store })

export const serve = (
  clock: VirtualClock,
  services: { json?: JsonService[]; rest?: RestService[] },
): Promise<WireServer> => startWireServer({ clock, ...services })

/** Advances by seconds. */
export const pass = (clock: VirtualClock, seconds: number) => clock.advance(clock.now() + seconds * 1000)
