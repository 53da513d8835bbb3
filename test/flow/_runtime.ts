/** The whole product for a test file: in memory, on free ports, with stand-ins for the ad platforms. */
import { createServer, type Server } from 'node:http'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readConfig } from '../../local/env.ts'
import { type Runtime, startRuntime } from '../../local/runtime.ts'

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
  private server: Server | undefined
  url = ''

  async start(): Promise<void> {
    this.server = createServer((request, response) => {
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
    await new Promise<void>((resolve) => this.server?.listen(0, '127.0.0.1', resolve))
    const address = this.server.address()
    this.url = typeof address === 'object' && address !== null ? `http://127.0.0.1:${address.port}` : ''
  }

  async stop(): Promise<void> {
    this.server?.closeAllConnections()
    await new Promise((resolve) => this.server?.close(resolve))
  }
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape.
  readonly json: any
}

/** The runtime and a client for it. */
export class Product {
  readonly errors: unknown[] = []
  runtime!: Runtime
  readonly platforms = new Platforms()

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

  async call(
    method: string,
    path: string,
    init: { headers?: Record<string, string>; body?: string | Buffer } = {},
  ): Promise<Answer> {
    const answer = await fetch(`${this.runtime.url}${path}`, {
      method,
      redirect: 'manual',
      ...(init.headers && { headers: init.headers }),
      ...(init.body !== undefined && { body: init.body as string }),
    })
    const text = await answer.text()
    const isJson = /json/.test(answer.headers.get('content-type') ?? '')
    return {
      status: answer.status,
      headers: answer.headers,
      text,
      json: isJson ? JSON.parse(text) : undefined,
    }
  }

  api(method: string, path: string, body?: unknown): Promise<Answer> {
    return this.call(method, path, {
      headers: {
        authorization: `Bearer ${this.runtime.config.apiToken}`,
        'content-type': 'application/json',
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
  }

  /** Posts JSON to a local route. */
  local(path: string, body: unknown = {}): Promise<Answer> {
    return this.call('POST', path, {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  }

  drain(): Promise<Answer> {
    return this.local('/local/drain')
  }

  advance(by: string): Promise<Answer> {
    return this.local('/local/clock/advance', { by })
  }

  // biome-ignore lint/suspicious/noExplicitAny: see Answer.
  async leadBy(query: string): Promise<any> {
    return (await this.api('GET', `/v1/leads?${query}`)).json.leads[0]
  }

  // biome-ignore lint/suspicious/noExplicitAny: see Answer.
  async lead(leadId: string): Promise<any> {
    return (await this.api('GET', `/v1/leads/${leadId}`)).json
  }

  // biome-ignore lint/suspicious/noExplicitAny: see Answer.
  leadOf(email: string): Promise<any> {
    return this.leadBy(`email=${encodeURIComponent(email)}`)
  }

  /** Every lead there is, over all pages. */
  // biome-ignore lint/suspicious/noExplicitAny: see Answer.
  async leads(): Promise<any[]> {
    const found = []
    let cursor: string | null = null
    do {
      const next: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`
      const page = (await this.api('GET', `/v1/leads?limit=100${next}`)).json
      found.push(...page.leads)
      cursor = page.cursor
    } while (cursor !== null)
    return found
  }

  // biome-ignore lint/suspicious/noExplicitAny: see Answer.
  async timeline(leadId: string): Promise<any[]> {
    return (await this.api('GET', `/v1/leads/${leadId}/timeline?limit=500`)).json.events
  }

  // biome-ignore lint/suspicious/noExplicitAny: see Answer.
  async handoffs(leadId: string): Promise<any[]> {
    const { handoffs } = (await this.api('GET', '/v1/handoffs')).json
    return handoffs.filter((one: { leadId: string }) => one.leadId === leadId)
  }

  // biome-ignore lint/suspicious/noExplicitAny: see Answer.
  async parked(): Promise<any[]> {
    return (await this.api('GET', '/v1/parked')).json.items
  }

  // biome-ignore lint/suspicious/noExplicitAny: see Answer.
  async alerts(): Promise<any[]> {
    return (await this.api('GET', '/v1/alerts')).json.alerts
  }

  /** All mails newest first, or those to one address. */
  // biome-ignore lint/suspicious/noExplicitAny: see Answer.
  async inbox(to?: string): Promise<any[]> {
    const query = to === undefined ? '' : `&to=${encodeURIComponent(to)}`
    return (await this.call('GET', `/local/inbox?limit=1000${query}`)).json.messages
  }

  // biome-ignore lint/suspicious/noExplicitAny: see Answer.
  async executions(leadId?: string): Promise<any[]> {
    const query = leadId === undefined ? '' : `?leadId=${leadId}`
    return (await this.call('GET', `/local/executions${query}`)).json.executions
  }

  /** Posts a web form as a browser does, and waits until all it caused is done. */
  async form(formId: string, values: Record<string, string>): Promise<Answer> {
    const answer = await this.call('POST', `/forms/${formId}`, {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(values).toString(),
    })
    await this.drain()
    return answer
  }

  /** Reports behaviour by `POST /v1/signals`, and waits until all it caused is done. */
  async signals(...signals: object[]): Promise<Answer> {
    const answer = await this.api('POST', '/v1/signals', { signals })
    await this.drain()
    return answer
  }

  /** What SES would report about a mail, and waits until all it caused is done. */
  async report(mail: { id: string }, event: object): Promise<Answer> {
    const answer = await this.local(`/local/inbox/${encodeURIComponent(mail.id)}/events`, event)
    await this.drain()
    return answer
  }

  async advanceTo(to: string): Promise<Answer> {
    return this.local('/local/clock/advance', { to })
  }

  async now(): Promise<number> {
    return Date.parse((await this.call('GET', '/local/clock')).json.now)
  }
}
