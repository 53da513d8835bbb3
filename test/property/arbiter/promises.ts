/** The promises that a world must keep, at every moment and at the end. Those of a mail are checked at SES. */
import type { StepRecord } from '../../../domain/enrolment.ts'
import { type Model, modelIn, type Run, seenBy, type World } from './world.ts'

const runsOf = ({ other }: World): readonly Run[] => (other === null ? [1] : [1, 2])

const isAccepted = ({ accepted, machine }: World, step: string): boolean =>
  accepted.some((mail) => mail.step === step && mail.run === machine.run)

/** What the former run settled is carried, and nothing else. */
const isCarried = ({ machine, other }: World, step: string): boolean => {
  const former = other?.item?.records[step]
  return machine.run === 2 && former !== undefined && !isMovedOn(former)
}

const isMovedOn = (entry: StepRecord | undefined): boolean =>
  entry?.is === 'not-sent' && entry.reason === 'moved-on'

/** Whether a reason that can be told to be wrong is wrong. */
const excuse = (world: World, step: string, entry: StepRecord): string | undefined => {
  const { item, machine, suppressed } = world
  if (entry.is === 'carried') return isCarried(world, step) ? undefined : `one truthful record: ${step}`
  if (entry.is !== 'not-sent' || item === null) return undefined
  const isOver = item.exit !== undefined
  const isOff = step === 'ex' ? item.took['b'] !== 'x' : item.took['b'] === 'x' || isOver
  const right = {
    exited: isOver,
    suppressed,
    erased: isOver,
    branched: isOff,
    'moved-on': item.exit?.to !== undefined,
    'added-later': machine.run === 2,
  }
  return Object.entries(right).some(([reason, holds]) => reason === entry.reason && !holds)
    ? `one truthful record: ${step} is not "${entry.reason}"`
    : undefined
}

const untruth = (world: World, step: string, entry: StepRecord): string | undefined => {
  const accepted = isAccepted(world, step)
  const says = entry.is === 'not-sent' ? `not sent: ${entry.reason}` : entry.is
  if (entry.is === 'uncertain' || accepted === (entry.is === 'sent')) return excuse(world, step, entry)
  return `one truthful record: ${step} is "${says}" and was ${accepted ? '' : 'not '}accepted`
}

const firstOf = <T, R>(list: readonly T[], ask: (each: T) => R | undefined): R | undefined => {
  for (const each of list) {
    const found = ask(each)
    if (found !== undefined) return found
  }
  return undefined
}

/** Once a record is there it is true, and stays as it is. */
export const brokenIn = (world: World, model: Model): string | undefined =>
  firstOf(runsOf(world), (run) => {
    const seen = seenBy(world, run)
    return firstOf(modelIn(model, run).route, ({ id }) => {
      const entry = seen.item?.records[id]
      return entry === undefined ? undefined : untruth(seen, id, entry)
    })
  })

export const brokenBetween = (before: World, after: World, model: Model): string | undefined =>
  firstOf(runsOf(before), (run) => {
    const { item } = seenBy(before, run)
    const next = seenBy(after, run).item
    if (item === null || next === null || item.records === next.records) return undefined
    return firstOf(modelIn(model, run).route, ({ id }) => {
      const was = item.records[id]
      if (was === undefined || was.is === 'uncertain') return undefined
      return next.records[id]?.is === was.is ? undefined : `exactly one record: that of ${id} changes`
    })
  })

/** Nothing moves by itself any more: it must be the end. */
export const brokenAtEnd = (world: World, model: Model): string | undefined =>
  firstOf(runsOf(world), (run) => unfinished(seenBy(world, run), modelIn(model, run))) ?? broken(world, model)

const unfinished = ({ machine, item }: World, { route }: Model): string | undefined => {
  // An exit that came before its execution was started leaves nothing to start.
  const isUnneeded = machine.at === 'new' && item?.exit !== undefined
  if (machine.at !== 'done' && !isUnneeded) return `nothing stuck: waits in ${machine.at} ${machine.step}`
  if (item === null) return undefined
  if (item.intent !== undefined) return 'nothing stuck: an open intent'
  const missing = route.find(
    ({ id, silent }) => !silent && (item.records[id]?.is ?? 'uncertain') === 'uncertain',
  )
  return missing === undefined ? undefined : `exactly one record: ${missing.id} ends without one`
}

/** What holds over both runs together. */
const broken = ({ item, other, owed }: World, model: Model): string | undefined => {
  if (item?.exit?.to === undefined) return undefined
  if (other === null) return 'none lost: a run moved and no other goes on'
  const isGone = other.item?.exit !== undefined
  if ((owed.click || owed.exit) && !isGone) return 'none lost: what happened between two runs'
  const dropped = modelIn(model, 2).route.find(
    ({ id }) => isMovedOn(item.records[id]) && ['carried', undefined].includes(other.item?.records[id]?.is),
  )
  return dropped === undefined ? undefined : `none lost: ${dropped.id} is in neither run`
}
