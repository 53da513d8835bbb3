/** The epoch of the scoring rules: one item, replaced at each new set of them. */
import { env } from '../env.ts'
import type { Epochs } from '../ports.ts'
import { getItem, putFirst, replaceAtRev } from './items.ts'
import { epochKey } from './keys.ts'

export const epochs: Epochs = {
  current: async () => {
    const item = await getItem(env.coreTable, epochKey)
    return item && { number: Number(item['rev']), hash: String(item['hash']), at: Number(item['at']) }
  },
  begin: ({ number, hash, at }) => {
    const item = { ...epochKey, rev: number, hash, at }
    return number === 1 ? putFirst(env.coreTable, item) : replaceAtRev(env.coreTable, item, number - 1)
  },
}
