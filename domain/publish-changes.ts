/** What a publication changes: sequence by sequence, step by step. */
import { durationSeconds } from './duration.ts'
import { day } from './move-age.ts'
import { idsOf } from './move-place.ts'
import { isSameShape } from './move-shape.ts'
import { routeOf } from './route.ts'
import { pathsOf } from './route-link.ts'
import type { Removal, Sequence, Step } from './sequence.ts'

export type Change =
  | {
      readonly is: 'new' | 'same' | 'texts'
      readonly id: string
      readonly next: Sequence
      readonly old?: Sequence
    }
  /** Leads under way end by the version that they have. */
  | { readonly is: 'gone'; readonly id: string; readonly old: Sequence }
  | {
      readonly is: 'steps'
      readonly id: string
      readonly old: Sequence
      readonly next: Sequence
      readonly added: readonly string[]
      readonly removed: readonly string[]
    }

type Sequences = Readonly<Record<string, Sequence>>

const stepsBetween = (one: Sequence, other: Sequence): readonly string[] => {
  const known = new Set(idsOf(other.steps))
  return idsOf(one.steps).filter((id) => !known.has(id))
}

const changeOf = (id: string, old: Sequence | undefined, next: Sequence): Change => {
  if (old === undefined) return { is: 'new', id, next }
  if (old.version === next.version) return { is: 'same', id, old, next }
  if (isSameShape(old, next)) return { is: 'texts', id, old, next }
  return { is: 'steps', id, old, next, added: stepsBetween(next, old), removed: stepsBetween(old, next) }
}

/** Every sequence that is live or is to be, by name. */
export const changesOf = (old: Sequences, next: Sequences): readonly Change[] =>
  [...new Set([...Object.keys(old), ...Object.keys(next)])].sort().flatMap((id): Change[] => {
    const [before, after] = [old[id], next[id]]
    if (after !== undefined) return [changeOf(id, before, after)]
    return before === undefined ? [] : [{ is: 'gone', id, old: before }]
  })

/** Seconds of the longest way, a month as thirty days; a date may lie years ahead. */
const longest = (steps: readonly Step[]): number => steps.reduce((sum, step) => sum + lengthOf(step), 0)

function lengthOf(step: Step): number {
  if (step.kind === 'wait')
    return step.wait.date ? Number.POSITIVE_INFINITY : durationSeconds(step.wait.for ?? 'PT0S') + 7 * day
  if (step.kind !== 'branch' && step.kind !== 'split' && step.kind !== 'wait_for') return 0
  const within = Math.max(...pathsOf(step).map((path) => longest(path.steps)))
  return within + (step.kind === 'wait_for' ? durationSeconds(step.timeout) : 0)
}

/** Whether a lead may be on its way for longer than one execution lives. */
export const mayPassYear = ({ steps }: Sequence): boolean => longest(steps) > 300 * day

const templateOf = (sequence: Sequence, id: string): string | undefined => {
  const step = routeOf(sequence).byId.get(id)?.node.step
  return step?.kind === 'send' || step?.kind === 'notify' ? step.template : undefined
}

/** Mails and notices: where leads can go on. */
const messagesOf = (sequence: Sequence): readonly string[] =>
  idsOf(sequence.steps).filter((id) => templateOf(sequence, id) !== undefined)

/**
 * What the file could say of a step that was taken out: on to the same mail under another id, else to the next mail
 * that is still there, else out.
 */
export function suggestionFor(old: Sequence, next: Sequence, id: string): Removal {
  const template = templateOf(old, id)
  const messages = messagesOf(next)
  const known = new Set(idsOf(old.steps))
  const renamed = messages.find(
    (other) => !known.has(other) && template !== undefined && templateOf(next, other) === template,
  )
  if (renamed !== undefined) return { map: renamed }
  const order = idsOf(old.steps)
  const behind = order.slice(order.indexOf(id) + 1).find((other) => messages.includes(other))
  return behind === undefined ? 'exit' : { map: behind }
}
