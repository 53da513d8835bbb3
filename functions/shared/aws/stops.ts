/** The stop switch: one item per scope in the core table. */
import type { StopSwitch } from '../../../domain/guard.ts'
import { env } from '../env.ts'
import type { Clock, Stops } from '../ports.ts'
import { type Item, putItem, queryAll } from './items.ts'
import { stopsPk } from './keys.ts'

/** How long a process goes by what it last saw, in milliseconds. */
const freshFor = 10_000
/** What a person let go on is remembered for longer than the guard looks back, in seconds. */
const rememberedFor = 3 * 86_400

const switchOf = (items: readonly Item[]): StopSwitch => {
  const scope = (item: Item): string => String(item['sk'])
  return {
    stopped: items
      .filter((item) => item['reason'] !== undefined)
      .map((item) => ({ scope: scope(item), reason: String(item['reason']), at: Number(item['at']) })),
    resumed: Object.fromEntries(
      items
        .filter((item) => item['resumedAt'] !== undefined)
        .map((item) => [scope(item), Number(item['resumedAt'])]),
    ),
  }
}

/** The driver of a process. */
export const stopItems = (clock: Clock): Stops => {
  let cached: { readonly found: Promise<StopSwitch>; readonly until: number } | undefined
  const read = async (): Promise<StopSwitch> =>
    switchOf(await queryAll(env.coreTable, { pk: stopsPk, consistent: true }))
  const forget = (): void => {
    cached = undefined
  }
  return {
    read,
    get: () => {
      if (cached === undefined || clock.now() >= cached.until) {
        const found = read()
        cached = { found, until: clock.now() + freshFor }
        found.catch(forget)
      }
      return cached.found
    },
    put: async ({ scope, reason, at }) => {
      await putItem(env.coreTable, { pk: stopsPk, sk: scope, reason, at })
      forget()
    },
    clear: async (scope, at) => {
      const ttl = Math.ceil(at / 1000) + rememberedFor
      await putItem(env.coreTable, { pk: stopsPk, sk: scope, resumedAt: at, ttl })
      forget()
    },
  }
}
