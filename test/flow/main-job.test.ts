/** The main job: leads arrive from every source and are nurtured for six weeks. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fixture, sendFixture } from './_fixtures.ts'
import { askOnTheWeb, gaps, guideMailsOf, localTime, mailsOf, people, stepsOf, submit } from './_people.ts'
import { Product } from './_runtime.ts'

const product = new Product()
const ids: Record<string, string> = {}

const arrive = async (): Promise<void> => {
  const [meta, linkedin] = [fixture('fb-03-one-lead'), fixture('li-02-created')]
  product.platforms.answers = [...(meta.upstream ?? []), ...(linkedin.upstream ?? [])]
  await sendFixture(product, meta)
  await sendFixture(product, linkedin)
  await askOnTheWeb(product, people.form.email, { country: 'SE', 'company.size': '40' })
  await submit(product, people.api.email, {
    fields: { 'company.size': ['500'], timezone: ['America/New_York'] },
  })
  await product.drain()
  for (const [name, { email }] of Object.entries(people)) ids[name] = (await product.leadOf(email)).leadId
}

beforeAll(async () => {
  await product.start()
  await arrive()
})
afterAll(() => product.stop())

const everyday = ['deliver', 'w1', 'nudge', 'w2', 'w3', 'w4', 'w6']
const running = async (name: string) =>
  (await product.executions(ids[name])).find(({ sequence }) => sequence === 'warehouse-guide')

describe('on the day', () => {
  test.each(Object.entries(people))(
    '%s: the guide comes at once, outside business hours',
    async (name, who) => {
      const lead = await product.lead(ids[name] ?? '')
      expect(await stepsOf(product, who.email)).toEqual(['deliver'])
      expect(lead.enrolments).toMatchObject([{ sequence: 'warehouse-guide', status: 'active' }])
      expect(await product.executions(ids[name])).toMatchObject([{ status: 'RUNNING' }])
    },
  )

  test('every mail can be left by one click and names its sender’s postal address', async () => {
    for (const mail of await product.inbox()) {
      const names = mail.headers.map(({ name }: { name: string }) => name)
      expect(names).toEqual(expect.arrayContaining(['List-Unsubscribe', 'List-Unsubscribe-Post']))
      expect(mail.text).toContain('1 Main Street')
      expect(mail.html).toContain('/u/v1.')
      expect(JSON.stringify(mail.tags)).not.toContain('@')
    }
  })
})

describe('a click on the checklist', () => {
  test('diverts to the pricing path at once', async () => {
    await product.advanceTo('2026-11-25T10:00:00Z')
    const before = await running('linkedin')
    const w1 = (await mailsOf(product, people.linkedin.email)).find(({ step }) => step === 'w1')
    expect(w1?.html).toContain('https://www.example.com/checklists/picking')
    const from = await product.now()

    await product.report(w1 ?? { id: '' }, {
      type: 'click',
      link: 'https://www.example.com/checklists/picking',
    })

    const after = await running('linkedin')
    expect((await product.now()) - from).toBeLessThan(60_000)
    expect(before.state).toBe('Email 2 · Week 1 checklist')
    expect(after.state).toBe('Hold · Email 3')
    expect(Date.parse(after.due) - from).toBeLessThan(2 * 86_400_000)
    expect(Date.parse(after.due)).toBeLessThan(Date.parse(before.due))
    expect(await stepsOf(product, people.linkedin.email)).toEqual(['deliver', 'w1'])
  })

  test('leads to the pricing mail, and the nudge is on record as not sent', async () => {
    await product.advance('P2D')
    expect(await stepsOf(product, people.linkedin.email)).toEqual(['deliver', 'w1', 'pricing'])
    await product.advance('P6D')
    const timeline = await product.timeline(ids['linkedin'] ?? '')
    const nudge = timeline.filter(({ data }) => data.step === 'nudge')
    expect(nudge).toMatchObject([{ type: 'message.not-sent', reason: 'branched' }])
    expect(nudge[0].text).toMatch(/not sent/i)
  })

  test('a second click changes nothing more', async () => {
    const before = await running('linkedin')
    const w1 = (await mailsOf(product, people.linkedin.email)).find(({ step }) => step === 'w1')
    await product.report(w1 ?? { id: '' }, { type: 'click', after: 'P3D' })
    expect(await running('linkedin')).toMatchObject({ state: before.state, due: before.due })
  })
})

describe('after six weeks', () => {
  beforeAll(async () => {
    await product.advance('P60D')
  })

  test('each has had every mail of its path, in order, once', async () => {
    const path = (instead: Record<string, string>) => everyday.map((step) => instead[step] ?? step)
    const paths = {
      facebook: everyday,
      form: everyday,
      linkedin: path({ nudge: 'pricing' }),
      api: path({ w3: 'w3-enterprise' }),
    }
    for (const [name, steps] of Object.entries(paths)) {
      const mails = await guideMailsOf(product, people[name as keyof typeof people].email)
      expect(
        mails.map(({ step }) => step),
        name,
      ).toEqual(steps)
    }
  })

  test.each(Object.values(people))('$email: mails come at business times where the lead is', async (who) => {
    for (const { step, sentAt } of (await guideMailsOf(product, who.email)).slice(1)) {
      const at = localTime(sentAt, who.zone)
      if (step === 'w4') expect(at, step).toBe('Tue 10:00')
      else if (step === 'nudge' || step === 'pricing')
        expect(at, step).toMatch(/^(Mon|Tue|Wed|Thu|Fri) (0[89]|1[0-8]):/)
      else expect(at, step).toMatch(/^(Tue|Wed|Thu) 09:30$/)
    }
  })

  test.each(Object.values(people))('$email: the minimum gap and the weekly cap are kept', async (who) => {
    const mails = await mailsOf(product, who.email)
    expect(Math.min(...gaps(mails))).toBeGreaterThanOrEqual(20)
    const times = mails.map(({ sentAt }) => Date.parse(sentAt))
    const perWeek = times.map((at) => times.filter((t) => t >= at && t < at + 7 * 86_400_000).length)
    expect(Math.max(...perWeek)).toBeLessThanOrEqual(3)
  })

  test.each(Object.entries(people))(
    '%s: the enrolment is completed and its machine at rest',
    async (name) => {
      expect((await product.lead(ids[name] ?? '')).enrolments).toContainEqual(
        expect.objectContaining({ sequence: 'warehouse-guide', status: 'completed' }),
      )
      expect(await running(name)).toMatchObject({ status: 'SUCCEEDED' })
    },
  )

  test('the timeline names every planned mail once, sent or not, with the reason', async () => {
    for (const [name, who] of Object.entries(people)) {
      const told = (await product.timeline(ids[name] ?? '')).filter(
        ({ type, data }) => /^message\.(sent|not-sent)$/.test(type) && data.sequence === 'warehouse-guide',
      )
      const stepsBy = (type: string) => told.filter((one) => one.type === type).map(({ data }) => data.step)
      const sent = stepsBy('message.sent')
      const unsent = stepsBy('message.not-sent')
      expect(sent, name).toEqual((await guideMailsOf(product, who.email)).map(({ step }) => step))
      expect([...sent, ...unsent].sort(), name).toEqual([...everyday, 'pricing', 'w3-enterprise'].sort())
      for (const { type, reason } of told)
        expect(reason).toBe(type === 'message.sent' ? undefined : 'branched')
    }
  })

  test('the timeline is in order of time', async () => {
    const times = (await product.timeline(ids['linkedin'] ?? '')).map(({ at }) => Date.parse(at))
    expect(times).toEqual([...times].sort((a, b) => a - b))
  })

  test.each(Object.entries(people))('%s: the entries of the score sum to its total', async (name) => {
    const { json } = await product.api('GET', `/v1/leads/${ids[name]}/score`)
    const sum = json.entries.reduce((all: number, { decayed }: { decayed: number }) => all + decayed, 0)
    expect(sum).toBe(json.total)
    expect(json.total).toBe((await product.lead(ids[name] ?? '')).score.total)
  })

  test('a week of listening after the last mail is all that is billed beside the mails', async () => {
    const { transitions } = await running('form')
    expect(transitions).toBe(everyday.length + 2)
  })

  test('a lead that went quiet for three weeks is recycled and kept warm', async () => {
    expect(await product.lead(ids['api'] ?? '')).toMatchObject({ stage: 'recycled' })
    expect((await mailsOf(product, people.api.email)).at(-1)).toMatchObject({ sequence: 'keep-warm' })
  })

  test('nothing failed on the way', async () => {
    expect(product.errors).toEqual([])
    expect(await product.parked()).toEqual([])
    expect((await product.executions()).filter(({ status }) => status === 'FAILED')).toEqual([])
  })
})

describe('a linear path', () => {
  test('is billed one transition per mail', async () => {
    await product.form('demo', { email: 'linear@example.com', consent_email: 'on' })
    await product.advance('P14D')
    const { leadId } = await product.leadOf('linear@example.com')
    const mails = await stepsOf(product, 'linear@example.com')
    expect(mails).toEqual(['demo', 'prepare', 'follow-up'])
    expect(await product.executions(leadId)).toMatchObject([
      { status: 'SUCCEEDED', transitions: mails.length },
    ])
  })
})

describe('who must not be mailed', () => {
  const email = 'hard+bounce@example.com'

  test('an address that bounces is suppressed by its first mail', async () => {
    await product.form('demo', { email, consent_email: 'on' })
    const lead = await product.leadOf(email)
    expect(lead).toMatchObject({ suppressed: 'bounced', enrolments: [{ status: 'exited' }] })
    await product.advance('P14D')
    expect(await stepsOf(product, email)).toEqual(['demo'])
    expect(await product.timeline(lead.leadId)).toContainEqual(
      expect.objectContaining({ type: 'suppressed', reason: 'bounced' }),
    )
  })

  test('a complaint ends everything', async () => {
    const who = 'annoyed@example.com'
    await product.form('demo', { email: who, consent_email: 'on' })
    const [mail] = await product.inbox(who)
    await product.report(mail, { type: 'complaint' })
    await product.advance('P14D')
    expect(await product.leadOf(who)).toMatchObject({ suppressed: 'complained' })
    expect(await stepsOf(product, who)).toEqual(['demo'])
  })

  test('a full mailbox is no reason to stop', async () => {
    const who = 'full@example.com'
    await product.form('demo', { email: who, consent_email: 'on' })
    const [mail] = await product.inbox(who)
    await product.report(mail, { type: 'bounce', bounceType: 'Transient', bounceSubType: 'MailboxFull' })
    await product.advance('P14D')
    expect(await product.leadOf(who)).toMatchObject({ suppressed: false })
    expect(await stepsOf(product, who)).toEqual(['demo', 'prepare', 'follow-up'])
  })
})
