/** `tendril stop`, `tendril resume`, `tendril stops`: the stop switch of a sequence, or of all sending. */
import type { Command } from 'commander'
import { api } from './api.ts'
import { bold, dim, green, ownZone, red, say, sayJson, table, when } from './terminal.ts'

interface Stop {
  readonly scope: string
  readonly reason: string
  readonly at: string
}

interface Options {
  readonly reason?: string
  readonly json?: boolean
}

const pathOf = (scope: string): string => `/v1/stops/${encodeURIComponent(scope)}`
const named = (scope: string): string => (scope === 'all' ? 'All sending' : `The sequence ${bold(scope)}`)

const stop = async (scope: string, { reason = 'by hand', json }: Options): Promise<void> => {
  const stopped = await api<Stop>(pathOf(scope), { method: 'PUT', body: { reason } })
  if (json) return sayJson(stopped)
  say(`${named(scope)} is ${red('stopped')}: ${stopped.reason}`)
  say(dim('Mails that fall due are held back, none is lost. It is known everywhere within ten seconds.'))
  say(`Let it go on: npx tendril resume ${scope}`)
}

const resume = async (scope: string, { json }: Options): Promise<void> => {
  const resumed = await api<{ readonly scope: string }>(pathOf(scope), { method: 'DELETE' })
  if (json) return sayJson(resumed)
  say(`${named(scope)} ${green('goes on')}.`)
  say(dim('What was held back goes out within two hours, as far as it may.'))
}

const stops = async ({ json }: Options): Promise<void> => {
  const answer = await api<{ readonly stops: readonly Stop[] }>('/v1/stops')
  if (json) return sayJson(answer)
  if (answer.stops.length === 0) return say(green('Nothing is stopped.'))
  const rows = answer.stops.map(({ scope, reason, at }) => [bold(scope), when(at), reason])
  say(table([{ title: 'stopped' }, { title: `since (${ownZone()})` }, { title: 'why' }], rows))
}

const scopeHelp = 'the id of a sequence, or all'

export const addStops = (program: Command): void => {
  program
    .command('stop')
    .description('hold back the mails of a sequence, or all of them; nothing is lost')
    .argument('<sequence>', scopeHelp)
    .option('--reason <text>', 'why, for others who ask', 'by hand')
    .option('--json', 'print data')
    .addHelpText(
      'after',
      '\nExample:\n  npx tendril stop warehouse-guide --reason "A wrong link in week 2"\n',
    )
    .action(stop)
  program
    .command('resume')
    .description('let a stopped sequence, or all sending, go on')
    .argument('<sequence>', scopeHelp)
    .option('--json', 'print data')
    .addHelpText('after', '\nExample:\n  npx tendril resume warehouse-guide\n')
    .action(resume)
  program
    .command('stops')
    .description('what is stopped, since when and why')
    .option('--json', 'print data')
    .action(stops)
}
