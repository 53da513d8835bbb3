/** A sequence file → the checked model and its state machine, or everything that is wrong with it. */
import { durationSeconds } from '../../domain/duration.ts'
import { routeOf } from '../../domain/route.ts'
import type { Sequence, Step } from '../../domain/sequence.ts'
import { stateMachineOf } from './asl.ts'
import type { StateMachine } from './asl-state.ts'
import { readHeader } from './header.ts'
import { headerSchema, unsupportedHeader } from './language.ts'
import { type Problem, sortProblems } from './problem.ts'
import {
  accept,
  type CompileContext,
  isBlock,
  newReader,
  type Reader,
  report,
  withoutUnsupported,
} from './reader.ts'
import { parseSource } from './source.ts'
import { readSteps } from './steps.ts'
import { hint } from './suggest.ts'
import { versionOf } from './version.ts'

export type Compiled =
  | {
      readonly ok: true
      readonly sequence: Sequence
      readonly asl: StateMachine
      readonly problems: readonly []
    }
  | { readonly ok: false; readonly problems: readonly Problem[] }

export const maxEmails = 60
/** An execution lives for a year; a plan must end well before. */
export const maxDays = 350

/** Compiles one file of `workflows/sequences/`. */
export function compileSequence(file: string, text: string, context: CompileContext): Compiled {
  const parsed = parseSource(file, text)
  if (!parsed.ok) return parsed
  const reader = newReader(parsed.source, context)
  const sequence = readSequence(reader, parsed.source.raw)
  if (!sequence || reader.problems.length > 0) return { ok: false, problems: sortProblems(reader.problems) }
  return { ok: true, sequence, asl: stateMachineOf(sequence), problems: [] }
}

function readSequence(reader: Reader, raw: unknown): Sequence | undefined {
  const known = isBlock(raw) ? withoutUnsupported(reader, raw, [], unsupportedHeader) : raw
  const header = accept(reader, headerSchema, known, [])
  const rawSteps = isBlock(raw) && Array.isArray(raw['steps']) ? raw['steps'] : []
  const steps = closed(readSteps(reader, rawSteps, ['steps']), reader)
  checkReferences(reader)
  if (!header) return undefined
  checkFileName(reader, header.id)
  const content = { ...readHeader(reader, header), steps }
  checkWhole(reader, steps)
  if (reader.problems.length > 0) return undefined
  const sequence = { ...content, version: versionOf(content) }
  checkLength(reader, sequence)
  return sequence
}

/** Every sequence ends somewhere, said or not. */
function closed(steps: readonly Step[], reader: Reader): readonly Step[] {
  const last = steps.at(-1)
  if (last?.kind === 'end' || last?.kind === 'next') return steps
  const number = (reader.counters.get('end') ?? 0) + 1
  return [...steps, { kind: 'end', id: number === 1 ? 'end' : `end-${number}`, outcome: 'finished' }]
}

/** A sequence is found by its file's name. */
function checkFileName(reader: Reader, id: string): void {
  const name = reader.source.file
    .split('/')
    .at(-1)
    ?.replace(/\.yaml$/, '')
  if (name !== id) report(reader, ['id'], `the id is "${id}", but the file is ${name}.yaml`)
}

function checkReferences(reader: Reader): void {
  for (const { path, step } of reader.references) {
    if (!reader.sends.has(step)) report(reader, path, `unknown step "${step}"${hint(step, reader.sends)}`)
  }
}

function checkWhole(reader: Reader, steps: readonly Step[]): void {
  const emails = reader.sends.size
  if (emails === 0 && reader.problems.length === 0) report(reader, ['steps'], 'this sequence sends nothing')
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
    return durationSeconds(step.wait.for ?? 'PT0S') + (step.wait.until ? 7 * 86_400 : 0)
  }
  if (step.kind === 'branch') return Math.max(...step.paths.map((path) => longest(path.steps)))
  if (step.kind !== 'wait_for') return 0
  return durationSeconds(step.timeout) + Math.max(longest(step.yes.steps), longest(step.no.steps))
}

/** A definition must stay below what Step Functions accepts. */
function checkLength(reader: Reader, sequence: Sequence): void {
  const states = routeOf(sequence).stops.length * 2
  const bytes = JSON.stringify(stateMachineOf(sequence)).length
  if (bytes > 900_000) {
    report(
      reader,
      ['steps'],
      `${states} states with so many paths make a definition of ${bytes} bytes: too large`,
    )
  }
}
