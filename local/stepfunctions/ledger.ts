/** Executions and their histories in the store: one row per execution, one row per batch of new events. */
import type { Store } from '../store.ts'
import type { Execution, Frame, HistoryEvent, Status } from './types.ts'

export const ledgerSchema = `
CREATE TABLE IF NOT EXISTS sfn_executions (
  id INTEGER PRIMARY KEY, arn TEXT NOT NULL UNIQUE, machine TEXT NOT NULL, version TEXT, name TEXT NOT NULL,
  status TEXT NOT NULL, lead TEXT, due INTEGER, sending INTEGER NOT NULL, head TEXT NOT NULL, state TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS sfn_executions_machine ON sfn_executions (machine, id);
CREATE INDEX IF NOT EXISTS sfn_executions_lead ON sfn_executions (lead) WHERE lead IS NOT NULL;
CREATE TABLE IF NOT EXISTS sfn_events (
  execution INTEGER NOT NULL, last INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (execution, last)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sfn_meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
`

/** When the next timer of an execution runs out, in milliseconds since 1970, and whether a call is still to be made. */
export function outlook(execution: Execution): { due: number | undefined; sending: boolean } {
  if (execution.status !== 'RUNNING') return { due: undefined, sending: false }
  let due = execution.deadline ?? Number.POSITIVE_INFINITY
  let sending = false
  const look = (frame: Frame): void => {
    due = Math.min(due, frame.due ?? due, frame.heartbeatDue ?? due)
    sending ||= frame.step === 'sending'
    for (const child of frame.children ?? []) look(child)
  }
  look(execution.root)
  return { due: due === Number.POSITIVE_INFINITY ? undefined : due, sending }
}

/** Which executions to list: newest first, at most `limit`, those before the id `before`. */
export interface Listing {
  readonly machine: string
  readonly version?: string | undefined
  readonly status?: string | undefined
  readonly before?: number | undefined
  readonly limit: number
}

interface Row {
  readonly head: string
  readonly state: string
}

/** What never changes is written once, so that a turn writes only what can. */
function split(execution: Execution): { head: Omit<Execution, keyof Changing>; state: Changing } {
  const { status, stoppedAt, output, failure, redriveCount, redrivenAt, ...more } = execution
  const { events, frames, transitions, deadline, root, ...head } = more
  const state = { status, stoppedAt, output, failure, redriveCount, redrivenAt }
  return { head, state: { ...state, events, frames, transitions, deadline, root } }
}

type Changing = Pick<
  Execution,
  | 'status'
  | 'stoppedAt'
  | 'output'
  | 'failure'
  | 'redriveCount'
  | 'redrivenAt'
  | 'events'
  | 'frames'
  | 'transitions'
  | 'deadline'
  | 'root'
>

const all = Number.MAX_SAFE_INTEGER

export class Ledger {
  private readonly store: Store

  constructor(store: Store) {
    this.store = store
    store.define(ledgerSchema)
  }

  /** The highest id given out so far. */
  lastId(): number {
    return this.store.get<{ id: number | null }>('SELECT MAX(id) AS id FROM sfn_executions')?.id ?? 0
  }

  /** Writes a new execution. Answers when its next timer runs out. */
  insert(execution: Execution, lead: string | undefined): number | undefined {
    const { due, sending } = outlook(execution)
    const { head, state } = split(execution)
    this.store.run(
      'INSERT INTO sfn_executions (id, arn, machine, version, name, status, lead, due, sending, head, state) VALUES (?,?,?,?,?,?,?,?,?,?,?)',
      execution.id,
      execution.arn,
      execution.machineArn,
      execution.versionArn ?? null,
      execution.name,
      execution.status,
      lead ?? null,
      due ?? null,
      sending ? 1 : 0,
      JSON.stringify(head),
      JSON.stringify(state),
    )
    return due
  }

  /** Writes what an execution has become. Answers when its next timer runs out. */
  update(execution: Execution): number | undefined {
    const { due, sending } = outlook(execution)
    this.store.run(
      'UPDATE sfn_executions SET status = ?, due = ?, sending = ?, state = ? WHERE id = ?',
      execution.status,
      due ?? null,
      sending ? 1 : 0,
      JSON.stringify(split(execution).state),
      execution.id,
    )
    return due
  }

