/** All ports of the lead's functions in memory, for tests. */
import type { Content } from '../../../../domain/content.ts'
import type { LeadEvent } from '../../../../domain/event.ts'
import type { LeadHead } from '../../../../domain/lead-view.ts'
import type { Sequence } from '../../../../domain/sequence.ts'
import type {
  Alert,
  Collection,
  Epoch,
  Experiments,
  Handoff,
  LeadList,
  LeadRecord,
  Mail,
  Parked,
  Proof,
  ProofKey,
  Quota,
  SendOutcome,
  Stops,
  StoredEnrolment,
  Suppression,
} from '../../../../functions/shared/ports.ts'
import { content } from './content.ts'
import { enrolmentsIn, releasesIn } from './memory-enrolments.ts'
import { MemoryExperiments } from './memory-experiments.ts'
import { MemoryStops } from './memory-stops.ts'

const place = (at: number, id: string): string => `${String(at).padStart(14, '0')}#${id}`
const copy = <T>(value: T): T => structuredClone(value)

interface Stored {
  head?: LeadRecord<LeadHead>
  suppression?: Suppression
  readonly handoffs: Map<string, Handoff>
}

const listed = (rows: { leadId: string; place: string }[], limit: number, before?: string): LeadList =>
  rows
    .filter((row) => before === undefined || row.place < before)
    .sort((a, b) => (a.place > b.place ? -1 : 1))
    .slice(0, limit)

/** What the world outside did. */
export class Memory {
  epoch: Epoch | undefined
  private ids = 0
  now = Date.parse('2026-11-20T10:00:00Z')
  content: Content = content
  readonly pinned: Sequence[] = []
  readonly log = new Map<string, Map<string, LeadEvent>>()
  readonly items = new Map<string, Stored>()
  readonly enrolled = new Map<string, StoredEnrolment>()
  readonly pointers = new Map<string, string>()
  readonly aliases = new Map<string, string>()
  readonly counters = new Map<string, number>()
  readonly sent: Mail[] = []
  /** How the next mails go; accepted when there is none. */
  readonly outcomes: SendOutcome[] = []
  readonly queued: { queue: string; message: Record<string, unknown>; delay?: number }[] = []
  readonly proven = new Map<string, ProofKey & Partial<Proof>>()
  healthy = true
  readonly alerts: Alert[] = []
  readonly parked = new Map<string, Parked>()
  readonly started: { machineArn: string; name: string; input: object }[] = []
  readonly stops = new MemoryStops()
  readonly experiments = new MemoryExperiments()
  readonly answered: { token: string; name?: string }[] = []
  readonly timers = new Map<string, number>()
  readonly faults: string[] = []

  item(leadId: string): Stored {
    const found = this.items.get(leadId) ?? { handoffs: new Map() }
    this.items.set(leadId, found)
    return found
  }

  write(leadId: string, ...events: readonly LeadEvent[]): void {
    const log = this.log.get(leadId) ?? new Map<string, LeadEvent>()
    for (const event of events) log.set(`${event.at}#${event.id}`, event)
    this.log.set(leadId, log)
  }

  events(leadId: string): readonly LeadEvent[] {
    return [...(this.log.get(leadId)?.values() ?? [])].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
  }

  handoffs(): readonly Handoff[] {
    return [...this.items.values()].flatMap(({ handoffs }) => [...handoffs.values()])
  }

  /** Everything that is stored, to see that nothing changed. */
  snapshot(): string {
    const { log, items, enrolled, queued, counters, timers } = this
    return JSON.stringify([
      [...log].map(([id, events]) => [id, [...events]]),
      [...items].map(([id, item]) => [id, { ...item, handoffs: [...item.handoffs] }]),
      [...enrolled],
      queued,
      [...counters],
      [...timers],
    ])
  }

  private collection(leadId: string): Collection {
    const { head, suppression, handoffs } = this.item(leadId)
    return copy({
      events: this.events(leadId),
      head,
      suppression,
      enrolments: [...this.enrolled.values()].filter(({ enrolment }) => enrolment.leadId === leadId),
      handoffs: [...handoffs.values()],
    })
  }

  private byHead(fits: (head: LeadHead) => boolean, limit: number, before?: string): LeadList {
    const rows = [...this.items].flatMap(([leadId, { head }]) =>
      head && fits(head.state) ? [{ leadId, place: place(head.state.createdAt, leadId) }] : [],
    )
    return listed(rows, limit, before)
  }

  private saveHead(leadId: string, state: LeadHead, rev: number): boolean {
    const item = this.item(leadId)
    if ((item.head?.rev ?? 0) !== rev) return false
    item.head = { state: copy(state), rev: rev + 1 }
    return true
  }

  private replaceHandoff(handoff: Handoff): boolean {
    const { handoffs } = this.item(handoff.leadId)
    if (handoffs.get(handoff.handoffId)?.rev !== handoff.rev) return false
    handoffs.set(handoff.handoffId, copy({ ...handoff, rev: handoff.rev + 1 }))
    return true
  }

  private createHandoff(handoff: Handoff): Handoff {
    const { handoffs } = this.item(handoff.leadId)
    const stored = handoffs.get(handoff.handoffId) ?? { ...handoff, rev: 1 }
    handoffs.set(handoff.handoffId, copy(stored))
    return copy(stored)
  }

  private mail(mail: Mail): SendOutcome {
    const outcome = this.outcomes.shift() ?? { is: 'accepted', messageId: `m-${this.sent.length + 1}` }
    if (outcome.is !== 'accepted') return outcome
    this.sent.push(mail)
    this.prove(mail)
    return outcome
  }

