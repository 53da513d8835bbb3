/** What a lead misses to the next stage, in words, with an example of what would bring it. */
import type { Range } from './condition.ts'
import { type Compiled, fieldsPass } from './scoring-compiled.ts'
import type { FitRule, PromoteRule, SignalRule } from './scoring-model.ts'
import { ruleWords } from './scoring-words.ts'
import type { Settings } from './settings.ts'
import { canMove, orderOf } from './stage.ts'

interface Parts {
  readonly fit: number
  readonly engagement: number
}

interface Asker {
  readonly profile: Readonly<Record<string, readonly string[]>>
  readonly stage?: string
}

const lowest = (range: Range | undefined): number => range?.atLeast ?? (range?.above ?? -1) + 1
const missing = (range: Range | undefined, value: number): number =>
  range ? Math.max(0, Math.ceil(lowest(range) - value)) : 0

const isByScore = (rule: PromoteRule): boolean =>
  rule.event === undefined &&
  rule.for === undefined &&
  [rule.fit, rule.engagement, rule.total].some((range) => range && lowest(range) > 0)

/** The nearest stage that the score can reach from here. */
function nextRule(stage: string | undefined, compiled: Compiled, settings: Settings | undefined) {
  const reachable = compiled.rules.promote.filter(
    (rule) =>
      isByScore(rule) &&
      rule.to !== stage &&
      (rule.stages === undefined || stage === undefined || rule.stages.includes(stage)) &&
      (!settings || stage === undefined || canMove(stage, rule.to, settings)),
  )
  if (!settings) return reachable[0]
  return [...reachable].sort((a, b) => orderOf(a.to, settings) - orderOf(b.to, settings))[0]
}

/** The smallest rule that would do, or else the biggest. */
function example(rules: readonly (FitRule | SignalRule)[], points: number): string {
  const ranked = rules.filter((rule) => rule.points > 0).sort((a, b) => a.points - b.points)
  const found = ranked.find((rule) => rule.points >= points) ?? ranked.at(-1)
  return found ? `: e.g. ${ruleWords(found)}` : ''
}

export function neededFor(
  asker: Asker,
  parts: Parts,
  compiled: Compiled,
  settings: Settings | undefined,
): readonly string[] {
  const rule = nextRule(asker.stage, compiled, settings)
  if (!rule) return []
  const fit = missing(rule.fit, parts.fit)
  const engagement = missing(rule.engagement, parts.engagement)
  const rest = missing(rule.total, parts.fit + fit + parts.engagement + engagement)
  const unknown = compiled.fit.filter(({ tests }) => !fieldsPass(tests, asker.profile)).map((f) => f.rule)
  const lines: string[] = []
  if (fit > 0) lines.push(`+${fit} fit${example(unknown, fit)}`)
  if (engagement > 0)
    lines.push(`+${engagement} engagement${example(compiled.rules.engagement.rules, engagement)}`)
  if (rest > 0) lines.push(`+${rest} in all${example(compiled.rules.engagement.rules, rest)}`)
  return lines
}
