/** What API Gateway passes to a function. */
import type { APIGatewayProxyEventV2 } from 'aws-lambda'

export interface Call {
  readonly query?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  readonly params?: Record<string, string>
  /** As API Gateway passes binary bodies; false passes text. */
  readonly base64?: boolean
}

export const eventOf = (route: string, call: Call): APIGatewayProxyEventV2 => {
  const [method = '', path = ''] = route.split(' ')
  const { body, base64 = true } = call
  return {
    version: '2.0',
    routeKey: route,
    rawPath: path,
    rawQueryString: call.query ?? '',
    headers: { ...call.headers },
    pathParameters: { ...call.params },
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
    ...(body !== undefined && { body: Buffer.from(body).toString(base64 ? 'base64' : 'utf8') }),
    isBase64Encoded: base64,
  }
}
