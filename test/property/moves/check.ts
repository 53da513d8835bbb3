/** What must hold when an edit is published while a lead is on its way. */
import { expect } from 'vitest'
import { AT } from '../../../domain/arbiter-act.ts'
import type { Enrolment } from '../../../domain/enrolment.ts'
import { branchesBefore, stopOfId } from '../../../domain/route-ask.ts'
import type { Path, Sequence, Step } from '../../../domain/sequence.ts'
import { stepsOn } from '../route/sequences.ts'
import { World } from './world.ts'

export interface Told {
  readonly world: World
  /** What had been sent when the edit was published. */
  readonly before: readonly string[]
  readonly last: Enrolment
}

/** Publishes the edit when so many messages and time-outs have passed; undefined when all was over by then. */
export const edited = async (
  old: Sequence,
  next: Sequence,
  wishes: readonly string[],
  turn: number,
): Promise<Told | undefined> => {
  const world = new World(old, wishes)
  await world.enrol()
  let turns = 0
  await world.run(() => turns++ >= turn)
  if (world.engine.isOver()) return undefined
  const before = world.sent.map(({ step }) => step)
  world.publish(next)
  await world.run()
  const last = world.runs.at(-1)
  if (!last) throw new Error('there is no run')
  return { world, before, last }
}

const isMessage = ({ kind }: Step): boolean => kind === 'send' || kind === 'notify'

/** The mails of a way, in order: of every fork the path taken, else the last. */
export const mailsOn = (steps: readonly Step[], took: Enrolment['took']): readonly string[] =>
  stepsOn(steps, new Set(Object.values(took)))
    .filter(isMessage)
    .flatMap((step) => (step.kind === 'wait' ? [] : [step.id]))

const pathsIn = (step: Step): readonly Path[] => {
  if (step.kind === 'wait_for') return [step.yes, step.no]
  return step.kind === 'branch' || step.kind === 'split' ? step.paths : []
}

/** The steps from one on, first to the end of its path, then behind the fork that this path is of. */
const restFrom = (steps: readonly Step[], id: string): readonly Step[] | undefined => {
  for (const [index, step] of steps.entries()) {
    if (step.kind !== 'wait' && step.id === id) return steps.slice(index)
    for (const path of pathsIn(step)) {
      const inside = restFrom(path.steps, id)
      if (inside) return [...inside, ...steps.slice(index + 1)]
    }
  }
  return undefined
}

/** What it must have sent by the version that it ended by: all behind the step where it went on. */
const owedBy = ({ last, before, world }: Told, sequence: Sequence): readonly string[] => {
  const place = world.places.get(last.enrolmentId)
  if (place === undefined) return mailsOn(sequence.steps, last.took)
  const id = place.name.slice(AT.length).replace(/\.decide$/, '')
  // Where a branch was decided for another path when it got there, the way goes on from that branch.
  const asked = branchesBefore(sequence, place.name.slice(AT.length), place.took).find(
    (step) => (last.took[step.id] ?? step.paths.at(-1)?.id) !== step.paths.at(-1)?.id,
  )
  const left = stopOfId(sequence, id)?.on.find(({ branch, path }) => (last.took[branch] ?? path) !== path)
  const rest = restFrom(sequence.steps, asked?.id ?? left?.branch ?? id) ?? []
  return mailsOn(rest, last.took).filter((step) => !before.includes(step))
}

export const check = (told: Told, old: Sequence, next: Sequence): void => {
  const { world, before, last } = told
  const sequence = last.version === next.version ? next : old
  const sent = world.sent.map(({ step }) => step)
  expect(world.engine.isOver()).toBe(true)
  expect(sent, 'no mail twice').toEqual([...new Set(sent)])
  const open = mailsOn(sequence.steps, last.took).filter((id) => !last.records[id])
  expect(open, 'a record for every mail of the way').toEqual([])
  if (last.exit !== undefined) return
  const owed = owedBy(told, sequence)
  const own = world.sent.filter(({ run }) => run === last.run).map(({ step }) => step)
  expect(
    own.filter((step) => !owed.includes(step)),
    'nothing beside the way',
  ).toEqual([])
  expect(
    owed.filter((step) => !sent.includes(step)),
    'none is skipped',
  ).toEqual([])
  expect(before, 'what was sent, stays').toEqual(sent.slice(0, before.length))
}
