/** One lead's world in memory: what the workers read and write, so that the deployed code itself runs a simulation. */
import type { Content } from '../../domain/content.ts'
import type { LeadEvent } from '../../domain/event.ts'
import { nothingStopped } from '../../domain/guard.ts'
import type { LeadHead } from '../../domain/lead-view.ts'
import type { EnrolPorts } from '../../functions/shared/enrolling.ts'
import type { HopPorts } from '../../functions/shared/hop.ts'
import type {
  Alert,
  Collection,
  Handoff,
  LeadRecord,
  Leads,
  Mail,
  StoredEnrolment,
  Suppression,
} from '../../functions/shared/ports.ts'
import type { RefoldPorts } from '../../functions/shared/refold.ts'

export type WorldPorts = EnrolPorts & HopPorts & RefoldPorts

/** What lies outside: the clock, the machines, and who is told. */
export interface Outside {
  now(): number
  start(machineArn: string, name: string, input: object): Promise<void>
  succeed(token: string): Promise<void>
  fail(token: string, name: string, cause: object): Promise<void>
  /** A message on a queue. */
  job(queue: string, message: object): void
  /** Once, at an instant; a name set again replaces the one before. */
  later(name: string, at: number, queue: string, message: object): void
  mailed(mail: Mail): void
  appended(event: LeadEvent): void
}

const copy = <Value>(value: Value): Value => structuredClone(value)

/** Keys that only have to be there: nothing signed here is ever shown. */
const secrets: Readonly<Record<string, string>> = {
  TENDRIL_LINK_KEYS: 'k1:simulation',
  TENDRIL_PEPPER: 'simulation',
}

const empty = async () => []

export class World {
  readonly enrolments = new Map<string, StoredEnrolment>()
  readonly alerts: Alert[] = []
  private readonly log = new Map<string, LeadEvent>()
  private head: LeadRecord<LeadHead> | undefined
  private suppression: Suppression | undefined
  private readonly content: Content
  private readonly machineArn: string
  private readonly outside: Outside

  constructor(content: Content, machineArn: string, outside: Outside) {
    this.content = content
    this.machineArn = machineArn
    this.outside = outside
  }

  /** What happened before the simulation begins. */
  seed(events: readonly LeadEvent[]): void {
    for (const event of events) this.log.set(event.id, event)
  }

  get events(): readonly LeadEvent[] {
    return [...this.log.values()].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
  }

  private collection(): Collection {
    return copy({
      events: this.events,
      head: this.head,
      suppression: this.suppression,
      enrolments: [...this.enrolments.values()],
      handoffs: [],
    })
  }

  private append(event: LeadEvent): 'new' | 'duplicate' {
    if (this.log.has(event.id)) return 'duplicate'
    this.log.set(event.id, copy(event))
    this.outside.appended(event)
    return 'new'
  }

  private saveHead(state: LeadHead, rev: number): boolean {
    if ((this.head?.rev ?? 0) !== rev) return false
    this.head = { state: copy(state), rev: rev + 1 }
    return true
  }

  private replace(next: StoredEnrolment): boolean {
    const { enrolmentId } = next.enrolment
    if (this.enrolments.get(enrolmentId)?.rev !== next.rev) return false
    this.enrolments.set(enrolmentId, copy({ ...next, rev: next.rev + 1 }))
    return true
  }

  private create(enrolment: StoredEnrolment['enrolment'], by: string): StoredEnrolment {
    const stored = this.enrolments.get(enrolment.enrolmentId) ?? { enrolment, by, rev: 1 }
    this.enrolments.set(enrolment.enrolmentId, stored)
    return copy(stored)
  }

  /** Hand-offs and pointers are none of a simulation's business. */
  private leads(): Leads {
    const none = async () => undefined
    return {
      collection: async () => this.collection(),
      saveHead: async (_, head, rev) => this.saveHead(head, rev),
      suppress: async (_, suppression) => {
        this.suppression ??= suppression
      },
      pointer: none,
      pointers: empty,
      putPointer: async () => true,
      alias: none,
      putAlias: async () => true,
      byStage: empty,
      byOwner: empty,
      createHandoff: async (handoff: Handoff) => handoff,
      handoff: none,
      replaceHandoff: async () => true,
      handoffs: empty,
      count: async () => 1,
    }
  }

  /** The ports of the deployed functions. */
  ports(): WorldPorts {
    const { outside, content, machineArn } = this
    const sequenceOf = (id: string) => {
      const sequence = content.sequences[id]
      if (sequence === undefined) throw new Error(`The simulation knows no sequence ${id}.`)
      return { sequence, machineArn }
    }
    return {
      clock: { now: () => outside.now() },
      content: { live: async () => content, sequence: async (id) => sequenceOf(id) },
      events: { events: async () => this.events, append: async (_, event) => this.append(event) },
      leads: this.leads(),
      enrolments: {
        get: async (id) => copy(this.enrolments.get(id)),
        create: async (enrolment, by) => this.create(enrolment, by),
        replace: async (next) => this.replace(next),
      },
      executions: outside,
      schedules: { set: async (name, at, queue, message) => outside.later(name, at, queue, message) },
      queues: {
        send: async (queue, message) => outside.job(queue, message),
        sendAll: async (queue, messages) => {
          for (const message of messages) outside.job(queue, message)
        },
      },
      experiments: { count: empty, winners: async () => ({}), declare: async () => false },
      mailer: {
        send: async (mail) => {
          outside.mailed(mail)
          return { is: 'accepted', messageId: 'simulated' }
        },
      },
      desk: {
        park: async () => undefined,
        unpark: async () => undefined,
        parked: async () => [],
        alert: async (alert) => void this.alerts.push(alert),
        alerts: async () => this.alerts,
      },
      stops: {
        get: async () => nothingStopped,
        read: async () => nothingStopped,
        put: async () => undefined,
        clear: async () => undefined,
      },
      quota: { sentLastDay: async () => undefined },
      secrets: { get: async (name) => secrets[name] },
      env: { publicUrl: 'https://leads.example.com' },
      log: { info: () => undefined, error: (_, error) => void this.alerts.push(fault(error, outside.now())) },
    }
  }
}

const fault = (error: unknown, at: number): Alert => ({
  kind: 'fault',
  text: error instanceof Error ? error.message : String(error),
  at,
})
