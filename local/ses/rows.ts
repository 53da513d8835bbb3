/** What of the mails is kept on disk: the inbox, the events still owed, the account's suppression list. */
import type { Store } from '../store.ts'
import type { SesEvent } from './events.ts'
import { addressOf, type StoredMail } from './mail.ts'

const SCHEMA = `
CREATE TABLE IF NOT EXISTS ses_mail (
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, at INTEGER NOT NULL,
  tags TEXT NOT NULL, mail TEXT NOT NULL, raw TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS ses_mail_at ON ses_mail (at);
CREATE TABLE IF NOT EXISTS ses_recipient (
  address TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (address, seq)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS ses_owed (seq INTEGER PRIMARY KEY, due INTEGER NOT NULL, event TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS ses_suppressed (
  address TEXT PRIMARY KEY, reason TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
`

/** An event that the bus has not been given yet. */
export interface Owed {
  readonly seq: number
  readonly due: number
  readonly event: SesEvent
}

export interface Suppressed {
  readonly address: string
  readonly reason: string
  readonly at: number
}

export class SesRows {
  private readonly store: Store
  private mailSeq: number
  private owedSeq: number

  constructor(store: Store) {
    this.store = store
    store.define(SCHEMA)
    this.mailSeq = this.last('ses_mail')
    this.owedSeq = this.last('ses_owed')
  }

  /** Keeps a mail and the events it owes as one: after a crash there are both or neither. */
  accept(
    mail: StoredMail,
    raw: string,
    events: readonly (readonly [due: number, event: SesEvent])[],
  ): Owed[] {
    return this.store.transaction(() => {
      const seq = ++this.mailSeq
      this.store.run(
        'INSERT INTO ses_mail VALUES (?, ?, ?, ?, ?, ?)',
        seq,
        mail.id,
        Date.parse(mail.sentAt),
        JSON.stringify(mail.tags),
        JSON.stringify(mail),
        raw,
      )
      for (const address of new Set([...mail.to, ...mail.cc, ...mail.bcc].map(addressOf)))
        this.store.run('INSERT OR IGNORE INTO ses_recipient VALUES (?, ?)', address.toLowerCase(), seq)
      return events.map(([due, event]) => this.owe(due, event))
    })
  }

  owe(due: number, event: SesEvent): Owed {
    const seq = ++this.owedSeq
    this.store.run('INSERT INTO ses_owed VALUES (?, ?, ?)', seq, due, JSON.stringify(event))
    return { seq, due, event }
  }

  settle(owed: Owed): void {
    this.store.run('DELETE FROM ses_owed WHERE seq = ?', owed.seq)
  }

  owed(): Owed[] {
    return this.store
      .all<{ seq: number; due: number; event: string }>('SELECT * FROM ses_owed ORDER BY seq')
      .map((row) => ({ seq: row.seq, due: row.due, event: JSON.parse(row.event) }))
  }

  /** Newest first. */
  list(to: string | undefined, limit: number): StoredMail[] {
    const rows =
      to === undefined
        ? this.store.all<{ mail: string }>('SELECT mail FROM ses_mail ORDER BY seq DESC LIMIT ?', limit)
        : this.store.all<{ mail: string }>(
            `SELECT mail FROM ses_recipient JOIN ses_mail USING (seq)
             WHERE address = ? ORDER BY seq DESC LIMIT ?`,
            to.toLowerCase(),
            limit,
          )
    return rows.map((row) => JSON.parse(row.mail))
  }

  get(id: string): StoredMail | undefined {
    const row = this.store.get<{ mail: string }>('SELECT mail FROM ses_mail WHERE id = ?', id)
    return row && JSON.parse(row.mail)
  }

  raw(id: string): string | undefined {
    return this.store.get<{ raw: string }>('SELECT raw FROM ses_mail WHERE id = ?', id)?.raw
  }

  countSince(at: number): number {
    return this.store.get<{ n: number }>('SELECT count(*) AS n FROM ses_mail WHERE at >= ?', at)?.n ?? 0
  }

  /** How many mails were accepted with the same set of tags. */
  countByTags(): { tags: Record<string, string>; count: number }[] {
    return this.store
      .all<{ tags: string; n: number }>('SELECT tags, count(*) AS n FROM ses_mail GROUP BY tags')
      .map((row) => ({ tags: JSON.parse(row.tags), count: row.n }))
  }

  suppress(one: Suppressed): void {
    this.store.run('INSERT OR REPLACE INTO ses_suppressed VALUES (?, ?, ?)', one.address, one.reason, one.at)
  }

  unsuppress(address: string): void {
    this.store.run('DELETE FROM ses_suppressed WHERE address = ?', address)
  }

  suppressed(address: string): Suppressed | undefined {
    return this.store.get('SELECT * FROM ses_suppressed WHERE address = ?', address)
  }

  allSuppressed(): Suppressed[] {
    return this.store.all('SELECT * FROM ses_suppressed ORDER BY at DESC')
  }

  private last(table: 'ses_mail' | 'ses_owed'): number {
    return this.store.get<{ seq: number | null }>(`SELECT max(seq) AS seq FROM ${table}`)?.seq ?? 0
  }
}
