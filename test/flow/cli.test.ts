/** The commands about a lead, run as people run them, against a product that runs. */
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { askOnTheWeb, mailsOf } from './_people.ts'
import { Product, root } from './_runtime.ts'

const product = new Product()
const email = 'nora@example.com'
let leadId = ''

interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

const run = (args: readonly string[], vars: Record<string, string> = {}): Promise<Ran> =>
  new Promise((resolve) => {
    const env = {
      ...process.env,
      TENDRIL_PUBLIC_URL: product.url,
      TENDRIL_API_TOKEN: product.token,
      TZ: 'UTC',
      NO_COLOR: '1',
      ...vars,
    }
    execFile(process.execPath, ['cli/main.ts', ...args], { cwd: root, env }, (error, out, err) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err }),
    )
  })

beforeAll(async () => {
  await product.start({ TENDRIL_NOW: '2026-11-23T09:00:00Z' })
  await askOnTheWeb(product, email, { country: 'SE' })
  leadId = (await product.leadOf(email)).leadId
  await product.advanceTo('2026-11-26T12:00:00Z')
  const w1 = (await mailsOf(product, email)).find(({ step }) => step === 'w1')
  await product.report(w1 ?? { id: '' }, { type: 'click' })
  await product.advance('P10D')
})
afterAll(() => product.stop())

