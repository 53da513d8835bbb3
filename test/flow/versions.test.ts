/** Sequences are edited while leads are on their way. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { begunBySignal, openSettings } from './_language.ts'
import { mailsOf, stepsOf } from './_people.ts'
import { PublishingProduct } from './_publishing.ts'

const product = new PublishingProduct()

const first = begunBySignal(
  'course',
  `  - { send: one, id: a }
  - wait: 2 days
  - { send: two, id: b }
  - wait: 2 days
  - { send: three, id: c }
  - wait: 2 days
  - { send: four, id: d }`,
)

const begin = '2026-11-23T09:00:00Z'
beforeAll(() => product.startWith({ workflows: first }, { TENDRIL_NOW: begin }))
afterAll(() => product.stop())

// biome-ignore lint/suspicious/noExplicitAny: as the API shows them.
const enrolmentsOf = async (leadId: string): Promise<any[]> => (await product.lead(leadId)).enrolments

const told = async (leadId: string): Promise<string[]> =>
  (await product.timeline(leadId))
    .filter(({ type }) => /^(enrolled|enrolment\..*|message\.(sent|not-sent))$/.test(type))
    .map(({ text }: { text: string }) => text)

describe('a step put in, one taken out, two swapped', () => {
  const who = 'ada@example.com'
  let leadId = ''

  test('touches nobody until the next mail is due', async () => {
    leadId = await product.enter(who, 'course')
    await product.publish(
      begunBySignal(
        'course',
        `  - { send: one, id: a }
  - wait: 1 day
  - { send: five, id: extra }
  - wait: 1 day
  - { send: four, id: d }
  - wait: 3 days
  - { send: three, id: c }`,
        'removed: { b: { map: d } }',
      ),
    )
    await product.advance('PT1H')
    expect(await stepsOf(product, who)).toEqual(['a'])
    expect(await enrolmentsOf(leadId)).toMatchObject([{ status: 'active' }])
  })

  test('then the lead goes on by the new version, gets nothing twice and nothing that lies behind it', async () => {
    await product.advance('P30D')
    expect(await stepsOf(product, who)).toEqual(['a', 'd', 'c'])
    const [a, d, c] = (await mailsOf(product, who)).map(({ sentAt }) => Date.parse(sentAt) / 86_400_000)
    expect([Math.round((d ?? 0) - (a ?? 0)), Math.round((c ?? 0) - (d ?? 0))]).toEqual([2, 3])
  })

  test('which is one enrolment to those who look: it entered once, went on, and was not mailed what was put in', async () => {
    const [old, run] = await enrolmentsOf(leadId)
    expect(old).toMatchObject({ status: 'exited', exitReason: 'moved' })
    expect(run).toMatchObject({ status: 'completed', exitReason: null })
    expect(await told(leadId)).toEqual([
      'Entered “Test of course”',
      'Sent: “One”',
      'Went on in a newer version of “Test of course”',
      'Not sent: “B” — the lead had moved on to another version or sequence',
      'Not sent: “Five” — the step was added when the lead was past it',
      'Sent: “Four”',
      'Sent: “Three”',
    ])
    const messages = (await product.api('GET', `/v1/leads/${leadId}/messages`)).json.messages
    expect(messages.map(({ step, is }: { step: string; is: string }) => `${step} ${is}`)).toEqual([
      'a sent',
      'b not-sent',
      'extra not-sent',
      'd sent',
      'c sent',
    ])
  })

  test('for at most three transitions more', async () => {
    const runs = (await product.executions(leadId)).filter(({ sequence }) => sequence === 'course')
    expect(runs.map(({ status }) => status)).toEqual(['SUCCEEDED', 'SUCCEEDED'])
    const billed = runs.reduce((sum, { transitions }) => sum + transitions, 0)
    expect(billed).toBeLessThanOrEqual(3 + 4)
  })

  test('who enters now goes by it from the start', async () => {
    const other = 'bo@example.com'
    await product.enter(other, 'course')
    await product.advance('P30D')
    expect(await stepsOf(product, other)).toEqual(['a', 'extra', 'd', 'c'])
  })
})

describe('back to what was live before', () => {
  const who = 'cy@example.com'

  test('leads go back too, and get nothing twice', async () => {
    await product.publish(first)
    const leadId = await product.enter(who, 'course')
    await product.advance('P1D')
    await product.publish(
      begunBySignal(
        'course',
        `  - { send: one, id: a }
  - wait: 2 days
  - { send: two, id: b }
  - wait: 1 day
  - { send: six, id: more }
  - wait: 1 day
  - { send: three, id: c }
  - wait: 2 days
  - { send: four, id: d }`,
      ),
    )
    await product.advance('PT30H')
    expect(await stepsOf(product, who)).toEqual(['a', 'b'])
    await product.publish(first)
    await product.advance('P20D')
    expect(await stepsOf(product, who)).toEqual(['a', 'b', 'more', 'c', 'd'])
    const versions = (await enrolmentsOf(leadId)).map(({ version }) => version)
    expect(versions).toHaveLength(3)
    expect(versions[2]).toBe(versions[0])
  })
})

describe('texts', () => {
  test('are taken over where the lead is, without another run', async () => {
    const who = 'di@example.com'
    const leadId = await product.enter(who, 'course')
    const text = first['sequences/course'] ?? ''
    await product.publish({ 'sequences/course': text.replace('id: b }', 'id: b, subject: "Quite new" }') })
    await product.advance('P20D')
    expect((await mailsOf(product, who)).map(({ subject }) => subject)).toEqual([
      'one',
      'Quite new',
      'three',
      'four',
    ])
    const [only, ...more] = await enrolmentsOf(leadId)
    expect([only?.status, more]).toEqual(['completed', []])
    await product.publish(first)
  })
})

describe('in flight', () => {
  const shorter = (header: string) =>
    begunBySignal(
      'course',
      `  - { send: one, id: a }
  - wait: 2 days
  - { send: three, id: c }
  - wait: 2 days
  - { send: four, id: d }`,
      header,
    )

  test.each([
    ['a file that pins its leads', 'in_flight: pin', ['a', 'b', 'c', 'd']],
    ['a step that its leads finish', 'removed: { b: pin }', ['a', 'b', 'c', 'd']],
    ['a step that takes its leads along', 'removed: { b: exit }', ['a']],
    ['a step with another behind it', 'removed: { b: { map: d } }', ['a', 'd']],
  ])('%s', async (_, header, steps) => {
    await product.publish(first, true)
    const who = `flight-${header.replace(/[^a-z]/g, '')}@example.com`
    const leadId = await product.enter(who, 'course')
    await product.publish(shorter(header))
    await product.advance('P20D')
    expect(await stepsOf(product, who)).toEqual(steps)
    const last = (await enrolmentsOf(leadId)).at(-1)
    expect(last.status).toBe(steps.length === 1 ? 'exited' : 'completed')
  })
})

describe('what would hurt leads under way is refused', () => {
  const shorter = begunBySignal(
    'course',
    '  - { send: one, id: a }\n  - wait: 2 days\n  - { send: three, id: c }',
  )

  test('a step that is gone while leads wait for it', async () => {
    await product.publish(first, true)
    for (const name of ['eli', 'fay']) await product.enter(`${name}@example.com`, 'course')
    const live = (await product.api('GET', '/v1/publish/live')).json.hash
    await expect(product.publish(shorter)).rejects.toThrow(
      [
        'course: leads wait for a step that is gone: "b" (2 leads).',
        '    Say in workflows/sequences/course.yaml what becomes of them ({ map: other-step }, exit, or pin), for example',
        '    removed:',
        '      b: { map: c }',
      ].join('\n'),
    )
    expect((await product.api('GET', '/v1/publish/live')).json.hash).toBe(live)
    await product.publish(first)
    await product.advance('P20D')
    expect(await stepsOf(product, 'eli@example.com')).toEqual(['a', 'b', 'c', 'd'])
    await product.publish(shorter)
    await product.publish(first)
  })

  test('more mails in a stretch than a lead may get', async () => {
    const who = 'gus@example.com'
    const crowded = first['sequences/course']?.replaceAll('2 days', '3 hours') ?? ''
    await product.enter(who, 'course')
    const cap = openSettings.replace(
      'sending: { min_gap: 1 hour }',
      'sending: { min_gap: 1 hour, frequency_cap: { max: 2, per: 3 days } }',
    )
    await expect(product.publish({ settings: cap, 'sequences/course': crowded })).rejects.toThrow(
      'course: 1 lead would get more mails than allowed, up to 3 where the limit is 2 in 3 days.',
    )
    await product.publish({ settings: openSettings, ...first })
    await product.advance('P20D')
    expect(await stepsOf(product, who)).toEqual(['a', 'b', 'c', 'd'])
  })

  test('far more mails on a day than were planned, unless they are wanted', async () => {
    for (let index = 0; index < 51; index++) await product.enter(`many-${index}@example.com`, 'course')
    const sooner = begunBySignal(
      'course',
      `  - { send: one, id: a }
  - wait: 2 days
  - { send: two, id: b }
  - wait: 6 hours
  - { send: five, id: extra }
  - wait: 6 hours
  - { send: three, id: c }
  - wait: 2 days
  - { send: four, id: d }`,
    )
    await expect(product.publish(sooner)).rejects.toThrow(
      /\d{4}-\d\d-\d\d: 1\d\d mails instead of \d+\n.*--accept-forecast/s,
    )
    await product.publish(sooner, true)
    await product.advance('P20D')
    expect(await stepsOf(product, 'many-7@example.com')).toEqual(['a', 'b', 'extra', 'c', 'd'])
  })
})

describe('GET /v1/publish/live', () => {
  test('says who is under way where, without a token of theirs', async () => {
    const leadId = await product.enter('hal@example.com', 'course')
    const { json } = await product.api('GET', '/v1/publish/live?sequence=course')
    expect(json).toMatchObject({ cursor: null })
    expect(json.enrolments).toMatchObject([{ leadId, sequence: 'course', step: 'a', n: 0 }])
    expect(Object.keys(json.versions)).toEqual([json.enrolments[0].version])
    expect(json.enrolments[0]).not.toHaveProperty('token')
    const { status } = await product.api('GET', '/v1/publish/live?sequence=nobody')
    expect(status).toBe(404)
    expect((await product.call('GET', '/v1/publish/live')).status).toBe(401)
  })
})

test('nothing failed on the way', async () => {
  expect(product.errors).toEqual([])
  expect((await product.executions()).filter(({ status }) => status === 'FAILED')).toEqual([])
  const twice = (await product.inbox()).map(({ to, tags }) => `${to} ${tags.sequence} ${tags.step}`)
  expect(twice).toHaveLength(new Set(twice).size)
})
