/** A sequence file → the checked model and its state machine, or everything that is wrong with it. */
import { routeOf } from '../../domain/route.ts'
import { stateMachineOf } from './asl.ts'
import type { StateMachine } from './asl-state.ts'
import { type Model, modelOf } from './model.ts'
import type { Problem } from './problem.ts'
import type { CompileContext } from './reader.ts'

export type Compiled =
  | (Model & { readonly asl: StateMachine })
  | { readonly ok: false; readonly problems: readonly Problem[] }

/** What Step Functions accepts is a little more. */
const maxBytes = 900_000

/** Compiles one file of `workflows/sequences/`; the problems of one that compiles are warnings. */
export function compileSequence(file: string, text: string, context: CompileContext): Compiled {
  const model = modelOf(file, text, context)
  if (!model.ok) return model
  const { sequence } = model
  const uneven = unevenWinners(file, model)
  if (uneven.length > 0) return { ok: false, problems: uneven }
  const asl = stateMachineOf(sequence)
  const bytes = JSON.stringify(asl).length
  if (bytes <= maxBytes) return { ...model, asl }
  const states = routeOf(sequence).stops.length * 2
  const message = `${states} states with so many paths make a definition of ${bytes} bytes: too large`
  return { ok: false, problems: [{ file, line: 1, column: 1, message }] }
}

/** A winner is for new leads, who take their paths when they enter: only those of even splits are chosen then. */
function unevenWinners(file: string, { sequence, places }: Model): readonly Problem[] {
  const { splits, forks } = routeOf(sequence)
  const even = new Set(splits.map(({ step }) => step.id))
  return forks.flatMap(({ step }) => {
    if (step.kind !== 'split' || step.winner === undefined || even.has(step.id)) return []
    const place = places.get(step.id) ?? { line: 1, column: 1 }
    const message =
      'a "winner" needs paths with the same number of mails and no wait_for, branch or split in them'
    return [{ file, ...place, message }]
  })
}
