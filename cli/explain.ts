/** `tendril explain`: why a score is what it is, entry by entry, and what is missing to the next stage. */
import type { Command } from 'commander'
import type { Score, ScoreEntry } from '../domain/scoring.ts'
import { aboutLead, instantOf, type Lead, leadIdOf, nameOf } from './lead-data.ts'
import { bold, dim, green, ownZone, red, say, sayJson, stamp, table, when } from './terminal.ts'

/** `name` is the rule in words. */
type Entry = Omit<ScoreEntry, 'at'> & { readonly name: string; readonly at: string }
type ScoreAnswer = Omit<Score, 'entries'> & { readonly entries: readonly Entry[] }
type Part = 'fit' | 'engagement'

const shape = /^(?:(cap|floor|rounding):)?(fit|engagement)\b/

/** The part of the score that a rule belongs to, and whether it is of the arithmetic: no rule of the file. */
export const placeOf = (rule: string): { readonly part: Part; readonly isFixed: boolean } => {
  const [, fixed, part = 'engagement'] = shape.exec(rule) ?? []
  return { part: part as Part, isFixed: fixed !== undefined }
}

/** Hundredths that add up to the exact sum: each is what the running sum grew by. */
export const addingUp = (values: readonly number[]): readonly number[] => {
  let exact = 0
  let told = 0
  return values.map((value) => {
    exact += value
    const next = Math.round(exact * 100)
    const step = next - told
    told = next
    return step / 100
  })
}

const signed = (value: number, digits: number): string => {
  const text = Math.abs(value).toFixed(digits)
  if (Number(text) === 0) return ` ${text}`
  return value > 0 ? green(`+${text}`) : red(`-${text}`)
}

const rowsOf = (entries: readonly Entry[], part: Part): readonly (readonly string[])[] => {
  const mine = entries.filter(({ rule }) => placeOf(rule).part === part)
  const counts = addingUp(mine.map(({ decayed }) => decayed))
  return mine.map(({ rule, name, points, at }, index) => {
    const now = signed(counts[index] ?? 0, 2)
    return placeOf(rule).isFixed ? ['', now, '', dim(name)] : [signed(points, 0), now, dim(stamp(at)), name]
  })
}

const columns = [
  { title: 'points', right: true },
  { title: 'counts now', right: true },
  { title: 'since' },
  { title: 'rule' },
]

const partOf = ({ entries, ...score }: ScoreAnswer, part: Part): string => {
  const sum = ['', bold(score[part].toFixed(2)), '', bold(`= ${part}`)]
  return table(columns, [...rowsOf(entries, part), sum])
}

const explain = async (text: string, options: { at?: string; json?: boolean }): Promise<void> => {
  const leadId = await leadIdOf(text)
  const at = options.at === undefined ? undefined : instantOf(options.at)
  const [lead, score] = await Promise.all([
    aboutLead<Lead>(leadId, '', at),
    aboutLead<ScoreAnswer>(leadId, '/score', at),
  ])
  if (options.json) return sayJson({ leadId, at: at ?? null, ...score })
  say(`\n${bold(nameOf(lead))}  ${dim(leadId)}  ${dim(at === undefined ? ownZone() : `as of ${when(at)}`)}`)
  say(`\n${bold('Fit')}: who they are\n${partOf(score, 'fit')}`)
  say(`\n${bold('Engagement')}: what they do\n${partOf(score, 'engagement')}`)
  say(`\n${bold(`Score ${score.total}`)} = fit ${score.fit} + engagement ${score.engagement}`)
  if (score.needed.length > 0)
    say(`\nMissing to the next stage\n${score.needed.map((one) => `  ${one}`).join('\n')}`)
  say()
}

export const addExplain = (program: Command): void => {
  program
    .command('explain')
    .description('why a score is what it is: every rule that counts, adding up, and what is missing')
    .argument('<lead>', 'its id or email address')
    .option('--at <time>', 'as it was then: a day (its end), or a time like 2026-11-24T09:30:00Z')
    .option('--json', 'print data')
    .addHelpText('after', '\nExample:\n  npx tendril explain nora@example.com\n')
    .action(explain)
}
