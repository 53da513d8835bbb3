/** The local EventBridge Scheduler: durable schedules that send to queues on the virtual clock. */
import { randomUUID } from 'node:crypto'
import type { VirtualClock } from '../clock.ts'
import type { Store } from '../store.ts'
import { WireError } from '../wire.ts'
import { nextDue, parseExpression } from './expression.ts'
import { checkSchedule, type Schedule, type ScheduleInput } from './schedule.ts'

/** The queues, as far as schedules need them. */
export interface QueuePort {
  send(arn: string, entry: { readonly body: string; readonly groupId?: string | undefined }): unknown
}

export interface SchedulerOptions {
  readonly store: Store
  readonly clock: VirtualClock
  readonly queues: QueuePort
  /** Told of a firing that no queue took, after the last try. */
  readonly onDropped?: (schedule: Schedule, error: unknown) => void
  readonly region?: string
  readonly account?: string
}

const SCHEMA = `CREATE TABLE IF NOT EXISTS schedule (
  grp TEXT NOT NULL, name TEXT NOT NULL, schedule TEXT NOT NULL, PRIMARY KEY (grp, name)) WITHOUT ROWID`

const RETRY_MS = 60_000
const DEFAULT_ATTEMPTS = 185

export class Scheduler {
  private readonly options: SchedulerOptions
  private readonly schedules = new Map<string, Schedule>()

  /** Opens the schedules kept in the store; what fell due meanwhile fires as soon as time flows. */
  constructor(options: SchedulerOptions) {
    this.options = options
    options.store.define(SCHEMA)
    for (const { schedule } of options.store.all<{ schedule: string }>('SELECT schedule FROM schedule'))
      this.keep(JSON.parse(schedule), false)
  }

  create(name: string, input: ScheduleInput): string {
    const group = input.GroupName ?? 'default'
    const known = this.schedules.get(idOf(group, name))
    if (known !== undefined) {
      const repeated = input.ClientToken !== undefined && input.ClientToken === known.input.ClientToken
      if (repeated) return this.arn(known)
      throw new WireError('ConflictException', `Schedule ${name} already exists.`, 409)
    }
    const now = this.options.clock.now()
    return this.put(name, group, input, now)
  }

  /** Replaces a schedule: what is not said takes its default. */
  update(name: string, input: ScheduleInput): string {
    const group = input.GroupName ?? 'default'
    return this.put(name, group, input, this.get(name, group).createdAt)
  }

  get(name: string, group = 'default'): Schedule {
    const known = this.schedules.get(idOf(group, name))
    if (known === undefined)
      throw new WireError('ResourceNotFoundException', `Schedule ${name} does not exist.`, 404)
    return known
  }

  delete(name: string, group = 'default'): void {
    this.forget(this.get(name, group))
  }

  /** By group and name. */
  list(): Schedule[] {
    return [...this.schedules.values()].sort((a, b) =>
      idOf(a.group, a.name) < idOf(b.group, b.name) ? -1 : 1,
    )
  }

  arn(schedule: Schedule): string {
    const { region = 'eu-west-1', account = '123456789012' } = this.options
    return `arn:aws:scheduler:${region}:${account}:schedule/${schedule.group}/${schedule.name}`
  }

  private put(name: string, group: string, input: ScheduleInput, createdAt: number): string {
    const checked = checkSchedule(name, input)
    const changedAt = this.options.clock.now()
    const due = dueOf(checked, changedAt, changedAt)
    const schedule: Schedule = { name, group, input: checked, createdAt, changedAt, due, attempts: 0 }
    this.keep(schedule, true)
    return this.arn(schedule)
  }

  private keep(schedule: Schedule, save: boolean): void {
    const { store, clock } = this.options
    const { group, name, due } = schedule
    const id = idOf(group, name)
    if (save)
      store.run('INSERT OR REPLACE INTO schedule VALUES (?, ?, ?)', group, name, JSON.stringify(schedule))
    this.schedules.set(id, schedule)
    if (due === undefined || schedule.input.State === 'DISABLED') clock.cancel(timerOf(id))
    else clock.at(due, timerOf(id), () => this.fire(id))
  }

  private forget(schedule: Schedule): void {
    const id = idOf(schedule.group, schedule.name)
    this.options.store.run('DELETE FROM schedule WHERE grp = ? AND name = ?', schedule.group, schedule.name)
    this.schedules.delete(id)
    this.options.clock.cancel(timerOf(id))
  }

  /** Sends, and notes that it did, as one: with queues in the same store it fires exactly once. */
  private fire(id: string): void {
    const schedule = this.schedules.get(id)
    if (schedule?.due === undefined) return
    try {
      this.options.store.transaction(() => {
        this.send(schedule, schedule.input.Target.Arn)
        this.completed(schedule)
      })
    } catch (error) {
      this.failed(schedule, error)
    }
  }

  private send(schedule: Schedule, arn: string): void {
    const { Input = '{}', SqsParameters } = schedule.input.Target
    const body = Input.replaceAll('<aws.scheduler.schedule-arn>', this.arn(schedule))
      .replaceAll('<aws.scheduler.scheduled-time>', iso(schedule.due ?? 0))
      .replaceAll('<aws.scheduler.execution-id>', randomUUID())
      .replaceAll('<aws.scheduler.attempt-number>', String(schedule.attempts + 1))
    const groupId = SqsParameters?.MessageGroupId
    this.options.queues.send(arn, { body, ...(groupId !== undefined && { groupId }) })
  }

  private completed(schedule: Schedule): void {
    const due = schedule.due ?? 0
    const isLast = parseExpression(schedule.input.ScheduleExpression, 'UTC').kind === 'at'
    const next = isLast ? undefined : dueOf(schedule.input, schedule.changedAt, due + 1)
    if (next === undefined && schedule.input.ActionAfterCompletion === 'DELETE') this.forget(schedule)
    else this.keep({ ...schedule, due: next, attempts: 0 }, true)
  }

  /** Tries again each minute as often as the policy says, then leaves it to the dead-letter queue. */
  private failed(schedule: Schedule, error: unknown): void {
    const { RetryPolicy, DeadLetterConfig } = schedule.input.Target
    const attempts = schedule.attempts + 1
    if (attempts <= (RetryPolicy?.MaximumRetryAttempts ?? DEFAULT_ATTEMPTS)) {
      this.keep({ ...schedule, attempts, due: this.options.clock.now() + RETRY_MS }, true)
      return
    }
    this.completed(schedule)
    if (DeadLetterConfig?.Arn === undefined) this.options.onDropped?.(schedule, error)
    else this.send(schedule, DeadLetterConfig.Arn)
  }
}

const idOf = (group: string, name: string): string => `${group}/${name}`
const timerOf = (id: string): string => `scheduler/${id}`
const iso = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`

/** When it is due at `from` or after; a time that is past already is due at once. */
const dueOf = (input: Schedule['input'], changedAt: number, from: number): number | undefined => {
  const expression = parseExpression(input.ScheduleExpression, input.ScheduleExpressionTimezone ?? 'UTC')
  const start = input.StartDate === undefined ? changedAt : input.StartDate * 1000
  return nextDue(expression, start, from, input.EndDate === undefined ? undefined : input.EndDate * 1000)
}
