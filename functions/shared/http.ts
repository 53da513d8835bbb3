/** The middy stack of every route: raw bytes first, errors as problem documents last. */
import middy, { type MiddlewareObj } from '@middy/core'
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda'
import type { Log } from './log.ts'
import { Problem } from './problem.ts'

/** A request with its body as the bytes that came. */
export interface Request {
  readonly method: string
  readonly path: string
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly cookies: readonly string[]
  readonly body: Buffer
  readonly ip: string
  readonly userAgent: string
}

export interface Reply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** Route keys of the HTTP API, such as `POST /forms/{formId}`, and what answers them. */
export type Routes = Readonly<Record<string, (request: Request) => Promise<Reply>>>

const safety = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
} as const

export const json = (status: number, body: unknown, headers: Record<string, string> = {}): Reply => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
  body: JSON.stringify(body),
})

/** A page without scripts; `formAction` is where its forms may post to. */
export const page = (status: number, html: string): Reply => ({
  status,
  headers: {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy':
      "default-src 'none'; style-src 'unsafe-inline'; img-src https: data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  },
  body: html,
})

const lower = (headers: Record<string, string | undefined>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value ?? '']))

/** The client's address: what API Gateway saw, or the first hop of X-Forwarded-For when a proxy is trusted. */
const ipOf = (
  event: APIGatewayProxyEventV2,
  headers: Record<string, string>,
  trustProxy: boolean,
): string => {
  const forwarded = trustProxy ? headers['x-forwarded-for']?.split(',')[0]?.trim() : undefined
  return forwarded || event.requestContext.http.sourceIp
}

const requestOf = (event: APIGatewayProxyEventV2, trustProxy: boolean): Request => {
  const headers = lower(event.headers)
  return {
    method: event.requestContext.http.method,
    path: event.rawPath,
    params: Object.fromEntries(Object.entries(event.pathParameters ?? {}).map(([k, v]) => [k, v ?? ''])),
    query: new URLSearchParams(event.rawQueryString),
    headers,
    cookies: event.cookies ?? [],
    body: Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8'),
    ip: ipOf(event, headers, trustProxy),
    userAgent: (headers['user-agent'] ?? '').slice(0, 300),
  }
}

const resultOf = (reply: Reply): APIGatewayProxyStructuredResultV2 => ({
  statusCode: reply.status,
  headers: { ...safety, ...reply.headers },
  body: reply.body ?? '',
})

const problemOf = (problem: Problem): Reply => ({
  status: problem.status,
  headers: { 'content-type': 'application/problem+json; charset=utf-8' },
  body: JSON.stringify(problem.toJson()),
})

/** Turns what was thrown into a problem document; what is not a Problem is logged and hidden. */
const problems = (log: Log): MiddlewareObj<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2> => ({
  onError: (request) => {
    const { error } = request
    if (!(error instanceof Problem)) log.error('request.failed', error, { route: request.event.routeKey })
    request.response = resultOf(
      problemOf(
        error instanceof Problem
          ? error
          : new Problem(500, 'The request was not processed. Send it again; nothing was half done.'),
      ),
    )
  },
})

/** The Lambda handler of a set of routes. */
export const httpHandler = (
  routes: Routes,
  options: { readonly log: Log; readonly trustProxy: () => boolean },
) =>
  middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>()
    .use(problems(options.log))
    .handler(async (event) => {
      const route = routes[event.routeKey]
      if (route === undefined) throw new Problem(404, `There is no ${event.routeKey}.`)
      return resultOf(await route(requestOf(event, options.trustProxy())))
    })
