/** Other scoring rules are published: everybody is judged by them, and by the old ones again when these come back. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { submit } from './_people.ts'
import { ChildProduct } from './_process.ts'
import { root } from './_runtime.ts'

const folder = mkdtempSync(join(tmpdir(), 'tendril-epoch-'))
const workflows = join(folder, 'workflows')
const scoring = join(workflows, 'scoring.yaml')
cpSync(join(root, 'workflows'), workflows, { recursive: true })
const shipped = readFileSync(scoring, 'utf8')

process.env['TENDRIL_WORKFLOWS'] = workflows
const product = new ChildProduct(join(folder, 'data'))

/** As a deployment does: another start with other files. */
const publish = async (text: string): Promise<void> => {
  await product.stop()
  writeFileSync(scoring, text)
  await product.start()
}
interface Entry {
  readonly rule: string
  readonly points: number
  readonly eventId: string
}

const scoreOf = async (email: string) => {
  const { leadId } = await product.leadOf(email)
  const { total, entries, epoch } = (await product.api('GET', `/v1/leads/${leadId}/score`)).json
  // What rounding takes changes with every minute.
  const given = (entries as Entry[]).filter(({ eventId }) => eventId !== '')
  return {
    total,
    epoch,
    given: given.map(({ rule, points }) => `${rule} ${points}`),
    stage: (await product.lead(leadId)).stage,
  }
}

beforeAll(() => product.start())
afterAll(async () => {
  await product.stop()
  rmSync(folder, { recursive: true, force: true })
})

test('a new epoch moves who crosses, and the old rules bring every score back', async () => {
  const people = Array.from({ length: 12 }, (_, n) => `lead-${n}@example.com`)
  for (const [n, email] of people.entries())
    await submit(product, email, {
      source: 'form:warehouse-guide',
      fields: { company_size: [String(n * 40)] },
    })
  const before = await Promise.all(people.map(scoreOf))
  expect(new Set(before.map(({ epoch }) => epoch))).toEqual(new Set([1]))

  await publish(
    shipped
      .replace('{ on: form.submitted,  points: 15 }', '{ on: form.submitted,  points: 30, decay: none }')
      .replace('"50..199" }, points: 8', '"50..199" }, points: 12'),
  )
  await product.advance('PT10M')
  const between = await Promise.all(people.map(scoreOf))
  expect(new Set(between.map(({ epoch }) => epoch))).toEqual(new Set([2]))
  expect(between.every(({ total }, n) => total > (before[n]?.total ?? 0))).toBe(true)
  const promoted = between.filter(({ stage }, n) => stage === 'mql' && before[n]?.stage === 'lead')
  expect(promoted.length).toBeGreaterThan(0)

  await publish(shipped)
  await product.advance('PT10M')
  const after = await Promise.all(people.map(scoreOf))
  expect(new Set(after.map(({ epoch }) => epoch))).toEqual(new Set([3]))
  expect(after.map(({ given }) => given)).toEqual(before.map(({ given }) => given))
  expect(after.map(({ total }) => total)).toEqual(before.map(({ total }) => total))
})
