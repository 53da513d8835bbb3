/** The clock and the log of a process, for composition roots. */
import { env } from './env.ts'
import { type Log, logTo } from './log.ts'
import type { Clock } from './ports.ts'

// biome-ignore lint/plugin: the place where handlers get the time from; the local runtime turns Date virtual.
export const clock: Clock = { now: () => Date.now() }

export const log: Log = logTo(clock, (line) => process.stdout.write(`${line}\n`), env.logLevel)
