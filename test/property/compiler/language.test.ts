/** The reader of sequence files: what holds for every file, right or wrong. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import type { Step } from '../../../domain/sequence.ts'
import { compileSequence } from '../../../workflows/compiler/compile.ts'
import { formatProblem } from '../../../workflows/compiler/problem.ts'
import { everyStep, pathsIn } from '../../../workflows/compiler/step-shape.ts'
import { context, shippedContext } from '../../unit/compiler/helpers.ts'

type Raw = Readonly<Record<string, unknown>>

/** How a tree of steps is written, with ids by order; and how many mails it holds when it is written out. */
interface Written {
  readonly steps: readonly Raw[]
  readonly mails: number
}
type Shape =
  | { readonly is: 'send' | 'wait' | 'tag' }
  | {
      readonly is: 'repeat'
      readonly times: number
      readonly until: boolean
      readonly inside: readonly Shape[]
    }
  | { readonly is: 'split' | 'branch'; readonly inside: readonly Shape[] }

const { shapes } = fc.letrec<{ shape: Shape; shapes: readonly Shape[] }>((tie) => ({
  shapes: fc.array(tie('shape'), { minLength: 1, maxLength: 3 }),
  shape: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.record({ is: fc.constantFrom('send', 'wait', 'tag') }),
    fc.record({
      is: fc.constant('repeat'),
      times: fc.integer({ min: 2, max: 4 }),
      until: fc.boolean(),
      inside: tie('shapes'),
    }),
    fc.record({ is: fc.constantFrom('split', 'branch'), inside: tie('shapes') }),
  ),
}))

function write(list: readonly Shape[], next: () => string): Written {
  const parts = list.map((shape) => writeOne(shape, next))
  return {
    steps: parts.flatMap(({ steps }) => steps),
    mails: parts.reduce((sum, { mails }) => sum + mails, 0),
  }
}

const plain: Readonly<Record<string, (id: string) => Raw>> = {
  send: (id) => ({ send: 'one', id, only_if: { not: { clicked: { step: id } } } }),
  wait: () => ({ wait: '1 day' }),
  tag: () => ({ tag: { add: 'a' } }),
}

function writeOne(shape: Shape, next: () => string): Written {
  if (!('inside' in shape)) {
    return { steps: [plain[shape.is]?.(next()) ?? {}], mails: shape.is === 'send' ? 1 : 0 }
  }
  const id = next()
  const { steps, mails } = write(shape.inside, next)
  if (shape.is === 'repeat') {
    const until = shape.until ? { until: { temperature: 'hot' } } : {}
    return { steps: [{ repeat: { id, times: shape.times, ...until, steps } }], mails: mails * shape.times }
  }
  const ends = {
    split: [{ share: '25.5%' }, { share: '74.5%' }],
    branch: [{ if: { fit: 3 } }, { else: true }],
  }
  const [first, last] = ends[shape.is]
  return {
    steps: [
      {
        [shape.is]: {
          id,
          paths: [
            { name: 'A', ...first, steps },
            { name: 'B', ...last },
          ],
        },
      },
    ],
    mails,
  }
}

const header = { format: 1, id: 'test', name: 'A test', topic: 'guides', enrol: { when: { form: 'demo' } } }
const namesOf = (steps: readonly Step[]): string[] =>
  everyStep(steps).flatMap((step) => ['id' in step ? step.id : [], pathsIn(step).map(({ id }) => id)].flat())

describe('steps written out', () => {
  it('have ids of their own, and events name the mails of all rounds', () => {
    const seen = { compiled: 0, repeated: 0 }
    fc.assert(
      fc.property(shapes, (list) => {
        let count = 0
        const { steps, mails } = write(list, () => `s${++count}`)
        const text = JSON.stringify({ ...header, steps: [...steps, { send: 'two' }] })
        const model = compileSequence('test.yaml', text, context)
        if (!model.ok) {
          const told = model.problems.map(({ message }) => message)
          expect(told.filter((message) => !/too many|more than 600|changes nothing/.test(message))).toEqual(
            [],
          )
          return
        }
        const all = everyStep(model.sequence.steps)
        const sends = all.flatMap((step) => (step.kind === 'send' ? [step] : []))
        expect(sends).toHaveLength(mails + 1)
        const names = namesOf(model.sequence.steps)
        expect(names).toHaveLength(new Set(names).size)
        for (const send of sends.slice(0, -1)) {
          const [written] = send.id.split('-')
          const rounds = sends.filter(({ id }) => id.split('-')[0] === written).map(({ id }) => id)
          expect(send.onlyIf).toEqual({ not: { event: { name: 'email.clicked', steps: rounds } } })
          if (rounds.length > 1) seen.repeated += 1
        }
        seen.compiled += 1
      }),
      { numRuns: 400 },
    )
    expect(seen.compiled).toBeGreaterThan(200)
    expect(seen.repeated).toBeGreaterThan(100)
  })
})

const folder = resolve(import.meta.dirname, '../../unit/compiler/golden')
const files = readdirSync(folder)
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => ({ name, raw: parse(readFileSync(join(folder, name), 'utf8')) as unknown }))

/** The value with one part of it replaced, found by following `way`. */
function damaged(value: unknown, way: readonly number[], part: unknown): unknown {
  const [turn, ...rest] = way
  if (turn === undefined || typeof value !== 'object' || value === null) return part
  const entries = Object.entries(value)
  const at = entries[turn % Math.max(entries.length, 1)]
  if (!at) return part
  const changed = damaged(at[1], rest, part)
  if (Array.isArray(value)) return value.map((one: unknown, i) => (i === Number(at[0]) ? changed : one))
  return rest.length === 0 && typeof part === 'string'
    ? Object.fromEntries(entries.map(([key, one]) => (key === at[0] ? [part, one] : [key, one])))
    : { ...value, [at[0]]: changed }
}

describe('a damaged file', () => {
  it('is refused with places in it, or read: nothing throws', () => {
    let refused = 0
    const words = fc.constantFrom('constructor', '__proto__', 'send', 'one', '50%', '2 days', 'secret:A', '')
    fc.assert(
      fc.property(
        fc.constantFrom(...files),
        fc.array(fc.nat(20), { minLength: 1, maxLength: 8 }),
        fc.oneof(words, fc.jsonValue({ maxDepth: 2 })),
        ({ name, raw }, way, part) => {
          const text = JSON.stringify(damaged(raw, way, part), null, 1)
          const lines = text.split('\n').length
          const { ok, problems } = compileSequence(name, text, shippedContext)
          for (const problem of problems) {
            expect(problem.line, formatProblem(problem)).toBeLessThanOrEqual(lines)
            expect(problem.message).not.toMatch(/undefined|\[object|NaN/)
          }
          if (!ok) refused += 1
          expect(ok || problems.some(({ severity }) => severity === undefined)).toBe(true)
        },
      ),
      { numRuns: 2000 },
    )
    expect(refused).toBeGreaterThan(700)
  })
})
