/** `tendril publish --dry-run` against a product that runs. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { begunBySignal } from './_language.ts'
import { PublishingProduct } from './_publishing.ts'
import { root } from './_runtime.ts'

const product = new PublishingProduct()

interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

const run = (...args: readonly string[]): Promise<Ran> =>
  new Promise((resolve) => {
    const env = {
      ...process.env,
      TENDRIL_PUBLIC_URL: product.url,
      TENDRIL_API_TOKEN: product.token,
      TENDRIL_WORKFLOWS: join(product.folder, 'workflows'),
      TENDRIL_TEMPLATES: join(product.folder, 'templates'),
      NO_COLOR: '1',
    }
    execFile(process.execPath, ['cli/main.ts', 'publish', ...args], { cwd: root, env }, (error, out, err) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err }),
    )
  })

const course = (steps: string, more = '') => begunBySignal('course', steps, more)
const first = course(
  '  - { send: one, id: a }\n  - wait: 2 days\n  - { send: two, id: b }\n  - wait: 2 days\n  - { send: three, id: c }',
)
const second =
  '  - { send: one, id: a }\n  - wait: 2 days\n  - { send: four, id: new }\n  - wait: 2 days\n  - { send: three, id: c }'
const other = begunBySignal('other', '  - { send: five, id: x }')

beforeAll(async () => {
  await product.startWith({ workflows: { ...first, ...other } }, { TENDRIL_NOW: '2026-11-23T09:00:00Z' })
  for (const name of ['ada', 'bo']) await product.enter(`${name}@example.com`, 'course')
})
afterAll(() => product.stop())

describe('tendril publish', () => {
  test('without --dry-run says how to publish', async () => {
    const { code, err } = await run()
    expect(code).toBe(1)
    expect(err).toContain('Publishing is deploying')
  })

  test('of what is live says so', async () => {
    const { code, out } = await run('--dry-run')
    expect(code).toBe(0)
    expect(out).toMatch(/^Content \w+ is live already: nothing would change\.\n$/)
  })

  test('says what would change, who waits where, and why it would be refused', async () => {
    product.write({ workflows: course(second) })
    const { code, out } = await run('--dry-run')
    expect(code).toBe(1)
    expect(out).toContain('course  steps change')
    expect(out).toContain('  + new\n  - b\n')
    expect(out).toMatch(/2\s+b\s+gone, and nothing is said of it/)
    expect(out).toContain('1 sequence as before')
    expect(out).toMatch(/2026-11-25\s+2\s+2/)
    expect(out).toContain('      b: { map: c }')
  })

  test('with a word for the step it may be published; as data too', async () => {
    product.write({ workflows: course(second, 'removed: { b: { map: new } }') })
    const { code, out } = await run('--dry-run')
    expect([code, out.includes('It may be published')]).toEqual([0, true])
    const data = JSON.parse((await run('--dry-run', '--json')).out)
    expect(data.sequences).toMatchObject([
      { id: 'course', is: 'steps', added: ['new'], removed: ['b'], leads: 2, moves: 2, waiting: { b: 2 } },
      { id: 'other', is: 'same' },
    ])
    expect(data.problems).toEqual([])
    expect(data.forecast).toHaveLength(14)
  })

  test('says what is wrong with the files', async () => {
    product.write({ workflows: course('  - { sned: one, id: a }') })
    const { code, err } = await run('--dry-run')
    expect(code).toBe(1)
    expect(err).toMatch(/course\.yaml:\d+:\d+ .*did you mean "send"/)
  })
})
