/** The stop switch in memory, and what SES says of the account. */
import type { Stopped, StopSwitch } from '../../../../domain/guard.ts'
import type { Quota, Stops } from '../../../../functions/shared/ports.ts'

export class MemoryStops implements Stops, Quota {
  readonly stopped = new Map<string, Stopped>()
  readonly resumed: Record<string, number> = {}
  /** Mails of the account in a day; unknown until a test says so. */
  mails: number | undefined

  async read(): Promise<StopSwitch> {
    return structuredClone({ stopped: [...this.stopped.values()], resumed: this.resumed })
  }

  get(): Promise<StopSwitch> {
    return this.read()
  }

  async put(stop: Stopped): Promise<void> {
    this.stopped.set(stop.scope, stop)
  }

  async clear(scope: string, at: number): Promise<void> {
    this.stopped.delete(scope)
    this.resumed[scope] = at
  }

  async sentLastDay(): Promise<number | undefined> {
    return this.mails
  }
}
