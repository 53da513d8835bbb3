/** The product is killed and started again on the same files: nothing is lost and nothing is done twice. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { mailsOf, stepsOf, submit } from './_people.ts'
import { ChildProduct, runs } from './_process.ts'

const dataDir = mkdtempSync(join(tmpdir(), 'tendril-restart-'))
const product = new ChildProduct(dataDir)

beforeAll(() => product.start())
afterAll(async () => {
  await product.stop()
  rmSync(dataDir, { recursive: true, force: true })
})

const known = ['ada@example.com', 'bo@example.com', 'cy@example.com']
const rushed = Array.from({ length: 20 }, (_, index) => `rushed-${index}@example.com`)

const send = (email: string) =>
  product.call('POST', '/forms/demo', {
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: new URLSearchParams({ email, consent_email: 'on' }).toString(),
  })

/** Everything that must still be there, in an order of its own. */
const all = async () => ({
  leads: (await product.leads()).sort((a, b) => (a.leadId < b.leadId ? -1 : 1)),
  mails: (await product.inbox()).map(({ id, subject, to, sentAt }) => ({ id, subject, to, sentAt })),
  executions: (await product.executions())
    .map(({ name, status, state, due }) => ({ name, status, state, due }))
    .sort((a, b) => (a.name < b.name ? -1 : 1)),
})

/** Mails by lead and step: more than one of any is a duplicate. */
const duplicates = async (): Promise<string[]> => {
  const keys = (await product.inbox()).map(
    ({ tags }) => `${tags.enrolment ?? tags.handoff}/${tags.step ?? ''}`,
  )
  return keys.filter((key, index) => keys.indexOf(key) !== index)
}

describe('killed at rest', () => {
  let before: Awaited<ReturnType<typeof all>>
  let clock = 0
  let emulator = 0

  test('leads run for two days', async () => {
    for (const email of known) await product.form('demo', { email, consent_email: 'on' })
    await submit(product, 'di@example.com', { source: 'form:demo-request' })
    await product.advance('P2D')
    for (const email of known) expect(await stepsOf(product, email)).toEqual(['demo', 'prepare'])
    before = await all()
    clock = await product.now()
    emulator = product.emulator
    expect(before.leads).toHaveLength(4)
    expect(existsSync(join(dataDir, 'secrets.json'))).toBe(true)
  })

  test('after a kill it serves again within ten seconds, and its old database process is gone', async () => {
    await product.kill()
    const took = await product.start()
    console.log(`restarted in ${Math.round(took)} ms`)
    expect(took).toBeLessThan(10_000)
    expect(product.emulator).not.toBe(emulator)
    expect(runs(emulator)).toBe(false)
  })

  test('leads, executions, mails, hand-offs and the clock are as they were', async () => {
    const now = await product.now()
    expect(now).toBeGreaterThanOrEqual(clock)
    expect(now).toBeLessThan(clock + 600_000)
    await product.drain()
    expect(await all()).toEqual(before)
    const { leadId } = await product.leadOf('di@example.com')
    expect(await product.handoffs(leadId)).toHaveLength(1)
  })

  test('killed again at once, the clock still does not go back', async () => {
    const seen = await product.now()
    await product.kill()
    await product.start()
    await new Promise((resolve) => setTimeout(resolve, 600))
    const now = await product.now()
    await product.kill()
    await product.start()
    expect(now).toBeGreaterThanOrEqual(seen)
    expect(await product.now()).toBeGreaterThanOrEqual(now)
  })

  test('links of mails that were sent before still work', async () => {
    const [mail] = await mailsOf(product, 'cy@example.com')
    const path = new URL(/href="([^"]*\/u\/[^"]+)/.exec(mail?.html ?? '')?.[1] ?? '').pathname
    const left = await product.call('POST', path, {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'List-Unsubscribe=One-Click',
    })
    expect(left.status).toBe(200)
    expect(await product.leadOf('cy@example.com')).toMatchObject({ suppressed: 'unsubscribed' })
  })
})

describe('killed while submissions pour in', () => {
  test('what was acknowledged is captured and mailed once', async () => {
    const acknowledged: string[] = []
    const posts = rushed.map(async (email) => {
      const answer = await send(email).catch(() => undefined)
      if (answer?.status === 202) acknowledged.push(email)
    })
    await Promise.race(posts)
    await product.kill()
    await Promise.all(posts)
    await product.start()
    await product.drain()
    expect(acknowledged.length).toBeGreaterThan(0)
    await product.advance('PT2H')
    for (const email of acknowledged) {
      expect(await product.leadOf(email), email).toMatchObject({ enrolments: [{ sequence: 'welcome' }] })
      expect(await stepsOf(product, email), email).toEqual(['demo'])
    }
    expect(await duplicates()).toEqual([])
  })
})

describe('killed while mails go out', () => {
  test('every lead gets every mail once, and the sequences come to their end', async () => {
    const advancing = product.advance('P1D').catch(() => undefined)
    await new Promise((resolve) => setTimeout(resolve, 150))
    await product.kill()
    await advancing
    await product.start()
    await product.advance('P14D')
    expect(await duplicates()).toEqual([])
    for (const email of known.slice(0, 2))
      expect(await stepsOf(product, email), email).toEqual(['demo', 'prepare', 'follow-up'])
    expect(await stepsOf(product, 'cy@example.com')).toEqual(['demo', 'prepare'])
    const statuses = (await product.executions()).map(({ status }) => status)
    expect(new Set(statuses)).toEqual(new Set(['SUCCEEDED']))
    for (const { email } of await product.leads()) {
      const steps = await stepsOf(product, email)
      if (rushed.includes(email)) expect(steps, email).toEqual(['demo', 'prepare', 'follow-up'])
    }
  })

  test('it ends in order when asked, with its database process', async () => {
    const { emulator } = product
    expect(await product.stop()).toBe(0)
    expect(runs(emulator)).toBe(false)
  })
})
