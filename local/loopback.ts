/** HTTP on ports of this machine only. */
import { createServer, type RequestListener, type ServerOptions } from 'node:http'

export interface Loopback {
  /** Without a slash at its end. */
  readonly url: string
  readonly port: number
  /** Ends open connections too. */
  close(): Promise<void>
}

/** Serves on a free port of 127.0.0.1. Fails as `listen` does. */
export const serveLoopback = async (
  listener: RequestListener,
  options: ServerOptions = {},
): Promise<Loopback> => {
  const server = createServer(options, listener)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    close: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

/** A port that was free a moment ago. */
export const freePort = async (): Promise<number> => {
  const probe = await serveLoopback((_, response) => response.end())
  await probe.close()
  return probe.port
}
