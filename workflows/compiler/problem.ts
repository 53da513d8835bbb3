/** What is wrong in a marketer's file, and where. */
export interface Problem {
  readonly file: string
  /** Both count from 1. */
  readonly line: number
  readonly column: number
  readonly message: string
}

/** `file:line:column message`, as editors and terminals link it. */
export const formatProblem = (problem: Problem): string =>
  `${problem.file}:${problem.line}:${problem.column} ${problem.message}`

/** In file order, without repetition. */
export function sortProblems(problems: readonly Problem[]): readonly Problem[] {
  const seen = new Map(problems.map((problem) => [formatProblem(problem), problem]))
  return [...seen.values()].sort(
    (left, right) =>
      left.file.localeCompare(right.file) || left.line - right.line || left.column - right.column,
  )
}
