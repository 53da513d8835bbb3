/** The port that the user sees: API Gateway for the deployed routes, plus the local ones and the console. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda'
import { Problem } from '../functions/shared/problem.ts'
import { type FunctionSpec, functions } from '../functions/topology.ts'
import { requireOwnPage } from './access.ts'
import type { VirtualClock } from './clock.ts'
import { httpEvent } from './http-event.ts'
import type { LambdaHost } from './lambda-host.ts'
import type { LocalHandler } from './local-routes.ts'
import type { Pace } from './pace.ts'
import { Router } from './router.ts'

/** API Gateway's own limit; handlers have tighter ones. */
const maxBody = 10 * 1024 * 1024

type Target =
  | { readonly kind: 'lambda'; readonly spec: FunctionSpec }
  | { readonly kind: 'local'; readonly run: LocalHandler }

const readBody = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    // The rest is read and dropped: a client that is cut off while sending never sees the answer.
    if (size <= maxBody) chunks.push(chunk)
  }
  if (size > maxBody) throw new Problem(413, 'The body is larger than 10 MB.')
  return Buffer.concat(chunks)
}

const send = (
  response: ServerResponse,
  status: number,
  headers: Record<string, string | number | boolean | string[]>,
  body: string | Uint8Array,
): void => {
  response.writeHead(status, {
    ...(headers as Record<string, string>),
    'content-length': Buffer.byteLength(body),
  })
  response.end(body)
}

const sendProblem = (response: ServerResponse, error: unknown): void => {
  const problem =
    error instanceof Problem
      ? error
      : new Problem(500, error instanceof Error ? error.message : String(error))
  send(
    response,
    problem.status,
    { 'content-type': 'application/problem+json' },
    JSON.stringify(problem.toJson()),
  )
}

/** A path may begin with two slashes, which is no host; whatever else is no URL is refused. */
const urlOf = (given = '/'): URL => {
  const url = given.startsWith('/') ? `http://local${given}` : given
  if (!URL.canParse(url)) throw new Problem(400, 'The request names no path.')
  return new URL(url)
}

export interface FrontOptions {
  readonly clock: VirtualClock
  readonly host: LambdaHost
  readonly local: Router<LocalHandler>
  readonly pace: Pace
  /** Its host may use the console and the local routes, beside this machine's own names. */
  readonly publicUrl?: string
  readonly onError: (error: unknown) => void
}

export class Front {
  private readonly options: FrontOptions
  private readonly lambdas = new Router<FunctionSpec>()
  private readonly server: Server
  private letIn: () => void = () => undefined
  private readonly opened = new Promise<void>((resolve) => {
    this.letIn = resolve
  })

  constructor(options: FrontOptions) {
    this.options = options
    for (const spec of functions) for (const route of spec.routes ?? []) this.lambdas.add(route, spec)
    this.server = createServer((request, response) => {
      this.answer(request, response).catch((error: unknown) => {
        if (!(error instanceof Problem)) options.onError(error)
        if (!response.headersSent) sendProblem(response, error)
      })
    })
    this.server.keepAliveTimeout = 30_000
  }

  /** Only this machine reaches it, unless another address is given. */
  listen(port: number, address = '127.0.0.1'): Promise<number> {
    return new Promise((resolve, reject) => {
      this.server.once('error', reject)
      this.server.listen(port, address, () => {
        const bound = this.server.address()
        resolve(typeof bound === 'object' && bound !== null ? bound.port : port)
      })
    })
  }

  /** Lets requests in. Those that came while the rest still started have waited: no clock may move before its timers are back. */
  open(): void {
    this.letIn()
  }

  close(): Promise<void> {
    this.server.closeAllConnections()
    return new Promise((resolve) => this.server.close(() => resolve()))
  }

  private find(
    method: string,
    path: string,
  ): { key: string; target: Target; params: Record<string, string> } | undefined {
    const local = this.options.local.find(method, path)
    if (local !== undefined) return { ...local, target: { kind: 'local', run: local.target } }
    const lambda = this.lambdas.find(method, path)
    return lambda && { ...lambda, target: { kind: 'lambda', spec: lambda.target } }
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request)
    await this.opened
    const url = urlOf(request.url)
    const match = this.find(request.method ?? 'GET', url.pathname)
    if (match === undefined) throw new Problem(404, `There is no ${request.method} ${url.pathname}.`)
    const { target, params, key } = match
    if (target.kind === 'local') {
      requireOwnPage(request.headers, this.options.publicUrl)
      const reply = await target.run({ params, query: url.searchParams, body })
      return send(
        response,
        reply.status,
        { 'content-type': reply.type, 'cache-control': 'no-store' },
        reply.body,
      )
    }
    this.options.pace.request()
    const event = httpEvent(request, body, key, params, this.options.clock.now())
    const result = await this.options.clock.busy(() => this.options.host.invoke(target.spec, event))
    const {
      statusCode = 200,
      headers = {},
      cookies,
      body: text = '',
      isBase64Encoded,
    } = result as APIGatewayProxyStructuredResultV2
    send(
      response,
      statusCode,
      { ...headers, ...(cookies && { 'set-cookie': cookies }) },
      isBase64Encoded ? Buffer.from(text, 'base64') : text,
    )
  }
}
