/** Events as marketers name them → what the model matches. */
import { parseDuration } from '../../domain/duration.ts'
import type { EventMatch } from '../../domain/sequence.ts'
import { eventSchema } from './language.ts'
import { wordsOf } from './language-words.ts'
import { accept, expectKnown, type Reader, report } from './reader.ts'
import { shown } from './schema-issues.ts'
import type { Path } from './source.ts'
import { hint } from './suggest.ts'

/** Events of our own; any other name is one that a system of yours reports. */
const ownEvents: ReadonlySet<string> = new Set([
  'email.delivered',
  'email.opened',
  'email.clicked',
  'email.replied',
  'email.bounced',
  'email.complained',
  'email.unsubscribed',
])

/** Reads `email.clicked` or `{ name, step, form, where }`; the step is one of this file or of another sequence. */
export function readEvent(
  reader: Reader,
  raw: unknown,
  path: Path,
  steps: 'here' | 'elsewhere' = 'here',
): EventMatch | undefined {
  const event = accept(reader, eventSchema, raw, path)
  if (event === undefined) return undefined
  if (typeof event === 'string') return checkName(reader, event, path) ? { name: event } : undefined
  if (!checkName(reader, event.name, [...path, 'name'])) return undefined
  const { step } = event
  const where = { ...event.where, ...(event.form === undefined ? {} : { form: event.form }) }
  if (event.form !== undefined)
    expectKnown(reader, 'form', event.form, reader.context.forms, [...path, 'form'])
  const named = step === undefined ? undefined : readSteps(reader, event.name, step, [...path, 'step'], steps)
  return {
    name: event.name,
    ...(named ? { steps: named } : {}),
    ...(Object.keys(where).length === 0 ? {} : { where }),
  }
}

function checkName(reader: Reader, name: string, path: Path): boolean {
  if (!/^[a-z0-9_-]+(\.[a-z0-9_-]+)+$/.test(name)) {
    const meant = hint(name, [...ownEvents, 'form.submitted', 'page.viewed', 'webinar.attended'])
    report(reader, path, `found "${name}"; an event has a name like email.clicked${meant}`)
    return false
  }
  if (name.startsWith('email.')) expectKnown(reader, 'event', name, ownEvents, path)
  return true
}

/** The ids are filled in when all steps are known: a step of a repeat has one for each round. */
function readSteps(
  reader: Reader,
  name: string,
  step: string | readonly string[],
  path: Path,
  steps: 'here' | 'elsewhere',
): readonly string[] {
  if (!name.startsWith('email.')) report(reader, path, `only email events have a step; ${name} has none`)
  const into: string[] = []
  for (const [index, id] of wordsOf(step).entries()) {
    const here = typeof step === 'string' ? path : [...path, index]
    if (steps === 'here') reader.references.push({ path: here, step: id, into })
    else {
      reader.outside.push({ path: here, step: id })
      into.push(id)
    }
  }
  return into
}

export interface Often {
  readonly atLeast?: number
  readonly within?: string
}

/** `at_least: 3`, `at_least: "3 per 14 days"`, `within: 14 days` */
export function readOften(reader: Reader, raw: Readonly<Record<string, unknown>>, path: Path): Often {
  const [count, per] = String(raw['at_least'] ?? '').split(' per ')
  if (count && !/^[1-9]\d{0,3}$/.test(count)) {
    const found = shown(raw['at_least'])
    report(reader, [...path, 'at_least'], `found ${found}; write a count like 3 or "3 per 14 days"`)
  }
  if (raw['within'] === undefined) {
    return { ...(count ? { atLeast: Number(count) } : {}), ...readWithin(reader, per, [...path, 'at_least']) }
  }
  const here = [...path, 'within']
  if (per !== undefined) report(reader, here, '"at_least" says within how long already')
  return { ...(count ? { atLeast: Number(count) } : {}), ...readWithin(reader, raw['within'], here) }
}

function readWithin(reader: Reader, span: unknown, path: Path): Pick<Often, 'within'> {
  if (span === undefined) return {}
  const within = typeof span === 'string' ? parseDuration(span) : undefined
  if (within !== undefined) return { within }
  report(reader, path, `found ${shown(span)}; write a duration like "14 days"`)
  return {}
}
