/** Rules made ready to run many times: patterns cut, rules found by the signal's name. */
import type { Range } from './condition.ts'
import type { FieldTest, FitRule, ScoringRules, SignalRule } from './scoring-model.ts'
import { matches, numberOf, type Pattern, patternOf } from './scoring-pattern.ts'
import { inRange } from './scoring-text.ts'

interface Test {
  readonly key: string
  readonly patterns?: readonly Pattern[]
  readonly range?: Range
}

interface Ready<Rule> {
  readonly rule: Rule
  readonly tests: readonly Test[]
}
export type ReadyFit = Ready<FitRule>
export type ReadySignal = Ready<SignalRule>

export interface Compiled {
  readonly rules: ScoringRules
  readonly fit: readonly ReadyFit[]
  readonly bySignal: ReadonlyMap<string, readonly ReadySignal[]>
  readonly ignored: ReadonlySet<string>
}

const testOf = ({ field, in: patterns, is }: FieldTest): Test => ({
  key: field,
  ...(patterns ? { patterns: patterns.map(patternOf) } : {}),
  ...(is ? { range: is } : {}),
})

function bySignalOf(rules: ScoringRules): ReadonlyMap<string, readonly ReadySignal[]> {
  const byName = new Map<string, ReadySignal[]>()
  for (const rule of rules.engagement.rules) {
    const tests = Object.entries(rule.where).map(([key, list]) => ({ key, patterns: list.map(patternOf) }))
    byName.set(rule.on, [...(byName.get(rule.on) ?? []), { rule, tests }])
  }
  return byName
}

const known = new WeakMap<ScoringRules, Compiled>()

/** The rules ready to run; made once for each rules object. */
export function compiledOf(rules: ScoringRules): Compiled {
  const before = known.get(rules)
  if (before) return before
  const compiled: Compiled = {
    rules,
    fit: rules.fit.rules.map((rule) => ({ rule, tests: rule.all.map(testOf) })),
    bySignal: bySignalOf(rules),
    ignored: new Set(rules.engagement.ignore),
  }
  known.set(rules, compiled)
  return compiled
}

function valuePasses(value: string, { patterns, range }: Test): boolean {
  if (range) {
    const found = numberOf(value)
    if (found === undefined || !inRange(found, range)) return false
  }
  if (!patterns) return true
  const lowered = value.normalize('NFC').toLowerCase()
  return patterns.some((pattern) => matches(pattern, lowered))
}

/** Whether every test finds a value that passes it. */
export const fieldsPass = (
  tests: readonly Test[],
  fields: Readonly<Record<string, readonly string[]>>,
): boolean =>
  tests.every((test) => {
    const values = Object.hasOwn(fields, test.key) ? fields[test.key] : undefined
    return values?.some((value) => valuePasses(value, test)) ?? false
  })

/** The same for a signal's properties. */
export const propertiesPass = (
  tests: readonly Test[],
  properties: Readonly<Record<string, string>>,
): boolean =>
  tests.every((test) => {
    const value = Object.hasOwn(properties, test.key) ? properties[test.key] : undefined
    return value !== undefined && valuePasses(value, test)
  })
