/** The epoch: one item, replaced at each publication of other rules. */
import { env } from '../env.ts'
import type { Epoch, Epochs } from '../ports.ts'
import { getItem, putFirst, replaceAtRev } from './items.ts'
import { epochKey } from './keys.ts'

export const epochs: Epochs = {
  current: async () => {
    const item = await getItem(env.coreTable, epochKey)
    return item && { ...(JSON.parse(String(item['d'])) as Epoch), rev: Number(item['rev']) }
  },
  begin: ({ rev, ...epoch }) => {
    const item = { ...epochKey, rev, d: JSON.stringify(epoch) }
    return rev === 1 ? putFirst(env.coreTable, item) : replaceAtRev(env.coreTable, item, rev - 1)
  },
}