describe('tendril lead', () => {
  test('shows who it is, where it stands and what happened', async () => {
    const { code, out } = await run(['lead', email])
    expect(code).toBe(0)
    expect(out).toContain(email)
    expect(out).toMatch(/May be mailed\s+guides \(consent/)
    expect(out).toMatch(/warehouse-guide\s+w2\s+.*2026.*active/)
    expect(out).toContain('Sent: “Guide delivery”')
    expect(out).not.toMatch(/undefined|\[object|NaN/)
  })

  test('--at shows it as it was then', async () => {
    const then = JSON.parse((await run(['lead', leadId, '--at', '2026-11-23', '--json'])).out)
    expect(then.at).toBe('2026-11-23T23:59:59.000Z')
    const types = then.timeline.map(({ type }: { type: string }) => type)
    expect(types).toContain('message.sent')
    expect(types).not.toContain('email.clicked')
    expect((await run(['lead', leadId, '--at', '2026-11-23'])).out).toContain('as of Mon 23 Nov 2026 23:59')
  })
})

test('tendril explain prints entries that add up to the score', async () => {
  const { out } = await run(['explain', email])
  const sums = [...out.matchAll(/^\s+([\d.]+)\s+= (?:fit|engagement)$/gm)].map(([, sum]) => Number(sum))
  const counted = [...out.matchAll(/^\s+(?:[+-]?\d+\s+)?\s([+-]\d+\.\d\d)\s/gm)].map(([, one]) => Number(one))
  const total = Number(/^Score (\d+) = fit/m.exec(out)?.[1])
  expect(sums[0] ?? 0).toBeCloseTo(total - (sums[1] ?? 0), 6)
  expect(counted.reduce((sum, one) => sum + one, 0)).toBeCloseTo(total, 6)
  expect(total).toBeGreaterThan(0)
})

describe('tendril backtest', () => {
  const file = 'workflows/scoring.yaml'
  const changed = join(mkdtempSync(join(tmpdir(), 'tendril-backtest-')), 'new.yaml')
  const write = (from: string, to: string): void =>
    writeFileSync(changed, readFileSync(join(root, file), 'utf8').replace(from, to))

  test('of the live file says that nothing changes', async () => {
    const { code, out } = await run(['backtest', file])
    expect(code).toBe(0)
    expect(out).toContain('1 leads: 0 up, 0 down, 1 the same')
  })

  test('of another one says who changes, and changes nobody', async () => {
    const before = (await product.lead(leadId)).score
    write('{ on: form.submitted,  points: 15 }', '{ on: form.submitted,  points: 25 }')
    const { out } = await run(['backtest', changed])
    expect(out).toContain('1 leads: 1 up, 0 down, 0 the same')
    expect(out).toMatch(new RegExp(`\\+\\d+\\s+${before.total}\\s+\\d+\\s+lead\\s+${email}`))
    const json = JSON.parse((await run(['backtest', changed, '--json'])).out)
    expect(json).toMatchObject({ leads: 1, up: 1, most: [{ leadId, before }] })
    expect((await product.lead(leadId)).score).toEqual(before)
  })

  test('says what is wrong with the file, and where', async () => {
    write('points: 15 }', 'pionts: 15 }')
    const { code, err } = await run(['backtest', changed])
    expect(code).toBe(1)
    expect(err).toMatch(/new\.yaml:\d+:\d+ .*did you mean "points"/)
    expect((await run(['backtest', 'nothing.yaml'])).err).toContain('There is no file nothing.yaml')
  })
})

describe('tendril why', () => {
  test.each([
    ['w1', /Sent \w{3} \d+ Nov 2026/],
    ['nudge', /Not sent \(branched\)[\s\S]*took “clicked-checklist: yes” instead/],
    ['w6', /Planned for/],
    ['w3-enterprise', /Not planned as it stands[\s\S]*“by-size: Enterprise”/],
    ['keep-warm/news', /never been in “Keep warm[\s\S]*“Recycled to nurture” is reached/],
    ['welcome/demo', /never been in[\s\S]*not permitted mail about “product”/],
  ])('%s', async (step, said) => {
    const { code, out } = await run(['why', email, step])
    expect(out).toMatch(said)
    expect(code).toBe(0)
  })

  test('an unknown step names what was meant', async () => {
    const { code, err } = await run(['why', email, 'w33'])
    expect([code, err.trim()]).toEqual([1, 'No sequence has a mail "w33"; did you mean "w3"?'])
  })
})

test('tendril replay finds nothing that differs', async () => {
  const { code, out } = await run(['replay', email])
  expect(out).toContain('Nothing differs')
  expect(code).toBe(0)
})

describe('what goes wrong is said in words', () => {
  test.each<[string, string[], Record<string, string>, RegExp]>([
    [
      'nothing runs',
      ['lead', email],
      { TENDRIL_PUBLIC_URL: 'http://localhost:1' },
      /^Nothing answers at http:\/\/localhost:1: run `npm start` first/,
    ],
    ['a wrong token', ['lead', email], { TENDRIL_API_TOKEN: 'wrong' }, /does not take this token/],
    [
      'an unknown lead',
      ['explain', 'nobody@example.com'],
      {},
      /^There is no lead with the address nobody@example.com/,
    ],
    ['an unknown id', ['replay', 'nobody'], {}, /^There is no such lead/],
    ['no time', ['lead', email, '--at', 'soon'], {}, /^"soon" is no time/],
    ['a time ahead', ['lead', email, '--at', '2099-01-01'], {}, /at: it lies ahead/],
  ])('%s', async (_, args, vars, said) => {
    const { code, err, out } = await run(args, vars)
    expect(err).toMatch(said)
    expect(err).not.toContain('    at ')
    expect([code, out]).toEqual([1, ''])
  })

  test('another program on that port is told apart', async () => {
    const { err } = await run(['lead', leadId], { TENDRIL_PUBLIC_URL: `${product.url}/forms/demo?x=` })
    expect(err).toMatch(/not as Tendril does/)
  })
})

describe('tendril stop, stops, resume', () => {
  test('stop a sequence, say what is stopped, and let it go on', async () => {
    expect((await run(['stops'])).out).toContain('Nothing is stopped.')
    const stopped = await run(['stop', 'warehouse-guide', '--reason', 'A wrong link'])
    expect(stopped).toMatchObject({ code: 0, err: '' })
    expect(stopped.out).toContain('The sequence warehouse-guide is stopped: A wrong link')
    expect((await run(['stops'])).out).toMatch(
      /warehouse-guide\s+\w{3} +\d+ \w{3} 2026 \d\d:\d\d\s+A wrong link/,
    )
    expect(JSON.parse((await run(['resume', 'warehouse-guide', '--json'])).out)).toEqual({
      scope: 'warehouse-guide',
    })
    expect(JSON.parse((await run(['stops', '--json'])).out)).toEqual({ stops: [] })
  })

  test('say what to do about a name that is not known', async () => {
    const { code, err } = await run(['stop', 'warehouse-giude'])
    expect(code).toBe(1)
    expect(err).toContain('did you mean "warehouse-guide"?')
    expect((await run(['resume', 'warehouse-guide'])).code).toBe(1)
  })
})
