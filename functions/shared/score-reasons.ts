/** Why a lead scores what it scores, for people: a few lines in plain words whose whole points add up to the score. */
import type { Score, ScoreEntry } from '../../domain/scoring.ts'
import type { ScoringRules } from '../../domain/scoring-model.ts'
import { entryWords } from '../../domain/scoring-words.ts'

export interface Reason {
  readonly points: number
  readonly text: string
}

/** The strongest ones; what remains is told as one line. */
const shown = 6

interface Line {
  readonly rule: string
  /** How often the rule matched. */
  readonly times: number
  readonly exact: number
}

const isRounding = ({ rule }: ScoreEntry): boolean => rule.startsWith('rounding:')
/** What a rule's own quota took away belongs to the rule's line. */
const ruleOf = ({ rule }: ScoreEntry): string => rule.replace(/^cap:(?=(?:fit|engagement):)/, '')
const isLimit = ({ rule }: Line): boolean => /^(?:cap|floor):/.test(rule)

function linesOf(entries: readonly ScoreEntry[]): readonly Line[] {
  const lines = new Map<string, Line>()
  for (const entry of entries.filter((one) => !isRounding(one))) {
    const rule = ruleOf(entry)
    const line = lines.get(rule) ?? { rule, times: 0, exact: 0 }
    const times = line.times + (entry.rule === rule ? 1 : 0)
    lines.set(rule, { rule, times, exact: line.exact + entry.decayed })
  }
  return [...lines.values()]
}

/** Whole points that add up to the total: all rounded down, and what is missing goes where most was cut off. */
function wholePoints(lines: readonly Line[], total: number): ReadonlyMap<Line, number> {
  const points = new Map(lines.map((line) => [line, Math.floor(line.exact)]))
  let missing = total - [...points.values()].reduce((sum, one) => sum + one, 0)
  const byCut = [...lines].sort((a, b) => b.exact - Math.floor(b.exact) - (a.exact - Math.floor(a.exact)))
  for (let i = 0; missing !== 0 && byCut.length > 0; i++) {
    const line = (missing > 0 ? byCut[i % byCut.length] : byCut.at(-1 - (i % byCut.length))) as Line
    points.set(line, (points.get(line) ?? 0) + Math.sign(missing))
    missing -= Math.sign(missing)
  }
  return points
}

/** The lines, strongest first, limits last. `profile` shows what the lead has instead of what a rule of fit asks for. */
export function scoreReasons(
  { entries, total }: Pick<Score, 'entries' | 'total'>,
  rules: ScoringRules,
  profile: Readonly<Record<string, readonly string[]>>,
): readonly Reason[] {
  const lines = linesOf(entries)
  const points = wholePoints(lines, total)
  const reasonOf = (line: Line): Reason => {
    const often = line.times > 1 && !line.rule.startsWith('fit:') ? ` (${line.times} times)` : ''
    return { points: points.get(line) ?? 0, text: `${entryWords(line.rule, rules, profile)}${often}` }
  }
  const ranked = lines
    .filter((line) => !isLimit(line))
    .map(reasonOf)
    .sort((a, b) => Math.abs(b.points) - Math.abs(a.points))
  const rest = ranked.slice(shown)
  const smaller = { points: rest.reduce((sum, one) => sum + one.points, 0), text: 'Smaller things together' }
  const limits = lines.filter(isLimit).map(reasonOf)
  return [...ranked.slice(0, shown), smaller, ...limits].filter((reason) => reason.points !== 0)
}
