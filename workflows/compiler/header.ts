/** All of a sequence but its steps. */
import type * as z from 'zod/mini'
import { parseDuration } from '../../domain/duration.ts'
import type { Exit, Sequence } from '../../domain/sequence.ts'
import { readCondition } from './conditions.ts'
import type { headerSchema } from './language-header.ts'
import { percentOf } from './language-words.ts'
import { checkNotice } from './notices.ts'
import { expectKnown, type Reader, report } from './reader.ts'
import { readRemoved } from './removed.ts'
import type { Path } from './source.ts'
import { readTriggers } from './triggers.ts'

type Header = z.infer<typeof headerSchema>

/** Reads everything above the steps; the steps have been read before. */
export function readHeader(reader: Reader, file: Header): Omit<Sequence, 'steps' | 'version'> {
  const { context } = reader
  expectKnown(reader, 'topic', file.topic, context.topics, ['topic'])
  if (file.from !== undefined) expectKnown(reader, 'sender', file.from, context.senders, ['from'])
  const goal = readGoal(reader, file)
  const holdout = file.holdout === undefined ? undefined : readHoldout(reader, file.holdout)
  const removed = readRemoved(reader, file.removed)
  return {
    id: file.id,
    name: file.name,
    ...(file.owner === undefined ? {} : { owner: file.owner }),
    topic: file.topic,
    priority: file.priority ?? 50,
    ...(file.from === undefined ? {} : { from: file.from }),
    enrol: readEnrol(reader, file.enrol),
    ...(holdout === undefined ? {} : { holdout }),
    ...(file.in_flight === 'pin' ? { pinned: true } : {}),
    ...(removed ? { removed } : {}),
    ...(goal ? { goal } : {}),
    exits: (file.exit ?? []).flatMap((exit, index) => readExit(reader, exit, ['exit', index])),
  }
}

function readHoldout(reader: Reader, text: string): number | undefined {
  const share = percentOf(text) ?? 0
  if (share === 10_000) report(reader, ['holdout'], 'holdout: found "100%"; nobody would get anything')
  return share === 0 ? undefined : share
}

function readEnrol(reader: Reader, file: Header['enrol']): Sequence['enrol'] {
  const path: Path = ['enrol', 'when']
  const when = readTriggers(reader, file.when, path)
  const onlyIf =
    file.only_if === undefined ? undefined : readCondition(reader, file.only_if, ['enrol', 'only_if'])
  return { when, ...(onlyIf ? { onlyIf } : {}), ...readAgain(reader, file, when) }
}

const againOf = (text = 'never'): string => parseDuration(text.replace(/^after /, '')) ?? text

/** `again`, once for each lead or once for each value of a property of the event. */
function readAgain(
  reader: Reader,
  { again }: Header['enrol'],
  when: Sequence['enrol']['when'],
): Pick<Sequence['enrol'], 'again' | 'key'> {
  if (typeof again !== 'object') return { again: againOf(again) }
  const tells = when.some(({ kind }) => kind === 'event' || kind === 'form' || kind === 'ad-form')
  if (when.length > 0 && !tells) {
    const why = 'no trigger of this sequence brings properties'
    report(reader, ['enrol', 'again', 'key'], `key: ${why}; enrol by an event or a form`)
  }
  return { again: againOf(again.again), key: again.key }
}

function readGoal(reader: Reader, { goal }: Header): Sequence['goal'] {
  if (!goal) return undefined
  const when = readCondition(reader, goal.when, ['goal', 'when'])
  const within = goal.within === undefined ? undefined : parseDuration(goal.within)
  return when && { when, ...(within === undefined ? {} : { within }) }
}

function readExit(reader: Reader, exit: NonNullable<Header['exit']>[number], path: Path): readonly Exit[] {
  const when = readCondition(reader, exit.when, [...path, 'when'])
  if (!when) return []
  const notice = exit.then?.notify
  if (!notice) return [{ when }]
  checkNotice(reader, notice, [...path, 'then', 'notify'])
  const { to, template, team } = notice
  return [{ when, notify: { to, template, ...(team === undefined ? {} : { team }) } }]
}
