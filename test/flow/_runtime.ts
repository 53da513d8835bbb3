/** The whole product for a test file: in memory, on free ports, with stand-ins for the ad platforms. */
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readConfig } from '../../local/env.ts'
import { type Loopback, serveLoopback } from '../../local/loopback.ts'
import { type Runtime, startRuntime } from '../../local/runtime.ts'
import { Client } from './_client.ts'

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

/** What a provider answers: patterns on path and query. */
export interface Upstream {
  readonly match: { readonly method: string; readonly urlRegex: string }
  readonly requireRequestHeaders?: readonly string[]
  readonly response: {
    readonly status: number
    readonly headers: Record<string, string>
    readonly body: unknown
  }
}

/** One server that plays all providers; `answers` may be changed while it runs. */
export class Platforms {
  answers: readonly Upstream[] = []
  readonly calls: string[] = []
  private server: Loopback | undefined
  url = ''

  async start(): Promise<void> {
    this.server = await serveLoopback((request, response) => {
      const path = request.url ?? '/'
      this.calls.push(`${request.method} ${path.split('?')[0]}`)
      const hosts = [
        'https://graph.facebook.com',
        'https://api.linkedin.com',
        'https://challenges.cloudflare.com',
      ]
      const found = this.answers.find(
        ({ match, requireRequestHeaders = [] }) =>
          match.method === request.method &&
          hosts.some((host) => new RegExp(match.urlRegex).test(host + path)) &&
          requireRequestHeaders.every((name) => request.headers[name] !== undefined),
      )
      const { status, headers, body } = found?.response ?? { status: 599, headers: {}, body: {} }
      response.writeHead(status, headers)
      response.end(JSON.stringify(body))
    })
    this.url = this.server.url
  }

  async stop(): Promise<void> {
    await this.server?.close()
  }
}

/** The runtime in this process, and a client for it. */
export class Product extends Client {
  readonly errors: unknown[] = []
  runtime!: Runtime
  readonly platforms = new Platforms()

  get url(): string {
    return this.runtime.url
  }

  get token(): string {
    return this.runtime.config.apiToken
  }

  async start(vars: Record<string, string> = {}): Promise<void> {
    await this.platforms.start()
    Object.assign(process.env, {
      PORT: '0',
      TENDRIL_MEMORY: '1',
      TENDRIL_NOW: '2026-11-20T22:00:00Z',
      META_GRAPH_URL: this.platforms.url,
      LINKEDIN_API_URL: this.platforms.url,
      META_APP_SECRET: 'shared-meta-app-secret-5b1f0c',
      META_VERIFY_TOKEN: 'shared-verify-7f3a',
      META_ACCESS_TOKEN: 'EAAshared0PageToken',
      LINKEDIN_CLIENT_SECRET: 'WPL_AP1.SharedSecret.dGVzdA==',
      LINKEDIN_ACCESS_TOKEN: 'shared-linkedin-token',
      ...vars,
    })
    this.runtime = await startRuntime(root, readConfig(root), (error) => this.errors.push(error))
  }

  async stop(): Promise<void> {
    await this.runtime?.stop()
    await this.platforms.stop()
  }
}