  /** SES reports what it took. */
  prove({ tags }: Pick<Mail, 'tags'>): void {
    const key = {
      leadId: tags['lead'] ?? '',
      of: tags['enrolment'] ?? tags['handoff'] ?? '',
      n: Number(tags['n']),
      attempt: Number(tags['attempt']),
    }
    this.proven.set(JSON.stringify(key), { ...key, sentAt: this.now, messageId: 'm' })
  }

  private readonly leadPorts = {
    collection: async (leadId: string) => this.collection(leadId),
    saveHead: async (leadId: string, head: LeadHead, rev: number) => this.saveHead(leadId, head, rev),
    suppress: async (leadId: string, suppression: Suppression) => {
      this.item(leadId).suppression ??= suppression
    },
    pointer: async (source: string, id: string) => this.pointers.get(`${source} ${id}`),
    pointers: async (id: string) => [
      ...new Set([...this.pointers].filter(([key]) => key.endsWith(` ${id}`)).map(([, leadId]) => leadId)),
    ],
    putPointer: async (source: string, id: string, leadId: string) => {
      const isNew = !this.pointers.has(`${source} ${id}`)
      if (isNew) this.pointers.set(`${source} ${id}`, leadId)
      return isNew
    },
    alias: async (kind: string, hash: string) => this.aliases.get(`${kind} ${hash}`),
    putAlias: async (kind: string, hash: string, leadId: string) => {
      this.aliases.set(`${kind} ${hash}`, leadId)
      return true
    },
    byStage: async (stage: string, limit: number, before?: string) =>
      this.byHead((head) => head.stage === stage, limit, before),
    byOwner: async (owner: string, limit: number, before?: string) =>
      this.byHead((head) => head.owner === owner, limit, before),
    createHandoff: async (handoff: Handoff) => this.createHandoff(handoff),
    handoff: async (leadId: string, id: string) => copy(this.item(leadId).handoffs.get(id)),
    replaceHandoff: async (handoff: Handoff) => this.replaceHandoff(handoff),
    handoffs: async ({ owner, statuses }: { owner?: string; statuses: readonly string[] }) =>
      copy(
        this.handoffs().filter(
          (handoff) =>
            handoff.notify === undefined &&
            (owner === undefined ? statuses.includes(handoff.status) : handoff.owner === owner),
        ),
      ),
    count: async (name: string) => {
      const next = (this.counters.get(name) ?? 0) + 1
      this.counters.set(name, next)
      return next
    },
  }

  /** The ports; `secrets` and `env` as a deployment sets them. */
  readonly ports = {
    clock: { now: () => this.now },
    content: {
      live: async () => this.content,
      sequence: async (id: string, version: string) => {
        const sequence = this.pinned.find((one) => one.id === id && one.version === version)
        if (sequence === undefined) throw new Error(`no version ${version} of ${id}`)
        return { sequence, machineArn: `arn:${id}` }
      },
    },
    events: {
      events: async (leadId: string) => this.events(leadId),
      append: async (leadId: string, event: LeadEvent) => {
        const isNew = this.log.get(leadId)?.has(`${event.at}#${event.id}`) !== true
        this.write(leadId, copy(event))
        return isNew ? ('new' as const) : ('duplicate' as const)
      },
    },
    epochs: {
      current: async () => this.epoch,
      begin: async (epoch: Epoch) => {
        if (epoch.rev !== (this.epoch?.rev ?? 0) + 1) return false
        this.epoch = epoch
        return true
      },
    },
    leads: this.leadPorts,
    enrolments: enrolmentsIn(this.enrolled),
    releases: releasesIn(this.enrolled),
    executions: {
      start: async (machineArn: string, name: string, input: object) =>
        void this.started.push({ machineArn, name, input }),
      succeed: async (token: string) => void this.answered.push({ token }),
      fail: async (token: string, name: string) => void this.answered.push({ token, name }),
    },
    schedules: { set: async (name: string, at: number) => void this.timers.set(name, at) },
    queues: {
      send: async (queue: string, message: object, delay?: number) =>
        void this.queued.push({
          queue,
          message: { ...message },
          ...(delay !== undefined && { delay }),
        }),
      sendAll: async (queue: string, messages: readonly object[]) => {
        for (const message of messages) this.queued.push({ queue, message: { ...message } })
      },
    },
    mailer: { send: async (mail: Mail) => this.mail(mail) },
    desk: {
      park: async (item: Parked) => void this.parked.set(item.id, item),
      unpark: async (id: string) => void this.parked.delete(id),
      parked: async () => [...this.parked.values()],
      alert: async (alert: Alert) => void this.alerts.push(alert),
      alerts: async () => this.alerts.toReversed(),
    },
    stops: this.stops as Stops,
    experiments: this.experiments as Experiments,
    quota: this.stops as Quota,
    proofs: {
      put: async (key: ProofKey, proof: Partial<Proof>) =>
        void this.proven.set(JSON.stringify(key), { ...key, ...proof }),
      get: async ({ leadId, of, n, attempt }: ProofKey) =>
        this.proven.get(JSON.stringify({ leadId, of, n, attempt })) as Proof | undefined,
      ofLead: async (leadId: string) => [...this.proven.values()].filter((proof) => proof.leadId === leadId),
      markChannel: async () => {},
      channelHealthy: async () => this.healthy,
    },
    secrets: {
      get: async (name: string) =>
        ({
          TENDRIL_LINK_KEYS: 'k2:a-new-signing-key k1:an-old-signing-key',
          TENDRIL_PEPPER: 'a-pepper',
          TENDRIL_API_TOKEN: 'old-api-token new-api-token',
        })[name],
    },
    newId: () => `id-${++this.ids}`,
    env: { publicUrl: 'https://leads.example.com', trustProxy: false },
    log: {
      info: () => {},
      error: (event: string, error: unknown) => void this.faults.push(`${event}: ${error}`),
    },
  }
}
