import { randomUUID } from 'node:crypto'
import { httpHandler } from '../shared/http.ts'
import { wire } from '../shared/wire.ts'
import { routesOf } from './routes.ts'

const ports = { ...wire(), newId: () => randomUUID() }

/** What integrations read, and what a person sets right. */
export const handler = httpHandler(routesOf(ports), {
  log: ports.log,
  trustProxy: () => ports.env.trustProxy,
})
