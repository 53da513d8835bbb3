/** Schedules on the wire: EventBridge Scheduler's REST interface. */
import { type RestRequest, type RestService, WireError } from '../wire.ts'
import type { Schedule, ScheduleInput } from './schedule.ts'
import type { Scheduler } from './scheduler.ts'

interface Answer {
  readonly status: number
  readonly body: Record<string, unknown>
}

const ok = (body: Record<string, unknown> = {}): Answer => ({ status: 200, body })

const PAGE = 100

export class SchedulerService implements RestService {
  private readonly scheduler: Scheduler

  constructor(scheduler: Scheduler) {
    this.scheduler = scheduler
  }

  handles(path: string): boolean {
    return path === '/schedules' || path.startsWith('/schedules/')
  }

  async call({ method, path, query, body }: RestRequest): Promise<Answer> {
    const name = decodeURIComponent(path.slice('/schedules/'.length))
    const group = query.get('groupName') ?? undefined
    if (name === '' && method === 'GET') return this.list(query)
    if (method === 'POST') return ok({ ScheduleArn: this.scheduler.create(name, body as ScheduleInput) })
    if (method === 'PUT') return ok({ ScheduleArn: this.scheduler.update(name, body as ScheduleInput) })
    if (method === 'GET') return ok(this.whole(this.scheduler.get(name, group)))
    if (method !== 'DELETE')
      throw new WireError('ValidationException', `${method} is not a method of ${path}.`)
    this.scheduler.delete(name, group)
    return ok()
  }

  private list(query: URLSearchParams): Answer {
    const [group, prefix] = [query.get('ScheduleGroup'), query.get('NamePrefix') ?? '']
    const state = query.get('State')
    const from = Number(query.get('NextToken') ?? 0)
    const limit = Number(query.get('MaxResults') ?? PAGE)
    const all = this.scheduler
      .list()
      .filter((one) => group === null || one.group === group)
      .filter((one) => one.name.startsWith(prefix))
      .filter((one) => state === null || stateOf(one) === state)
    const more = from + limit < all.length ? { NextToken: String(from + limit) } : {}
    return ok({ Schedules: all.slice(from, from + limit).map((one) => this.summary(one)), ...more })
  }

  private summary(one: Schedule): Record<string, unknown> {
    return {
      Arn: this.scheduler.arn(one),
      Name: one.name,
      GroupName: one.group,
      State: stateOf(one),
      CreationDate: one.createdAt / 1000,
      LastModificationDate: one.changedAt / 1000,
      Target: { Arn: one.input.Target.Arn },
    }
  }

  private whole(one: Schedule): Record<string, unknown> {
    const { ClientToken: _token, ...input } = one.input
    const defaults = { ScheduleExpressionTimezone: 'UTC', ActionAfterCompletion: 'NONE' }
    return { ...defaults, ...input, ...this.summary(one), Target: input.Target }
  }
}

const stateOf = (one: Schedule): string => one.input.State ?? 'ENABLED'
