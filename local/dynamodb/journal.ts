/** What the embedded emulator does not keep: stream records, time-to-live settings, and writes under way. */
import { Store } from '../store.ts'
import type { AttributeMap } from './dynalite.ts'
import { isSame } from './image.ts'

/** One item before and after a write. */
export interface Change {
  readonly table: string
  readonly key: AttributeMap
  readonly before: AttributeMap | undefined
  readonly after: AttributeMap | undefined
}

export interface StreamInfo {
  readonly name: string
  readonly label: string
  readonly view: string
}

const SCHEMA = `
CREATE TABLE IF NOT EXISTS stream (name TEXT PRIMARY KEY, label TEXT NOT NULL, view TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS record (seq INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, record TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS record_name ON record (name, seq);
CREATE TABLE IF NOT EXISTS ttl (name TEXT PRIMARY KEY, attribute TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS underway (id INTEGER PRIMARY KEY, items TEXT NOT NULL);
`

const KEPT_RECORDS = 200_000

export const sequenceText = (seq: number): string => String(seq).padStart(21, '0')

const eventName = (change: Change): 'INSERT' | 'MODIFY' | 'REMOVE' => {
  if (change.before === undefined) return 'INSERT'
  return change.after === undefined ? 'REMOVE' : 'MODIFY'
}

export class Journal {
  private readonly store: Store

  constructor(file: string) {
    this.store = new Store(file, SCHEMA)
  }

  enableStream(name: string, label: string, view: string): void {
    this.store.run('INSERT OR REPLACE INTO stream VALUES (?, ?, ?)', name, label, view)
  }

  stream(name: string): StreamInfo | undefined {
    return this.store.get('SELECT * FROM stream WHERE name = ?', name)
  }

  streams(): StreamInfo[] {
    return this.store.all('SELECT * FROM stream ORDER BY name')
  }

  dropTable(name: string): void {
    this.store.transaction(() => {
      for (const table of ['stream', 'record', 'ttl'])
        this.store.run(`DELETE FROM ${table} WHERE name = ?`, name)
    })
  }

  setTtl(name: string, attribute: string | undefined): void {
    if (attribute === undefined) this.store.run('DELETE FROM ttl WHERE name = ?', name)
    else this.store.run('INSERT OR REPLACE INTO ttl VALUES (?, ?)', name, attribute)
  }

  ttl(name: string): string | undefined {
    return this.store.get<{ attribute: string }>('SELECT attribute FROM ttl WHERE name = ?', name)?.attribute
  }

  /** Notes the items as they are before a write; there is one write at a time. */
  begin(before: readonly Omit<Change, 'after'>[]): void {
    this.store.run('INSERT OR REPLACE INTO underway VALUES (1, ?)', JSON.stringify(before))
  }

  /** Ends the write, with a stream record for every item that is not as it was. */
  commit(changes: readonly Change[], at: number): void {
    this.store.transaction(() => {
      this.store.run('DELETE FROM underway')
      for (const change of changes) this.append(change, at)
    })
  }

  /** The items of a write that a crash broke off, as they were before. */
  brokenOff(): readonly Omit<Change, 'after'>[] {
    const row = this.store.get<{ items: string }>('SELECT items FROM underway')
    return row === undefined ? [] : JSON.parse(row.items)
  }

  lastSeq(name: string): number {
    return (
      this.store.get<{ seq: number | null }>('SELECT max(seq) AS seq FROM record WHERE name = ?', name)
        ?.seq ?? 0
    )
  }

  after(name: string, seq: number, limit: number): { seq: number; record: Record<string, unknown> }[] {
    return this.store
      .all<{ seq: number; record: string }>(
        'SELECT seq, record FROM record WHERE name = ? AND seq > ? ORDER BY seq LIMIT ?',
        name,
        seq,
        limit,
      )
      .map((row) => ({ seq: row.seq, record: JSON.parse(row.record) }))
  }

  close(): void {
    this.store.close()
  }

  private append(change: Change, at: number): void {
    const stream = this.stream(change.table)
    if (stream === undefined || isSame(change.before, change.after)) return
    const record = {
      eventName: eventName(change),
      dynamodb: {
        ApproximateCreationDateTime: Math.floor(at / 1000),
        Keys: change.key,
        ...(change.after !== undefined && stream.view.includes('NEW') && { NewImage: change.after }),
        ...(change.before !== undefined && stream.view.includes('OLD') && { OldImage: change.before }),
        StreamViewType: stream.view,
      },
    }
    this.store.run('INSERT INTO record (name, record) VALUES (?, ?)', change.table, JSON.stringify(record))
    this.store.run('DELETE FROM record WHERE seq <= (SELECT max(seq) FROM record) - ?', KEPT_RECORDS)
  }
}
