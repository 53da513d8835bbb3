/** Server-side request forgery (contracts: reliability S15): whatever a URL says, nobody at home is called. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { poster } from '../../../../functions/webhook/post.ts'
import type { Address, Resolve } from '../../../../functions/webhook/target.ts'
import { targetOf } from '../../../../functions/webhook/target.ts'
import { type Loopback, serveLoopback } from '../../../../local/loopback.ts'

const now = Date.parse('2026-11-20T10:00:00Z')
const call = (url: string) => ({ url, headers: { 'webhook-id': 'msg' }, body: '{"a":1}' })
const to = (...addresses: string[]): readonly Address[] =>
  addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
const nobody: Resolve = async () => {
  throw new Error('ENOTFOUND')
}

interface Seen {
  readonly method: string | undefined
  readonly headers: Record<string, unknown>
  readonly body: string
}

let connections = 0
let seen: Seen[] = []
let answer: { status: number; headers?: Record<string, string>; body?: string } = { status: 200 }
let server: Loopback

beforeEach(async () => {
  connections = 0
  seen = []
  answer = { status: 200 }
  server = await serveLoopback((request, response) => {
    connections += 1
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { method, headers } = request
      seen.push({ method, headers, body: Buffer.concat(chunks).toString() })
      response.writeHead(answer.status, answer.headers ?? {})
      response.end(answer.body ?? '')
    })
  })
})
afterEach(() => server.close())

const strict = (resolve: Resolve = nobody) =>
  poster({ now: () => now, allowLoopback: () => false, resolve, within: 400 })
const local = (within = 2000) => poster({ now: () => now, allowLoopback: () => true, within })

describe('addresses that are not public', () => {
  const port = () => new URL(server.url).port

  it.each([
    'https://127.0.0.1',
    'https://127.1',
    'https://0x7f000001',
    'https://0x7f.1',
    'https://2130706433',
    'https://017700000001',
    'https://0',
    'https://0.0.0.0',
    'https://[::1]',
    'https://[::]',
    'https://[::ffff:127.0.0.1]',
    'https://[::ffff:169.254.169.254]',
    'https://[0:0:0:0:0:ffff:7f00:1]',
    'https://[::127.0.0.1]',
    'https://[64:ff9b::7f00:1]',
    'https://[2002:7f00:1::]',
    'https://[2001:0:7f00:1::]',
    'https://[fd00::1]',
    'https://[fe80::1]',
    'https://[ff02::1]',
    'https://169.254.169.254',
    'https://10.0.0.1',
    'https://172.16.0.1',
    'https://192.168.1.1',
    'https://100.64.0.1',
    'https://198.18.0.1',
    'https://192.0.2.1',
    'https://198.51.100.1',
    'https://203.0.113.1',
    'https://224.0.0.1',
    'https://255.255.255.255',
    'https://localhost',
    'https://LOCALHOST.',
    'https://metadata.google.internal',
    'https://printer.local',
    'https://127.0.0.1%2f.example.com',
    'https://user:pass@127.0.0.1',
    'https://１２７.０.０.１',
  ])('%s: nothing connects', async (origin) => {
    const outcome = await strict()(call(`${origin}:${port()}/hook`))
    expect(outcome.is).toBe('refused')
    expect(connections).toBe(0)
  })

  it.each([
    'http://crm.example.com/',
    'ftp://crm.example.com/',
    'file:///etc/passwd',
    'gopher://x',
    'nonsense',
    '',
  ])('"%s" is no address to call', async (url) => {
    expect((await strict(async () => to('93.184.215.14'))(call(url))).is).toBe('refused')
  })

  it.each([
    [['169.254.169.254']],
    [['10.1.2.3']],
    [['::1']],
    [['::ffff:10.0.0.1']],
    [['93.184.215.14', '127.0.0.1']],
    [['2606:2800:21f:cb07:6820:80da:af6b:8b2c', 'fd00::1']],
  ])('a name that resolves to %s is refused', async (addresses) => {
    const outcome = await strict(async () => to(...addresses))(call(`https://crm.example.com:${port()}/`))
    expect(outcome.is).toBe('refused')
    expect(connections).toBe(0)
  })

  it('a name that resolves otherwise the second time is asked once, and its first address is what is called', async () => {
    let asked = 0
    const rebinding: Resolve = async () => {
      asked += 1
      return to(asked === 1 ? '192.88.98.1' : '127.0.0.1')
    }
    const outcome = await strict(rebinding)(call(`https://crm.example.com:${port()}/`))
    expect(outcome.is).toBe('later')
    expect(asked).toBe(1)
    expect(connections).toBe(0)
  })

  it('what is called is the address that was looked at, IPv4 where there is a choice', async () => {
    const resolve: Resolve = async () => to('2606:2800:21f:cb07:6820:80da:af6b:8b2c', '93.184.215.14')
    expect(await targetOf('https://crm.example.com/', { resolve, allowLoopback: true })).toMatchObject({
      is: 'found',
      address: { address: '93.184.215.14', family: 4 },
    })
  })

  it('this machine is called only where the local runtime allows it, and then by http too', async () => {
    expect((await local()(call(`${server.url}/hook`))).is).toBe('taken')
    expect((await local()(call(`http://localhost:${port()}/hook`))).is).toBe('taken')
    for (const url of ['http://10.0.0.1/', 'http://crm.example.com/', 'https://169.254.169.254/'])
      expect(
        (await poster({ now: () => now, allowLoopback: () => true, resolve: nobody, within: 400 })(call(url)))
          .is,
      ).not.toBe('taken')
    expect(connections).toBe(2)
  })
})

describe('a post', () => {
  it('goes to the address that was looked at, whatever the system makes of the name', async () => {
    const options = { now: () => now, allowLoopback: () => true, resolve: async () => to('127.0.0.1') }
    const { port } = new URL(server.url)
    expect((await poster(options)(call(`http://crm.localhost:${port}/hook`))).is).toBe('taken')
    expect(seen[0]?.headers['host']).toBe(`crm.localhost:${port}`)
  })

  it('carries the body and the headers as given', async () => {
    await local()(call(`${server.url}/hook`))
    expect(seen).toMatchObject([
      { method: 'POST', body: '{"a":1}', headers: { 'webhook-id': 'msg', 'content-length': '7' } },
    ])
  })

  it('follows no redirect', async () => {
    answer = { status: 302, headers: { location: `${server.url}/elsewhere` } }
    expect(await local()(call(`${server.url}/hook`))).toEqual({
      is: 'later',
      detail: 'it answered 302; redirects are not followed',
    })
    expect(connections).toBe(1)
  })

  it.each([
    [200, 'taken'],
    [204, 'taken'],
    [400, 'refused'],
    [401, 'refused'],
    [404, 'refused'],
    [410, 'refused'],
    [422, 'refused'],
    [408, 'later'],
    [409, 'later'],
    [425, 'later'],
    [429, 'later'],
    [500, 'later'],
    [503, 'later'],
  ])('answered %i is %s', async (status, is) => {
    answer = { status }
    expect((await local()(call(server.url))).is).toBe(is)
  })

  it.each([
    ['120', now + 120_000],
    ['Fri, 20 Nov 2026 11:00:00 GMT', Date.parse('2026-11-20T11:00:00Z')],
    ['99999999', now + 86_400_000],
    ['soon', undefined],
    ['-5', undefined],
  ])('told to come back after %s does so', async (header, notBefore) => {
    answer = { status: 429, headers: { 'retry-after': header } }
    const outcome = await local()(call(server.url))
    expect('notBefore' in outcome ? outcome.notBefore : undefined).toBe(notBefore)
  })

  it('reads no more than a little of a long answer', async () => {
    answer = { status: 200, body: 'x'.repeat(5_000_000) }
    expect((await local()(call(server.url))).is).toBe('taken')
  })

  it('gives up in time on who takes the connection and says nothing, and on a name that does not resolve', async () => {
    const silent = await serveLoopback(() => undefined)
    const started = performance.now()
    expect(await local(300)(call(silent.url))).toEqual({
      is: 'later',
      detail: 'it did not answer in time',
    })
    const never: Resolve = () => new Promise(() => undefined)
    expect((await strict(never)(call('https://crm.example.com/'))).is).toBe('later')
    expect(performance.now() - started).toBeLessThan(2000)
    await silent.close()
  })

  it('nobody answers is later; a name that is not known is later', async () => {
    await server.close()
    expect((await local()(call(server.url))).is).toBe('later')
    expect((await strict()(call('https://crm.example.com/'))).is).toBe('later')
  })
})
