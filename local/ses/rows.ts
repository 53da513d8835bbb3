/** What of the mails is kept on disk: the inbox, the events still owed, the account's suppression list. */
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { Store } from '../store.ts'
import type { SesEvent } from './events.ts'
import { addressOf, type StoredMail } from './mail.ts'

const SCHEMA = `
CREATE TABLE IF NOT EXISTS ses_mail (
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, at INTEGER NOT NULL,
  tags TEXT NOT NULL, mail TEXT NOT NULL, texts BLOB NOT NULL);
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

/** The long texts of a mail: they look much alike from mail to mail and within one, so they are kept compressed. */
interface Texts {
  readonly html: string | undefined
  readonly text: string | undefined
  /** Only of a mail that was sent raw. */
  readonly raw?: string | undefined
}

interface MailRow {
  readonly mail: string
  readonly texts: Uint8Array
}

const pack = (texts: Texts): Uint8Array => deflateRawSync(JSON.stringify(texts), { level: 1 })
const unpack = (row: MailRow): Texts => JSON.parse(inflateRawSync(row.texts).toString('utf8'))

const whole = (row: MailRow): StoredMail => {
  const { html, text } = unpack(row)
  return { ...JSON.parse(row.mail), html, text }
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
    raw: string | undefined,
    events: readonly (readonly [due: number, event: SesEvent])[],
  ): Owed[] {
    const { html, text, ...facts } = mail
    const texts = pack({ html, text, raw })
    return this.store.transaction(() => {
      const seq = ++this.mailSeq
      this.store.run(
        'INSERT INTO ses_mail VALUES (?, ?, ?, ?, ?, ?)',
        seq,
        mail.id,
        Date.parse(mail.sentAt),
        JSON.stringify(mail.tags),
        JSON.stringify(facts),
        texts,
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
        ? this.store.all<MailRow>('SELECT mail, texts FROM ses_mail ORDER BY seq DESC LIMIT ?', limit)
        : this.store.all<MailRow>(
            `SELECT mail, texts FROM ses_recipient JOIN ses_mail USING (seq)
             WHERE address = ? ORDER BY seq DESC LIMIT ?`,
            to.toLowerCase(),
            limit,
          )
    return rows.map(whole)
  }

  get(id: string): StoredMail | undefined {
    const row = this.row(id)
    return row && whole(row)
  }

  raw(id: string): string | undefined {
    const row = this.row(id)
    return row && unpack(row).raw
  }

  /** How many mails were ever accepted. */
  count(): number {
    return this.mailSeq
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

  private row(id: string): MailRow | undefined {
    return this.store.get('SELECT mail, texts FROM ses_mail WHERE id = ?', id)
  }

  private last(table: 'ses_mail' | 'ses_owed'): number {
    return this.store.get<{ seq: number | null }>(`SELECT max(seq) AS seq FROM ${table}`)?.seq ?? 0
  }
}
