/** One HTTP front on loopback for every AWS stand-in: AWS JSON by X-Amz-Target, REST JSON by path. */
import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { VirtualClock } from './clock.ts'
import { type JsonService, type RestService, WireError, WireFault } from './wire.ts'

export interface WireServerOptions {
  readonly clock: VirtualClock
  /** 0, the default, takes any free port. */
  readonly port?: number
  readonly json?: readonly JsonService[]
  readonly rest?: readonly RestService[]
}

export interface WireServer {
  readonly url: string
  readonly port: number
  close(): Promise<void>
}

interface Answer {
  readonly status: number
  readonly body: unknown
}

const MAX_BODY = 12 * 1024 * 1024

const readBody = (request: IncomingMessage): Promise<string> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > MAX_BODY) reject(new WireError('RequestEntityTooLarge', 'Request is too large.', 413))
      else chunks.push(chunk)
    })
    request.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')))
    request.on('error', reject)
  })

const parseObject = (text: string): Record<string, unknown> => {
  if (text === '') return {}
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new WireError('SerializationException', 'The request is not JSON.')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new WireError('SerializationException', 'The request is not a JSON object.')
  return value as Record<string, unknown>
}

const writeAnswer = (response: ServerResponse, type: string, answer: Answer): void => {
  const body = JSON.stringify(answer.body)
  response.writeHead(answer.status, { 'content-type': type, 'content-length': Buffer.byteLength(body) })
  response.end(body)
}

/** A refusal in the shape that the SDK's clients parse; `queryCode` is the name SQS had in its older protocol. */
const writeError = (response: ServerResponse, type: string, error: unknown): void => {
  const known = error instanceof WireError ? error : new WireError('InternalFailure', String(error), 500)
  const { queryCode, ...extra } = known.extra
  const body = JSON.stringify({
    __type: known.name,
    message: known.message,
    Message: known.message,
    ...extra,
  })
  const side = known.status >= 500 ? 'Receiver' : 'Sender'
  response.writeHead(known.status, {
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    'x-amzn-errortype': known.name,
    'x-amzn-query-error': `${typeof queryCode === 'string' ? queryCode : known.name};${side}`,
  })
  response.end(body)
}

class WireFront {
  private readonly json: ReadonlyMap<string, JsonService>
  private readonly rest: readonly RestService[]
  private readonly clock: VirtualClock

  constructor(options: WireServerOptions) {
    this.json = new Map((options.json ?? []).map((service) => [service.prefix, service]))
    this.rest = options.rest ?? []
    this.clock = options.clock
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const target = request.headers['x-amz-target']
    const type = target === undefined ? 'application/json' : 'application/x-amz-json-1.0'
    response.setHeader('x-amzn-requestid', randomUUID())
    try {
      const answer = await this.clock.busy(() => this.answer(request, target))
      writeAnswer(response, type, answer)
    } catch (error) {
      if (!(error instanceof WireFault)) return writeError(response, type, error)
      if (error.kind === 'reset') request.socket.destroy()
    }
  }

  /** Browsers always name their Origin and SDKs never do: a page must not be able to send through this front. */
  private async answer(request: IncomingMessage, target: string | string[] | undefined): Promise<Answer> {
    const text = await readBody(request)
    if (request.headers.origin !== undefined)
      throw new WireError('AccessDeniedException', 'Not for browsers.', 403)
    const body = parseObject(text)
    return typeof target === 'string' ? this.callJson(target, body) : this.callRest(request, body)
  }

  private async callJson(target: string, input: Record<string, unknown>): Promise<Answer> {
    const dot = target.indexOf('.')
    const service = this.json.get(target.slice(0, dot))
    if (service === undefined) throw new WireError('UnknownOperationException', `No service for ${target}.`)
    return { status: 200, body: await service.call(target.slice(dot + 1), input) }
  }

  private async callRest(request: IncomingMessage, body: Record<string, unknown>): Promise<Answer> {
    const url = new URL(request.url ?? '/', 'http://localhost')
    const service = this.rest.find((one) => one.handles(url.pathname))
    if (service === undefined)
      throw new WireError('UnknownOperationException', `Nothing at ${url.pathname}.`, 404)
    return service.call({
      method: request.method ?? 'GET',
      path: url.pathname,
      query: url.searchParams,
      body,
    })
  }
}

/** Starts the front on 127.0.0.1 and answers once it accepts. Every call counts as work under way on the clock. */
export const startWireServer = (options: WireServerOptions): Promise<WireServer> => {
  const front = new WireFront(options)
  const server = createServer({ keepAliveTimeout: 60_000, noDelay: true }, (request, response) => {
    void front.handle(request, response)
  })
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, '127.0.0.1', () => {
      const address = server.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      resolve({
        url: `http://127.0.0.1:${port}`,
        port,
        close: () =>
          new Promise((done) => {
            server.close(() => done())
            server.closeAllConnections()
          }),
      })
    })
  })
}
