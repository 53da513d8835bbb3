/** A branch that is decided by a message: the worker asks before it claims. */
import { BRANCH } from '../../../domain/arbiter-act.ts'
import { type Edge, fault, hopOf, type Job, type Model, NOW, type World } from './world.ts'
import { hand, write } from './writes.ts'

/** The branch is decided at the first email of its default path, or where its paths meet when that one is empty. */
const decidesAt = ({ route, next }: Model): string | undefined => next[route[0]?.id ?? '']

/** The worker finds that path x is to be taken; the message is then met as always. */
export const decides = (world: World, job: Job, model: Model): Edge[] => {
  const { message } = job
  if (world.left.decide === 0 || message.op === 'hold' || message.step !== decidesAt(model)) return []
  const divert = { name: `${BRANCH}x`, due: {} }
  const ctx = { now: NOW, route: model.route }
  const decision = model.rules.decided(world.item ?? undefined, hopOf(message), divert, ctx)
  if (decision.next === undefined) return []
  const written = write(hand(world, decision.uncertain), decision, model)
  return fault(world, 'decide', `decides for x at ${message.step}`, () => ({ ...written, worker: job }))
}
