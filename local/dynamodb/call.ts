/** One call in DynamoDB's wire protocol, without an SDK: emulators accept any signature. */

/** A refusal, by the name the service gave it. */
export class DynamoError extends Error {
  override readonly name: string
  readonly body: Readonly<Record<string, unknown>>

  constructor(name: string, message: string, body: Readonly<Record<string, unknown>> = {}) {
    super(message)
    this.name = name
    this.body = body
  }
}

export type Json = Readonly<Record<string, unknown>>

const HEADERS = {
  'content-type': 'application/x-amz-json-1.0',
  'x-amz-date': '20260101T000000Z',
  authorization:
    'AWS4-HMAC-SHA256 Credential=local/20260101/eu-west-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
}

const refusal = (status: number, text: string): DynamoError => {
  let body: Record<string, unknown> = {}
  try {
    body = JSON.parse(text)
  } catch {
    return new DynamoError('InternalFailure', `${status}: ${text.slice(0, 200)}`)
  }
  const type = String(body['__type'] ?? 'InternalFailure')
  return new DynamoError(
    type.slice(type.lastIndexOf('#') + 1),
    String(body['message'] ?? body['Message']),
    body,
  )
}

/** `api` is the table API or the stream API. Throws DynamoError when refused. */
export const callDynamo = async <Output = Json>(
  endpoint: string,
  api: 'DynamoDB_20120810' | 'DynamoDBStreams_20120810',
  action: string,
  input: Json,
): Promise<Output> => {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: { ...HEADERS, 'x-amz-target': `${api}.${action}` },
    body: JSON.stringify(input),
  })
  const text = await response.text()
  if (!response.ok) throw refusal(response.status, text)
  return JSON.parse(text) as Output
}
