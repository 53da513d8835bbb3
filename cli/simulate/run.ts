/**
 * Runs one lead through one sequence on virtual time: the compiled machine in the engine of the local runtime, the
 * deployed workers behind it, and a world in memory. Nothing is re-implemented, so what it shows is what would happen.
 */

import type { Content } from '../../domain/content.ts'
import type { Enrolment, Hop } from '../../domain/enrolment.ts'
import type { EntryRefusal } from '../../domain/entry.ts'
import type { LeadEvent } from '../../domain/event.ts'
import { foldLead, type LeadState } from '../../domain/lead.ts'
import { routeOf } from '../../domain/route.ts'
import { decisionsAt } from '../../domain/route-ask.ts'
import { pathsOf } from '../../domain/route-link.ts'
import type { Sequence } from '../../domain/sequence.ts'
import { candidateOf, enrolLead } from '../../functions/shared/enrolling.ts'
import { processHop } from '../../functions/shared/hop.ts'
import { readHop } from '../../functions/shared/hop-message.ts'
import { addressHash } from '../../functions/shared/identity.ts'
import type { EnrolMessage, HandoffMessage, WebhookMessage } from '../../functions/shared/messages.ts'
import type { Mail } from '../../functions/shared/ports.ts'
import { refold } from '../../functions/shared/refold.ts'
import { VirtualClock } from '../../local/clock.ts'
import { StepFunctionsService } from '../../local/stepfunctions/service.ts'
import { Store } from '../../local/store.ts'
import type { StateMachine } from '../../workflows/compiler/asl-state.ts'
import { eventOf, type Happening } from './happening.ts'
import { World } from './world.ts'

/** Something that the timeline of a lead does not tell. */
export interface Note {
  readonly at: number
  readonly is: 'decided' | 'told' | 'next'
  readonly text: string
}

export interface Outcome {
  readonly start: number
  readonly end: number
  readonly events: readonly LeadEvent[]
  readonly enrolments: readonly Enrolment[]
  readonly state: LeadState
  readonly mails: readonly (Mail & { readonly at: number })[]
  readonly notes: readonly Note[]
  readonly faults: readonly string[]
  readonly transitions: number
  /** Why it got nothing at all. */
  readonly refusal?: EntryRefusal
  /** False when it was stopped: too many years had passed. */
  readonly isOver: boolean
}

export interface Given {
  readonly content: Content
  readonly sequence: Sequence
  readonly machine: StateMachine
  readonly email: string
  readonly history: readonly LeadEvent[]
  readonly happenings: readonly Happening[]
  /** Milliseconds. */
  readonly now: number
}

const day = 86_400_000
/** No sequence is longer. */
const horizon = 11 * 366 * day
const region = 'eu-west-1'
const account = '000000000000'

interface Job {
  readonly queue: string
  readonly message: object
}

class Run {
  readonly notes: Note[] = []
  readonly mails: (Mail & { at: number })[] = []
  private readonly jobs: Job[] = []
  private readonly clock: VirtualClock
  private readonly engine: StepFunctionsService
  private readonly given: Given
  private world!: World
  private leadId = ''
  private happened = 0
  private branched = false

  constructor(given: Given) {
    this.given = given
    this.clock = new VirtualClock({ start: given.now, wall: () => 0 })
    this.engine = new StepFunctionsService({
      clock: this.clock,
      store: new Store(':memory:', ''),
      region,
      account,
      randomBytes: (count) => new Uint8Array(count).fill(7),
      invokeLambda: async (name) => {
        throw new Error(`A sequence calls no function, and this one calls ${name}.`)
      },
      sendMessage: async ({ MessageBody }) => {
        this.jobs.push({ queue: 'send', message: JSON.parse(MessageBody) as object })
        return { MessageId: 'simulated' }
      },
    })
    this.clock.onSettle(() => this.workOne())
  }

  async play(): Promise<Outcome> {
    const { content, history, now, happenings } = this.given
    this.world = new World(content, await this.deploy(), {
      now: () => this.clock.now(),
      start: async (stateMachineArn, name, input) =>
        void (await this.engine.call('StartExecution', {
          stateMachineArn,
          name,
          input: JSON.stringify(input),
        })),
      succeed: async (taskToken) => void (await this.answer('SendTaskSuccess', { taskToken, output: '{}' })),
      fail: (token, name, cause) => this.fail(token, name, cause),
      job: (queue, message) => void this.jobs.push({ queue, message }),
      later: (name, at, queue, message) =>
        this.clock.at(at, name, () => void this.jobs.push({ queue, message })),
      mailed: (mail) => this.mailed(mail),
      appended: () => undefined,
    })
    this.leadId = await addressHash(this.world.ports().secrets, this.given.email)
    this.world.seed(history)
    await refold(this.world.ports(), this.leadId)
    const refusal = await this.enter()
    for (const happening of happenings) if (happening.step === undefined) this.plan(happening, now)
    await this.clock.drain()
    while (this.isRunning() && this.clock.now() < now + horizon)
      await this.clock.advance(this.clock.now() + day)
    return { ...this.outcome(), ...(refusal !== undefined && { refusal }) }
  }

