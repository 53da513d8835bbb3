/** Scoring rules in plain words, for people who have never seen the file: sales above all. */
import type { Range } from './condition.ts'
import type { FieldTest, FitRule, IdleRule, ScoringRules, SignalRule } from './scoring-model.ts'
import type { Quota } from './scoring-text.ts'
import { signalText, titleOf } from './timeline-words.ts'

type Values = Readonly<Record<string, readonly string[]>>

const day = 86_400_000

/** "14 days", "20 hours" */
function spanWords(ms: number): string {
  const [count, unit] = ms % day === 0 ? [ms / day, 'day'] : [Math.round(ms / 3_600_000), 'hour']
  return count === 1 ? `1 ${unit}` : `${count} ${unit}s`
}

/** "200 or more", "50 to 199", "less than 8" */
function rangeWords({ atLeast, atMost, above, below }: Range): string {
  if (atLeast !== undefined && atLeast === atMost) return String(atLeast)
  if (atLeast !== undefined && atMost !== undefined) return `${atLeast} to ${atMost}`
  if (atLeast !== undefined) return `${atLeast} or more`
  if (atMost !== undefined) return `${atMost} or less`
  return above === undefined ? `less than ${below}` : `more than ${above}`
}

const listed = 3

/** "IE, GB, DE …": stars are no words. */
function patternWords(patterns: readonly string[]): string {
  const words = patterns.map((pattern) => pattern.replaceAll('*', '').trim()).filter((word) => word !== '')
  if (words.length > listed) return `${words.slice(0, listed).join(', ')} …`
  return [words.slice(0, -1).join(', '), ...words.slice(-1)].filter((part) => part !== '').join(' or ')
}

/** What the lead has, where it is known; else what is asked for. */
function testWords({ field, in: patterns, is }: FieldTest, values: Values): string {
  const own = Object.hasOwn(values, field) ? values[field]?.join(', ') : undefined
  const asked = is ? rangeWords(is) : patternWords(patterns ?? [])
  return `${titleOf(field.replaceAll('.', ' '))}: ${own ?? asked}`
}

const oftenWords = ({ max, per }: Quota): string =>
  per === undefined ? `, ${max} times` : `, ${max} times in ${spanWords(per)}`

function signalWords({ on, where, atLeast }: SignalRule): string {
  const properties = Object.fromEntries(Object.entries(where).map(([key, list]) => [key, patternWords(list)]))
  const told = signalText({ name: on, properties }, undefined)
  const untold = Object.entries(properties)
    .filter(([key]) => key !== 'path' && key !== 'form')
    .map(([, value]) => ` ${value}`)
  return `${told}${untold.join('')}${atLeast ? oftenWords(atLeast) : ''}`
}

const isFit = (rule: FitRule | SignalRule | IdleRule): rule is FitRule => 'all' in rule
const isIdle = (rule: FitRule | SignalRule | IdleRule): rule is IdleRule => 'for' in rule

/** A rule in words: its own name, else made from what it says. `values` are the lead's own, for rules of fit. */
export function ruleWords(rule: FitRule | SignalRule | IdleRule, values: Values = {}): string {
  if (rule.name !== undefined) return rule.name
  if (isFit(rule)) return rule.all.map((test) => testWords(test, values)).join(', ')
  return isIdle(rule) ? `No sign of life for ${spanWords(rule.for)}` : signalWords(rule)
}

const known = new WeakMap<ScoringRules, ReadonlyMap<string, FitRule | SignalRule | IdleRule>>()

function rulesById(rules: ScoringRules): ReadonlyMap<string, FitRule | SignalRule | IdleRule> {
  const before = known.get(rules)
  if (before) return before
  const { fit, engagement } = rules
  const all = [...fit.rules, ...engagement.rules, ...engagement.idle]
  const byId = new Map(all.map((rule) => [rule.rule, rule]))
  known.set(rules, byId)
  return byId
}

const partNames: Readonly<Record<string, string>> = { fit: 'Fit', engagement: 'Engagement' }

/** `cap:fit Role`, `cap:engagement`: a group's maximum, or the limit of a whole part. */
function limitWords(rule: string, word: 'most' | 'least', { limits, fit, engagement }: ScoringRules): string {
  const [part = '', ...rest] = rule.split(' ')
  const group = rest.join(' ')
  const groups = part === 'fit' ? fit.groups : engagement.groups
  if (group !== '') {
    const max = groups.find(({ name }) => name === group)?.max
    return `“${group}” counts ${max ?? ''} at ${word}`
  }
  const limit = part === 'fit' ? limits.fit : limits.engagement
  return `${partNames[part] ?? part} counts ${word === 'most' ? limit : 0} at ${word}`
}

/** An entry of a score in words. `rule` is the entry's. */
export function entryWords(rule: string, rules: ScoringRules, values: Values = {}): string {
  const found = rulesById(rules).get(rule)
  if (found) return ruleWords(found, values)
  const [kind = '', ...rest] = rule.split(':')
  const inner = rest.join(':')
  if (kind === 'rounding') return 'Rounding'
  if (kind === 'floor') return limitWords(inner, 'least', rules)
  if (kind !== 'cap') return inner.replace(/^adjusted /, '')
  const capped = rulesById(rules).get(inner)
  return capped ? `${ruleWords(capped, values)}: at most so much` : limitWords(inner, 'most', rules)
}
