/** From the scoring file to the checked rules. */
import type { Range } from './condition.ts'
import { type Checked, checkWith, type Problem } from './content-check.ts'
import type {
  Band,
  FieldTest,
  FitRule,
  Group,
  IdleRule,
  PromoteEvent,
  PromoteRule,
  ScoringRules,
  SignalRule,
} from './scoring-model.ts'
import {
  type FitRuleFile,
  type PromoteRuleFile,
  type ScoringFile,
  type SignalRuleFile,
  scoringFile,
} from './scoring-rules.ts'
import { durationMs, inRange, quotaOf, rangeOf } from './scoring-text.ts'

const list = (words: string | readonly string[]): readonly string[] =>
  typeof words === 'string' ? [words] : words
const range = (text: string | number): Range => rangeOf(String(text)) ?? {}

/** What a field must be, as a file says it: a range, a pattern, or a list of patterns. */
export function fieldTest(field: string, value: string | number | boolean | readonly string[]): FieldTest {
  if (typeof value === 'object') return { field, in: value }
  const is = typeof value === 'boolean' ? undefined : rangeOf(String(value))
  return is ? { field, is } : { field, in: [String(value)] }
}

const said = (value: unknown): string => (Array.isArray(value) ? value.join(', ') : String(value))

const named = ({ name }: { readonly name?: string | undefined }) => (name === undefined ? {} : { name })

function fitRule(file: FitRuleFile, group: number): FitRule {
  const parts = Object.entries(file.when)
  return {
    rule: `fit:${parts.map(([field, value]) => `${field} ${said(value)}`).join(' and ')}`,
    ...named(file),
    group,
    all: parts.map(([field, value]) => fieldTest(field, value)),
    points: file.points,
  }
}

const halfLifeOf = (decay: SignalRuleFile['decay'], otherwise: number): number => {
  if (decay === undefined) return otherwise
  return decay === 'none' ? 0 : (durationMs(decay.half_life) ?? 0)
}

const whereOf = (where: Readonly<Record<string, string | readonly string[]>>) =>
  Object.fromEntries(Object.entries(where).map(([key, value]) => [key, list(value)]))

function signalRule(file: SignalRuleFile, group: number, halfLife: number): SignalRule {
  const where = Object.values(file.where ?? {}).map(said)
  const atMost = file.at_most === undefined ? undefined : quotaOf(file.at_most)
  const atLeast = file.at_least === undefined ? undefined : quotaOf(file.at_least)
  const often = file.at_least === undefined ? [] : [String(file.at_least)]
  return {
    rule: ['engagement:'.concat(file.on), ...where, ...often].join(' '),
    ...named(file),
    group,
    on: file.on,
    where: whereOf(file.where ?? {}),
    points: file.points,
    halfLife: halfLifeOf(file.decay, halfLife),
    ...(atMost ? { atMost } : {}),
    ...(atLeast ? { atLeast } : {}),
  }
}

const idleRule = (file: SignalRuleFile): IdleRule => ({
  rule: `engagement:idle ${file.for ?? ''}`,
  ...named(file),
  for: durationMs(file.for ?? '') ?? 0,
  points: file.points,
})

/** The same name twice gets a number, so that an explanation can tell them apart. */
function unique<Rule extends { readonly rule: string }>(rules: readonly Rule[]): Rule[] {
  const seen = new Map<string, number>()
  return rules.map((rule) => {
    const count = (seen.get(rule.rule) ?? 0) + 1
    seen.set(rule.rule, count)
    return count === 1 ? rule : { ...rule, rule: `${rule.rule} #${count}` }
  })
}

interface Grouped<Rule> {
  readonly groups: Group[]
  readonly rules: { readonly rule: Rule; readonly group: number }[]
}

type GroupFile<Rule> = { group: string; max?: number | undefined; rules: Rule[] }

/** Rules outside any group lie in group 0, which has no maximum. */
function grouped<Rule extends object>(items: readonly (Rule | GroupFile<Rule>)[]): Grouped<Rule> {
  const groups: Group[] = [{ name: '' }]
  const rules: { rule: Rule; group: number }[] = []
  for (const item of items) {
    if (!('group' in item)) {
      rules.push({ rule: item, group: 0 })
      continue
    }
    const group = groups.push({ name: item.group, ...(item.max === undefined ? {} : { max: item.max }) }) - 1
    for (const rule of item.rules) rules.push({ rule, group })
  }
  return { groups, rules }
}

function promoteEvent(file: NonNullable<PromoteRuleFile['when']['event']>): PromoteEvent {
  const { name, at_least: atLeast, step, ...where } = file
  const quota = quotaOf(atLeast ?? 1)
  return {
    name,
    where: whereOf(where),
    atLeast: quota?.max ?? 1,
    ...(quota?.per === undefined ? {} : { within: quota.per }),
    ...(step === undefined ? {} : { steps: list(step) }),
  }
}

