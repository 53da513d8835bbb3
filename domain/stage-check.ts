/** What the other files ask of the stages of `settings.yaml`, and whether a lead can ever make such a move. */
import { type FileProblem, type Problem, unknownIn } from './content-check.ts'
import type { Routing } from './routing.ts'
import type { ScoringRules } from './scoring-model.ts'
import type { Settings } from './settings.ts'
import { canMove } from './stage.ts'

interface Files {
  readonly settings: Settings
  readonly scoring: ScoringRules
  readonly routing: Routing
}

/** The stage in which a lead is with sales, and the one that its acceptance leads to. */
const salesStage = 'sql'
const acceptedStage = 'accepted'

const idsOf = ({ stages }: Settings): readonly string[] => stages.map(({ id }) => id)

/** Somebody in one of these may be moved there. */
const canCome = (from: readonly string[], to: string, settings: Settings, by: 'rules' | 'person'): boolean =>
  from.some((stage) => canMove(stage, to, settings, by))

const never = (to: string, from: readonly string[] | undefined): string => {
  const where = from === undefined ? 'any stage' : from.map((stage) => `"${stage}"`).join(' or ')
  return `no lead can get to "${to}" from ${where}: see "next" and the order of the stages in settings.yaml`
}

function promoteProblems({ scoring, settings }: Files): readonly FileProblem[] {
  const ids = idsOf(settings)
  return scoring.promote.flatMap(({ to, stages }, i) => {
    const wrong = [
      ...unknownIn('scoring', ['promote', i, 'to'], 'stage', to, ids),
      ...(stages ?? []).flatMap((stage) =>
        unknownIn('scoring', ['promote', i, 'when', 'stage'], 'stage', stage, ids),
      ),
    ]
    if (wrong.length > 0 || canCome(stages ?? ids, to, settings, 'rules')) return wrong
    return [{ file: 'scoring', path: ['promote', i, 'to'], message: never(to, stages) }]
  })
}

function rejectProblems({ routing, settings }: Files): readonly FileProblem[] {
  const ids = idsOf(settings)
  const from = ids.includes(salesStage) ? [salesStage] : undefined
  return routing.handoff.rejectReasons.flatMap(({ outcome }, i) => {
    if (!outcome) return []
    const path: Problem['path'] = ['handoff', 'reject_reasons', i, 'then', 'stage']
    const wrong = unknownIn('routing', path, 'stage', outcome.stage, ids)
    if (wrong.length > 0 || canCome(from ?? ids, outcome.stage, settings, 'person')) return wrong
    return [{ file: 'routing', path, message: never(outcome.stage, from) }]
  })
}

/** A rep's "accept" must lead somewhere. */
function acceptProblems({ settings }: Files): readonly FileProblem[] {
  const at = settings.stages.findIndex(({ id }) => id === salesStage)
  if (at < 0 || !idsOf(settings).includes(acceptedStage)) return []
  if (canMove(salesStage, acceptedStage, settings, 'person')) return []
  const message = `sales accepts leads from "${salesStage}": add "${acceptedStage}"`
  return [{ file: 'settings', path: ['stages', at, 'next'], message }]
}

/** Unknown stages, and moves that `next` never lets happen. */
export const stageProblems = (files: Files): readonly FileProblem[] => [
  ...promoteProblems(files),
  ...rejectProblems(files),
  ...acceptProblems(files),
]
