/** A repeat is a shorter way of writing its steps several times: the model knows only the steps. */
import type { Condition } from '../../domain/condition.ts'
import type { BranchStep, Step } from '../../domain/sequence.ts'
import { readCondition } from './conditions.ts'
import type { ReadSteps } from './forks.ts'
import { repeatSchema } from './language.ts'
import { accept, claimId, type Reader, report } from './reader.ts'
import type { Path } from './source.ts'
import { isOver } from './step-shape.ts'

type Raw = Readonly<Record<string, unknown>>

/** Repeats inside repeats multiply; this many steps are more than any sequence needs. */
const maxSteps = 600

/** Reads the steps as often as asked for; with `until`, a decision stands before each further round. */
export function readRepeat(
  reader: Reader,
  raw: Raw,
  path: Path,
  readSteps: ReadSteps,
): readonly Step[] | undefined {
  const file = accept(reader, repeatSchema, raw, path)?.repeat
  if (!file) return undefined
  const here = [...path, 'repeat']
  const until = file.until === undefined ? undefined : readCondition(reader, file.until, [...here, 'until'])
  if (file.steps.length === 0) report(reader, [...here, 'steps'], 'there is nothing to repeat')
  const known = reader.problems.length
  const decisions = [claimId(reader, file.id, [...here, 'id'])]
  const rounds = [readSteps(reader, file.steps, [...here, 'steps'])]
  if (rounds[0]?.some(isOver)) report(reader, here, 'these steps end the sequence: there is no second round')
  // A mistake is told once, not in each round.
  while (rounds.length < file.times && reader.problems.length === known) {
    if (until && rounds.length > 1) decisions.push(claimId(reader, file.id, [...here, 'id']))
    rounds.push(readSteps(reader, file.steps, [...here, 'steps']))
    checkSize(reader, here)
  }
  return until ? decided(rounds, until, decisions) : rounds.flat()
}

function checkSize(reader: Reader, path: Path): void {
  if ((reader.counters.get('steps read') ?? 0) > maxSteps)
    report(reader, path, `repeated so often, these are more than ${maxSteps} steps`)
}

/** Each round, then the way out or the next one. */
function decided(
  [first = [], ...rest]: readonly (readonly Step[])[],
  until: Condition,
  [id = '', ...ids]: readonly string[],
): readonly Step[] {
  if (rest.length === 0) return first
  const decision: BranchStep = {
    kind: 'branch',
    id,
    paths: [
      { id: `${id}.done`, name: 'done', if: until, steps: [] },
      { id: `${id}.again`, name: 'again', steps: decided(rest, until, ids) },
    ],
  }
  return [...first, decision]
}
