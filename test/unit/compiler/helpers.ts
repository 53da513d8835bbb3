import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import type { Checked } from '../../../domain/content-check.ts'
import { checkForm } from '../../../domain/form.ts'
import type { Sequence } from '../../../domain/sequence.ts'
import { checkSettings } from '../../../domain/settings.ts'
import type { StateMachine, TaskState } from '../../../workflows/compiler/asl-state.ts'
import { compileSequence } from '../../../workflows/compiler/compile.ts'
import { askedBy } from '../../../workflows/compiler/lint-consent.ts'
import { modelOf } from '../../../workflows/compiler/model.ts'
import { formatProblem } from '../../../workflows/compiler/problem.ts'
import type { CompileContext } from '../../../workflows/compiler/reader.ts'

export const context: CompileContext = {
  templates: new Set([
    ...['one', 'two', 'three', 'four', 'five', 'six', 'notice', 'sales-task'],
    ...['case', 'case.retail', 'case.food-drink'],
  ]),
  forms: new Set(['demo', 'guide']),
  stages: new Set(['lead', 'mql', 'sql', 'customer', 'recycled']),
  sequences: new Set(['keep-warm', 'welcome']),
  topics: new Set(['guides']),
  senders: new Set(['maya']),
  teams: new Set(['smb']),
}

const root = resolve(import.meta.dirname, '../../..')
const idsIn = (path: string, end: string) =>
  readdirSync(resolve(root, path))
    .filter((name) => name.endsWith(end))
    .map((name) => name.slice(0, -end.length))

const yamlOf = (name: string): unknown => parse(readFileSync(resolve(root, `workflows/${name}.yaml`), 'utf8'))
const valid = <Value>(checked: Checked<Value>): Value =>
  checked.ok ? checked.value : expect.fail(JSON.stringify(checked.problems))
const settings = valid(checkSettings(yamlOf('settings')))
const forms = idsIn('workflows/forms', '.yaml').map((id) => valid(checkForm(yamlOf(`forms/${id}`))))

/** What the repository ships, and a few templates more. */
export const shippedContext: CompileContext = {
  templates: new Set([...idsIn('templates/emails', '.mjml'), 'week-3-case-study.food-drink']),
  notices: new Set(idsIn('templates/handoff', '.mjml')),
  forms: new Set(forms.map(({ id }) => id)),
  sequences: new Set(idsIn('workflows/sequences', '.yaml')),
  stages: new Set(settings.stages.map(({ id }) => id)),
  topics: new Set(Object.keys(settings.consent.topics)),
  senders: new Set(Object.keys(settings.senders)),
  teams: new Set(['dach', 'enterprise', 'smb']),
  settings,
  asked: askedBy(forms),
}

/** A file around the steps; the steps begin in line 7. */
export const fileOf = (steps: string, more = ''): string =>
  `format: 1
id: test
name: A test
topic: guides
enrol: { when: { form: demo } }
steps:
${steps}
${more}`

export function compiled(text: string): { sequence: Sequence; asl: StateMachine } {
  const id = /^id: (\S+)/m.exec(text)?.[1] ?? 'test'
  const result = compileSequence(`workflows/sequences/${id}.yaml`, text, context)
  if (!result.ok) expect.fail(result.problems.map(formatProblem).join('\n'))
  return result
}

export const stepsCompiled = (steps: string) => compiled(fileOf(steps))

/** The model alone. */
export function modelled(text: string): Sequence {
  const result = modelOf('test.yaml', text, context)
  if (!result.ok) expect.fail(result.problems.map(formatProblem).join('\n'))
  return result.sequence
}

/** Everything that is said of a file, warnings too. */
export const problemsOf = (text: string, more: Partial<CompileContext> = {}): string[] =>
  modelOf('test.yaml', text, { ...context, ...more }).problems.map(formatProblem)

/** What is said of steps. */
export const said = (steps: string): string[] => problemsOf(fileOf(steps))

/** Each row: a misused step (a mail follows it), and what is said. */
export const misuse = (rows: readonly (readonly [string, ...string[]])[]) =>
  test.each(rows.map(([step, ...problems]) => [step, problems] as const))('%s', (step, problems) => {
    expect(said(`${step}\n  - send: six`)).toEqual(problems.map((problem) => `test.yaml:${problem}`))
  })

export const stateOf = (asl: StateMachine, name: string): TaskState => {
  const state = asl.States[name]
  if (state?.Type !== 'Task') expect.fail(`no task "${name}" among ${Object.keys(asl.States).join(', ')}`)
  return state
}

/** "error → state" for each catcher and the normal way on. */
export const waysOf = (asl: StateMachine, name: string): string[] => {
  const state = stateOf(asl, name)
  return [
    ...state.Catch.map((one) => `${one.ErrorEquals.join()} → ${one.Next}`),
    state.End ? 'end' : `next → ${state.Next}`,
  ]
}
