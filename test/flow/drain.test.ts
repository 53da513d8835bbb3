/** When a drain answers, all that a request caused is done: the tests of everything else rest on this. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Product } from './_runtime.ts'

const product = new Product()
beforeAll(() => product.start())
afterAll(() => product.stop())

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

test('each of forty forms is captured, enrolled and mailed when its drain answers', async () => {
  const missing: string[] = []
  for (let i = 0; i < 40; i++) {
    const email = `drain-${i}@example.com`
    // At every phase of the runtime's own polling.
    await pause((i * 7) % 50)
    await product.form('demo', { email, consent_email: 'on' })
    if ((await product.inbox(email)).length !== 1) missing.push(email)
  }
  expect(missing).toEqual([])
})

test('no timer of a machine runs out before the instant that was planned, however busy it is', async () => {
  const emails = Array.from({ length: 60 }, (_, i) => `busy-${i}@example.com`)
  await Promise.all(emails.map((email) => product.form('demo', { email, consent_email: 'on' })))
  const planned = Date.parse('2026-11-23T09:00:00Z')
  const early = (await product.executions()).filter(({ due }) => Date.parse(due) < planned)
  expect(early).toEqual([])
})

test('without a drain the same is done within a moment of real time', async () => {
  const email = 'flowing@example.com'
  await product.call('POST', '/forms/demo', {
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ email, consent_email: 'on' }).toString(),
  })
  const until = performance.now() + 10_000
  while ((await product.inbox(email)).length === 0 && performance.now() < until) await pause(20)
  expect(await product.inbox(email)).toHaveLength(1)
})
