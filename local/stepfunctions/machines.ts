/** State machines, their versions and aliases, in the store, and the programs made of their definitions. */
import { createHash } from 'node:crypto'
import type { Store } from '../store.ts'
import { buildProgram, type Program } from './program.ts'

const machinesSchema = `
CREATE TABLE IF NOT EXISTS sfn_definitions (hash TEXT PRIMARY KEY, text TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS sfn_machines (n INTEGER PRIMARY KEY, arn TEXT NOT NULL UNIQUE, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS sfn_versions (
  arn TEXT PRIMARY KEY, machine TEXT NOT NULL, number INTEGER NOT NULL, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS sfn_aliases (
  arn TEXT PRIMARY KEY, machine TEXT NOT NULL, n INTEGER NOT NULL, body TEXT NOT NULL);
`

/** What a machine is at one revision. Instants in milliseconds since 1970; `definition` is the hash of its text. */
export interface Revision {
  readonly definition: string
  readonly roleArn: string
  /** Absent until the first update. */
  readonly revisionId?: string | undefined
}

export interface Machine extends Revision {
  readonly arn: string
  readonly name: string
  readonly type: string
  readonly createdAt: number
  readonly updatedAt: number
  readonly lastVersion: number
  readonly logging?: unknown
  readonly tracing?: unknown
}

export interface Version extends Revision {
  readonly arn: string
  readonly machineArn: string
  readonly number: number
  readonly createdAt: number
  readonly description?: string | undefined
}

export interface Alias {
  readonly arn: string
  readonly machineArn: string
  readonly name: string
  readonly n: number
  readonly description?: string | undefined
  readonly routing: readonly { readonly stateMachineVersionArn: string; readonly weight: number }[]
  readonly createdAt: number
  readonly updatedAt: number
}

interface Row {
  readonly body: string
}

function one<T>(row: Row | undefined): T | undefined {
  return row === undefined ? undefined : (JSON.parse(row.body) as T)
}

function many<T>(rows: readonly Row[]): T[] {
  return rows.map((row) => JSON.parse(row.body) as T)
}

export class Machines {
  private readonly store: Store
  private readonly functions: Readonly<Record<string, unknown>>
  private readonly programs = new Map<string, Program>()

  constructor(store: Store, functions: Readonly<Record<string, unknown>>) {
    this.store = store
    this.functions = functions
    store.define(machinesSchema)
  }

  /** Keeps a definition's text; answers its hash, by which executions hold on to it for good. */
  keep(text: string): string {
    const hash = createHash('sha256').update(text).digest('hex')
    this.store.run('INSERT OR IGNORE INTO sfn_definitions (hash, text) VALUES (?,?)', hash, text)
    return hash
  }

  text(hash: string): string {
    const row = this.store.get<{ text: string }>('SELECT text FROM sfn_definitions WHERE hash = ?', hash)
    if (row === undefined) throw new Error('a definition is missing from the store')
    return row.text
  }

  /** The program of a definition: built once, its expressions compiled once. */
  program(hash: string): Program {
    const known = this.programs.get(hash)
    if (known !== undefined) return known
    const built = buildProgram(JSON.parse(this.text(hash)) as Record<string, unknown>, this.functions)
    this.programs.set(hash, built)
    return built
  }

  machine(arn: string): Machine | undefined {
    return one(this.store.get<Row>('SELECT body FROM sfn_machines WHERE arn = ?', arn))
  }

  save(machine: Machine): void {
    this.store.run(
      'INSERT INTO sfn_machines (arn, body) VALUES (?,?) ON CONFLICT (arn) DO UPDATE SET body = excluded.body',
      machine.arn,
      JSON.stringify(machine),
    )
  }

  /** In order of creation. */
  list(): Machine[] {
    return many(this.store.all<Row>('SELECT body FROM sfn_machines ORDER BY n'))
  }

  remove(arn: string): void {
    this.store.transaction(() => {
      for (const table of ['sfn_versions', 'sfn_aliases'])
        this.store.run(`DELETE FROM ${table} WHERE machine = ?`, arn)
      this.store.run('DELETE FROM sfn_machines WHERE arn = ?', arn)
    })
  }

  version(arn: string): Version | undefined {
    return one(this.store.get<Row>('SELECT body FROM sfn_versions WHERE arn = ?', arn))
  }

  saveVersion(version: Version): void {
    this.store.run(
      'INSERT INTO sfn_versions (arn, machine, number, body) VALUES (?,?,?,?)',
      version.arn,
      version.machineArn,
      version.number,
      JSON.stringify(version),
    )
  }

  /** Newest first. */
  versions(machineArn: string): Version[] {
    return many(
      this.store.all<Row>('SELECT body FROM sfn_versions WHERE machine = ? ORDER BY number DESC', machineArn),
    )
  }

  removeVersion(arn: string): void {
    this.store.run('DELETE FROM sfn_versions WHERE arn = ?', arn)
  }

  alias(arn: string): Alias | undefined {
    return one(this.store.get<Row>('SELECT body FROM sfn_aliases WHERE arn = ?', arn))
  }

  saveAlias(alias: Alias): void {
    this.store.run(
      'INSERT INTO sfn_aliases (arn, machine, n, body) VALUES (?,?,?,?) ON CONFLICT (arn) DO UPDATE SET body = excluded.body',
      alias.arn,
      alias.machineArn,
      alias.n,
      JSON.stringify(alias),
    )
  }

  /** In order of creation. */
  aliases(machineArn: string): Alias[] {
    return many(this.store.all<Row>('SELECT body FROM sfn_aliases WHERE machine = ? ORDER BY n', machineArn))
  }

  removeAlias(arn: string): void {
    this.store.run('DELETE FROM sfn_aliases WHERE arn = ?', arn)
  }
}
