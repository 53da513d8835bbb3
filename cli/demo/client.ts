/** The product as its users reach it: over HTTP. */

export interface Reply {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: answers of every shape; the demo checks what it needs.
  readonly json: any
  readonly text: string
}

export interface MailSeen {
  readonly id: string
  readonly to: readonly string[]
  readonly subject: string
  readonly sentAt: string
  readonly html: string
  readonly tags: Readonly<Record<string, string>>
  readonly headers: readonly { readonly name: string; readonly value: string }[]
}

export class Client {
  private readonly url: string
  private readonly token: string

  constructor(url: string, token: string) {
    this.url = url
    this.token = token
  }

  /** Throws when the answer is an error: the demo ends then. */
  async call(
    method: string,
    path: string,
    headers: Record<string, string> = {},
    body?: string,
  ): Promise<Reply> {
    const url = path.startsWith('http') ? path : `${this.url}${path}`
    const answer = await fetch(url, {
      method,
      headers,
      redirect: 'manual',
      ...(body !== undefined && { body }),
    })
    const text = await answer.text()
    if (answer.status >= 400)
      throw new Error(`${method} ${path} answered ${answer.status}: ${text.slice(0, 500)}`)
    const isJson = /json/.test(answer.headers.get('content-type') ?? '')
    return { status: answer.status, json: isJson ? JSON.parse(text) : undefined, text }
  }

  api(method: string, path: string, body?: object): Promise<Reply> {
    const headers = { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' }
    return this.call(method, path, headers, body && JSON.stringify(body))
  }

  post(path: string, body: object): Promise<Reply> {
    return this.call('POST', path, { 'content-type': 'application/json' }, JSON.stringify(body))
  }

  form(path: string, fields: Record<string, string>): Promise<Reply> {
    const body = new URLSearchParams(fields).toString()
    return this.call(
      'POST',
      path,
      { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html' },
      body,
    )
  }

  async mailsTo(address: string): Promise<readonly MailSeen[]> {
    const { json } = await this.call('GET', `/local/inbox?limit=100&to=${encodeURIComponent(address)}`)
    return (json.messages as MailSeen[]).toReversed()
  }

  // biome-ignore lint/suspicious/noExplicitAny: see Reply.
  async lead(email: string): Promise<any> {
    return (await this.api('GET', `/v1/leads?email=${encodeURIComponent(email)}`)).json.leads[0]
  }
}
