/** Which emulator process works on a data directory, and the end of one whose owner was killed. */
import { readFileSync, rmSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { writeWhole } from '../whole-file.ts'

interface PidFile {
  readonly pid: number
  readonly db: string
  /** The process that started it, and when that one began: a number may be given to another process later. */
  readonly owner: number
  readonly ownerStarted: string
}

const STEP_MS = 20
const PATIENCE_MS = 2000

const read = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

/** When a process began, in ticks since boot; undefined when there is none, or one that is dead and not yet reaped. */
const startedAt = (pid: number): string | undefined => {
  const stat = read(`/proc/${pid}/stat`)
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields?.[0] === 'Z' || fields?.[0] === 'X' ? undefined : fields?.[19]
}

/** True when `pid` is an emulator that has this very database open as its argument. */
const isOurs = (pid: number, db: string): boolean => {
  const parts = read(`/proc/${pid}/cmdline`)?.split('\0') ?? []
  return parts[0]?.includes('dynoxide') === true && parts.includes(db)
}

const end = async (pid: number, db: string): Promise<void> => {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    if (!isOurs(pid, db)) return
    process.kill(pid, signal)
    for (let waited = 0; waited < PATIENCE_MS && isOurs(pid, db); waited += STEP_MS) await wait(STEP_MS)
  }
}

/** Notes which process serves `db`. */
export const writePidFile = (file: string, pid: number, db: string): void => {
  const ownerStarted = startedAt(process.pid) ?? ''
  writeWhole(file, JSON.stringify({ pid, db, owner: process.pid, ownerStarted } satisfies PidFile))
}

/**
 * Ends the emulator that a killed run left behind on `db`. Answers with its pid, or undefined when there was none.
 * Throws when its owner is alive: two runs must not share a data directory.
 */
export const endOrphan = async (file: string, db: string): Promise<number | undefined> => {
  const text = read(file)
  if (text === undefined) return undefined
  const { pid, owner, ownerStarted } = JSON.parse(text) as PidFile
  if (!isOurs(pid, db)) {
    rmSync(file, { force: true })
    return undefined
  }
  if (owner !== process.pid && startedAt(owner) === ownerStarted)
    throw new Error(`The data directory is in use by process ${owner}.`)
  await end(pid, db)
  rmSync(file, { force: true })
  return pid
}
