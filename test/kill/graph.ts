/** Meta's Graph API as far as leads are read from it. */
import { createServer } from 'node:http'

export interface Graph {
  readonly url: string
  close(): Promise<void>
}

/** Serves leads by id on a free loopback port. */
export const serveGraph = async (leads: ReadonlyMap<string, object>): Promise<Graph> => {
  const server = createServer((request, response) => {
    const id = /^\/v\d+\.\d+\/(\d+)/.exec(request.url ?? '')?.[1] ?? ''
    const lead = leads.get(id)
    response.writeHead(lead === undefined ? 404 : 200, {
      'content-type': 'application/json',
      'facebook-api-version': 'v26.0',
    })
    response.end(JSON.stringify(lead ?? { error: { code: 100, message: 'Unknown lead' } }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
