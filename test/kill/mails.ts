/** What the stand-in of SES accepted, read from the inbox bit by bit. */
import type { Client } from './client.ts'

export interface Mail {
  readonly id: string
  readonly to: string
  readonly sentAt: number
  readonly tags: Readonly<Record<string, string>>
  /** The path of the one-click unsubscribe. */
  readonly leave: string | undefined
}

interface Message {
  readonly id: string
  readonly to: readonly string[]
  readonly sentAt: string
  readonly tags: Record<string, string>
  readonly headers: readonly { readonly name: string; readonly value: string }[]
}

const mailOf = ({ id, to, sentAt, tags, headers }: Message): Mail => {
  const header = headers.find(({ name }) => name.toLowerCase() === 'list-unsubscribe')?.value ?? ''
  const url = /<(https?:[^>]+)>/.exec(header)?.[1]
  return {
    id,
    to: to[0] ?? '',
    sentAt: Date.parse(sentAt),
    tags,
    leave: url === undefined ? undefined : new URL(url).pathname,
  }
}

export class Mails {
  /** In the order of acceptance. */
  readonly all: Mail[] = []
  private readonly known = new Set<string>()
  private readonly client: Client

  constructor(client: Client) {
    this.client = client
  }

  /** Reads what is new; answers it, oldest first. The inbox lists the newest first, so it is read back to a known one. */
  async collect(): Promise<readonly Mail[]> {
    for (let limit = 50; ; limit *= 4) {
      const { json } = await this.client.until({ path: `/local/inbox?limit=${limit}` })
      const messages = json.messages as Message[]
      const seen = messages.findIndex(({ id }) => this.known.has(id))
      if (seen < 0 && messages.length === limit) continue
      const fresh = messages
        .slice(0, seen < 0 ? messages.length : seen)
        .toReversed()
        .map(mailOf)
      for (const mail of fresh) this.known.add(mail.id)
      this.all.push(...fresh)
      return fresh
    }
  }
}
