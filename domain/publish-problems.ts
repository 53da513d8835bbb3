/** Why a publication is refused, in words: what was found, where, and what to write. */
import { dateOf } from './calendar.ts'
import { day } from './move-age.ts'
import { type Change, mayPassYear, suggestionFor } from './publish-changes.ts'
import { type Limit, type Surge, surgesIn, type Tally } from './publish-report.ts'
import type { Removal } from './sequence.ts'

/** A change with what it means to the leads under way. */
export interface Finding {
  readonly change: Change
  readonly tally: Tally
}

export interface Publishing {
  /** Seconds since 1970. */
  readonly now: number
  readonly changes?: readonly Change[]
  readonly limits: readonly Limit[]
  /** Leads of sequences that do not change, for the fleet's forecast. */
  readonly others?: readonly Pick<Tally, 'before' | 'after'>[]
  /** This very content was live before: leads that wait for a step which it lacks end that step by their version. */
  readonly isRollback?: boolean
  /** Asked for: a surge or a crowded plan is no reason to refuse. */
  readonly acceptsForecast?: boolean
}

const leads = (count: number): string => (count === 1 ? '1 lead' : `${count} leads`)
const verb = (count: number, one: string, many: string): string => (count === 1 ? one : many)

const removalText = (removal: Removal): string =>
  typeof removal === 'string' ? removal : `{ map: ${removal.map} }`

function unmappedProblem({ change, tally }: Finding): readonly string[] {
  const steps = Object.entries(tally.unmapped)
  if (change.is !== 'steps' || steps.length === 0) return []
  const waits = steps.map(([id, count]) => `"${id}" (${leads(count)})`).join(', ')
  const lines = steps.map(([id]) => `      ${id}: ${removalText(suggestionFor(change.old, change.next, id))}`)
  return [
    [
      `${change.id}: leads wait for ${verb(steps.length, 'a step', 'steps')} that ${verb(steps.length, 'is', 'are')} gone: ${waits}.`,
      `    Say in workflows/sequences/${change.id}.yaml what becomes of them ({ map: other-step }, exit, or pin), for example`,
      '    removed:',
      ...lines,
    ].join('\n'),
  ]
}

const stretch = (seconds: number): string => {
  const days = Math.round(seconds / day)
  return days >= 1 ? `${days} day${days === 1 ? '' : 's'}` : `${Math.round(seconds / 3600)} hours`
}

function crowdedProblem({ change, tally }: Finding, limits: readonly Limit[]): readonly string[] {
  const { over } = tally
  if (over.leads === 0) return []
  const allowed = limits.map(({ max, per }) => `${max} in ${stretch(per)}`).join(', ')
  return [
    `${change.id}: ${leads(over.leads)} would get more mails than allowed, up to ${over.most} where the limit is ${allowed}.` +
      '\n    Make the waits longer.',
  ]
}

/** Leads of a sequence whose file is gone end by its machine, but none may start an execution of it any more. */
function goneProblem(change: Change): readonly string[] {
  if (change.is !== 'gone' || !mayPassYear(change.old)) return []
  return [
    `${change.id}: the file is gone, but leads may be on a way of more than a year, which needs it.` +
      '\n    Keep the file, with `enrol: { when: api }` so that nobody new enters, until they are through.',
  ]
}

const surgeLine = ({ day: index, before, after }: Surge, now: number): string =>
  `    ${dateOf(Math.floor(now / day) + index)}: ${after} mails instead of ${before}`

function surgeProblem(findings: readonly Finding[], { now, others = [] }: Publishing): readonly string[] {
  const surges = surgesIn([...findings.map(({ tally }) => tally), ...others])
  if (surges.length === 0) return []
  return [
    [
      'more than a fifth above what was planned would be mailed:',
      ...surges.map((one) => surgeLine(one, now)),
    ].join('\n'),
  ]
}

/** Whether something stands against it that can be accepted. */
export const isSurge = (findings: readonly Finding[]): boolean =>
  surgesIn(findings.map(({ tally }) => tally)).length > 0

/** Everything that stands against a publication; nothing when it may go ahead. */
export function problemsOf(findings: readonly Finding[], publishing: Publishing): readonly string[] {
  const { changes = [], limits, isRollback, acceptsForecast } = publishing
  return [
    ...(isRollback ? [] : findings.flatMap(unmappedProblem)),
    ...(acceptsForecast ? [] : changes.flatMap(goneProblem)),
    ...(acceptsForecast ? [] : findings.flatMap((finding) => crowdedProblem(finding, limits))),
    ...(acceptsForecast ? [] : surgeProblem(findings, publishing)),
  ]
}

/** The refusal as people read it. `how` says how what is forecast can be accepted. */
export function refusalText(problems: readonly string[], how: string): string {
  const list = problems.map((problem) => `  - ${problem}`).join('\n')
  return `Nothing was published: it would hurt leads who are under way.\n${list}\n${how}`
}
