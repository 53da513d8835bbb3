/**
 * What each construct of the language becomes, in files that are read in reviews. A new construct is a new
 * `golden/<name>.yaml`; `vitest -u` writes what it becomes.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { modelOf } from '../../../workflows/compiler/model.ts'
import { formatProblem } from '../../../workflows/compiler/problem.ts'
import { shippedContext } from './helpers.ts'

const folder = resolve(import.meta.dirname, 'golden')
const constructs = readdirSync(folder)
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => name.slice(0, -'.yaml'.length))

const outputs = {
  'model.json': (name: string, text: string): unknown => {
    const model = modelOf(`${name}.yaml`, text, shippedContext)
    if (!model.ok) expect.fail(model.problems.map(formatProblem).join('\n'))
    expect(model.problems).toEqual([])
    return model.sequence
  },
}

test.each(constructs)('%s', async (name) => {
  const text = readFileSync(join(folder, `${name}.yaml`), 'utf8')
  for (const [end, make] of Object.entries(outputs)) {
    const made = `${JSON.stringify(make(name, text), null, 2)}\n`
    await expect(made).toMatchFileSnapshot(join(folder, `${name}.${end}`))
  }
})

test('nothing is left of constructs that went away', () => {
  const ends = ['yaml', ...Object.keys(outputs)]
  const known = new Set(constructs.flatMap((name) => ends.map((end) => `${name}.${end}`)))
  expect(readdirSync(folder).filter((name) => !known.has(name))).toEqual([])
})
