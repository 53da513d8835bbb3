/** What could not be processed, and what needs a person. */
import { env } from '../env.ts'
import type { Alert, Desk, Parked } from '../ports.ts'
import { deleteItem, type Item, putItem, queryAll, queryPage } from './items.ts'
import { alertsPk, newestSk, parkedPk } from './keys.ts'

const alertDays = 90

const parkedOf = (item: Item): Parked => JSON.parse(String(item['d'])) as Parked
const alertOf = (item: Item): Alert => JSON.parse(String(item['d'])) as Alert

export const desk: Desk = {
  park: async (item) => {
    await putItem(env.coreTable, { pk: parkedPk, sk: item.id, d: JSON.stringify(item) })
  },
  unpark: (id) => deleteItem(env.coreTable, { pk: parkedPk, sk: id }),
  parked: async () => (await queryAll(env.coreTable, { pk: parkedPk, consistent: true })).map(parkedOf),
  alert: async (alert) => {
    await putItem(env.coreTable, {
      pk: alertsPk,
      sk: newestSk(alert.at, `${alert.kind}#${alert.text}`.slice(0, 200)),
      d: JSON.stringify(alert),
      ttl: Math.ceil(alert.at / 1000) + alertDays * 24 * 3600,
    })
  },
  alerts: async () =>
    (
      await queryPage(env.coreTable, { pk: alertsPk, consistent: true, newestFirst: true, limit: 200 })
    ).items.map(alertOf),
}
