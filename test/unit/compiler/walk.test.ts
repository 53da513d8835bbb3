import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { stopsOf } from '../../../domain/route.ts'
import { secondsUntil } from '../../../workflows/compiler/asl-state.ts'
import { compileSequence } from '../../../workflows/compiler/compile.ts'
import { formatProblem } from '../../../workflows/compiler/problem.ts'
import { transitionsOf } from '../../../workflows/compiler/transitions.ts'
import { definitionProblems } from '../../../workflows/compiler/validate.ts'
import { compiled, stateOf, stepsCompiled } from './helpers.ts'
import { contextOf, evaluate, type Input, plain, walk } from './walk.ts'

const folder = resolve(import.meta.dirname, '../../../workflows/sequences')
const idsIn = (path: string, end: string) =>
  new Set(
    readdirSync(resolve(import.meta.dirname, '../../..', path))
      .filter((name) => name.endsWith(end))
      .map((name) => name.slice(0, -end.length)),
  )
const stages = 'subscriber lead mql sql accepted opportunity customer loyal recycled disqualified'.split(' ')
const shippedContext = {
  templates: idsIn('templates/emails', '.mjml'),
  notices: idsIn('templates/handoff', '.mjml'),
  forms: idsIn('workflows/forms', '.yaml'),
  sequences: idsIn('workflows/sequences', '.yaml'),
  stages: new Set(stages),
}
const shipped = (id: string) => {
  const text = readFileSync(resolve(folder, `${id}.yaml`), 'utf8')
  const result = compileSequence(`${id}.yaml`, text, shippedContext)
  if (!result.ok) expect.fail(result.problems.map(formatProblem).join('\n'))
  return result
}

const linear = (steps: string[]) => steps.map((id) => `  - send: ${id}\n`).join('  - wait: 4 days\n')
const six = linear(['one', 'two', 'three', 'four', 'five', 'six'])

const forks = `
  - send: one
  - wait_for:
      id: clicked
      event: { name: email.clicked, step: one }
      timeout: 5 days
      if_yes: [ { wait: 1 day }, { send: two } ]
      if_timeout: [ { send: three } ]
  - branch:
      id: size
      paths:
        - { name: Big, if: { company.size: ">= 200" }, steps: [ { wait: 1 day }, { send: four } ] }
        - { name: Small, if: { company.size: "< 20" }, steps: [ { end: too small } ] }
        - { name: Others, else: true, steps: [ { wait: 4 days }, { send: five } ] }
  - wait: 3 days
  - send: six
  - wait: 7 days`

const tight = `
  - wait: 1 day
  - branch:
      id: hot
      paths:
        - { name: Hot, if: { score: { total: ">= 40" } }, steps: [ { send: one }, { wait: 1 day }, { next: welcome } ] }
        - { name: Cold, else: true, steps: [ { wait: 2 days }, { send: two } ] }
  - notify: { to: owner-or-team, template: notice }
  - wait_for: { id: came, event: webinar.attended, timeout: 3 days, if_yes: [ { send: three } ], if_timeout: [] }`

describe.each([
  ['six linear emails', six],
  ['six linear emails after a wait', `  - wait: 1 day\n${six}`],
  ['forks that rejoin, with an end in one', forks],
  ['a branch before any email, a wait_for at the end', tight],
])('%s', (_, steps) => {
  const { sequence, asl } = stepsCompiled(steps)
  const costs = transitionsOf(sequence)

  test.each(costs.map((cost) => [cost.name, cost] as const))(
    '%s: the walk costs what is said',
    async (_name, cost) => {
      const visits = await walk(sequence, asl, cost.took)
      const kinds = new Map(stopsOf(sequence).map((stop) => [stop.id, stop.kind]))
      const sends = visits.filter(({ hop }) => hop.op === 'send' && kinds.get(hop.step) === 'send')
      const branchesMet = visits.filter(
        ({ hop, state }, index) =>
          hop.op === 'send' &&
          kinds.get(hop.step) === 'send' &&
          visits[index + 1]?.at === visits[index]?.at &&
          state,
      )
      expect(visits.map(({ state }) => state)).toHaveLength(cost.transitions)
      expect(sends.length - branchesMet.length).toBe(cost.emails)
      expect(visits.filter(({ hop }) => hop.n >= 0).map(({ hop }) => hop.n)).toEqual(
        visits.flatMap(({ hop }, index) => (hop.n >= 0 ? [index] : [])),
      )
    },
  )
})

test('six emails are six entries, seven after a wait', () => {
  const cost = (steps: string) => transitionsOf(stepsCompiled(steps).sequence)
  expect(cost(six)).toEqual([{ name: 'default', took: [], emails: 6, transitions: 6 }])
  expect(cost(`  - wait: 1 day\n${six}`)).toEqual([{ name: 'default', took: [], emails: 6, transitions: 7 }])
})

test('via comes with the hop after a divert and is gone with the next', async () => {
  const { sequence, asl } = stepsCompiled(forks)
  const visits = await walk(sequence, asl, ['clicked.yes'])
  expect(visits.map(({ hop }) => hop.via).slice(0, 3)).toEqual([
    undefined,
    'Tendril.Branch.clicked.yes',
    undefined,
  ])
})

