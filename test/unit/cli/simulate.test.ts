/** Simulations of the shipped sequences: the deployed workers on virtual time, without a server. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { happeningOf } from '../../../cli/simulate/happening.ts'
import { rowsOf } from '../../../cli/simulate/rows.ts'
import { compiledFiles, simulated } from '../../../cli/simulate/simulate.ts'

const root = join(import.meta.dirname, '../../..')
const sequences = readdirSync(join(root, 'workflows/sequences')).map((name) => name.replace('.yaml', ''))
const files = await compiledFiles()
const from = '2026-11-24T10:00:00Z'

const play = async (id: string, on: readonly string[] = [], lead = 'full') => {
  const done = await simulated(files, id, { lead, on, from })
  return { done, rows: rowsOf(done), sent: done.mails.flatMap(({ tags }) => tags['step'] ?? []) }
}

describe.each(sequences)('%s', (id) => {
  it.each(['full', 'unknown'])(
    'runs to its end for the %s persona, and every mail has an end',
    async (lead) => {
      const { done, rows, sent } = await play(id, [], lead)
      expect(done.isOver).toBe(true)
      expect(done.faults).toEqual([])
      expect(sent.length).toBeGreaterThan(0)
      expect(new Set(sent).size).toBe(sent.length)
      expect(done.transitions).toBeGreaterThanOrEqual(sent.length)
      const times = rows.map(({ at }) => Math.floor(at / 1000))
      expect(times).toEqual(times.toSorted((a, b) => a - b))
      for (const { is, text } of rows) expect(`${is} ${text}`).not.toMatch(/undefined|\[object/)
    },
  )
})

describe('what the lead does changes its way', () => {
  it('a click takes its path, and the mail beside it says so', async () => {
    const { rows, sent } = await play('warehouse-guide', ['email.clicked@w1'])
    expect(sent).toContain('pricing')
    expect(sent).not.toContain('nudge')
    expect(rows).toContainEqual(expect.objectContaining({ is: 'decided', text: 'clicked-checklist: yes' }))
    expect(rows).toContainEqual(expect.objectContaining({ is: 'message.not-sent', step: 'nudge' }))
  })

  it('a wait that runs out and a branch by what is known are told', async () => {
    const { rows } = await play('warehouse-guide')
    const decided = rows.filter(({ is }) => is === 'decided').map(({ text }) => text)
    expect(decided).toEqual(['clicked-checklist: timeout', 'by-size: Enterprise', 'webinar: timeout'])
    const small = await play('warehouse-guide', [], 'unknown')
    expect(small.rows.map(({ text }) => text)).toContain('by-size: Everyone else')
  })

  it('unsubscribing ends it: nothing is sent after', async () => {
    const { sent, rows } = await play('warehouse-guide', ['email.unsubscribed@w1+1h'])
    expect(sent).toEqual(['deliver', 'w1'])
    const reasons = rows.filter(({ is }) => is === 'message.not-sent')
    expect(reasons.length).toBeGreaterThan(0)
    expect(rows.at(-1)?.is).toBe('enrolment.exited')
  })

  it('a stage by hand reaches the goal', async () => {
    const { rows } = await play('warehouse-guide', ['stage{to=sql}@+10d'])
    expect(rows.at(-1)?.text).toMatch(/the goal was reached/)
  })

  it('a reply tells our people', async () => {
    const { rows } = await play('keep-warm', ['email.replied@news'], 'unknown')
    expect(rows.map(({ text }) => text)).toContainEqual(expect.stringMatching(/^Tells owner-or-team/))
  })
})

describe('what cannot be simulated is said', () => {
  it.each([
    [['warehous-guide', {}], 'There is no sequence "warehous-guide"; did you mean "warehouse-guide"?'],
    [['welcome', { lead: 'ful' }], 'There is neither a persona nor a file "ful"; did you mean "full"?'],
    [['welcome', { on: ['email.clicked@prepar'] }], 'there is no mail "prepar"; did you mean "prepare"?'],
    [['welcome', { on: ['click'] }], '--on "click" is not understood'],
  ] as const)('%j', async ([id, options], message) => {
    await expect(simulated(files, id, { lead: 'full', from, ...options })).rejects.toThrow(message)
  })
})

it.each([
  ['email.clicked@w1', { name: 'email.clicked', step: 'w1', after: 600_000, properties: {} }],
  ['email.clicked@w1+2h', { step: 'w1', after: 7_200_000 }],
  ['webinar.attended@+20d', { name: 'webinar.attended', after: 20 * 86_400_000 }],
  ['page.viewed{path=/pricing,ref=a=b}@w1+1w', { properties: { path: '/pricing', ref: 'a=b' } }],
])('--on %s', (text, expected) => {
  expect(happeningOf(text, ['w1'])).toMatchObject(expected)
})
