import { schedules } from '../shared/aws/schedules.ts'
import { httpHandler } from '../shared/http.ts'
import { wire } from '../shared/wire.ts'
import { getHandoff, postHandoff } from './handle.ts'
import { getTask, postTask } from './task.ts'

const ports = { ...wire(), schedules }

/** The rep's side: a hand-off to accept or to reject with a reason, a task to mark as done. */
export const handler = httpHandler(
  {
    'GET /handoffs/{token}': (request) => getHandoff(ports, request),
    'POST /handoffs/{token}': (request) => postHandoff(ports, request),
    'GET /tasks/{token}': (request) => getTask(ports, request),
    'POST /tasks/{token}': (request) => postTask(ports, request),
  },
  { log: ports.log, trustProxy: () => ports.env.trustProxy },
)
