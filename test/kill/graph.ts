/** Meta's Graph API as far as leads are read from it. */
import { type Loopback, serveLoopback } from '../../local/loopback.ts'

/** Serves leads by id on a free loopback port. */
export const serveGraph = (leads: ReadonlyMap<string, object>): Promise<Loopback> =>
  serveLoopback((request, response) => {
    const id = /^\/v\d+\.\d+\/(\d+)/.exec(request.url ?? '')?.[1] ?? ''
    const lead = leads.get(id)
    response.writeHead(lead === undefined ? 404 : 200, {
      'content-type': 'application/json',
      'facebook-api-version': 'v26.0',
    })
    response.end(JSON.stringify(lead ?? { error: { code: 100, message: 'Unknown lead' } }))
  })
