/** The promises that a world must keep, at every moment and at the end. Those of a mail are checked at SES. */
import type { StepRecord } from '../../../domain/enrolment.ts'
import type { Model, World } from './world.ts'

const isAccepted = (world: World, step: string): boolean => world.accepted.some((mail) => mail.step === step)

/** Whether a reason that can be told to be wrong is wrong. */
const excuse = ({ item, suppressed }: World, step: string, entry: StepRecord): string | undefined => {
  if (entry.is !== 'not-sent' || item === null) return undefined
  const isOver = item.exit !== undefined
  const isOff = step === 'ex' ? item.took['b'] !== 'x' : item.took['b'] === 'x' || isOver
  const right = { exited: isOver, suppressed, erased: isOver, branched: isOff }
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
export const brokenIn = (world: World, model: Model): string | undefined => {
  const { item } = world
  if (item === null) return undefined
  return firstOf(model.route, ({ id }) => {
    const entry = item.records[id]
    return entry === undefined ? undefined : untruth(world, id, entry)
  })
}

export const brokenBetween = (before: World, after: World, model: Model): string | undefined => {
  const { item } = before
  const next = after.item
  if (item === null || next === null || item.records === next.records) return undefined
  return firstOf(model.route, ({ id }) => {
    const was = item.records[id]
    if (was === undefined || was.is === 'uncertain') return undefined
    return next.records[id]?.is === was.is ? undefined : `exactly one record: that of ${id} changes`
  })
}

/** Nothing moves by itself any more: it must be the end. */
export const brokenAtEnd = (world: World, model: Model): string | undefined => {
  if (world.machine.at !== 'done') return `nothing stuck: waits in ${world.machine.at} ${world.machine.step}`
  const { item } = world
  if (item === null) return undefined
  if (item.intent !== undefined) return 'nothing stuck: an open intent'
  const missing = model.route.find(
    ({ id, silent }) => !silent && (item.records[id]?.is ?? 'uncertain') === 'uncertain',
  )
  return missing === undefined ? undefined : `exactly one record: ${missing.id} ends without one`
}
