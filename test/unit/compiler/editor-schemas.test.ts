/** What the compiler accepts, an editor accepts; and it knows the words inside nested steps and conditions. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import * as z from 'zod'
import { editorSchemas } from '../../../workflows/compiler/editor-schemas.ts'
import { fileOf } from './helpers.ts'

const schema = z.fromJSONSchema(editorSchemas()['sequence'] as Parameters<typeof z.fromJSONSchema>[0])
const folder = resolve(import.meta.dirname, 'golden')

test('every step says what it does', () => {
  const { $defs } = editorSchemas()['sequence'] as {
    $defs: { step: { anyOf: { title?: string; description?: string }[] } }
  }
  const mute = $defs.step.anyOf.filter(({ title, description }) => !title || !description)
  expect(mute).toEqual([])
})

describe('the schema of sequences', () => {
  test.each(readdirSync(folder).filter((name) => name.endsWith('.yaml')))('accepts %s', (name) => {
    const text = readFileSync(join(folder, name), 'utf8')
    expect(schema.safeParse(parse(text)).error?.issues ?? []).toEqual([])
  })

  const inside = (step: string) => [
    `  - ${step}`,
    `  - split: { id: s, paths: [ { name: A, share: 50%, steps: [ ${step} ] }, { name: B, share: 50% } ] }`,
    `  - repeat: { id: r, times: 2, steps: [ { branch: { id: b, paths: [ { name: A, if: { fit: 1 } }, { name: B, else: true, steps: [ ${step} ] } ] } } ] }`,
    `  - wait_for: { id: w, event: a.b, timeout: 1 day, if_yes: [ ${step} ] }`,
    `  - wait_for: { id: w, event: a.b, timeout: 1 day, if_timeout: [ ${step} ] }`,
  ]
  test.each([
    ...inside('{ sned: one }'),
    ...inside('{ send: one, onyl_if: { stage: lead } }'),
    ...inside('{ send: one, only_if: { any: [ { not: { stag: lead } } ] } }'),
    ...inside('{ score: { add: many, reason: Why } }'),
  ])('refuses %s', (steps) => {
    expect(schema.safeParse(parse(fileOf(steps))).success).toBe(false)
  })

  test.each([
    'enrol: { when: [ { form: demo }, { frm: demo } ] }',
    'enrol: { when: apy }',
    'enrol: { when: { form: demo }, only_if: { stag: lead } }',
    'enrol: { when: { form: demo } }\ngoal: { when: { stag: lead } }',
    'enrol: { when: { form: demo } }\nexit: [ { when: { event: a.b, stag: lead } } ]',
    'enrol: { when: { form: demo } }\nholdout: 10',
    'enrol: { when: { form: demo } }\nremoved: { a: exti }',
  ])('refuses %s', (lines) => {
    const text = fileOf('  - send: one').replace('enrol: { when: { form: demo } }', lines)
    expect(schema.safeParse(parse(text)).success).toBe(false)
  })
})