  private async deploy(): Promise<string> {
    const made = await this.engine.call('CreateStateMachine', {
      name: this.given.sequence.id,
      definition: JSON.stringify(this.given.machine).replaceAll(
        '${SendQueueUrl}',
        'https://sqs.example.com/send.fifo',
      ),
      roleArn: `arn:aws:iam::${account}:role/simulation`,
      publish: true,
    })
    return String(made['stateMachineVersionArn'])
  }

  private isRunning(): boolean {
    return this.engine.recent(undefined).some(({ status }) => status === 'RUNNING')
  }

  private state(): LeadState {
    return foldLead(this.world.events, this.given.content, this.clock.now())
  }

  /** Why the lead may not enter, if it may not. */
  private async enter(): Promise<EntryRefusal | undefined> {
    const ports = this.world.ports()
    const candidate = await candidateOf(ports, this.leadId)
    if (candidate === undefined) throw new Error('The lead of the simulation has no log.')
    const enrolled = await enrolLead(ports, candidate, this.given.sequence, 'simulated')
    return enrolled.is === 'refused' ? enrolled.reason : undefined
  }

  /** A token whose task is over is no fault. */
  private async answer(action: string, input: Record<string, unknown>): Promise<void> {
    await this.engine.call(action, input).catch((error: unknown) => {
      if (!(error instanceof Error) || !/^Task(?:TimedOut|DoesNotExist)|InvalidToken/.test(error.name))
        throw error
    })
  }

  private async fail(taskToken: string, name: string, cause: object): Promise<void> {
    this.decided(name)
    await this.answer('SendTaskFailure', { taskToken, error: name, cause: JSON.stringify(cause) })
  }

  private note(is: Note['is'], text: string): void {
    this.notes.push({ at: this.clock.now(), is, text })
  }

  /** A branch was taken that is not the default one. */
  private decided(name: string): void {
    const path = /^Tendril\.Branch\.(.+)$/.exec(name)?.[1]
    const fork = routeOf(this.given.sequence).forks.find(({ paths }) => paths.some(({ id }) => id === path))
    if (path === undefined || fork === undefined) return
    this.branched = true
    const label = pathsOf(fork.step).find(({ id }) => id === path)?.name ?? path
    this.note('decided', `${fork.step.id}: ${label}`)
  }

  private mailed(mail: Mail): void {
    const at = this.clock.now()
    this.mails.push({ ...mail, at })
    const step = mail.tags['step']
    for (const happening of this.given.happenings)
      if (happening.step === step) this.plan(happening, at, mail.tags['enrolment'])
  }

  private plan(happening: Happening, from: number, enrolmentId?: string): void {
    this.happened += 1
    const id = `happened-${String(this.happened).padStart(4, '0')}`
    this.clock.at(from + happening.after, id, async () => {
      const state = this.state()
      const ports = this.world.ports()
      await ports.events.append(
        this.leadId,
        eventOf(happening, { id, at: this.clock.now(), enrolmentId, state }),
      )
      await refold(ports, this.leadId)
    })
  }

  /** Works on one message; false when there is none. */
  private async workOne(): Promise<boolean> {
    const job = this.jobs.shift()
    if (job === undefined) return false
    if (job.queue === 'send') await this.hop(readHop(job.message))
    if (job.queue === 'timers') await refold(this.world.ports(), this.leadId)
    if (job.queue === 'enrol') this.goesOn(job.message as EnrolMessage)
    if (job.queue === 'handoff') this.tells(job.message as HandoffMessage)
    if (job.queue === 'webhooks') this.calls(job.message as WebhookMessage)
    return true
  }

  /** What is decided for the default path moves nothing: only the question shows it. */
  private async hop(hop: Hop): Promise<void> {
    const item = this.world.enrolments.get(hop.enrolmentId)?.enrolment
    const isNew = item !== undefined && item.exit === undefined && item.pend === undefined && hop.n > item.n
    const asked = isNew ? decisionsAt(this.given.sequence, hop, item, this.clock.now() / 1000) : []
    this.branched = false
    await processHop(this.world.ports(), hop)
    if (!this.branched)
      for (const { id, paths } of asked) this.note('decided', `${id}: ${paths.at(-1)?.name ?? 'default'}`)
  }

  private goesOn({ cause, sequence = '' }: EnrolMessage): void {
    if (cause === 'next') this.note('next', `Goes on in the sequence “${sequence}”`)
  }

  private tells(message: HandoffMessage): void {
    if (message.kind === 'notice') this.note('told', `Tells ${message.notify.to}: ${message.notify.template}`)
  }

  private calls(message: WebhookMessage): void {
    if (message.kind === 'step') this.note('told', `Tells another system: webhook “${message.step}”`)
  }

  private outcome(): Outcome {
    const runs = this.engine.recent(undefined)
    const failed = runs.filter(({ status }) => status === 'FAILED' || status === 'TIMED_OUT')
    return {
      start: this.given.now,
      end: this.clock.now(),
      events: this.world.events,
      enrolments: [...this.world.enrolments.values()].map(({ enrolment }) => enrolment),
      state: this.state(),
      mails: this.mails,
      notes: this.notes,
      faults: [
        ...this.world.alerts.map(({ text }) => text),
        ...failed.map(({ name, state }) => `The execution ${name} failed in “${state}”.`),
      ],
      transitions: this.engine.transitions,
      isOver: !this.isRunning(),
    }
  }
}

/** Simulates to the end. */
export const runSequence = (given: Given): Promise<Outcome> => new Run(given).play()
