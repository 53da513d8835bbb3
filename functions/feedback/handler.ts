import { httpHandler } from '../shared/http.ts'
import { wire } from '../shared/wire.ts'
import { getHandoff, postHandoff } from './handle.ts'

const ports = wire()

/** The rep's side of a hand-off: see it, accept it, reject it with a reason. */
export const handler = httpHandler(
  {
    'GET /handoffs/{token}': (request) => getHandoff(ports, request),
    'POST /handoffs/{token}': (request) => postHandoff(ports, request),
  },
  { log: ports.log, trustProxy: () => ports.env.trustProxy },
)
