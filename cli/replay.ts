/** `tendril replay`: folds a lead's log once more and compares the outcome with what is stored. */
import type { Command } from 'commander'
import type { ScoreParts } from '../domain/scoring.ts'
import { aboutLead, type Lead, leadIdOf, nameOf } from './lead-data.ts'
import { bold, dim, green, red, say, sayJson, table, when } from './terminal.ts'

interface Replayed {
  readonly events: number
  readonly from: string
  readonly to: string
  readonly folded: { readonly stage: string; readonly temperature: string; readonly score: ScoreParts }
  readonly differences: readonly {
    readonly field: string
    readonly stored: unknown
    readonly folded: unknown
  }[]
}

const shown = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

const differencesOf = ({ differences }: Replayed): string =>
  table(
    [{ title: 'field' }, { title: 'stored' }, { title: 'by the log' }],
    differences.map(({ field, stored, folded }) => [field, red(shown(stored)), green(shown(folded))]),
  )

const replay = async (text: string, options: { json?: boolean }): Promise<void> => {
  const leadId = await leadIdOf(text)
  const [lead, replayed] = await Promise.all([
    aboutLead<Lead>(leadId, ''),
    aboutLead<Replayed>(leadId, '/replay'),
  ])
  const { events, from, to, folded, differences } = replayed
  if (differences.length > 0) process.exitCode = 1
  if (options.json) return sayJson({ leadId, ...replayed })
  say(`\n${bold(nameOf(lead))}  ${dim(leadId)}`)
  say(`  ${events} events from ${when(from)} to ${when(to)}`)
  say(`  fold to ${folded.stage}, ${folded.temperature}, score ${folded.score.total}`)
  if (differences.length === 0) return say(`\n${green('Nothing differs')} from what is stored.\n`)
  say(`\n${red('What is stored differs')} from what the log says:\n${differencesOf(replayed)}`)
  say(
    `\n  The log counts. What is stored follows with the lead's next event, or when its timer runs out;\n  while a job is still on its queue it is a moment behind.\n`,
  )
}

export const addReplay = (program: Command): void => {
  program
    .command('replay')
    .description("fold a lead's log once more and compare: exit code 1 when what is stored differs")
    .argument('<lead>', 'its id or email address')
    .option('--json', 'print data')
    .addHelpText('after', '\nExample:\n  npx tendril replay nora@example.com\n')
    .action(replay)
}
