import { describe, expect, it } from 'vitest'
import { largeModels, models } from './models.ts'
import { mutants } from './mutants.ts'
import { tellOf } from './report.ts'
import { type Result, Search } from './search.ts'
import type { Model } from './world.ts'

const isLarge = process.env['ARBITER_LARGE'] === '1'
const limit = isLarge ? 3_600_000 : 120_000

const explore = (model: Model): Result => {
  const started = performance.now()
  const result = new Search(model).run()
  console.log(tellOf(model.name, result, performance.now() - started))
  return result
}

describe('the arbiter keeps its promises', () => {
  const results: Result[] = []

  it.each(isLarge ? largeModels : models)('$name', { timeout: limit }, (model) => {
    const result = explore(model)
    results.push(result)
    expect(result.violation).toBeUndefined()
    expect(result.ends).toBeGreaterThan(0)
  })

  it('in worlds where everything happens', () => {
    const seen = new Set(results.flatMap(({ seen }) => Object.keys(seen)))
    const states = results.reduce((sum, result) => sum + result.states, 0)
    console.log(
      `${states.toLocaleString('en')} states in all; seen at the end: ${[...seen].toSorted().join(', ')}`,
    )
    const all = [
      'e1 sent',
      'e2 sent',
      'ex sent',
      'e3 sent',
      'e1 parked',
      'e3 parked',
      'e1 exited',
      'e3 suppressed',
    ]
    const passed = [
      'e1 overtaken',
      'e2 overtaken',
      'ex overtaken',
      'e2 branched',
      'ex branched',
      'e2 condition',
    ]
    const moved = ['e2 moved-on', 'e1 carried', 'en added-later', 'e4 sent']
    for (const record of [...all, ...passed, ...moved]) expect(seen).toContain(record)
    expect(results.some(({ inFlight }) => inFlight > 0)).toBe(true)
  })
})

describe('the check sees a broken rule', () => {
  it.each(mutants)('$model.name', ({ model, promise }) => {
    expect(explore(model).violation?.promise).toMatch(promise)
  })
})
