/** Events as marketers name them → what the model matches. */
import type { EventMatch } from '../../domain/sequence.ts'
import { eventSchema } from './language.ts'
import { accept, expectKnown, type Reader, report } from './reader.ts'
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

/** Reads `email.clicked` or `{ name, step, form, where }`. */
export function readEvent(reader: Reader, raw: unknown, path: Path): EventMatch | undefined {
  const event = accept(reader, eventSchema, raw, path)
  if (event === undefined) return undefined
  if (typeof event === 'string') return checkName(reader, event, path) ? { name: event } : undefined
  if (!checkName(reader, event.name, [...path, 'name'])) return undefined
  const where = { ...event.where, ...(event.form === undefined ? {} : { form: event.form }) }
  return {
    name: event.name,
    ...(event.step === undefined
      ? {}
      : { steps: readSteps(reader, event.name, event.step, [...path, 'step']) }),
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

function readSteps(
  reader: Reader,
  name: string,
  step: string | readonly string[],
  path: Path,
): readonly string[] {
  if (!name.startsWith('email.')) report(reader, path, `only email events have a step; ${name} has none`)
  const steps = typeof step === 'string' ? [step] : step
  for (const [index, id] of steps.entries()) {
    reader.references.push({ path: typeof step === 'string' ? path : [...path, index], step: id })
  }
  return steps
}
