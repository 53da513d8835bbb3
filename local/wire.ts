/** What a stand-in for an AWS service looks like to the HTTP front that speaks the wire protocols. */

/** A refusal as AWS words it: the SDK throws an exception of this name. `status` is the HTTP status, 400 unless told. */
export class WireError extends Error {
  override readonly name: string
  readonly status: number
  readonly extra: Readonly<Record<string, unknown>>

  constructor(name: string, message: string, status = 400, extra: Record<string, unknown> = {}) {
    super(message)
    this.name = name
    this.status = status
    this.extra = extra
  }
}

/** AWS JSON 1.0 (Step Functions, SQS): `X-Amz-Target: <prefix>.<Action>`, one JSON object in, one out. */
export interface JsonService {
  readonly prefix: string
  call(action: string, input: Record<string, unknown>): Promise<Record<string, unknown>>
}

/** REST JSON (SES v2, Scheduler): answers by method and path. */
export interface RestRequest {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly body: Record<string, unknown>
}

export interface RestService {
  /** True when the path is one of this service's. */
  handles(path: string): boolean
  call(request: RestRequest): Promise<{ readonly status: number; readonly body: Record<string, unknown> }>
}

/** Thrown by a service that plays a broken network: the front drops the connection or never answers. */
export class WireFault extends Error {
  readonly kind: 'reset' | 'hang'

  constructor(kind: 'reset' | 'hang') {
    super(`injected fault: ${kind}`)
    this.kind = kind
  }
}
