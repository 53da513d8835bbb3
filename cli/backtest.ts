/** `tendril backtest`: what another scoring file would make of the leads that there are; nothing is changed. */
import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { addPreviews, type Changed, noPreview, type Preview } from '../domain/rescoring.ts'
import { checkScoring } from '../domain/scoring-check.ts'
import { formatProblem, type Problem } from '../workflows/compiler/problem.ts'
import { parseSource } from '../workflows/compiler/source.ts'
import { api, Refusal } from './api.ts'
import { bold, dim, green, red, say, sayJson, table } from './terminal.ts'

type Page = Preview & { readonly cursor: string | null }

const textOf = (file: string): string => {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    throw new Refusal(`There is no file ${file}.`)
  }
}

/** What the file says, or everything that is wrong with it, with line and column. */
const rulesIn = (file: string): unknown => {
  const parsed = parseSource(file, textOf(file))
  const refuse = (problems: readonly Problem[]): Refusal =>
    new Refusal(problems.map(formatProblem).join('\n'))
  if (!parsed.ok) throw refuse(parsed.problems)
  const { raw, at } = parsed.source
  const checked = checkScoring(raw)
  if (checked.ok) return raw
  throw refuse(checked.problems.map(({ path, message }) => ({ file, ...at(path), message })))
}

const previewOf = async (scoring: unknown): Promise<Preview> => {
  let all = noPreview
  let cursor: string | null = null
  do {
    const page: Page = await api<Page>('/v1/scoring/preview', { method: 'POST', body: { scoring, cursor } })
    all = addPreviews(all, page)
    cursor = page.cursor
  } while (cursor !== null)
  return all
}

const listed = (
  counts: Readonly<Record<string, number>>,
  told: (stage: string) => string,
): readonly string[] =>
  Object.entries(counts)
    .sort(([, a], [, b]) => b - a)
    .map(([stage, count]) => `${count} ${told(stage)}`)

/** "412 up, 37 cross sql, 9 fall below mql" */
export const summaryOf = ({ up, down, same, cross, fall }: Preview): string =>
  [
    `${up} up`,
    `${down} down`,
    `${same} the same`,
    ...listed(cross, (stage) => `cross ${stage}`),
    ...listed(fall, (stage) => `fall below ${stage}`),
  ].join(', ')

const rowOf = ({ leadId, email, stage, before, after }: Changed): readonly string[] => {
  const change = after.total - before.total
  return [
    change > 0 ? green(`+${change}`) : red(String(change)),
    String(before.total),
    String(after.total),
    stage,
    email ?? dim(leadId),
  ]
}

const columns = [
  { title: 'change', right: true },
  { title: 'now', right: true },
  { title: 'then', right: true },
  { title: 'stage' },
  { title: 'lead' },
]

const backtest = async (file: string, options: { json?: boolean }): Promise<void> => {
  const preview = await previewOf(rulesIn(file))
  if (options.json) return sayJson(preview)
  say(`\n${bold(`${preview.leads} leads`)}: ${summaryOf(preview)}\n`)
  if (preview.most.length > 0) say(`${table(columns, preview.most.map(rowOf))}\n`)
  say(dim('  Nothing was changed. Publishing the file as workflows/scoring.yaml makes it so.\n'))
}

export const addBacktest = (program: Command): void => {
  program
    .command('backtest')
    .description('what another scoring file would make of all leads: who goes up, crosses a stage or falls')
    .argument('<file>', 'a file like workflows/scoring.yaml')
    .option('--json', 'print data')
    .addHelpText('after', '\nExample:\n  npx tendril backtest workflows/scoring.yaml\n')
    .action(backtest)
}
