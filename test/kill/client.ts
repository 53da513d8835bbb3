/** Requests that may be cut off by a kill, and are made again until they are acknowledged. */
import { setTimeout as wait } from 'node:timers/promises'
import { type Product, token } from './product.ts'

export interface Reply {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: answers of every shape are looked into.
  readonly json: any
}

export interface Call {
  readonly method?: 'GET' | 'POST'
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

const tries = 200

export class Client {
  /** Requests that were cut off and made again. */
  repeated = 0
  private readonly product: Product

  constructor(product: Product) {
    this.product = product
  }

  /** One try: undefined when no whole answer came. */
  async once({ method = 'GET', path, headers = {}, body }: Call): Promise<Reply | undefined> {
    try {
      const answer = await fetch(`${this.product.url}${path}`, {
        method,
        headers,
        redirect: 'manual',
        ...(body !== undefined && { body }),
      })
      const text = await answer.text()
      const isJson = /json/.test(answer.headers.get('content-type') ?? '')
      return { status: answer.status, json: isJson ? JSON.parse(text) : undefined }
    } catch {
      return undefined
    }
  }

  /** Until it is acknowledged; an answer of 400 and more is a fault, except those in `also`. */
  async until(call: Call, also: readonly number[] = []): Promise<Reply> {
    for (let i = 0; i < tries; i++) {
      await this.product.up
      const reply = await this.once(call)
      if (reply !== undefined) {
        if (reply.status < 400 || also.includes(reply.status)) return reply
        throw new Error(
          `${call.method ?? 'GET'} ${call.path} answered ${reply.status}: ${JSON.stringify(reply.json)}`,
        )
      }
      this.repeated++
      await wait(5)
    }
    throw new Error(`${call.path} was not answered in ${tries} tries.`)
  }

  api(path: string, body?: object): Promise<Reply> {
    return this.until({
      path,
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
  }

  post(path: string, body: object, also: readonly number[] = []): Promise<Reply> {
    const headers = { 'content-type': 'application/json' }
    return this.until({ path, method: 'POST', headers, body: JSON.stringify(body) }, also)
  }

  async now(): Promise<number> {
    return Date.parse((await this.until({ path: '/local/clock' })).json.now)
  }
}
