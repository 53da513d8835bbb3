/** Every reason has words, and what is told of a message names the reason and the time. */
import { describe, expect, it } from 'vitest'
import { addingUp, placeOf } from '../../../cli/explain.ts'
import { instantOf } from '../../../cli/lead-data.ts'
import { askedOf, type MessageSeen, toldOf } from '../../../cli/why.ts'
import { heldBecause, notEnteredBecause, notSentBecause } from '../../../cli/why-words.ts'
import { deferReasons, notSentReasons } from '../../../domain/enrolment.ts'
import { entryRefusals } from '../../../domain/entry.ts'

const message = (over: Partial<MessageSeen>): MessageSeen => ({
  enrolmentId: 'l-guide-1',
  sequence: 'guide',
  sequenceName: 'Guide',
  run: 1,
  step: 'w2',
  name: 'Week 2',
  is: 'sent',
  ...over,
})
const at = '2026-11-24T09:30:00Z'
const day = (text: string | undefined): string => text?.slice(0, 10) ?? ''
const tell = (over: Partial<MessageSeen>, exitReason?: string) =>
  toldOf(message(over), exitReason ?? null, day)

describe('the closed lists', () => {
  it.each(notSentReasons)('not sent: %s is told with its reason, when and why', (reason) => {
    const { headline, text } = tell({ is: 'not-sent', at, reason })
    expect(headline).toContain(`(${reason}) 2026-11-24`)
    expect(text).toBe(notSentBecause[reason])
    expect(text.length).toBeGreaterThan(15)
  })

  it.each(deferReasons)('held back: %s is told with its reason, until when and why', (reason) => {
    const { headline, text } = tell({ is: 'held', at, until: at, reason })
    expect(headline).toContain(`(${reason}) until 2026-11-24`)
    expect(text).toBe(heldBecause[reason])
  })

  it.each([...entryRefusals, 'not-triggered'] as const)('never entered: %s', (reason) => {
    const said = notEnteredBecause[reason]({ topic: 'guides', starts: 'a form is filled in' })
    expect(said).toMatch(/^[A-Z].{15,}\.$/)
  })

  it('no two of them say the same', () => {
    const all = [...Object.values(notSentBecause), ...Object.values(heldBecause)]
    expect(new Set(all).size).toBe(all.length)
  })
})

describe('every fate of a message', () => {
  it.each<[Partial<MessageSeen>, string, RegExp]>([
    [{ is: 'sent', at }, 'Sent 2026-11-24', /^$/],
    [{ is: 'parked', at }, 'Set aside 2026-11-24', /person must decide/],
    [{ is: 'uncertain', at }, 'Being checked since 2026-11-24', /nothing is sent twice/],
    [{ is: 'sending' }, 'Being sent at this moment', /^$/],
    [{ is: 'planned', due: at }, 'Planned for 2026-11-24', /^$/],
    [{ is: 'planned', due: at, unless: ['size: Small'] }, 'Planned for 2026-11-24', /stays on “size: Small”/],
    [{ is: 'possible', onlyOn: ['size: Big'] }, 'Not planned as it stands', /take “size: Big”/],
    [{ is: 'passed-by', instead: ['size: Big'] }, 'Not planned (branched)', /took “size: Big” instead/],
    [{ is: 'left', at, reason: 'goal' }, 'Not planned: the lead left 2026-11-24', /the goal was reached/],
    [
      { is: 'not-sent', at, reason: 'branched', instead: ['size: Big'] },
      'Not sent (branched) 2026-11-24',
      /took “size: Big” instead/,
    ],
  ])('%o', (over, headline, text) => {
    const told = tell(over)
    expect(told.headline).toBe(headline)
    expect(told.text).toMatch(text)
  })

  it('one that was not sent because the lead had left says why it left', () => {
    expect(tell({ is: 'not-sent', at, reason: 'exited' }, 'goal').text).toMatch(/the goal was reached\.$/)
  })
})

it('a step may be named with its sequence', () => {
  expect(askedOf('w2')).toEqual({ sequence: undefined, step: 'w2' })
  expect(askedOf('guide/w2')).toEqual({ sequence: 'guide', step: 'w2' })
})

describe('the ledger', () => {
  it('shows hundredths that add up, however the exact values fall', () => {
    const exact = [7.8349609375, 3.6298828125, -0.46484375, 0.005, 0.005, -0.01]
    const shown = addingUp(exact)
    const sum = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0)
    expect(sum(shown)).toBeCloseTo(Math.round(sum(exact) * 100) / 100, 9)
    for (const [index, one] of shown.entries())
      expect(Math.abs(one - (exact[index] ?? 0))).toBeLessThanOrEqual(0.0101)
  })

  it.each([
    ['fit:country IE, GB', 'fit', false],
    ['engagement:page.viewed /pricing*', 'engagement', false],
    ['cap:fit Role', 'fit', true],
    ['cap:engagement:email.clicked', 'engagement', true],
    ['floor:fit', 'fit', true],
    ['rounding:engagement', 'engagement', true],
  ] as const)('%s', (rule, part, isFixed) => {
    expect(placeOf(rule)).toEqual({ part, isFixed })
  })
})

describe('the time of --at', () => {
  it('a day means its end', () => {
    expect(instantOf('2026-11-24')).toBe(new Date('2026-11-24T23:59:59').toISOString())
    expect(instantOf('2026-11-24T09:30:00+01:00')).toBe('2026-11-24T08:30:00.000Z')
  })

  it('anything else is refused with an example', () => {
    expect(() => instantOf('yesterday')).toThrow('"yesterday" is no time. Write it like 2026-11-24')
  })
})
