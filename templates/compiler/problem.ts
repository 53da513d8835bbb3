/** A mistake in a template, where its author finds it. */
export interface Problem {
  /** Path inside `templates/`. */
  readonly file: string
  readonly line: number
  readonly column: number
  readonly message: string
}

/** A place in a file. */
export type Place = Omit<Problem, 'message'>

/** Finds line and column (both from 1) of an offset. */
export const placeAt = (file: string, source: string, offset: number): Place => {
  const before = source.slice(0, Math.max(0, offset))
  const lines = before.split('\n')
  return { file, line: lines.length, column: (lines.at(-1) ?? '').length + 1 }
}

/** `emails/welcome.mjml:12:5 message`, as editors and terminals link it. */
export const formatProblem = (problem: Problem): string =>
  `${problem.file}:${problem.line}:${problem.column} ${problem.message}`
