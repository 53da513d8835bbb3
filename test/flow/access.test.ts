/** Who reaches the local port, and what it answers to requests that browsers and forms do not make. */
import { request } from 'node:http'
import { networkInterfaces } from 'node:os'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Product } from './_runtime.ts'

const product = new Product()
beforeAll(() => product.start())
afterAll(() => product.stop())

interface Raw {
  readonly status: number | undefined
  readonly type: string | undefined
  readonly body: string
}

/** A request whose line and headers are sent as given; `fetch` mends them. */
const raw = (
  method: string,
  path: string,
  headers: Record<string, string> = {},
  hostname = '127.0.0.1',
): Promise<Raw> =>
  new Promise((resolve, reject) => {
    const { port } = new URL(product.url)
    const sent = request({ hostname, port, method, path, headers }, async (response) => {
      const chunks: Buffer[] = []
      for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk)
      const { statusCode: status, headers: answered } = response
      resolve({ status, type: answered['content-type'], body: Buffer.concat(chunks).toString('utf8') })
    })
    sent.once('error', reject)
    sent.end(method === 'POST' ? '{}' : undefined)
  })

const problem = 'application/problem+json'
const local: readonly [string, string][] = [
  ['GET', '/'],
  ['GET', '/local/inbox'],
  ['GET', '/local/health'],
  ['POST', '/local/drain'],
  ['POST', '/local/clock/advance'],
  ['POST', '/console/clock'],
]

describe('the console and the local routes', () => {
  test.each(local)('%s %s refuses another host and another origin', async (method, path) => {
    const { port } = new URL(product.url)
    for (const headers of [
      { host: `rebound.example.com:${port}` },
      { origin: 'https://site.example.com' },
      { origin: 'null' },
    ])
      expect(await raw(method, path, headers)).toMatchObject({ status: 403, type: problem })
  })

  test('a page of the console may post to it', async () => {
    const headers = { host: new URL(product.url).host, origin: product.url }
    expect((await raw('POST', '/local/drain', headers)).status).toBe(200)
  })

  test('the deployed routes answer under any name, and to forms on any site', async () => {
    const headers = { host: 'leads.example.com', origin: 'https://site.example.com' }
    expect((await raw('GET', '/forms/demo', headers)).status).toBe(200)
  })

  const [address] = Object.values(networkInterfaces())
    .flatMap((found) => found ?? [])
    .filter(({ internal, family }) => !internal && family === 'IPv4')

  test.skipIf(address === undefined)('other machines do not reach the port', async () => {
    await expect(raw('GET', '/local/health', {}, address?.address)).rejects.toThrow('ECONNREFUSED')
  })
})

describe('requests that name nothing', () => {
  test.each(['//', '///', '//local/health', '/\\', '/%', 'http://', '*', 'nonsense'])(
    'GET %s',
    async (path) => {
      const answer = await raw('GET', path)
      expect([400, 404]).toContain(answer.status)
    },
  )

  test('two slashes are answered with a problem', async () => {
    expect(await raw('GET', '//')).toMatchObject({ status: 404, type: problem })
  })

  test('a button of a mail that is not there', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const answer = await product.call('POST', '/console/mails/nothing/events', {
      headers,
      body: 'type=click',
    })
    expect(answer.status).toBe(404)
  })

  test('a button that no mail has', async () => {
    await product.form('demo', { email: 'buttons@example.com', consent_email: 'on' })
    const [mail] = await product.inbox('buttons@example.com')
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const path = `/console/mails/${mail.id}/events`
    expect((await product.call('POST', path, { headers, body: 'type=toString' })).status).toBe(422)
    expect((await product.call('POST', path, { headers, body: 'type=click' })).status).toBe(200)
  })
})

test('nothing of all this was an error of ours', () => {
  expect(product.errors).toEqual([])
})
