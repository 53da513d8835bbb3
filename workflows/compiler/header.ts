/** All of a sequence but its steps. */
import type * as z from 'zod/mini'
import { parseDuration } from '../../domain/duration.ts'
import type { Exit, Sequence, Trigger } from '../../domain/sequence.ts'
import { readCondition } from './conditions.ts'
import type { headerSchema } from './language.ts'
import { checkNotice } from './notices.ts'
import { expectKnown, type Reader } from './reader.ts'
import type { Path } from './source.ts'

type Header = z.infer<typeof headerSchema>

/** Reads everything above the steps. */
export function readHeader(reader: Reader, file: Header): Omit<Sequence, 'steps' | 'version'> {
  const { context } = reader
  expectKnown(reader, 'topic', file.topic, context.topics, ['topic'])
  if (file.from !== undefined) expectKnown(reader, 'sender', file.from, context.senders, ['from'])
  const goal = readGoal(reader, file)
  return {
    id: file.id,
    name: file.name,
    ...(file.owner === undefined ? {} : { owner: file.owner }),
    topic: file.topic,
    priority: file.priority ?? 50,
    ...(file.from === undefined ? {} : { from: file.from }),
    enrol: readEnrol(reader, file.enrol),
    ...(goal ? { goal } : {}),
    exits: (file.exit ?? []).flatMap((exit, index) => readExit(reader, exit, ['exit', index])),
  }
}

function readEnrol(reader: Reader, file: Header['enrol']): Sequence['enrol'] {
  const given = Array.isArray(file.when) ? file.when : [file.when]
  const when = given.flatMap((trigger, index): readonly Trigger[] => {
    const path: Path = Array.isArray(file.when) ? ['enrol', 'when', index] : ['enrol', 'when']
    return readTrigger(reader, trigger, path)
  })
  const onlyIf =
    file.only_if === undefined ? undefined : readCondition(reader, file.only_if, ['enrol', 'only_if'])
  const again = file.again ?? 'never'
  return {
    when,
    ...(onlyIf ? { onlyIf } : {}),
    again: parseDuration(again.replace(/^after /, '')) ?? again,
  }
}

type TriggerFile = { readonly form: string | string[] } | { readonly stage: string | string[] }

function readTrigger(reader: Reader, trigger: TriggerFile, path: Path): readonly Trigger[] {
  const isForm = 'form' in trigger
  const key = isForm ? 'form' : 'stage'
  const value = isForm ? trigger.form : trigger.stage
  const words = typeof value === 'string' ? [value] : value
  const known = isForm ? reader.context.forms : reader.context.stages
  for (const [index, word] of words.entries()) {
    const place = typeof value === 'string' ? [...path, key] : [...path, key, index]
    expectKnown(reader, key, word, known, place)
  }
  return isForm ? words.map((form) => ({ kind: 'form', form })) : [{ kind: 'stage', stages: words }]
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
