/**
 * What each construct of the language becomes, in files that are read in reviews. A new construct is a new
 * `golden/<name>.yaml`; `vitest -u` writes what it becomes.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { compileSequence } from '../../../workflows/compiler/compile.ts'
import { formatProblem } from '../../../workflows/compiler/problem.ts'
import { definitionProblems } from '../../../workflows/compiler/validate.ts'
import { shippedContext } from './helpers.ts'

const folder = resolve(import.meta.dirname, 'golden')
const constructs = readdirSync(folder)
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => name.slice(0, -'.yaml'.length))

type Compiled = Extract<ReturnType<typeof compileSequence>, { ok: true }>

/** A state in brief: its message, how long it listens, and where each word leads. */
const stateInBrief = (state: Compiled['asl']['States'][string]) => {
  if (state.Type === 'Succeed') return 'Succeed'
  const { op, step } = state.Arguments['MessageBody'] as Readonly<Record<string, string>>
  const ways = state.Catch.map(({ ErrorEquals, Next }) => `${ErrorEquals.join()} → ${Next}`)
  return {
    message: `${op} ${step}`,
    ...(state.TimeoutSeconds === undefined ? {} : { until: state.TimeoutSeconds }),
    ways: [...ways, state.End ? 'done → end' : `done → ${state.Next}`],
  }
}

/** What is kept of each, by the end of the file's name. */
const outputs: Readonly<Record<string, (compiled: Compiled) => unknown>> = {
  'model.json': ({ sequence }) => sequence,
  'machine.json': ({ asl }) => ({
    start: asl.StartAt,
    states: Object.fromEntries(
      Object.entries(asl.States).map(([name, state]) => [name, stateInBrief(state)]),
    ),
  }),
}

test.each(constructs)('%s', async (name) => {
  const text = readFileSync(join(folder, `${name}.yaml`), 'utf8')

  const compiled = compileSequence(`${name}.yaml`, text, shippedContext)

  expect(compiled.problems.map(formatProblem)).toEqual([])
  if (!compiled.ok) expect.fail('it does not compile')
  expect(definitionProblems(compiled.asl)).toEqual([])
  for (const [end, make] of Object.entries(outputs)) {
    const made = `${JSON.stringify(make(compiled), null, 2)}\n`
    await expect(made).toMatchFileSnapshot(join(folder, `${name}.${end}`))
  }
})

test('nothing is left of constructs that went away', () => {
  const ends = ['yaml', ...Object.keys(outputs)]
  const known = new Set(constructs.flatMap((name) => ends.map((end) => `${name}.${end}`)))
  expect(readdirSync(folder).filter((name) => !known.has(name))).toEqual([])
})