function promoteRule(file: PromoteRuleFile): PromoteRule {
  const { fit, engagement, total, stage, temperature, event } = file.when
  const held = durationMs(file.when.for ?? '')
  return {
    to: file.to,
    ...(file.qualification ? { qualification: file.qualification } : {}),
    ...(file.reason === undefined ? {} : { reason: file.reason }),
    ...(fit === undefined ? {} : { fit: range(fit) }),
    ...(engagement === undefined ? {} : { engagement: range(engagement) }),
    ...(total === undefined ? {} : { total: range(total) }),
    ...(stage === undefined ? {} : { stages: list(stage) }),
    ...(temperature === undefined ? {} : { temperatures: list(temperature) }),
    ...(event ? { event: promoteEvent(event) } : {}),
    ...(held === undefined ? {} : { for: held }),
  }
}

const band = (id: 'hot' | 'warm', file: ScoringFile['temperature']['hot']): Band => ({
  id,
  of: file.of ?? 'engagement',
  enter: range(file.enter),
  leave: range(file.leave),
})

const gradesOf = (file: Readonly<Record<string, string | number>>) =>
  Object.entries(file).map(([letter, text]) => [letter, range(text)] as const)

function build(file: ScoringFile): ScoringRules {
  const halfLife = halfLifeOf(file.engagement.decay, 0)
  const fit = grouped<FitRuleFile>(file.fit)
  const acts = grouped<SignalRuleFile>(file.engagement.rules)
  const signals = acts.rules.filter(({ rule }) => rule.on !== 'idle')
  const idle = acts.rules.filter(({ rule }) => rule.on === 'idle')
  return {
    name: file.name ?? 'Scoring',
    limits: file.limits,
    fit: { groups: fit.groups, rules: unique(fit.rules.map(({ rule, group }) => fitRule(rule, group))) },
    engagement: {
      groups: acts.groups,
      rules: unique(signals.map(({ rule, group }) => signalRule(rule, group, halfLife))),
      idle: unique(idle.map(({ rule }) => idleRule(rule))),
      halfLife,
      ignore: file.engagement.ignore ?? ['machine'],
    },
    promote: (file.promote ?? []).map(promoteRule),
    bands: [band('hot', file.temperature.hot), band('warm', file.temperature.warm)],
    ...(file.grades
      ? { grades: { fit: gradesOf(file.grades.fit), engagement: gradesOf(file.grades.engagement) } }
      : {}),
  }
}

/** The lowest value that enters must be above the highest that leaves, or a lead would flicker between the two. */
function overlaps(enter: Range, leave: Range): boolean {
  const low = enter.atLeast ?? enter.above ?? Number.NEGATIVE_INFINITY
  const high = leave.atMost ?? leave.below ?? Number.POSITIVE_INFINITY
  return high > low
}

function promoteProblems(rule: PromoteRule, index: number): Problem[] {
  const path = ['promote', index, 'when']
  const asks = rule.fit ?? rule.engagement ?? rule.total ?? rule.stages ?? rule.temperatures ?? rule.event
  if (asks === undefined) return [{ path, message: 'this rule holds for everybody: ask for something' }]
  if (rule.event?.name === 'email.opened')
    return [
      { path: [...path, 'event', 'name'], message: 'opens prove nothing: mail programs open by themselves' },
    ]
  return rule.event && rule.for !== undefined
    ? [
        {
          path: [...path, 'for'],
          message: 'an event happens at an instant: "for" goes with a score or a stage',
        },
      ]
    : []
}

function look(rules: ScoringRules): readonly Problem[] {
  const problems: Problem[] = rules.promote.flatMap(promoteProblems)
  if (rules.limits.fit + rules.limits.engagement > 100)
    problems.push({ path: ['limits'], message: 'fit and engagement together may reach 100, not more' })
  for (const { id, enter, leave } of rules.bands)
    if (overlaps(enter, leave))
      problems.push({
        path: ['temperature', id],
        message: '"leave" must lie below "enter", or leads flicker',
      })
  for (const idle of rules.engagement.idle)
    if (idle.for <= 0) problems.push({ path: ['engagement', 'rules'], message: '"on: idle" needs "for"' })
  return problems
}

/** Reads `scoring.yaml` (already parsed). */
export const checkScoring = (raw: unknown): Checked<ScoringRules> => checkWith(scoringFile, raw, build, look)

/** The grade that sales sees: "A1" … "C3"; undefined without grades in the file. */
export function gradeOf(
  score: { readonly fit: number; readonly engagement: number },
  rules: ScoringRules,
): string | undefined {
  const letter = rules.grades?.fit.find(([, is]) => inRange(score.fit, is))?.[0]
  const digit = rules.grades?.engagement.find(([, is]) => inRange(score.engagement, is))?.[0]
  return letter === undefined || digit === undefined ? undefined : `${letter}${digit}`
}