  append(execution: Execution, events: readonly HistoryEvent[]): void {
    const last = events.at(-1)
    if (last === undefined) return
    this.store.run(
      'INSERT INTO sfn_events (execution, last, body) VALUES (?,?,?)',
      execution.id,
      last.id,
      JSON.stringify(events),
    )
  }

  byId(id: number): Execution | undefined {
    return read(this.store.get<Row>('SELECT head, state FROM sfn_executions WHERE id = ?', id))
  }

  byArn(arn: string): Execution | undefined {
    return read(this.store.get<Row>('SELECT head, state FROM sfn_executions WHERE arn = ?', arn))
  }

  /** Newest first; by name when one is given. */
  recent(name: string | undefined, limit: number): Execution[] {
    const rows = this.store.all<Row>(
      'SELECT head, state FROM sfn_executions WHERE (? IS NULL OR name = ?) ORDER BY id DESC LIMIT ?',
      name ?? null,
      name ?? null,
      limit,
    )
    return rows.flatMap((row) => read(row) ?? [])
  }

  byLead(lead: string): Execution[] {
    const rows = this.store.all<Row>(
      'SELECT head, state FROM sfn_executions WHERE lead = ? ORDER BY id',
      lead,
    )
    return rows.map(join)
  }

  list(listing: Listing): Execution[] {
    const rows = this.store.all<Row>(
      `SELECT head, state FROM sfn_executions WHERE machine = ? AND id < ? AND (? IS NULL OR status = ?)
       AND (? IS NULL OR version = ?) ORDER BY id DESC LIMIT ?`,
      listing.machine,
      listing.before ?? all,
      listing.status ?? null,
      listing.status ?? null,
      listing.version ?? null,
      listing.version ?? null,
      listing.limit,
    )
    return rows.map(join)
  }

  /** Running executions that have a timer or a call to make: what a fresh engine takes up. */
  open(): { id: number; due: number | null; sending: number }[] {
    return this.store.all(
      "SELECT id, due, sending FROM sfn_executions WHERE status = 'RUNNING' AND (due IS NOT NULL OR sending = 1)",
    )
  }

  count(status: Status): number {
    return (
      this.store.get<{ n: number }>('SELECT COUNT(*) AS n FROM sfn_executions WHERE status = ?', status)?.n ??
      0
    )
  }

  /** Events with ids above `after`, oldest first, at least `limit` of them while there are any. */
  events(execution: number, after: number, limit: number): HistoryEvent[] {
    const rows = this.store.all<{ body: string }>(
      'SELECT body FROM sfn_events WHERE execution = ? AND last > ? ORDER BY last LIMIT ?',
      execution,
      after,
      limit,
    )
    return rows.flatMap((row) => JSON.parse(row.body) as HistoryEvent[]).filter((event) => event.id > after)
  }

  /** Events with ids below `before`, newest first. */
  eventsBack(execution: number, before: number, limit: number): HistoryEvent[] {
    const rows = this.store.all<{ body: string }>(
      `SELECT body FROM sfn_events WHERE execution = ? AND last < ? + COALESCE(
         (SELECT MIN(last) - ? + 1 FROM sfn_events WHERE execution = ? AND last >= ?), 0) ORDER BY last DESC LIMIT ?`,
      execution,
      before,
      before,
      execution,
      before,
      limit,
    )
    const events = rows.flatMap((row) => (JSON.parse(row.body) as HistoryEvent[]).reverse())
    return events.filter((event) => event.id < before)
  }

  /** A value that outlives the process, made once. */
  constant(name: string, make: () => string): string {
    const known = this.store.get<{ value: string }>('SELECT value FROM sfn_meta WHERE name = ?', name)
    if (known !== undefined) return known.value
    const value = make()
    this.store.run('INSERT INTO sfn_meta (name, value) VALUES (?,?)', name, value)
    return value
  }
}

function join(row: Row): Execution {
  return { ...JSON.parse(row.head), ...JSON.parse(row.state) } as Execution
}

function read(row: Row | undefined): Execution | undefined {
  return row === undefined ? undefined : join(row)
}
