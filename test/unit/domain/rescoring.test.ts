import { describe, expect, it } from 'vitest'
import type { LeadEvent } from '../../../domain/event.ts'
import { addPreviews, compareRules, noPreview, previewOf } from '../../../domain/rescoring.ts'
import { checkScoring } from '../../../domain/scoring-check.ts'
import { captured, goodFit, moved, start, submission, viewed } from './lead-sample.ts'
import { raw, rules, scoring, scoringText, valid } from './settings-sample.ts'

const changed = (...swaps: readonly [string, string][]) =>
  valid(checkScoring(raw(swaps.reduce((text, [from, to]) => text.replace(from, to), scoringText))))
const compare = (events: readonly LeadEvent[], other = scoring) => compareRules(events, rules, other, start)

const fitting = captured({ submission: submission({ fields: goodFit }) })
const toSql = changed([
  'fit: ">= 20", engagement: ">= 25", total: ">= 55"',
  'fit: ">= 20", engagement: ">= 15", total: ">= 40"',
])

describe('a lead under other rules', () => {
  it('by the same rules is the same', () => {
    expect(compare([fitting])).toEqual({
      stage: 'lead',
      before: { fit: 28, engagement: 15, total: 43 },
      after: { fit: 28, engagement: 15, total: 43 },
      falls: false,
    })
  })

  it('crosses to the stage that only the new rules would move it to', () => {
    const mql = [fitting, moved(1, 'lead', 'mql', start)]
    expect(compare(mql, toSql)).toMatchObject({ crosses: 'sql', falls: false })
    expect(compare(mql, scoring)).not.toHaveProperty('crosses')
    const there = [...mql, moved(2, 'mql', 'sql', start)]
    expect(compare(there, toSql)).not.toHaveProperty('crosses')
  })

  it('falls when the stage it is in is none that it would come to again', () => {
    const mql = [fitting, moved(1, 'lead', 'mql', start)]
    const harder = changed(['total: ">= 30"', 'total: ">= 50"'])
    expect(compare(mql, harder)).toMatchObject({ stage: 'mql', falls: true })
    expect(compare([captured(), moved(1, 'lead', 'mql', start)], harder)).toMatchObject({ falls: false })
    expect(compare([fitting], harder)).toMatchObject({ stage: 'lead', falls: false })
  })

  it('is not looked at when it is a test', () => {
    expect(compare([captured({ submission: submission({ isTest: true }) })])).toBeUndefined()
  })
})

describe('many of them', () => {
  const more = changed(['points: 12, at_most', 'points: 20, at_most'])
  const one = (leadId: string, views: number) => {
    const events = [
      captured(),
      ...Array.from({ length: views }, (_, i) => viewed(`v${i}`, '/pricing', start)),
    ]
    const found = compare(events, more)
    if (!found) throw new Error('no comparison')
    return previewOf({ leadId }, found)
  }

  it('are counted, and the most changed come first', () => {
    const all = [one('a', 0), one('b', 1), one('c', 2), one('d', 1)].reduce(addPreviews, noPreview)
    expect(all).toMatchObject({ leads: 4, up: 2, down: 0, same: 2 })
    expect(all.most.map(({ leadId, before, after }) => [leadId, after.total - before.total])).toEqual([
      ['b', 8],
      ['d', 8],
    ])
  })

  it('add up in any order, and show twenty', () => {
    const pages = Array.from({ length: 30 }, (_, i) => one(`lead-${String(i).padStart(2, '0')}`, 1))
    const forward = pages.reduce(addPreviews, noPreview)
    const backward = pages.toReversed().reduce(addPreviews, noPreview)
    expect(forward).toEqual(backward)
    expect(forward.most).toHaveLength(20)
  })

  it('sum stages by name, whatever it is', () => {
    const crossing = {
      leads: 1,
      up: 0,
      down: 0,
      same: 1,
      cross: { constructor: 1 },
      fall: { sql: 2 },
      most: [],
    }
    expect(addPreviews(crossing, crossing)).toMatchObject({ cross: { constructor: 2 }, fall: { sql: 4 } })
  })
})
