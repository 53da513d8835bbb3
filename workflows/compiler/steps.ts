/** Steps as marketers write them → the model's steps, checked against what the rest of the product knows. */
import type { Step } from '../../domain/sequence.ts'
import { readScore, readSet, readStage, readTag, readWebhook } from './acts.ts'
import { readBranch, readSplit, readWaitFor } from './forks.ts'
import { endSchema, nextSchema } from './language.ts'
import { readNotify, readTask } from './notices.ts'
import { accept, count, expectKnown, isBlock, type Reader, report, reportKey, takeId } from './reader.ts'
import { readRepeat } from './repeat.ts'
import { shown } from './schema-issues.ts'
import { readSend } from './sends.ts'
import type { Path } from './source.ts'
import { isOver } from './step-shape.ts'
import { hint } from './suggest.ts'
import { readWait } from './waits.ts'

type Raw = Readonly<Record<string, unknown>>
type Read = (reader: Reader, raw: Raw, path: Path) => Step | readonly Step[] | undefined

/** Reads a list of steps; what is wrong is noted, and the rest is read all the same. */
export function readSteps(reader: Reader, raw: readonly unknown[], path: Path): readonly Step[] {
  const steps: Step[] = []
  for (const [index, one] of raw.entries()) {
    const here = [...path, index]
    const before = steps.at(-1)
    if (before && isOver(before)) reportUnreachable(reader, here, before)
    count(reader, 'steps read')
    const read = readStep(reader, one, here)
    if (read) steps.push(...[read].flat())
  }
  return steps
}

function reportUnreachable(reader: Reader, path: Path, before: Step): void {
  const why =
    before.kind === 'end' || before.kind === 'next' ? `after "${before.kind}"` : 'all paths end before it'
  report(reader, path, `this step is never reached: ${why}`)
}

function readStep(reader: Reader, raw: unknown, path: Path): ReturnType<Read> {
  if (!isBlock(raw)) {
    return report(reader, path, `expected a step like { send: <template> }, found ${shown(raw)}`)
  }
  const verbs = Object.keys(raw).filter((key) => Object.hasOwn(readers, key))
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
  return readers[verb]?.(reader, raw, path)
}

const readEnd: Read = (reader, raw, path) => {
  const file = accept(reader, endSchema, raw, path)
  return file && { kind: 'end', id: takeId(reader, count(reader, 'end'), path), outcome: file.end }
}

const readNext: Read = (reader, raw, path) => {
  const file = accept(reader, nextSchema, raw, path)
  if (!file) return undefined
  expectKnown(reader, 'sequence', file.next, reader.context.sequences, [...path, 'next'])
  return { kind: 'next', id: takeId(reader, count(reader, 'next'), path), sequence: file.next }
}

const readers: Readonly<Record<string, Read>> = {
  send: readSend,
  wait: readWait,
  wait_for: (reader, raw, path) => readWaitFor(reader, raw, path, readSteps),
  branch: (reader, raw, path) => readBranch(reader, raw, path, readSteps),
  split: (reader, raw, path) => readSplit(reader, raw, path, readSteps),
  repeat: (reader, raw, path) => readRepeat(reader, raw, path, readSteps),
  notify: readNotify,
  task: readTask,
  score: readScore,
  tag: readTag,
  set: readSet,
  stage: readStage,
  webhook: readWebhook,
  end: readEnd,
  next: readNext,
}
