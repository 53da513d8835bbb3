import { randomUUID } from 'node:crypto'
import { releasesOf } from '../shared/aws/releases.ts'
import { schedules } from '../shared/aws/schedules.ts'
import { httpHandler } from '../shared/http.ts'
import { wire } from '../shared/wire.ts'
import { routesOf } from './routes.ts'

const wired = wire()
const ports = {
  ...wired,
  releases: releasesOf(wired.content),
  schedules,
  newId: () => randomUUID(),
}

/** What integrations read, and what a person sets right. */
export const handler = httpHandler(routesOf(ports), {
  log: ports.log,
  trustProxy: () => ports.env.trustProxy,
})
