/** In-memory ports of capture, with providers that answer as the fixtures say. */
import { createHmac } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import type { EventOf, LeadEvent } from '../../../../domain/event.ts'
import { consume } from '../../../../functions/capture/consume.ts'
import type { CapturePorts } from '../../../../functions/capture/ports.ts'
import type { CaptureMessage } from '../../../../functions/shared/messages.ts'
import type { Alert, Parked } from '../../../../functions/shared/ports.ts'
import { type Fixture, forms, now, secretValues, settings, type Upstream } from '../ingest/support.ts'

export interface Asked {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
}

export interface Scheduled {
  readonly at: number
  readonly message: CaptureMessage
}

/** Everything that capture wrote, and switches for what goes wrong. */
export class World {
  clock = now
  readonly secrets: Record<string, string> = { ...secretValues }
  readonly queue: CaptureMessage[] = []
  readonly parked = new Map<string, Parked>()
  readonly alerts: Alert[] = []
  readonly schedules = new Map<string, Scheduled>()
  readonly pointers = new Map<string, string>()
  readonly aliases = new Map<string, string>()
  /** Events by their place in the log, as the table keys them. */
  readonly logs = new Map<string, Map<string, LeadEvent>>()
  readonly folded: string[] = []
  readonly envelopes = new Map<string, Uint8Array>()
  readonly asked: Asked[] = []
  readonly lines: string[] = []
  upstream: readonly Upstream[] = []
  /** Throws at the n-th write from here on, before or after it happened. */
  crash: { at: number; when: 'before' | 'after' } | undefined

  private async write<T>(work: () => T): Promise<T> {
    const { crash } = this
    if (crash !== undefined) {
      crash.at -= 1
      if (crash.at === 0 && crash.when === 'before') throw new Error('crash before')
    }
    const result = work()
    if (crash?.at === 0 && crash.when === 'after') throw new Error('crash after')
    return result
  }

  private readonly append = (leadId: string, event: LeadEvent): 'new' | 'duplicate' => {
    const log = this.logs.get(leadId) ?? new Map<string, LeadEvent>()
    this.logs.set(leadId, log)
    const key = `${event.at}#${event.id}`
    if (log.has(key)) return 'duplicate'
    log.set(key, event)
    return 'new'
  }

  readonly ports: CapturePorts = {
    clock: { now: () => this.clock },
    log: {
      info: (event, fields) => void this.lines.push(`${event} ${JSON.stringify(fields)}`),
      error: (event, error) => void this.lines.push(`${event} ${error}`),
    },
    secrets: { get: async (name) => this.secrets[name] },
    queues: {
      send: async (_queue, message) => this.write(() => void this.queue.push(message as CaptureMessage)),
      sendAll: async (_queue, messages) =>
        this.write(() => void this.queue.push(...(messages as CaptureMessage[]))),
    },
    content: { live: async () => ({ forms, settings }) },
    envelopes: {
      put: async (id, zipped) => {
        this.envelopes.set(id, zipped)
        return 1
      },
      get: async (id) => this.envelopes.get(id) ?? new Uint8Array(),
    },
    desk: {
      park: async (item) => this.write(() => void this.parked.set(item.id, item)),
      unpark: async (id) => this.write(() => void this.parked.delete(id)),
      alert: async (alert) => this.write(() => void this.alerts.push(alert)),
    },
    schedules: {
      set: async (name, at, _queue, message) =>
        this.write(() => void this.schedules.set(name, { at, message: message as CaptureMessage })),
    },
    directory: {
      pointer: async (source, id) => this.pointers.get(`${source}#${id}`),
      putPointer: async (source, id, leadId) =>
        this.write(() => {
          const key = `${source}#${id}`
          if (this.pointers.has(key)) return false
          this.pointers.set(key, leadId)
          return true
        }),
      alias: async (kind, hash) => this.aliases.get(`${kind}#${hash}`),
    },
    events: {
      events: async (leadId) => [...(this.logs.get(leadId)?.values() ?? [])],
      append: async (leadId, event) => this.write(() => this.append(leadId, event)),
    },
    refold: async (leadId) => this.write(() => this.folded.push(leadId)),
    fetch: async (url, init) => this.answer(url, init),
    urls: { meta: 'https://graph.facebook.com', linkedin: 'https://api.linkedin.com' },
  }

  private answer(url: string, init: RequestInit): Response {
    const headers = Object.fromEntries(new Headers(init.headers))
    this.asked.push({ url, headers })
    const found = this.upstream.find(({ match }) => new RegExp(match.urlRegex).test(url))
    if (found === undefined) throw new TypeError('fetch failed')
    const missing = found.requireRequestHeaders?.find((name) => !(name in headers))
    if (missing !== undefined) return new Response('{}', { status: 400 })
    const { status, body, headers: answered } = found.response
    return new Response(typeof body === 'string' ? body : JSON.stringify(body), { status, headers: answered })
  }

  /** Works off the queue; a message whose consumer throws comes back, as on SQS. */
  async drain(): Promise<void> {
    for (let message = this.queue.shift(); message !== undefined; message = this.queue.shift()) {
      const copy = JSON.parse(JSON.stringify(message)) as CaptureMessage
      try {
        await consume(this.ports, copy)
      } catch (error) {
        if (this.crash === undefined) throw error
        this.crash = undefined
        this.queue.push(message)
      }
    }
  }

  /** A delivery as ingest leaves it. */
  deliver(source: string, body: string): void {
    this.queue.push({
      v: 1,
      kind: 'delivery',
      source,
      envelopeId: `e-${createHmac('sha256', 'e').update(body).digest('hex').slice(0, 8)}`,
      receivedAt: this.clock,
      body: gzipSync(body).toString('base64'),
    })
  }

  async receive(source: string, one: Fixture): Promise<void> {
    this.upstream = one.upstream ?? []
    this.deliver(source, one.request.rawBody ?? '')
    await this.drain()
  }

  /** Lets the next scheduled retry fall due. */
  async wait(): Promise<void> {
    const [[name, next] = []] = [...this.schedules].sort(([, a], [, b]) => a.at - b.at)
    if (name === undefined || next === undefined) throw new Error('nothing is scheduled')
    this.schedules.delete(name)
    this.clock = Math.max(this.clock, next.at)
    this.queue.push(next.message)
    await this.drain()
  }

  get captured(): readonly EventOf<'captured'>[] {
    return [...this.logs.values()]
      .flatMap((log) => [...log.values()])
      .filter((event): event is EventOf<'captured'> => event.type === 'captured')
  }

  get parkedItems(): readonly Parked[] {
    return [...this.parked.values()]
  }
}
