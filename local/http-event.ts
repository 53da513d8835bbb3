/** A request on the local port as the event that API Gateway's HTTP API (payload 2.0) hands to a Lambda function. */
import { isUtf8 } from 'node:buffer'
import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { APIGatewayProxyEventV2 } from 'aws-lambda'

/** What API Gateway passes on as text; everything else is base64. Urlencoded forms come as base64. */
const isText = (type: string): boolean =>
  /^text\//i.test(type) || /^application\/(json|javascript|xml)\b/i.test(type)

const headersOf = (request: IncomingMessage): Record<string, string> =>
  Object.fromEntries(
    Object.entries(request.headersDistinct).flatMap(([name, values]) =>
      name === 'cookie' || values === undefined ? [] : [[name, values.join(',')]],
    ),
  )

const queryOf = (raw: string): Record<string, string> | undefined => {
  if (raw === '') return undefined
  const all: Record<string, string> = {}
  for (const [name, value] of new URLSearchParams(raw))
    all[name] = name in all ? `${all[name]},${value}` : value
  return all
}

const bodyOf = (body: Buffer, type: string): Pick<APIGatewayProxyEventV2, 'body' | 'isBase64Encoded'> => {
  if (body.length === 0) return { isBase64Encoded: false }
  return isText(type) && isUtf8(body)
    ? { body: body.toString('utf8'), isBase64Encoded: false }
    : { body: body.toString('base64'), isBase64Encoded: true }
}

/** The event; `now` is the virtual time in milliseconds. */
export const httpEvent = (
  request: IncomingMessage,
  body: Buffer,
  routeKey: string,
  params: Record<string, string>,
  now: number,
): APIGatewayProxyEventV2 => {
  const [rawPath = '/', rawQueryString = ''] = (request.url ?? '/').split(/\?(.*)/s)
  const headers = headersOf(request)
  const cookies = request.headers.cookie?.split('; ')
  const query = queryOf(rawQueryString)
  return {
    version: '2.0',
    routeKey,
    rawPath,
    rawQueryString,
    headers,
    ...(cookies && { cookies }),
    ...(query && { queryStringParameters: query }),
    ...(Object.keys(params).length > 0 && { pathParameters: params }),
    requestContext: {
      accountId: '000000000000',
      apiId: 'local',
      domainName: headers['host'] ?? 'localhost',
      domainPrefix: 'local',
      http: {
        method: request.method ?? 'GET',
        path: rawPath,
        protocol: 'HTTP/1.1',
        sourceIp: request.socket.remoteAddress ?? '127.0.0.1',
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey,
      stage: '$default',
      time: new Date(now).toISOString(),
      timeEpoch: now,
    },
    ...bodyOf(body, headers['content-type'] ?? ''),
  }
}
