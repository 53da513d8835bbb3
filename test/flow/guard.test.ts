/** The blast guard over the whole product: leads that enter again and again, and more mails than were forecast. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Product, root } from './_runtime.ts'

const sequence = `format: 1
id: guide
name: Guide
topic: guides
enrol: { when: { form: demo }, again: always }
steps:
  - send: week-1-checklist
    id: one
`

const filesOf = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'tendril-guard-'))
  cpSync(join(root, 'workflows'), folder, { recursive: true })
  rmSync(join(folder, 'sequences/welcome.yaml'))
  writeFileSync(join(folder, 'sequences/guide.yaml'), sequence)
  const settings = join(folder, 'settings.yaml')
  const guarded = 'min_gap: 1 minute\n  guard: { forecast: 10 per day }'
  writeFileSync(settings, readFileSync(settings, 'utf8').replace(/min_gap: .*/, guarded))
  return folder
}

const product = new Product()
const folder = filesOf()
const people = Array.from({ length: 5 }, (_, n) => `lead${n}@example.com`)
const ids: string[] = []

const mails = async () => Promise.all(people.map(async (email) => (await product.inbox(email)).length))
const alerts = async () => (await product.alerts()).filter(({ kind }) => kind === 'blast-guard')
const stops = async () => (await product.api('GET', '/v1/stops')).json.stops

beforeAll(async () => {
  await product.start({ TENDRIL_NOW: '2026-11-24T09:00:00Z', TENDRIL_WORKFLOWS: folder })
  for (const email of people) {
    await product.form('demo', { email, consent_email: 'on' })
    ids.push((await product.leadOf(email)).leadId)
  }
})
afterAll(async () => {
  await product.stop()
  rmSync(folder, { recursive: true })
})

/** As after a wrong publication: everybody enters the sequence once more, though nobody asked for it. */
const enterAgain = async (): Promise<void> => {
  for (const id of ids) await product.api('POST', `/v1/leads/${id}/enrolments`, { sequence: 'guide' })
  await product.drain()
}

describe('leads that enter a live sequence again and again', () => {
  test('have had its mail once', async () => {
    expect(await mails()).toEqual([1, 1, 1, 1, 1])
  })

  test('get it no second time: the sequence is stopped, and somebody is told once', async () => {
    await product.advance('PT10M')
    await enterAgain()
    await product.advance('PT6H')
    expect(await mails()).toEqual([1, 1, 1, 1, 1])
    expect(await stops()).toMatchObject([{ scope: 'guide' }])
    expect(await alerts()).toHaveLength(1)
    expect(
      (await product.timeline(ids[4] ?? '')).filter(({ type }) => type === 'message.held'),
    ).toMatchObject([{ reason: 'stopped', data: { sequence: 'guide', step: 'one' } }])
  })

  test('get what was held back when a person has looked at it, and it stops nothing again', async () => {
    expect((await product.api('DELETE', '/v1/stops/guide')).status).toBe(200)
    await product.advance('PT3H')
    expect(await mails()).toEqual([2, 2, 2, 2, 2])
    expect(await stops()).toEqual([])
  })
})

describe('a fifth more mails than were forecast', () => {
  const late = Array.from({ length: 4 }, (_, n) => `late${n}@example.com`)
  const mailed = async () =>
    (await Promise.all(late.map((email) => product.inbox(email)))).map((all) => all.length)

  test('stop everything', async () => {
    await product.advanceTo('2026-11-25T08:00:30Z')
    for (const email of late) {
      await product.form('demo', { email, consent_email: 'on' })
      await product.advance('PT2M')
    }
    expect(await mailed()).toEqual([1, 1, 1, 0])
    expect(await stops()).toMatchObject([{ scope: 'all' }])
    expect(await alerts()).toHaveLength(2)
  })

  test('until a person lets it go on', async () => {
    expect((await product.api('DELETE', '/v1/stops/all')).status).toBe(200)
    await product.advance('PT1H')
    expect(await mailed()).toEqual([1, 1, 1, 1])
  })
})
