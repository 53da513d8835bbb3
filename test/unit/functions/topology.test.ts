/** The topology gives each function what the code it runs needs. */
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { functions } from '../../../functions/topology.ts'

const root = join(import.meta.dirname, '../../..')
const imported = /^(?:import|export)\s(?!type\b)[^'=]*?\sfrom\s'(\.[^']+)'/gm

/** A module with all that it imports, types apart. */
const modulesOf = (file: string, seen = new Set<string>()): ReadonlySet<string> => {
  if (seen.has(file)) return seen
  seen.add(file)
  for (const [, path = ''] of readFileSync(join(root, file), 'utf8').matchAll(imported))
    modulesOf(join(dirname(file), path), seen)
  return seen
}

const refolding = functions.filter(({ entry }) => modulesOf(entry).has('functions/shared/refold.ts'))

test('several functions fold leads', () => {
  expect(refolding.map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      'capture',
      'enrol',
      'signals',
      'timers',
      'handoff',
      'feedback',
      'preferences',
      'api',
    ]),
  )
})

test.each(refolding.map((spec) => [spec.name, spec] as const))(
  '%s folds leads: it may start sequences, tell executions and our people, and set timers',
  (_, { sendsTo, schedules, answers, core }) => {
    expect(sendsTo).toEqual(expect.arrayContaining(['enrol', 'handoff', 'reconcile']))
    expect({ schedules, answers, core }).toEqual({ schedules: true, answers: true, core: 'readWrite' })
  },
)
