import { schedules } from '../shared/aws/schedules.ts'
import { httpHandler } from '../shared/http.ts'
import { wire } from '../shared/wire.ts'
import { showUnsubscribe, unsubscribe } from './unsubscribe.ts'

const ports = { ...wire(), schedules }

/** What people choose to get from us. */
export const handler = httpHandler(
  {
    'GET /u/{token}': (request) => showUnsubscribe(ports, request),
    'POST /u/{token}': (request) => unsubscribe(ports, request),
  },
  { log: ports.log, trustProxy: () => ports.env.trustProxy },
)
