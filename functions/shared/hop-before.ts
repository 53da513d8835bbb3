/** What a message brings before it is claimed, in the order of the file: acts, branches and splits, the stop's own act. */
import { claim } from '../../domain/arbiter.ts'
import type { Condition, Facts } from '../../domain/condition.ts'
import type { Divert, Hop } from '../../domain/enrolment.ts'
import { holds } from '../../domain/facts.ts'
import { planBranch } from '../../domain/planning.ts'
import { stopsOf } from '../../domain/route.ts'
import { type Decision, stepsAt } from '../../domain/route-ask.ts'
import type { ActStep, Sequence } from '../../domain/sequence.ts'
import { armOf } from '../../domain/split.ts'
import { type ActsPorts, doActs } from './acts.ts'
import { leadFacts } from './lead-facts.ts'
import { planContext } from './plan-context.ts'
import type { StoredEnrolment } from './ports.ts'

/** A message at its enrolment. */
export interface Visit {
  readonly hop: Hop
  readonly stored: StoredEnrolment
  readonly sequence: Sequence
}

const pathFor = (
  step: Decision,
  { stored, hop }: Visit,
  facts: Facts,
  now: number,
): { id: string; isDefault: boolean } => {
  const matches = (condition: Condition | undefined): boolean =>
    condition === undefined || holds(condition, facts, now)
  const id =
    step.kind === 'split'
      ? armOf(step, stored.enrolment.sequence, hop.leadId)
      : (step.paths.find((path) => matches(path.if))?.id ?? '')
  return { id, isDefault: id === step.paths.at(-1)?.id }
}

/** The divert to the path that is taken here; undefined for the default one. Facts are read after the acts. */
const divertAt = async (ports: ActsPorts, visit: Visit, step: Decision): Promise<Divert | undefined> => {
  const { hop, sequence, stored } = visit
  const now = ports.clock.now()
  const { facts, place } = await leadFacts(ports, hop.leadId)
  const path = pathFor(step, visit, facts, now)
  if (path.isDefault) return undefined
  const { settings } = await ports.content.live()
  const at = Math.floor(now / 1000)
  const way = claim(stored.enrolment, hop, { now: at, route: stopsOf(sequence) })
  const ctx = planContext(settings, place, at, { leadId: hop.leadId, took: way.took, fields: facts.fields })
  const { due, took } = planBranch(sequence, path.id, at, way.due, ctx)
  return { name: `Tendril.Branch.${path.id}`, due, took }
}

/** Does what comes first and answers the divert to another path than the default one, which leaves the rest. */
export const comeTo = async (ports: ActsPorts, visit: Visit): Promise<Divert | undefined> => {
  const { hop, sequence, stored } = visit
  let acts: ActStep[] = []
  for (const step of stepsAt(sequence, hop, stored.enrolment, ports.clock.now() / 1000)) {
    if (step.kind === 'act') {
      acts.push(step)
      continue
    }
    await doActs(ports, stored.enrolment, acts)
    acts = []
    const divert = await divertAt(ports, visit, step)
    if (divert !== undefined) return divert
  }
  await doActs(ports, stored.enrolment, acts)
  return undefined
}
