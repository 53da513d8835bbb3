/** What the tests of webhooks begin with: a lead at a webhook step, and a receiver that answers as told. */
import type { LeadEvent } from '../../../../domain/event.ts'
import type { Action, ActStep } from '../../../../domain/sequence.ts'
import type { WebhookMessage } from '../../../../functions/shared/messages.ts'
import type { Answer, Call } from '../../../../functions/webhook/ports.ts'
import { tell } from '../../../../functions/webhook/tell.ts'
import type { Memory } from '../handoff/memory.ts'
import { begin, enrolmentId, lead } from '../shared/run.ts'

export const minute = 60_000
export const key = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'

type Webhook = Extract<Action, { do: 'webhook' }>

export const webhook = (body: unknown, over: Partial<Webhook> = {}): ActStep => ({
  kind: 'act',
  id: 'tell',
  action: { do: 'webhook', url: 'https://crm.example.com/in?key=private', event: 'lead.won', body, ...over },
})

interface Scheduled {
  readonly name: string
  readonly at: number
  readonly queue: string
  readonly message: WebhookMessage
}

export class World {
  readonly memory: Memory
  readonly calls: Call[] = []
  /** How the next posts are answered; taken when there is none. */
  readonly answers: Answer[] = []
  readonly scheduled: Scheduled[] = []
  secrets: Record<string, string> = { WEBHOOK_SIGNING_SECRET: key }

  constructor(step: ActStep, fields: Record<string, string[]> = {}) {
    this.memory = begin({ steps: [step], fields, enrolment: { due: {} } }).memory
  }

  get ports() {
    return {
      ...this.memory.ports,
      secrets: { get: async (name: string) => this.secrets[name] },
      post: async (call: Call) => {
        this.calls.push(call)
        return this.answers.shift() ?? ({ is: 'taken', status: 200 } as const)
      },
      schedules: {
        set: async (name: string, at: number, queue: string, message: object) => {
          this.scheduled.push({ name, at, queue, message: message as WebhookMessage })
        },
      },
    }
  }

  message(over: Partial<Extract<WebhookMessage, { kind: 'step' }>> = {}): WebhookMessage {
    const at = this.memory.now - 1000
    return { v: 1, kind: 'step', leadId: lead, enrolmentId, step: 'tell', tries: 0, at, ...over }
  }

  tell(message: WebhookMessage = this.message()): Promise<void> {
    return tell(this.ports, message)
  }

  /** What the first post said. */
  // biome-ignore lint/suspicious/noExplicitAny: whatever JSON the test expects.
  get said(): any {
    return JSON.parse(this.calls[0]?.body ?? '{}')
  }

  get parked() {
    return [...this.memory.parked.values()]
  }

  /** What the log says of webhooks. */
  get outcomes() {
    return this.memory
      .events(lead)
      .filter(
        (event): event is LeadEvent & { type: 'signal' } =>
          event.type === 'signal' && event.name.startsWith('webhook.'),
      )
  }
}
