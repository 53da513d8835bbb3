/** Errors of the HTTP surface: `application/problem+json` (RFC 9457). */

const titles: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Not authenticated',
  403: 'Refused',
  404: 'Not found',
  409: 'Conflict',
  413: 'Too large',
  415: 'Unsupported content type',
  422: 'Does not fit the schema',
  429: 'Too many requests',
  500: 'Something went wrong here',
  503: 'Not available just now',
}

/** One field that does not fit. */
export interface FieldError {
  readonly path: string
  readonly message: string
}

/** Thrown by a handler to answer with a problem document. `detail` is shown to the caller. */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly status: number
  readonly errors: readonly FieldError[]

  constructor(status: number, detail: string, errors: readonly FieldError[] = []) {
    super(detail)
    this.status = status
    this.errors = errors
  }

  /** The document. */
  toJson(): Record<string, unknown> {
    return {
      type: 'about:blank',
      title: titles[this.status] ?? 'Error',
      status: this.status,
      detail: this.message,
      ...(this.errors.length > 0 && { errors: this.errors }),
    }
  }
}
