/** One JSON line per record. Ids only: no address, name, text or token of a person ever comes here. */
import type { Clock } from './ports.ts'

export type Fields = Readonly<Record<string, string | number | boolean | undefined>>

export interface Log {
  info(event: string, fields?: Fields): void
  error(event: string, error: unknown, fields?: Fields): void
}

/** An error's name and the place it was thrown. Messages of libraries may quote input: only plain errors, ours, tell theirs. */
const describe = (error: unknown): Fields =>
  error instanceof Error
    ? {
        error: error.name,
        message: error.name === 'Error' ? error.message.slice(0, 300) : undefined,
        at: error.stack
          ?.split('\n')
          .find((line) => line.startsWith('    at '))
          ?.trim(),
      }
    : { error: typeof error }

/** Writes to standard output, where Lambda and the local runtime pick it up. */
export const logTo = (
  clock: Clock,
  write: (line: string) => void,
  level: 'info' | 'error' = 'info',
): Log => ({
  info: (event, fields = {}) =>
    level === 'info' &&
    write(JSON.stringify({ level: 'INFO', time: new Date(clock.now()).toISOString(), event, ...fields })),
  error: (event, error, fields = {}) =>
    write(
      JSON.stringify({
        level: 'ERROR',
        time: new Date(clock.now()).toISOString(),
        event,
        ...fields,
        ...describe(error),
      }),
    ),
})
