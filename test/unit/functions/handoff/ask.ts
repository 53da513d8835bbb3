/** Asks routes over HTTP as API Gateway would. */
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda'
import { httpHandler, type Routes } from '../../../../functions/shared/http.ts'
import type { Memory } from './memory.ts'

export interface Ask {
  readonly query?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly params?: Record<string, string>
}

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  // biome-ignore lint/suspicious/noExplicitAny: whatever JSON the test expects.
  readonly json: any
}

const eventOf = (route: string, ask: Ask): APIGatewayProxyEventV2 => {
  const [method = '', path = ''] = route.split(' ')
  return {
    version: '2.0',
    routeKey: route,
    rawPath: path,
    rawQueryString: ask.query ?? '',
    headers: { ...ask.headers },
    pathParameters: { ...ask.params },
    requestContext: {
      accountId: '123456789012',
      apiId: 'test',
      domainName: 'localhost',
      domainPrefix: 'test',
      requestId: 'r-1',
      routeKey: route,
      stage: '$default',
      time: '',
      timeEpoch: 0,
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '203.0.113.9', userAgent: '' },
    },
    ...(ask.body !== undefined && { body: Buffer.from(ask.body).toString('base64') }),
    isBase64Encoded: true,
  }
}

const parsed = (body: string): unknown => {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

/** A function that asks these routes; faults are kept in the memory. */
export const asker = (memory: Memory, routes: Routes) => {
  const handler = httpHandler(routes, { log: memory.ports.log, trustProxy: () => false })
  return async (route: string, ask: Ask = {}): Promise<Answer> => {
    const result = (await handler(
      eventOf(route, ask),
      {} as Context,
    )) as unknown as APIGatewayProxyStructuredResultV2
    const body = result.body ?? ''
    return {
      status: result.statusCode ?? 0,
      headers: result.headers as Record<string, string>,
      body,
      json: parsed(body),
    }
  }
}
