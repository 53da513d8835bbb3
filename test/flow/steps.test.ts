/** What a sequence does besides mailing: acts, another system told, a task for a person, and which mail is sent. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Loopback, serveLoopback } from '../../local/loopback.ts'
import { Product, root } from './_runtime.ts'

const sequence = `format: 1
id: steps
name: Steps
topic: guides
enrol: { when: { form: demo } }
steps:
  - tag: { add: [ demo-asker, new ] }
  - set: { plan: demo }
  - send: guide-delivery
    id: first
    immediately: true
    from: alerts
    variant_by: company.industry
  - score: { add: 7, reason: Asked for the demo }
  - tag: { remove: new }
  - webhook:
      id: tell
      url: "secret:CRM_WEBHOOK"
      event: lead.demo
      body: { email: "{{ lead.email }}", plan: "{{ fields.plan }}", form: "{{ event.form }}", seats: 3 }
  - wait: 2 days
  - task: { id: call, to: desk@acme.example, title: Call them, note: "Ask about the second site.", within: 2 days }
  - wait_for:
      id: called
      event: { name: task.done, where: { task: call } }
      timeout: 5 days
      if_yes:
        - stage: { to: opportunity, reason: Talked on the phone }
  - send: { next_of: [ keep-warm-1, keep-warm-2 ] }
    id: tip-1
    only_if: { tag: demo-asker }
  - wait: 3 days
  - send: week-1-nudge
    id: left-out
    only_if: { tag: new }
  - wait: 3 days
  - send: { next_of: [ keep-warm-1, keep-warm-2 ] }
    id: tip-2
  - wait: 3 days
  - send: { next_of: [ keep-warm-1, keep-warm-2 ] }
    id: tip-3
`

const product = new Product()
const folder = mkdtempSync(join(tmpdir(), 'tendril-steps-'))
// biome-ignore lint/suspicious/noExplicitAny: whatever JSON came.
const told: any[] = []
let crm: Loopback

const prepareFiles = (): void => {
  for (const name of ['workflows', 'templates'])
    cpSync(join(root, name), join(folder, name), { recursive: true, filter: (file) => !file.endsWith('.ts') })
  rmSync(join(folder, 'workflows/sequences/welcome.yaml'))
  writeFileSync(join(folder, 'workflows/sequences/steps.yaml'), sequence)
  const mail = readFileSync(join(root, 'templates/emails/guide-delivery.mjml'), 'utf8')
  writeFileSync(
    join(folder, 'templates/emails/guide-delivery.food-drink.mjml'),
    mail.replace(/^subject: .*$/m, 'subject: "Robots for food and drink"'),
  )
}

beforeAll(async () => {
  prepareFiles()
  crm = await serveLoopback((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      told.push({ id: request.headers['webhook-id'], ...JSON.parse(Buffer.concat(chunks).toString()) })
      response.writeHead(200).end()
    })
  })
  await product.start({
    TENDRIL_NOW: '2026-11-24T10:00:00Z',
    TENDRIL_WORKFLOWS: join(folder, 'workflows'),
    TENDRIL_TEMPLATES: join(folder, 'templates'),
    CRM_WEBHOOK: crm.url,
  })
})
afterAll(async () => {
  await product.stop()
  await crm.close()
  rmSync(folder, { recursive: true })
})

const ask = async (name: string, values: Record<string, string> = {}): Promise<string> => {
  const email = `${name}@example.com`
  await product.form('demo', { email, consent_email: 'on', ...values })
  await product.drain()
  return (await product.leadOf(email)).leadId
}
const subjects = async (to: string) => (await product.inbox(to)).map(({ subject }) => subject)
const textsOf = async (leadId: string): Promise<string[]> =>
  (await product.timeline(leadId)).map(({ text }) => text)

describe('a lead in a sequence of every kind of step', () => {
  const email = 'ada@example.com'
  let leadId = ''
  let link = ''

  test('gets the variant for it, from the sender that the step names', async () => {
    leadId = await ask('ada', { industry: 'Food & Drink' })
    const [mail] = await product.inbox(email)
    expect(mail).toMatchObject({
      subject: 'Robots for food and drink',
      from: expect.stringContaining('leads@'),
    })
    await ask('bob')
    expect(await subjects('bob@example.com')).toEqual(['Your warehouse automation guide is here'])
  })

  test('is tagged, described and scored, and the timeline says so', async () => {
    expect((await product.lead(leadId)).fields).toMatchObject({ plan: ['demo'] })
    const texts = await textsOf(leadId)
    for (const text of [
      'Tagged “demo-asker”',
      'Set Plan to “demo”',
      'Asked for the demo (+7 engagement)',
      'Tag “new” removed',
    ])
      expect(texts).toContain(text)
  })

  test('is told to another system, with what is known of it', async () => {
    expect(told.find(({ id }) => id === `${leadId}-steps-1-tell`)).toMatchObject({
      type: 'lead.demo',
      data: { email, plan: 'demo', form: 'demo', seats: 3 },
    })
    expect(await textsOf(leadId)).toContain(`Told ${new URL(crm.url).host} (lead.demo)`)
  })

  test('is a task for a person two days later', async () => {
    await product.advance('P2DT1H')
    const tasks = (await product.inbox('desk@acme.example')).filter((mail) => mail.tags.lead === leadId)
    expect(tasks).toMatchObject([{ subject: 'Call them: ada@example.com' }])
    expect(tasks[0].text).toContain('Ask about the second site.')
    link = new URL(/href="([^"]*\/tasks\/[^"]+)"/.exec(tasks[0].html)?.[1] ?? '').pathname
    const page = await product.call('GET', link, { headers: { accept: 'text/html' } })
    expect(page.status).toBe(200)
    expect(await textsOf(leadId)).not.toContain('Done: “Call them”')
  })

  test('goes on at once when the task is done, and moves on by a stage step', async () => {
    const done = await product.call('POST', link, {
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html' },
      body: '',
    })
    await product.drain()
    expect(done.status).toBe(200)
    expect(await textsOf(leadId)).toContain('Done: “Call them”')
    expect((await product.lead(leadId)).stage).toBe('opportunity')
  })

  test('gets each mail of a stream once, and none whose condition does not hold', async () => {
    await product.advance('P20D')
    const stream = (await product.timeline(leadId)).filter(({ data }) => /^tip|left/.test(data['step'] ?? ''))
    expect(stream.filter(({ type }) => /sent$/.test(type)).map(({ text }) => text)).toEqual([
      'Sent: “Keep warm 1”',
      'Not sent: “Week 1 nudge” — its condition did not hold',
      'Sent: “Keep warm 2”',
      'Not sent: “Tip 3” — the lead has received all of it',
    ])
  })

  test('costs a transition for each mail and task, and none for what comes with them', async () => {
    const { leadId: other } = await product.leadOf('bob@example.com')
    expect(await product.executions(other)).toMatchObject([
      { sequence: 'steps', status: 'SUCCEEDED', transitions: 6 },
    ])
  })
})

test('nothing was parked, no handler failed', async () => {
  expect(await product.parked()).toEqual([])
  expect(await product.alerts()).toEqual([])
  expect(product.errors).toEqual([])
})
