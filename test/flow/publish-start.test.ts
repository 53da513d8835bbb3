/** `npm start` publishes what the files say: it refuses what would hurt leads who are under way, and keeps its data. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { stepsOf } from './_people.ts'
import { ChildProduct } from './_process.ts'
import { root } from './_runtime.ts'

const folder = mkdtempSync(join(tmpdir(), 'tendril-publish-'))
const file = join(folder, 'workflows', 'sequences', 'welcome.yaml')
const product = new ChildProduct(join(folder, 'data'))
const email = 'ada@example.com'
const prepare = / {2}- send: welcome-prepare\n {4}id: prepare\n/

beforeAll(async () => {
  cpSync(join(root, 'workflows'), join(folder, 'workflows'), {
    recursive: true,
    filter: (name) => !name.endsWith('.ts'),
  })
  process.env['TENDRIL_WORKFLOWS'] = join(folder, 'workflows')
  await product.start()
  await product.form('demo', { email, consent_email: 'on' })
})
afterAll(async () => {
  await product.stop()
  delete process.env['TENDRIL_WORKFLOWS']
  rmSync(folder, { recursive: true, force: true })
})

test('a start that takes a step out from under a lead ends at once, and says what to write', async () => {
  const text = readFileSync(file, 'utf8')
  await product.stop()
  writeFileSync(file, text.replace(prepare, ''))
  await expect(product.start()).rejects.toThrow(
    /welcome: leads wait for a step that is gone: "prepare" \(1 lead\)\.\n.*\n {4}removed:\n {6}prepare: \{ map: follow-up \}/,
  )
  expect(product.output).not.toContain('    at ')
})

test('with that line it starts, and the lead goes on', async () => {
  const text = readFileSync(file, 'utf8')
  writeFileSync(file, text.replace('\nsteps:', '\nremoved:\n  prepare: { map: follow-up }\n\nsteps:'))
  await product.start()
  expect(await stepsOf(product, email)).toEqual(['demo'])
  await product.advance('P14D')
  expect(await stepsOf(product, email)).toEqual(['demo', 'follow-up'])
})
