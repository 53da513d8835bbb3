/** Clients' own keys in the ops table, for 30 days. */
import { env } from '../env.ts'
import type { Clock } from '../ports.ts'
import type { Repeats } from '../repeats.ts'
import { getItem, putIfAbsent } from './items.ts'
import { repeatKey } from './keys.ts'

const days = 30

export const repeatStore = (clock: Clock): Repeats => ({
  same: async (key, print) => {
    const ttl = Math.ceil(clock.now() / 1000) + days * 24 * 3600
    if (await putIfAbsent(env.opsTable, { ...repeatKey(key), print, ttl })) return true
    return (await getItem(env.opsTable, repeatKey(key)))?.['print'] === print
  },
})