describe('the time to listen', () => {
  const day = 86_400
  const start = Date.UTC(2026, 0, 1) / 1000
  const states = (due: object) => ({ input: { due }, context: contextOf(start) })
  const seconds = (due: object, now: number, ...steps: string[]) =>
    evaluate(secondsUntil(...steps), states(due), start + now)

  test('is what is left, rounded up, at least a second', async () => {
    expect(await seconds({ 'w-1': start + 1000 }, 10.4, 'w-1')).toBe(990)
    expect(await seconds({ 'w-1': start + 1000 }, 1000, 'w-1')).toBe(1)
    expect(await seconds({ 'w-1': start + 1000 }, 5000, 'w-1')).toBe(1)
  })

  test('is that of the step that the plan holds, where several share the state', async () => {
    expect(await seconds({ b: start + 50 }, 10, 'a', 'b', 'c')).toBe(40)
    expect(await seconds({ c: start + 60 }, 10, 'a', 'b', 'c')).toBe(50)
  })

  test('ends by day 350 of the execution; later its worker has a day to move on', async () => {
    expect(await seconds({ a: start + 349 * day }, 5 * day, 'a')).toBe(344 * day)
    expect(await seconds({ a: start + 900 * day }, 5 * day, 'a')).toBe(345 * day)
    expect(await seconds({ a: start + 900 * day }, 349.5 * day, 'a')).toBe(day)
    expect(await seconds({ a: start + 900 * day }, 360 * day, 'a')).toBe(day)
    expect(await seconds({ a: start + 355 * day + 60 }, 355 * day, 'a')).toBe(60)
  })

  test('is an error when the plan lacks it, or the execution its start: it never falls open', async () => {
    const message = { message: 'due.w-1 is missing' }
    await expect(seconds({ other: 1 }, 10, 'w-1')).rejects.toMatchObject(message)
    await expect(seconds({}, 10, 'w-1')).rejects.toBeDefined()
    await expect(seconds({ 'w-1': null }, 10, 'w-1')).rejects.toBeDefined()
    await expect(seconds({ other: 1 }, 10, 'a', 'b')).rejects.toMatchObject({
      message: 'due.a, due.b is missing',
    })
    const unknown = { input: { due: { a: 1 } }, context: { Execution: {} } }
    await expect(evaluate(secondsUntil('a'), unknown)).rejects.toMatchObject({ message: 'no StartTime' })
  })
})

test('the state is emitted again at every exit', async () => {
  const { asl } = stepsCompiled(six)
  const input: Input = { enrolmentId: 'e', leadId: 'l', due: { two: 5 }, n: 3, via: 'Tendril.Defer' }
  const { Catch } = stateOf(asl, 'Email 1 · One')
  const out = (name: string, Cause: string) =>
    evaluate(Catch.find((one) => one.ErrorEquals.includes(name))?.Output ?? '', {
      input,
      errorOutput: { Error: name, Cause },
    })
  const next = { enrolmentId: 'e', leadId: 'l', n: 4 }
  expect(await out('States.Timeout', '')).toEqual({ ...next, due: { two: 5 }, via: null })
  expect(await out('Tendril.Defer', '{"due":{"two":9},"via":"Tendril.Replan"}')).toEqual({
    ...next,
    due: { two: 9 },
    via: 'Tendril.Replan',
  })
  expect(await out('Tendril.Exit', '{"reason":"goal"}')).toMatchObject({ ...next, reason: 'goal' })
})

describe('what ships', () => {
  test.each([...shippedContext.sequences])('%s compiles, is valid and walks', async (id) => {
    const { sequence, asl } = shipped(id)
    expect(definitionProblems(asl)).toEqual([])
    for (const cost of transitionsOf(sequence)) {
      expect(await walk(sequence, asl, cost.took)).toHaveLength(cost.transitions)
    }
  })

  test('the guide takes six weeks and costs an entry an email', async () => {
    const { sequence, asl } = shipped('warehouse-guide')
    expect(
      transitionsOf(sequence).map(({ name, emails, transitions }) => [name, emails, transitions]),
    ).toEqual([
      ['default', 7, 9],
      ['webinar: yes', 7, 10],
      ['by-size: Enterprise', 7, 10],
      ['by-size: Enterprise, webinar: yes', 7, 11],
      ['clicked-checklist: yes', 7, 10],
      ['clicked-checklist: yes, webinar: yes', 7, 11],
      ['clicked-checklist: yes, by-size: Enterprise', 7, 11],
      ['clicked-checklist: yes, by-size: Enterprise, webinar: yes', 7, 12],
    ])
    const visits = await walk(sequence, asl, [])
    const last = visits.find(({ hop }) => hop.step === 'w6')
    const days = ((last?.at ?? 0) - plain.now) / 86_400
    expect(days).toBeGreaterThan(35)
    expect(days).toBeLessThan(45)
  })
})

test('layout and comments do not change the version, content does', () => {
  const file =
    'format: 1\nid: a\nname: A\ntopic: guides\nenrol: { when: { form: demo } }\nsteps: [ { send: one } ]\n'
  const version = (text: string) => compiled(text).sequence.version
  expect(version(`# a note\n${file}`)).toBe(version(file))
  expect(version(file.replace('send: one', 'send: two'))).not.toBe(version(file))
  expect(version(file)).toMatch(/^[0-9a-f]{12}$/)
})
