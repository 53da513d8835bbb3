/** Legal moves as configuration: `next` of a stage. */
import { describe, expect, it } from 'vitest'
import { problemsBetween } from '../../../domain/content.ts'
import { foldLead } from '../../../domain/lead.ts'
import { checkRouting } from '../../../domain/routing.ts'
import { checkScoring } from '../../../domain/scoring-check.ts'
import { checkSettings, type Settings } from '../../../domain/settings.ts'
import { canMove } from '../../../domain/stage.ts'
import { promotion } from '../../../domain/stage-promotion.ts'
import { captured, moved, start } from './lead-sample.ts'
import { raw, routing, routingText, scoring, scoringText, settingsText, valid } from './settings-sample.ts'

/** The sample with `next` at some of its stages. */
const settingsWith = (next: Readonly<Record<string, readonly string[]>>): Settings => valid(checkNext(next))
const checkNext = (next: Readonly<Record<string, readonly string[]>>) => {
  const file = raw(settingsText) as { stages: { id: string }[] }
  const stages = file.stages.map((stage) => (next[stage.id] ? { ...stage, next: next[stage.id] } : stage))
  return checkSettings({ ...file, stages })
}
const said = (problems: readonly { file?: string; path: readonly (string | number)[]; message: string }[]) =>
  problems.map(({ file = '', path, message }) => `${file} ${path.join('.')}: ${message}`)
const between = (next: Readonly<Record<string, readonly string[]>>, files = {}) =>
  said(problemsBetween({ settings: settingsWith(next), scoring, routing, forms: {}, ...files }))

describe('a stage that says what comes next', () => {
  const settings = settingsWith({ lead: ['mql'], customer: ['opportunity', 'loyal'], disqualified: ['lead'] })

  it('limits rules and persons alike', () => {
    for (const by of ['rules', 'person'] as const) {
      expect(canMove('lead', 'mql', settings, by)).toBe(true)
      expect(canMove('lead', 'sql', settings, by)).toBe(false)
      expect(canMove('lead', 'recycled', settings, by)).toBe(false)
    }
  })

  it('may allow what the order does not: a customer buys more', () => {
    for (const by of ['rules', 'person'] as const) {
      expect(canMove('customer', 'opportunity', settings, by)).toBe(true)
      expect(canMove('disqualified', 'lead', settings, by)).toBe(true)
      expect(canMove('customer', 'recycled', settings, by)).toBe(false)
    }
  })

  it('leaves the others to their order', () => {
    expect(canMove('mql', 'sql', settings)).toBe(true)
    expect(canMove('mql', 'lead', settings)).toBe(false)
    expect(canMove('mql', 'lead', settings, 'person')).toBe(true)
  })

  it('is a way that rules go step by step', () => {
    const rules = { scoring, settings }
    const asked = captured({ form: 'demo-request' })
    const ask = (...more: ReturnType<typeof moved>[]) =>
      promotion(foldLead([asked, ...more], rules, start), rules, start)
    expect(ask()).toBeUndefined()
    expect(ask(moved(1, 'lead', 'mql', start))?.to).toBe('sql')
  })
})

describe('what is wrong with it is said', () => {
  it('unknown stages, with the one that was meant', () => {
    const checked = checkNext({ lead: ['mqll', 'lead'], mql: ['sql', 'nowhere'] })
    expect(checked.ok ? [] : said(checked.problems)).toEqual([
      ' stages.1.next.0: unknown stage "mqll"; did you mean "mql"?',
      ' stages.1.next.1: a lead in "lead" is there already',
      expect.stringContaining(' stages.2.next.1: unknown stage "nowhere"; known: subscriber, lead'),
    ])
  })

  it('nothing where everything can be reached', () => {
    expect(between({})).toEqual([])
    expect(between({ lead: ['mql'], mql: ['sql', 'recycled'] })).toEqual([])
  })

  it('a promotion that no lead can make', () => {
    const everywhere = ['subscriber', 'lead', 'mql', 'accepted', 'opportunity', 'customer', 'loyal']
    const next = Object.fromEntries([...everywhere, 'recycled'].map((id) => [id, ['disqualified']]))
    expect(between({ ...next, sql: ['accepted', 'disqualified', 'recycled', 'opportunity'] })).toEqual(
      expect.arrayContaining([
        expect.stringContaining('scoring promote.0.to: no lead can get to "mql" from any stage'),
        expect.stringContaining('scoring promote.5.to: no lead can get to "recycled" from "mql"'),
      ]),
    )
    const back = { ...raw(scoringText), promote: [{ to: 'lead', when: { stage: 'mql', total: '< 5' } }] }
    expect(between({}, { scoring: valid(checkScoring(back)) })).toEqual([
      'scoring promote.0.to: no lead can get to "lead" from "mql": see "next" and the order of the stages in settings.yaml',
    ])
  })

  it('an answer of sales that leads nowhere', () => {
    expect(between({ sql: ['recycled', 'disqualified', 'opportunity'] })).toEqual([
      'settings stages.3.next: sales accepts leads from "sql": add "accepted"',
    ])
    expect(between({ sql: ['accepted', 'disqualified', 'opportunity'] })).toEqual([
      expect.stringContaining(
        'routing handoff.reject_reasons.2.then.stage: no lead can get to "recycled" from "sql"',
      ),
    ])
    const misspelt = routingText.replace('stage: recycled', 'stage: recycld')
    expect(between({}, { routing: valid(checkRouting(raw(misspelt))) })).toEqual([
      'routing handoff.reject_reasons.2.then.stage: unknown stage "recycld"; did you mean "recycled"?',
    ])
  })
})
