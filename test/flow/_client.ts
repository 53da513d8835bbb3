/** A client of a product that runs somewhere: everything by HTTP, as users and integrations do. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape.
  readonly json: any
}

export abstract class Client {
  abstract readonly url: string
  abstract readonly token: string

  async call(
    method: string,
    path: string,
    init: { headers?: Record<string, string>; body?: string | Buffer } = {},
  ): Promise<Answer> {
    const answer = await fetch(`${this.url}${path}`, {
      method,
      redirect: 'manual',
      ...(init.headers && { headers: init.headers }),
      ...(init.body !== undefined && { body: init.body as string }),
    })
    const text = await answer.text()
    const isJson = /json/.test(answer.headers.get('content-type') ?? '')
    return {
      status: answer.status,
      headers: answer.headers,
      text,
      json: isJson ? JSON.parse(text) : undefined,
    }
  }

  api(method: string, path: string, body?: unknown): Promise<Answer> {
    return this.call(method, path, {
      headers: {
        authorization: `Bearer ${this.token}`,
        'content-type': 'application/json',
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
  }

  /** Posts JSON to a local route. */
  local(path: string, body: unknown = {}): Promise<Answer> {
    return this.call('POST', path, {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  }

  drain(): Promise<Answer> {
    return this.local('/local/drain')
  }

  advance(by: string): Promise<Answer> {
    return this.local('/local/clock/advance', { by })
  }

  // biome-ignore lint/suspicious/noExplicitAny: see Answer.
  async leadBy(query: string): Promise<any> {
    return (await this.api('GET', `/v1/leads?${query}`)).json.leads[0]
  }

  // biome-ignore lint/suspicious/noExplicitAny: see Answer.
  async lead(leadId: string): Promise<any> {
    return (await this.api('GET', `/v1/leads/${leadId}`)).json
  }

  // biome-ignore lint/suspicious/noExplicitAny: see Answer.
  leadOf(email: string): Promise<any> {
    return this.leadBy(`email=${encodeURIComponent(email)}`)
  }

  /** Every lead there is, over all pages. */
  // biome-ignore lint/suspicious/noExplicitAny: see Answer.
  async leads(): Promise<any[]> {
    const found = []
    let cursor: string | null = null
    do {
      const next: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`
      const page = (await this.api('GET', `/v1/leads?limit=100${next}`)).json
      found.push(...page.leads)
      cursor = page.cursor
    } while (cursor !== null)
    return found
  }

  // biome-ignore lint/suspicious/noExplicitAny: see Answer.
  async timeline(leadId: string): Promise<any[]> {
    return (await this.api('GET', `/v1/leads/${leadId}/timeline?limit=500`)).json.events
  }

  // biome-ignore lint/suspicious/noExplicitAny: see Answer.
  async handoffs(leadId: string): Promise<any[]> {
    const { handoffs } = (await this.api('GET', '/v1/handoffs')).json
    return handoffs.filter((one: { leadId: string }) => one.leadId === leadId)
  }

  // biome-ignore lint/suspicious/noExplicitAny: see Answer.
  async parked(): Promise<any[]> {
    return (await this.api('GET', '/v1/parked')).json.items
  }

  // biome-ignore lint/suspicious/noExplicitAny: see Answer.
  async alerts(): Promise<any[]> {
    return (await this.api('GET', '/v1/alerts')).json.alerts
  }

  /** All mails newest first, or those to one address. */
  // biome-ignore lint/suspicious/noExplicitAny: see Answer.
  async inbox(to?: string): Promise<any[]> {
    const query = to === undefined ? '' : `&to=${encodeURIComponent(to)}`
    return (await this.call('GET', `/local/inbox?limit=1000${query}`)).json.messages
  }

  // biome-ignore lint/suspicious/noExplicitAny: see Answer.
  async executions(leadId?: string): Promise<any[]> {
    const query = leadId === undefined ? '' : `?leadId=${leadId}`
    return (await this.call('GET', `/local/executions${query}`)).json.executions
  }

  /** Posts a web form as a browser does, and waits until all it caused is done. */
  async form(formId: string, values: Record<string, string>): Promise<Answer> {
    const answer = await this.call('POST', `/forms/${formId}`, {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(values).toString(),
    })
    await this.drain()
    return answer
  }

  /** Reports behaviour by `POST /v1/signals`, and waits until all it caused is done. */
  async signals(...signals: object[]): Promise<Answer> {
    const answer = await this.api('POST', '/v1/signals', { signals })
    await this.drain()
    return answer
  }

  /** What SES would report about a mail, and waits until all it caused is done. */
  async report(mail: { id: string }, event: object): Promise<Answer> {
    const answer = await this.local(`/local/inbox/${encodeURIComponent(mail.id)}/events`, event)
    await this.drain()
    return answer
  }

  async advanceTo(to: string): Promise<Answer> {
    return this.local('/local/clock/advance', { to })
  }

  async now(): Promise<number> {
    return Date.parse((await this.call('GET', '/local/clock')).json.now)
  }
}
