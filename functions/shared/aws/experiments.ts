/** Counts of the arms of splits, one item per split: `sends:<path>`, `clicks:<path>`, `winner`. */
import { env } from '../env.ts'
import type { Experiments } from '../ports.ts'
import { type Item, queryAll, updateFirst, updateItem } from './items.ts'
import { experimentKey } from './keys.ts'

const armsOf = (item: Item) => {
  const paths = Object.keys(item).flatMap((name) => (name.startsWith('sends:') ? [name.slice(6)] : []))
  return paths.map((path) => ({
    path,
    sends: Number(item[`sends:${path}`]),
    clicks: Number(item[`clicks:${path}`] ?? 0),
  }))
}

export const experiments: Experiments = {
  count: async (sequence, split, path, what) =>
    armsOf(
      await updateItem(env.coreTable, experimentKey(sequence, split), {
        UpdateExpression: 'ADD #count :one',
        ExpressionAttributeNames: { '#count': `${what}:${path}` },
        ReturnValues: 'ALL_NEW',
        values: { ':one': 1 },
      }),
    ),
  winners: async (sequence) => {
    const items = await queryAll(env.coreTable, { pk: experimentKey(sequence, '').pk })
    return Object.fromEntries(
      items.flatMap((item) =>
        item['winner'] === undefined ? [] : [[String(item['sk']), String(item['winner'])]],
      ),
    )
  },
  declare: (sequence, split, path) =>
    updateFirst(env.coreTable, experimentKey(sequence, split), 'winner', path),
}
