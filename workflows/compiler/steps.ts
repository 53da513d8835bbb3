/** Steps as marketers write them → the model's steps, checked against what the rest of the product knows. */
import { parseDuration } from '../../domain/duration.ts'
import type { Step, Wait } from '../../domain/sequence.ts'
import { readBranch, readWaitFor } from './forks.ts'
import {
  endSchema,
  nextSchema,
  notifyStepSchema,
  sendSchema,
  stepIdPattern,
  unsupportedSend,
  unsupportedSteps,
  waitSchema,
} from './language.ts'
import { checkNotice } from './notices.ts'
import {
  accept,
  claimId,
  expectKnown,
  isBlock,
  type Reader,
  report,
  reportKey,
  withoutUnsupported,
} from './reader.ts'
import { shown } from './schema-issues.ts'
import { parseSlot } from './slot.ts'
import type { Path } from './source.ts'
import { hint } from './suggest.ts'

type Raw = Readonly<Record<string, unknown>>
type Read = (reader: Reader, raw: Raw, path: Path) => Step | undefined

/** Reads a list of steps; what is wrong is noted, and the rest is read all the same. */
export function readSteps(reader: Reader, raw: readonly unknown[], path: Path): readonly Step[] {
  const steps: Step[] = []
  for (const [index, one] of raw.entries()) {
    const here = [...path, index]
    const before = steps.at(-1)
    if (before && isOver(before)) reportUnreachable(reader, here, before)
    const step = readStep(reader, one, here)
    if (step) steps.push(step)
  }
  return steps
}

/** Whether nothing can follow a step. */
export function isOver(step: Step): boolean {
  if (step.kind === 'end' || step.kind === 'next') return true
  if (step.kind !== 'branch' && step.kind !== 'wait_for') return false
  const paths = step.kind === 'branch' ? step.paths : [step.yes, step.no]
  return paths.every((path) => {
    const last = path.steps.at(-1)
    return last !== undefined && isOver(last)
  })
}

function reportUnreachable(reader: Reader, path: Path, before: Step): void {
  const why =
    before.kind === 'end' || before.kind === 'next' ? `after "${before.kind}"` : 'all paths end before it'
  report(reader, path, `this step is never reached: ${why}`)
}

function readStep(reader: Reader, raw: unknown, path: Path): Step | undefined {
  if (!isBlock(raw)) {
    return report(reader, path, `expected a step like { send: <template> }, found ${shown(raw)}`)
  }
  const verbs = Object.keys(raw).filter((key) => readers[key] || unsupportedSteps.has(key))
  const [verb, second] = verbs
  if (second !== undefined) {
    return reportKey(
      reader,
      [...path, second],
      `"${verb}" and "${second}" are two steps: begin each with "- "`,
    )
  }
  if (verb === undefined) {
    const key = Object.keys(raw)[0] ?? ''
    return reportKey(reader, [...path, key], `unknown step "${key}"${hint(key, Object.keys(readers))}`)
  }
  const read = readers[verb]
  return read ? read(reader, raw, path) : reportKey(reader, [...path, verb], `"${verb}" is not supported yet`)
}

/** The id that was given, or the template's. */
function idOr(reader: Reader, given: string | undefined, template: string, path: Path): string | undefined {
  if (given !== undefined) return claimId(reader, given, [...path, 'id'])
  if (stepIdPattern.test(template)) return claimId(reader, template, path)
  return report(reader, path, `this step needs an id: "${template}" cannot be one`)
}

const readSend: Read = (reader, raw, path) => {
  const file = accept(reader, sendSchema, withoutUnsupported(reader, raw, path, unsupportedSend), path)
  if (!file) return undefined
  expectKnown(reader, 'template', file.send, reader.context.templates, [...path, 'send'])
  const id = idOr(reader, file.id, file.send, path)
  if (id === undefined) return undefined
  reader.sends.add(id)
  const { subject, name } = file
  return {
    kind: 'send',
    id,
    template: file.send,
    immediately: file.immediately ?? false,
    ...(subject === undefined ? {} : { subject }),
    ...(name === undefined ? {} : { name }),
  }
}

const readNotify: Read = (reader, raw, path) => {
  const file = accept(reader, notifyStepSchema, raw, path)
  if (!file) return undefined
  const { to, team, template, name } = file.notify
  checkNotice(reader, file.notify, [...path, 'notify'])
  const place = file.notify.id === undefined ? path : [...path, 'notify']
  const id = idOr(reader, file.notify.id ?? file.id, template, place)
  if (id === undefined) return undefined
  return {
    kind: 'notify',
    id,
    to,
    template,
    ...(team === undefined ? {} : { team }),
    ...(name === undefined ? {} : { name }),
  }
}

const readWait: Read = (reader, raw, path) => {
  const file = accept(reader, waitSchema, raw, path)
  if (!file) return undefined
  if (typeof file.wait === 'string')
    return { kind: 'wait', wait: { for: parseDuration(file.wait) ?? 'PT0S' } }
  const length = file.wait.for === undefined ? undefined : parseDuration(file.wait.for)
  const until = file.wait.then === undefined ? undefined : parseSlot(file.wait.then)
  if (length === undefined && until === undefined) {
    return report(reader, [...path, 'wait'], 'wait for what? write { for: 2 days } or { then: "tue 09:30" }')
  }
  const wait: Wait = { ...(length === undefined ? {} : { for: length }), ...(until ? { until } : {}) }
  return { kind: 'wait', wait }
}

/** `end`, `end-2` …: ends and next steps are named by their order. */
export function count(reader: Reader, word: string): string {
  const number = (reader.counters.get(word) ?? 0) + 1
  reader.counters.set(word, number)
  return number === 1 ? word : `${word}-${number}`
}

const readEnd: Read = (reader, raw, path) => {
  const file = accept(reader, endSchema, raw, path)
  return file && { kind: 'end', id: count(reader, 'end'), outcome: file.end }
}

const readNext: Read = (reader, raw, path) => {
  const file = accept(reader, nextSchema, raw, path)
  if (!file) return undefined
  expectKnown(reader, 'sequence', file.next, reader.context.sequences, [...path, 'next'])
  return { kind: 'next', id: count(reader, 'next'), sequence: file.next }
}

const readers: Readonly<Record<string, Read>> = {
  send: readSend,
  wait: readWait,
  wait_for: (reader, raw, path) => readWaitFor(reader, raw, path, readSteps),
  branch: (reader, raw, path) => readBranch(reader, raw, path, readSteps),
  notify: readNotify,
  end: readEnd,
  next: readNext,
}
