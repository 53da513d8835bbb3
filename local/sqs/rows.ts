/** What of the queues is kept on disk. */
import type { Store } from '../store.ts'
import { type Message, type MessageFacts, newMessage } from './message.ts'

const SCHEMA = `
CREATE TABLE IF NOT EXISTS sqs_queue (name TEXT PRIMARY KEY, attributes TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sqs_message (
  seq INTEGER PRIMARY KEY, queue TEXT NOT NULL, facts TEXT NOT NULL, body TEXT NOT NULL,
  due INTEGER NOT NULL, receives INTEGER NOT NULL, first INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS sqs_dedupe (
  queue TEXT NOT NULL, id TEXT NOT NULL, message TEXT NOT NULL, seq INTEGER NOT NULL, at INTEGER NOT NULL,
  PRIMARY KEY (queue, id)) WITHOUT ROWID;
`

interface MessageRow {
  readonly seq: number
  readonly queue: string
  readonly facts: string
  readonly body: string
  readonly due: number
  readonly receives: number
  readonly first: number
}

/** A message accepted within the last five minutes, by its deduplication id. */
export interface Accepted {
  readonly id: string
  readonly message: string
  readonly seq: number
  readonly at: number
}

export class SqsRows {
  private readonly store: Store

  constructor(store: Store) {
    this.store = store
    store.define(SCHEMA)
  }

  transaction<T>(work: () => T): T {
    return this.store.transaction(work)
  }

  queues(): { name: string; attributes: Record<string, string> }[] {
    return this.store
      .all<{ name: string; attributes: string }>('SELECT name, attributes FROM sqs_queue')
      .map((row) => ({ name: row.name, attributes: JSON.parse(row.attributes) }))
  }

  saveQueue(name: string, attributes: Readonly<Record<string, string>>): void {
    this.store.run('INSERT OR REPLACE INTO sqs_queue VALUES (?, ?)', name, JSON.stringify(attributes))
  }

  dropQueue(name: string): void {
    this.transaction(() => {
      this.store.run('DELETE FROM sqs_queue WHERE name = ?', name)
      this.store.run('DELETE FROM sqs_dedupe WHERE queue = ?', name)
      this.purge(name)
    })
  }

  purge(name: string): void {
    this.store.run('DELETE FROM sqs_message WHERE queue = ?', name)
  }

  /** Every message, oldest first. */
  messages(): { queue: string; message: Message }[] {
    return this.store.all<MessageRow>('SELECT * FROM sqs_message ORDER BY seq').map((row) => ({
      queue: row.queue,
      message: {
        ...newMessage({ ...JSON.parse(row.facts), seq: row.seq, body: row.body } as MessageFacts, row.due),
        receives: row.receives,
        firstReceivedAt: row.first,
      },
    }))
  }

  save(queue: string, message: Message): void {
    const { id, attributes, group, dedupe, trace, source, sentAt } = message
    const facts = JSON.stringify({ id, attributes, group, dedupe, trace, source, sentAt })
    this.store.run(
      'INSERT OR REPLACE INTO sqs_message VALUES (?, ?, ?, ?, ?, ?, ?)',
      message.seq,
      queue,
      facts,
      message.body,
      message.due,
      message.receives,
      message.firstReceivedAt,
    )
  }

  saveReceives(messages: readonly Message[]): void {
    this.transaction(() => {
      for (const one of messages)
        this.store.run(
          'UPDATE sqs_message SET receives = ?, first = ? WHERE seq = ?',
          one.receives,
          one.firstReceivedAt,
          one.seq,
        )
    })
  }

  remove(messages: readonly Message[]): void {
    this.transaction(() => {
      for (const one of messages) this.store.run('DELETE FROM sqs_message WHERE seq = ?', one.seq)
    })
  }

  accepted(queue: string): Accepted[] {
    return this.store.all(
      'SELECT id, message, seq, at FROM sqs_dedupe WHERE queue = ? ORDER BY at, seq',
      queue,
    )
  }

  saveAccepted(queue: string, one: Accepted): void {
    this.store.run(
      'INSERT OR REPLACE INTO sqs_dedupe VALUES (?, ?, ?, ?, ?)',
      queue,
      one.id,
      one.message,
      one.seq,
      one.at,
    )
  }

  dropAccepted(queue: string, id: string): void {
    this.store.run('DELETE FROM sqs_dedupe WHERE queue = ? AND id = ?', queue, id)
  }

  /** The highest sequence number ever given that is still on record. */
  lastSeq(): number {
    const row = this.store.get<{ seq: number | null }>(
      'SELECT max(seq) AS seq FROM (SELECT max(seq) AS seq FROM sqs_message UNION ALL SELECT max(seq) FROM sqs_dedupe)',
    )
    return row?.seq ?? 0
  }
}
