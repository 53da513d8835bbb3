/** A sequence file → the checked model, or everything that is wrong with it. The machine is made of it later. */
import { durationSeconds } from '../../domain/duration.ts'
import type { Sequence, Step } from '../../domain/sequence.ts'
import { readHeader } from './header.ts'
import { headerSchema } from './language-header.ts'
import { maxDays } from './language-words.ts'
import { lint } from './lint.ts'
import { isError, type Problem, sortProblems } from './problem.ts'
import { accept, type CompileContext, count, isBlock, newReader, type Reader, report } from './reader.ts'
import { type Position, parseSource } from './source.ts'
import { everyStep, pathsIn } from './step-shape.ts'
import { readSteps } from './steps.ts'
import { hint } from './suggest.ts'
import { versionOf } from './version.ts'

export interface Model {
  readonly ok: true
  readonly sequence: Sequence
  /** Where each step was given, by id. */
  readonly places: ReadonlyMap<string, Position>
  /** Steps of other sequences that triggers name. */
  readonly outside: readonly (Position & { readonly step: string })[]
  /** Only warnings. */
  readonly problems: readonly Problem[]
}

export type Modelled = Model | { readonly ok: false; readonly problems: readonly Problem[] }

export const maxEmails = 60

/** Reads and checks one file of `workflows/sequences/`. */
export function modelOf(file: string, text: string, context: CompileContext): Modelled {
  const parsed = parseSource(file, text)
  if (!parsed.ok) return parsed
  const reader = newReader(parsed.source, context)
  const sequence = readSequence(reader, parsed.source.raw)
  const problems = sortProblems(reader.problems)
  if (!sequence || problems.some(isError)) return { ok: false, problems }
  const { at } = parsed.source
  const places = new Map([...reader.ids].map(([id, path]) => [id, at(path)]))
  const outside = reader.outside.map(({ step, path }) => ({ step, ...at(path) }))
  return { ok: true, sequence, places, outside, problems }
}

function readSequence(reader: Reader, raw: unknown): Sequence | undefined {
  const header = accept(reader, headerSchema, raw, [])
  const rawSteps = isBlock(raw) && Array.isArray(raw['steps']) ? raw['steps'] : []
  const steps = closed(readSteps(reader, rawSteps, ['steps']), reader)
  const head = header && readHeader(reader, header)
  checkReferences(reader)
  if (!head) return undefined
  checkFileName(reader, head.id)
  checkWhole(reader, steps)
  if (reader.problems.length > 0) return undefined
  const content = { ...head, steps }
  const sequence = { ...content, version: versionOf(content) }
  lint(reader, sequence)
  return sequence
}

/** Every sequence ends somewhere, said or not. */
function closed(steps: readonly Step[], reader: Reader): readonly Step[] {
  const last = steps.at(-1)
  if (last?.kind === 'end' || last?.kind === 'next') return steps
  return [...steps, { kind: 'end', id: count(reader, 'end'), outcome: 'finished' }]
}

/** A sequence is found by its file's name. */
function checkFileName(reader: Reader, id: string): void {
  const name = reader.source.file
    .split('/')
    .at(-1)
    ?.replace(/\.yaml$/, '')
  if (name !== id) report(reader, ['id'], `the id is "${id}", but the file is ${name}.yaml`)
}

/** Every step that an event names exists; in a repeat it stands for all its rounds. */
function checkReferences(reader: Reader): void {
  for (const { path, step, into } of reader.references) {
    if (!reader.sends.has(step)) report(reader, path, `unknown step "${step}"${hint(step, reader.sends)}`)
    into.push(...(reader.rounds.get(step) ?? [step]))
  }
}

function checkWhole(reader: Reader, steps: readonly Step[]): void {
  const emails = reader.sends.size
  const does = everyStep(steps).some(({ kind }) => kind === 'send' || kind === 'notify' || kind === 'act')
  if (!does && reader.problems.length === 0)
    report(reader, ['steps'], 'this sequence does nothing: it sends no mail')
  if (emails > maxEmails) {
    report(reader, ['steps'], `${emails} emails are too many; allowed: ${maxEmails} (go on with "next")`)
  }
  const days = Math.ceil(longest(steps) / 86_400)
  if (days > maxDays) {
    const advice = `allowed: ${maxDays} (go on with "next: <sequence>")`
    report(reader, ['steps'], `the longest path takes ${days} days; ${advice}`)
  }
}

/** Seconds of the longest path. */
function longest(steps: readonly Step[]): number {
  return steps.reduce((sum, step) => sum + lengthOf(step), 0)
}

function lengthOf(step: Step): number {
  if (step.kind === 'wait') {
    const { for: length, date, until } = step.wait
    return durationSeconds(length ?? date?.otherwise ?? 'PT0S') + (until ? 7 * 86_400 : 0)
  }
  const inside = Math.max(0, ...pathsIn(step).map((path) => longest(path.steps)))
  return step.kind === 'wait_for' ? durationSeconds(step.timeout) + inside : inside
}
