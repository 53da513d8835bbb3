/** Checks a definition against the language's own schema: for tests and `tendril check`, not for deployed code. */
import validator from 'asl-validator'
import type { StateMachine } from './asl-state.ts'

/** What the schema of the Amazon States Language finds wrong; nothing for a definition of ours. */
export function definitionProblems(machine: StateMachine): readonly string[] {
  const { isValid, errorsText } = validator(structuredClone(machine))
  return isValid ? [] : errorsText('\n').split('\n')
}
