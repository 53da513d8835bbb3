/** The durable state of the local stand-ins: one SQLite file, one transaction per change. */
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'

/**
 * A thin skin over SQLite: prepared statements by text and nested-safe transactions.
 * The write-ahead log survives `kill -9` of this process without a sync per commit.
 */
export class Store {
  private readonly db: DatabaseSync
  private readonly statements = new Map<string, StatementSync>()
  private depth = 0

  /** Opens `file`, or a store that keeps nothing when `file` is `:memory:`. `schema` is run as it is: use IF NOT EXISTS. */
  constructor(file: string, schema: string) {
    this.db = new DatabaseSync(file)
    this.db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA temp_store = MEMORY;')
    this.db.exec(schema)
  }

  /** Adds tables of one more stand-in. */
  define(schema: string): void {
    this.db.exec(schema)
  }

  run(sql: string, ...values: SQLInputValue[]): void {
    this.prepare(sql).run(...values)
  }

  all<Row>(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.prepare(sql).all(...values) as Row[]
  }

  get<Row>(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return this.prepare(sql).get(...values) as Row | undefined
  }

  /** Runs `work` (synchronous) as one transaction: after a crash either all of it is there or none. */
  transaction<T>(work: () => T): T {
    if (this.depth > 0) return work()
    this.db.exec('BEGIN IMMEDIATE')
    this.depth++
    try {
      const result = work()
      this.db.exec('COMMIT')
      return result
    } catch (error) {
      this.db.exec('ROLLBACK')
      throw error
    } finally {
      this.depth--
    }
  }

  close(): void {
    this.db.close()
  }

  private prepare(sql: string): StatementSync {
    const known = this.statements.get(sql)
    if (known !== undefined) return known
    const made = this.db.prepare(sql)
    this.statements.set(sql, made)
    return made
  }
}
