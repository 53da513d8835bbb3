import { beforeEach, expect, test } from 'vitest'
import type { Enrolment } from '../../../../domain/enrolment.ts'
import { compiled, fileOf, stepsCompiled } from '../../compiler/helpers.ts'
import { captured, moved, signal } from '../../domain/lead-sample.ts'
import { capture, setup } from './support.ts'

const { sequence } = stepsCompiled(`  - send: one
    id: first
    name: The first mail
  - wait: { for: 2 days }
  - branch:
      id: by-size
      paths:
        - { name: Big, if: { company.size: ">= 200" }, steps: [ { send: two, id: second } ] }
        - { name: Small, else: true, steps: [ { send: three, id: third } ] }`)
const other = compiled(fileOf('  - send: four').replace('id: test', 'id: keep-warm')).sequence

let world: ReturnType<typeof setup>
let leadId: string

beforeEach(async () => {
  world = setup()
  const { memory } = world
  memory.pinned.push(sequence)
  memory.content = { ...memory.content, sequences: { test: sequence, 'keep-warm': other } }
  leadId = await capture(memory, 'nora@example.com', memory.now - 3_600_000)
  const seconds = memory.now / 1000
  const enrolment: Enrolment = {
    enrolmentId: `${leadId}-test-1`,
    leadId,
    sequence: 'test',
    version: sequence.version,
    run: 1,
    createdAt: seconds - 600,
    n: 0,
    step: 'first',
    due: { first: seconds - 600, second: seconds + 600, third: seconds + 600 },
    took: {},
    records: { first: { is: 'sent', at: seconds - 590 } },
  }
  memory.enrolled.set(enrolment.enrolmentId, { enrolment, rev: 1, by: 'captured-0' })
})

const get = (what: string) => world.get(`leads/{leadId}/${what}`, '', { leadId })

test('messages: every planned one with its name and its fate', async () => {
  const { json } = await get('messages')
  const common = { enrolmentId: `${leadId}-test-1`, sequence: 'test', sequenceName: 'A test', run: 1 }
  expect(json.messages).toEqual([
    {
      ...common,
      step: 'first',
      kind: 'send',
      name: 'The first mail',
      is: 'sent',
      at: '2026-11-20T09:50:10.000Z',
    },
    { ...common, step: 'second', kind: 'send', name: 'Two', is: 'possible', onlyOn: ['by-size: Big'] },
    {
      ...common,
      step: 'third',
      kind: 'send',
      name: 'Three',
      is: 'planned',
      due: '2026-11-20T10:10:00.000Z',
      unless: ['by-size: Small'],
    },
  ])
})

test('messages: why the lead has never been in a sequence, and what it would have got there', async () => {
  const { memory } = world
  const reason = async () => (await get('messages')).json.notEntered
  expect(await reason()).toEqual([
    {
      sequence: 'keep-warm',
      sequenceName: 'A test',
      topic: 'guides',
      reason: 'no-consent',
      starts: 'the form “Demo” is filled in',
      messages: [{ step: 'four', name: 'Four' }],
    },
  ])
  memory.write(leadId, captured({ id: 'again', grants: [{ topics: ['guides'], basis: 'consent' }] }))
  expect(await reason()).toMatchObject([{ reason: 'not-triggered' }])
  memory.write(leadId, {
    type: 'suppressed',
    id: 'off',
    at: memory.now,
    reason: 'complained',
    source: 'test',
  })
  expect(await reason()).toMatchObject([{ reason: 'suppressed' }])
})

test('replay: a lead that was just written differs in nothing', async () => {
  const { json } = await get('replay')
  expect(json).toMatchObject({ events: 1, differences: [], folded: { stage: 'lead' } })
})

test('replay: names what the log says otherwise than what is stored', async () => {
  const { memory } = world
  memory.write(leadId, moved(1, 'lead', 'mql', memory.now - 1))
  memory.item(leadId).suppression = { reason: 'bounced', at: 1 }
  const { differences } = (await get('replay')).json
  expect(differences).toContainEqual({ field: 'stage', stored: 'lead', folded: 'mql' })
  expect(differences).toContainEqual({ field: 'suppression', stored: 'bounced', folded: null })
})

test('replay: names a promotion that the rules ask for and nobody wrote', async () => {
  const { memory } = world
  memory.write(
    leadId,
    signal('demo', 'form.submitted', memory.now - 1, { properties: { form: 'demo-request' } }),
  )
  const { differences } = (await get('replay')).json
  expect(differences).toContainEqual({ field: 'stage by the rules', stored: 'lead', folded: 'sql' })
})

test('replay: a lead without anything stored beside its log says so', async () => {
  delete world.memory.item(leadId).head
  expect((await get('replay')).json.differences).toEqual([{ field: 'head', stored: null, folded: 'a lead' }])
})
