/** When mail may go out: priority between sequences, holidays of a country, the stop switch. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { gaps, mailsOf } from './_people.ts'
import { Product, root } from './_runtime.ts'

const sequence = (id: string, priority: number): string => `format: 1
id: ${id}
name: ${id}
priority: ${priority}
topic: guides
enrol: { when: { form: demo } }
steps:
  - wait: { for: 1 day, then: "tue-thu 09:30" }
  - send: week-1-checklist
    id: one
  - wait: 3 days
  - send: week-2-cost-model
    id: two
`

/** The shipped files, with two sequences of our own instead of theirs for the form. */
const filesOf = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'tendril-sending-'))
  cpSync(join(root, 'workflows'), folder, { recursive: true })
  rmSync(join(folder, 'sequences/welcome.yaml'))
  writeFileSync(join(folder, 'sequences/lesser.yaml'), sequence('lesser', 20))
  writeFileSync(join(folder, 'sequences/more.yaml'), sequence('more', 80))
  const settings = join(folder, 'settings.yaml')
  const text = readFileSync(settings, 'utf8')
  writeFileSync(
    settings,
    text.replace(/holidays: \[.*\]/, 'holidays: { all: [ "2026-12-25" ], DE: [ "2026-11-24" ] }'),
  )
  return folder
}

const product = new Product()
const folder = filesOf()

beforeAll(() => product.start({ TENDRIL_NOW: '2026-11-20T10:00:00Z', TENDRIL_WORKFLOWS: folder }))
afterAll(async () => {
  await product.stop()
  rmSync(folder, { recursive: true })
})

const arrive = async (email: string, values: Record<string, string> = {}): Promise<string> => {
  await product.form('demo', { email, consent_email: 'on', ...values })
  return (await product.leadOf(email)).leadId
}
const sent = async (email: string) =>
  (await mailsOf(product, email)).map(
    ({ sequence: id, step, sentAt }) => `${id} ${step} ${sentAt.slice(0, 16)}`,
  )
const held = async (leadId: string) =>
  (await product.timeline(leadId)).filter(({ type }) => type === 'message.held')

describe('two sequences whose mails fall due in the same minute', () => {
  const email = 'both@example.com'
  let leadId: string

  beforeAll(async () => {
    leadId = await arrive(email)
    await arrive('german@example.com', { country: 'Germany' })
    await arrive('irish@example.com', { country: 'Ireland' })
    await product.advanceTo('2026-11-24T09:31:00Z')
  })

  test('exactly one is sent: that of the higher priority', async () => {
    expect(await sent(email)).toEqual(['more one 2026-11-24T09:30'])
  })

  test('the other waits, and the timeline says until when and why', async () => {
    const [entry, ...more] = await held(leadId)
    expect(more).toEqual([])
    expect(entry).toMatchObject({ data: { sequence: 'lesser', step: 'one' } })
    expect(['priority', 'min-gap']).toContain(entry.reason)
    expect(entry.text).toMatch(/^Held back: “Week 1 checklist” until Wed 25 Nov \d\d:\d\d — /)
    const { enrolments } = await product.lead(leadId)
    const due = enrolments.find(({ sequence: id }: { sequence: string }) => id === 'lesser')?.due
    expect(Date.parse(due)).toBe(Date.parse(entry.data.until))
  })

  test('goes out at its new time, keeps its story, and all mails keep the gap', async () => {
    await product.advance('P14D')
    const mails = await mailsOf(product, email)
    expect(mails).toHaveLength(4)
    expect(Math.min(...gaps(mails))).toBeGreaterThanOrEqual(20)
    expect((await held(leadId)).map(({ data }) => data.step)).toContain('one')
  })
})

describe('a holiday of one country', () => {
  test('holds back mails to leads there, and no others', async () => {
    const [first, second] = await sent('german@example.com')
    expect(first).toBe('more one 2026-11-25T08:30')
    expect(second).toContain('lesser one 2026-11-26')
    expect((await sent('irish@example.com'))[0]).toBe('more one 2026-11-24T09:30')
  })
})

describe('a sequence that is stopped by hand', () => {
  const email = 'stopped@example.com'
  let leadId: string

  beforeAll(async () => {
    await product.advanceTo('2027-01-04T10:00:00Z')
    leadId = await arrive(email)
    expect((await product.api('PUT', '/v1/stops/more', { reason: 'A wrong link in it' })).status).toBe(200)
    await product.advanceTo('2027-01-08T18:00:00Z')
  })

  test('sends nothing, says so, and holds back no other sequence for long', async () => {
    expect((await sent(email)).map((line) => line.split(' ')[0])).toEqual(['lesser'])
    expect(await held(leadId)).toContainEqual(
      expect.objectContaining({ reason: 'stopped', data: expect.objectContaining({ sequence: 'more' }) }),
    )
    expect((await product.api('GET', '/v1/stops')).json.stops).toMatchObject([
      { scope: 'more', reason: 'A wrong link in it' },
    ])
  })

  test('does not turn hot: each waiting mail asks again every two hours at most', async () => {
    const [execution] = (await product.executions(leadId)).filter(({ sequence: id }) => id === 'more')
    expect(execution.transitions).toBeLessThan(60)
  })

  test('goes on when it may again, and nothing of it is lost', async () => {
    expect((await product.api('DELETE', '/v1/stops/more')).status).toBe(200)
    await product.advance('P21D')
    const steps = (await sent(email)).map((line) => line.split(' ').slice(0, 2).join(' '))
    expect(steps.toSorted()).toEqual(['lesser one', 'lesser two', 'more one', 'more two'])
    expect(Math.min(...gaps(await mailsOf(product, email)))).toBeGreaterThanOrEqual(20)
    expect((await product.alerts()).map(({ kind }) => kind)).toEqual(['sending-resumed', 'sending-stopped'])
    expect((await product.api('GET', '/v1/stops')).json.stops).toEqual([])
  })
})
