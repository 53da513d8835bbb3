/** What is wrong in a marketer's file, and where. A warning is allowed, but hardly meant. */
export interface Problem {
  readonly severity?: 'warning'
  readonly file: string
  /** Both count from 1. */
  readonly line: number
  readonly column: number
  readonly message: string
}

/** `file:line:column message`, as editors and terminals link it. */
export const formatProblem = ({ file, line, column, severity, message }: Problem): string =>
  `${file}:${line}:${column} ${severity ? `${severity}: ` : ''}${message}`

/** Whether it stops a file from being used. */
export const isError = ({ severity }: Problem): boolean => severity === undefined

/** In file order, without repetition. */
export function sortProblems(problems: readonly Problem[]): readonly Problem[] {
  const seen = new Map(problems.map((problem) => [formatProblem(problem), problem]))
  return [...seen.values()].sort(
    (left, right) =>
      left.file.localeCompare(right.file) || left.line - right.line || left.column - right.column,
  )
}
