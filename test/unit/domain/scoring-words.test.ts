import { describe, expect, it } from 'vitest'
import { checkScoring } from '../../../domain/scoring-check.ts'
import { entryWords, ruleWords } from '../../../domain/scoring-words.ts'
import { raw, scoring, scoringText, valid } from './settings-sample.ts'

const rulesOf = (fit: readonly object[], rules: readonly object[]) =>
  valid(checkScoring({ ...raw(scoringText), fit, engagement: { rules } }))
const fitWords = (when: object, profile?: Record<string, string[]>) => {
  const [rule] = rulesOf([{ when, points: 1 }], []).fit.rules
  return rule && ruleWords(rule, profile)
}
const signalWords = (rule: object) => {
  const [found] = rulesOf([], [{ points: 1, ...rule }]).engagement.rules
  return found && ruleWords(found)
}

describe('a rule in words', () => {
  it.each([
    [{ 'company.size': '>= 200' }, 'Company size: 200 or more'],
    [{ 'company.size': '50..199' }, 'Company size: 50 to 199'],
    [{ 'company.size': '< 8' }, 'Company size: less than 8'],
    [{ 'company.size': '> 8' }, 'Company size: more than 8'],
    [{ 'company.size': '<= 8' }, 'Company size: 8 or less'],
    [{ 'company.size': 8 }, 'Company size: 8'],
    [{ title: ['*operations*', '*logistics*'] }, 'Title: operations or logistics'],
    [{ country: ['IE', 'GB', 'DE', 'AT'] }, 'Country: IE, GB, DE …'],
    [{ country: 'IE', 'email.kind': 'company' }, 'Country: IE, Email kind: company'],
  ])('of fit %j', (when, words) => {
    expect(fitWords(when)).toBe(words)
  })

  it('of fit says what the lead has, where that is known', () => {
    const profile = { title: ['Head of Operations'] }
    expect(fitWords({ title: '*operations*' }, profile)).toBe('Title: Head of Operations')
    expect(fitWords({ country: 'IE' }, profile)).toBe('Country: IE')
    expect(fitWords({ constructor: 'x' }, profile)).toBe('Constructor: x')
  })

  it.each([
    [{ on: 'page.viewed', where: { path: '/pricing*' } }, 'Viewed /pricing'],
    [{ on: 'form.submitted', where: { form: 'demo-request' } }, 'Filled in the form “Demo request”'],
    [{ on: 'email.clicked', at_least: '3 per 14 days' }, 'Clicked a link in a mail, 3 times in 14 days'],
    [{ on: 'email.replied', at_least: 2 }, 'Replied to a mail, 2 times'],
    [{ on: 'trial.limit_reached', where: { plan: 'pro' } }, 'Trial limit reached pro'],
    [{ on: 'page.viewed', where: { path: '/pricing*' }, name: 'Looked at prices' }, 'Looked at prices'],
  ])('of engagement %j', (rule, words) => {
    expect(signalWords(rule)).toBe(words)
  })
})

describe('an entry in words', () => {
  it.each([
    ['engagement:idle 30 days', 'No sign of life for 30 days'],
    ['engagement:adjusted Attended the webinar', 'Attended the webinar'],
    ['fit:adjusted Knows us', 'Knows us'],
    ['cap:fit Role', '“Role” counts 20 at most'],
    ['cap:engagement', 'Engagement counts 50 at most'],
    ['floor:fit', 'Fit counts 0 at least'],
    ['rounding:engagement', 'Rounding'],
    ['cap:engagement:email.clicked', 'Clicked a link in a mail: at most so much'],
    ['fit:company.size >= 200', 'Company size: 200 or more'],
  ])('%s', (rule, words) => {
    expect(entryWords(rule, scoring)).toBe(words)
  })
})
