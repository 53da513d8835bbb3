/** The one-click unsubscribe of RFC 8058, by the header of a mail that was really sent. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { assess, fixture, play, sendFixture } from './_fixtures.ts'
import { Product } from './_runtime.ts'

const product = new Product()
const ines = 'ines.duarte@example.com'
beforeAll(() => product.start())
afterAll(() => product.stop())

interface Header {
  readonly name: string
  readonly value: string
}

/** The path of the https address in List-Unsubscribe. */
const pathOf = (mail: { headers: readonly Header[] }): string => {
  const value = mail.headers.find(({ name }) => name === 'List-Unsubscribe')?.value ?? ''
  return new URL(/<(https?:[^>]+)>/.exec(value)?.[1] ?? '').pathname
}

describe('un-01', () => {
  let path = ''

  test('fb-05: the lead of an escaped delivery is captured and mailed', async () => {
    const played = await play(product, 'fb-05-escaped-unicode-signature')
    await assess(product, 'fb-05-escaped-unicode-signature', played)
    const [mail] = await product.inbox(ines)
    path = pathOf(mail)
    expect(mail.headers).toContainEqual({
      name: 'List-Unsubscribe-Post',
      value: 'List-Unsubscribe=One-Click',
    })
  })

  test('looking at the page changes nothing', async () => {
    const page = await product.call('GET', path)
    await product.drain()
    expect(page.status).toBe(200)
    expect(page.headers.get('content-type')).toContain('text/html')
    expect(await product.leadOf(ines)).toMatchObject({
      suppressed: false,
      enrolments: [{ status: 'active' }],
    })
  })

  test('one click suppresses at once and stops what runs, without redirect or cookie', async () => {
    const { expect: expected } = fixture('un-01-one-click')
    const answer = await sendFixture(product, fixture('un-01-one-click'), path)
    const lead = await product.leadOf(ines)
    await product.drain()

    expect(answer.status).toBe(200)
    expect(expected.noRedirect && answer.headers.get('location')).toBeNull()
    expect(answer.headers.get('set-cookie')).toBeNull()
    expect(lead.suppressed).toBe('unsubscribed')
    expect((await product.lead(lead.leadId)).enrolments).toMatchObject([{ status: 'exited' }])
    expect(await product.executions(lead.leadId)).toMatchObject([{ status: 'SUCCEEDED', state: 'Exited' }])
  })

  test('a second click is as welcome as the first', async () => {
    const answer = await sendFixture(product, fixture('un-01-one-click'), path)
    expect(answer.status).toBe(200)
  })

  test('no later mail is sent, and the timeline says why', async () => {
    await product.advance('P60D')
    const { leadId } = await product.leadOf(ines)
    const kinds = (await product.timeline(leadId)).map(({ type }) => type)
    expect(await product.inbox(ines)).toHaveLength(1)
    expect(kinds.filter((type) => type === 'message.sent')).toHaveLength(1)
    expect(kinds).toContain('suppressed')
    expect(kinds).toContain('enrolment.exited')
  })

  test('a new submission of a person who left is kept and starts nothing', async () => {
    await product.form('demo', { email: ines, consent_email: 'on', consent_text_id: 'demo-v3' })
    await product.advance('P7D')
    const lead = await product.leadOf(ines)
    expect(lead.sources).toHaveLength(2)
    expect(await product.inbox(ines)).toHaveLength(1)
  })

  test('a changed token is refused and changes nothing', async () => {
    await product.form('demo', { email: 'kim@example.com', consent_email: 'on' })
    const [mail] = await product.inbox('kim@example.com')
    const forged = await sendFixture(product, fixture('un-01-one-click'), `${pathOf(mail).slice(0, -2)}xx`)
    expect(forged.status).toBeGreaterThanOrEqual(400)
    expect(forged.status).toBeLessThan(500)
    expect((await product.leadOf('kim@example.com')).suppressed).toBe(false)
  })

  test('a multipart body unsubscribes as well', async () => {
    const [mail] = await product.inbox('kim@example.com')
    const answer = await product.call('POST', pathOf(mail), {
      headers: { 'content-type': 'multipart/form-data; boundary=b' },
      body: '--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n',
    })
    expect(answer.status).toBe(200)
    expect((await product.leadOf('kim@example.com')).suppressed).toBe('unsubscribed')
  })
})
