/** The shared fixtures of LinkedIn and of web forms, byte for byte over HTTP. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { assess, census, play } from './_fixtures.ts'
import { Product } from './_runtime.ts'

const product = new Product()
beforeAll(() => product.start())
afterAll(() => product.stop())

describe('LinkedIn', () => {
  test('li-01: the challenge is answered within three seconds', async () => {
    const began = performance.now()
    const played = await play(product, 'li-01-challenge')
    expect(performance.now() - began).toBeLessThan(3000)
    await assess(product, 'li-01-challenge', played)
  })

  test('li-02: a lead is read through its form, and mailed as the form’s file permits', async () => {
    const played = await play(product, 'li-02-created')
    await assess(product, 'li-02-created', played)
    const [lead] = played.fresh
    expect(lead.enrolments).toMatchObject([{ sequence: 'warehouse-guide', status: 'active' }])
    expect(await product.inbox(lead.email)).toHaveLength(1)
  })

  test('li-02 again is the same lead', async () => {
    const played = await play(product, 'li-02-created')
    expect(played.fresh).toEqual([])
    expect(await census(product)).toEqual(played.before)
  })
})

describe('web forms', () => {
  test.each(['wf-01-urlencoded', 'wf-02-json', 'wf-03-multipart', 'wf-04-honeypot'])('%s', async (id) => {
    const played = await play(product, id)
    await assess(product, id, played)
  })

  test('wf-01: an address that SES cannot send to is kept and not mailed', async () => {
    const lead = await product.leadOf('joão.silva+demo@example.com')
    expect(lead).toMatchObject({ deliverable: false, enrolments: [] })
    expect(await product.inbox(lead.email)).toEqual([])
  })

  test('wf-02: consent by JSON starts the sequence; a JSON client is told the submission', async () => {
    const lead = await product.leadOf('ana@example.com')
    expect(lead.enrolments).toMatchObject([{ sequence: 'welcome' }])
    expect(await product.inbox('ana@example.com')).toHaveLength(1)
  })

  test('wf-03: without a ticked box there is a lead and no mail', async () => {
    const lead = await product.leadOf('mp@example.com')
    expect(lead.enrolments).toEqual([])
    expect(await product.inbox('mp@example.com')).toEqual([])
  })

  test('wf-04: the bot gets the same answer as a person, and nothing is stored or sent', async () => {
    const bot = await play(product, 'wf-04-honeypot')
    expect(await census(product)).toEqual(bot.before)
    const human = await product.form('demo', { email: 'human@example.com', name: 'Hu Man' })
    expect(bot.answer.status).toBe(human.status)
    expect(bot.answer.headers.get('location')).toBe(human.headers.get('location'))
  })
})
