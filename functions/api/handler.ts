import { randomUUID } from 'node:crypto'
import { schedules } from '../shared/aws/schedules.ts'
import { httpHandler } from '../shared/http.ts'
import { wire } from '../shared/wire.ts'
import { routesOf } from './routes.ts'

const ports = { ...wire(), schedules, newId: () => randomUUID() }

/** What integrations read, and what a person sets right. */
export const handler = httpHandler(routesOf(ports), {
  log: ports.log,
  trustProxy: () => ports.env.trustProxy,
})
