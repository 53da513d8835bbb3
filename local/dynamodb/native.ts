/** The native emulator as a child process that never outlives this one. */
import { type ChildProcess, spawn } from 'node:child_process'
import { accessSync, constants, realpathSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { freePort } from '../loopback.ts'
import { callDynamo } from './call.ts'
import { writePidFile } from './orphan.ts'

export interface NativeEmulator {
  readonly endpoint: string
  readonly pid: number
  /** Settles when the process has ended, however it did. */
  readonly exited: Promise<void>
  close(): Promise<void>
}

export interface NativeOptions {
  readonly binary: string
  /** The database file; nothing is kept without. */
  readonly db?: string
  readonly pidFile?: string
}

const ATTEMPTS = 5
const BOOT_MS = 10_000
const STEP_MS = 10
const CLOSE_MS = 3000

/** Ends the emulator as soon as its standard input closes, which it does when this process dies in whatever way. */
const GUARD = 'while read -r _; do :; done; [ "$(readlink "/proc/$1/exe")" = "$2" ] && kill "$1"'

/** The path of the binary installed for this platform, or undefined. */
export const nativeBinary = (): string | undefined => {
  try {
    const manifest = createRequire(import.meta.url).resolve(
      `@dynoxide/${process.platform}-${process.arch}/package.json`,
    )
    const binary = realpathSync(join(dirname(manifest), 'dynoxide'))
    accessSync(binary, constants.X_OK)
    return binary
  } catch {
    return undefined
  }
}

const isUp = async (endpoint: string): Promise<boolean> => {
  try {
    await callDynamo(endpoint, 'DynamoDB_20120810', 'ListTables', {})
    return true
  } catch {
    return false
  }
}

const waitUntilUp = async (endpoint: string, ended: () => boolean): Promise<boolean> => {
  for (let waited = 0; waited < BOOT_MS && !ended(); waited += STEP_MS) {
    if (await isUp(endpoint)) return !ended()
    await wait(STEP_MS)
  }
  return false
}

/** Runs detached: Ctrl-C in a terminal must reach this process first, so that it can finish its work. */
const launch = (options: NativeOptions, port: number): ChildProcess => {
  const kept = options.db === undefined ? [] : ['--db-path', options.db]
  return spawn(options.binary, ['--host', '127.0.0.1', '--port', String(port), ...kept], {
    stdio: 'ignore',
    detached: true,
  })
}

const guard = (pid: number, binary: string): ChildProcess | undefined => {
  if (process.platform !== 'linux') return undefined
  const watcher = spawn('/bin/sh', ['-c', GUARD, 'guard', String(pid), binary], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  watcher.on('error', () => undefined)
  watcher.unref()
  const input = watcher.stdin as (NodeJS.WritableStream & { unref?: () => void }) | null
  input?.unref?.()
  return watcher
}

/** To be called at once: a run that is killed while its emulator boots must leave a trace of it too. */
const attend = (
  child: ChildProcess,
  pid: number,
  endpoint: string,
  options: NativeOptions,
): NativeEmulator => {
  if (options.pidFile !== undefined && options.db !== undefined)
    writePidFile(options.pidFile, pid, options.db)
  const watcher = guard(pid, options.binary)
  const onExit = (): void => void child.kill()
  process.once('exit', onExit)
  child.unref()
  const exited = new Promise<void>((resolve) => {
    const finish = (): void => {
      process.removeListener('exit', onExit)
      watcher?.kill('SIGKILL')
      resolve()
    }
    if (child.exitCode !== null || child.signalCode !== null) finish()
    else child.once('exit', finish)
  })
  const close = async (): Promise<void> => {
    child.ref()
    child.kill('SIGTERM')
    const hurry = setTimeout(() => child.kill('SIGKILL'), CLOSE_MS)
    await exited
    clearTimeout(hurry)
    if (options.pidFile !== undefined) rmSync(options.pidFile, { force: true })
  }
  return { endpoint, pid, exited, close }
}

/** Starts the emulator on a free port of loopback and answers once it serves. */
export const startNative = async (options: NativeOptions): Promise<NativeEmulator> => {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const port = await freePort()
    const endpoint = `http://127.0.0.1:${port}`
    const child = launch(options, port)
    let ended = false
    const over = (): void => {
      ended = true
    }
    child.once('error', over)
    child.once('exit', over)
    const emulator = child.pid === undefined ? undefined : attend(child, child.pid, endpoint, options)
    if ((await waitUntilUp(endpoint, () => ended)) && emulator !== undefined) return emulator
    child.kill('SIGKILL')
  }
  throw new Error(`The DynamoDB emulator did not start: ${options.binary}`)
}
