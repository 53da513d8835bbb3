/** A folder for what is not to be kept: in memory where the system offers that, gone when this process is. */
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const shared = '/dev/shm'
const prefix = 'tendril-memory-'

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Removes what processes left that were killed before they could. */
const sweep = (base: string): void => {
  for (const name of readdirSync(base)) {
    const pid = Number(name.startsWith(prefix) ? name.slice(prefix.length).split('-')[0] : Number.NaN)
    if (Number.isInteger(pid) && pid > 0 && !isAlive(pid))
      rmSync(join(base, name), { recursive: true, force: true })
  }
}

let made = 0

/** Makes the folder; `remove` may be called any number of times. */
export const scratchFolder = (): { readonly path: string; remove(): void } => {
  const base = existsSync(shared) ? shared : tmpdir()
  sweep(base)
  const path = join(base, `${prefix}${process.pid}-${++made}`)
  mkdirSync(path)
  const remove = (): void => rmSync(path, { recursive: true, force: true })
  process.once('exit', remove)
  return {
    path,
    remove: () => {
      process.removeListener('exit', remove)
      remove()
    },
  }
}
