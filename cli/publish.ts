/** `tendril publish --dry-run`: what publishing the files would change, and what it would mean to leads under way. */
import type { Command } from 'commander'
import type { Content } from '../domain/content.ts'
import type { Enrolment } from '../domain/enrolment.ts'
import type { Change } from '../domain/publish-changes.ts'
import type { Finding } from '../domain/publish-problems.ts'
import type { Sequence } from '../domain/sequence.ts'
import { type PublicationPorts, type Report, reportOf } from '../functions/shared/publication.ts'
import { readFolders } from '../local/env.ts'
import { formatProblem } from '../workflows/compiler/problem.ts'
import { api, Refusal } from './api.ts'
import { root } from './root.ts'
import { bold, dim, green, red, say, sayJson, table, yellow } from './terminal.ts'

/** As `GET /v1/publish/live` has it. */
interface Live {
  readonly now: string
  readonly hash: string
  readonly wasPublished: boolean
  readonly sequences: Readonly<Record<string, Sequence>>
}

interface Page {
  readonly versions: Readonly<Record<string, Sequence>>
  readonly enrolments: readonly Enrolment[]
  readonly cursor: string | null
}

const notDeployed = `Publishing is deploying: merge to main, or run \`npm run deploy\`; locally, start again. Ask for --dry-run to see what it would change.`

const filesContent = async (): Promise<Content> => {
  const { compileProject } = await import('../workflows/compiler/project.ts')
  const project = await compileProject(readFolders(root))
  if (!project.ok) throw new Refusal(project.problems.map(formatProblem).join('\n'))
  return project.content
}

/** The product's own rules, over its API: a sequence is named by its id, and each page brings the versions it needs. */
const overApi = (live: Live): PublicationPorts => {
  const versions = new Map<string, Sequence>()
  return {
    clock: { now: () => Date.parse(live.now) },
    content: {
      sequence: async (id, version) => {
        const sequence = versions.get(`${id}@${version}`) ?? live.sequences[id]
        if (sequence === undefined) throw new Refusal(`The product knows no version ${version} of ${id}.`)
        return { sequence, machineArn: id }
      },
    },
    releases: {
      wasPublished: async () => live.wasPublished,
      underWay: async (id, cursor) => {
        const at = cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`
        const page = await api<Page>(`/v1/publish/live?sequence=${encodeURIComponent(id)}${at}`)
        for (const [version, sequence] of Object.entries(page.versions))
          versions.set(`${id}@${version}`, sequence)
        return { enrolments: page.enrolments, ...(page.cursor !== null && { cursor: page.cursor }) }
      },
    },
  }
}

const words: Readonly<Record<Change['is'], string>> = {
  new: 'new',
  same: 'as before',
  texts: 'texts and rules only: leads under way take them over where they are',
  gone: 'gone: leads under way end by the version that they have',
  steps: 'steps change: leads under way go on by the new version when their next mail is due',
}

const count = (number: number, word: string): string => `${number} ${word}${number === 1 ? '' : 's'}`

/** What was put in, what was taken out. */
const stepLines = (change: Change): readonly string[] =>
  change.is === 'steps'
    ? [...change.added.map((id) => green(`+ ${id}`)), ...change.removed.map((id) => red(`- ${id}`))]
    : []

const waitingLines = ({ tally }: Finding): readonly string[] => {
  const rows = Object.entries(tally.waiting).map(([step, leads]) => [
    String(leads),
    step,
    tally.unmapped[step] === undefined ? '' : red('gone, and nothing is said of it'),
  ])
  return rows.length === 0 ? [] : [table([{ title: 'leads', right: true }, { title: 'wait for' }, {}], rows)]
}

const sayChange = (change: Change, finding: Finding | undefined): void => {
  const { is, id } = change
  say(`\n${bold(id)}  ${words[is]}`)
  for (const line of stepLines(change)) say(`  ${line}`)
  if (finding === undefined) return
  const { leads, moves, leaves } = finding.tally
  say(dim(`  ${count(leads, 'lead')} under way, ${moves} go on by the new version, ${leaves} leave`))
  for (const line of waitingLines(finding)) say(line)
}

const sum = (findings: readonly Finding[], side: 'before' | 'after', day: number): number =>
  findings.reduce((total, { tally }) => total + (tally[side][day] ?? 0), 0)

/** Mails per day of the sequences whose steps change. */
export const forecastOf = (
  findings: readonly Finding[],
  now: number,
): readonly { readonly day: string; readonly before: number; readonly after: number }[] =>
  (findings[0]?.tally.before ?? []).map((_, index) => ({
    day: new Date(now + index * 86_400_000).toISOString().slice(0, 10),
    before: sum(findings, 'before', index),
    after: sum(findings, 'after', index),
  }))

const sayForecast = (findings: readonly Finding[], now: number): void => {
  const rows = forecastOf(findings, now)
    .filter(({ before, after }) => before + after > 0)
    .map(({ day, before, after }) => {
      const then = String(after)
      return [day, String(before), after > before ? yellow(then) : then]
    })
  if (rows.length === 0) return
  const right = true
  say(`\n${bold('Mails of these leads per day')}`)
  say(table([{ title: 'day' }, { title: 'as it is', right }, { title: 'then', right }], rows))
}

const sayVerdict = (problems: readonly string[]): void => {
  if (problems.length === 0) {
    say(green('\nIt may be published: npm run deploy.'))
    return
  }
  say(red('\nIt would be refused:'))
  for (const problem of problems) say(`  - ${problem}`)
  say('If what is forecast is wanted, say so: --accept-forecast here, -c acceptForecast=true when deploying.')
}

const print = (live: Live, next: Content, { changes, findings, problems }: Report): void => {
  if (live.hash === next.hash) {
    say(`Content ${next.hash} is live already: nothing would change.`)
    return
  }
  const before = live.wasPublished ? ', and was live before' : ''
  say(`Content ${bold(next.hash)} would be live instead of ${live.hash}${before}.`)
  const changed = changes.filter(({ is }) => is !== 'same')
  for (const change of changed)
    sayChange(
      change,
      findings.find((finding) => finding.change === change),
    )
  const same = changes.length - changed.length
  if (same > 0) say(dim(`\n${count(same, 'sequence')} as before`))
  sayForecast(findings, Date.parse(live.now))
  sayVerdict(problems)
}

/** The report as data. */
const dataOf = (live: Live, next: Content, { changes, findings, problems }: Report): object => ({
  live: live.hash,
  next: next.hash,
  wasPublished: live.wasPublished,
  sequences: changes.map((change) => {
    const { before: _, after: __, ...tally } = findings.find((one) => one.change === change)?.tally ?? {}
    const steps = change.is === 'steps' ? { added: change.added, removed: change.removed } : {}
    return { id: change.id, is: change.is, ...steps, ...tally }
  }),
  forecast: forecastOf(findings, Date.parse(live.now)),
  problems,
})

interface Options {
  readonly dryRun?: boolean
  readonly acceptForecast?: boolean
  readonly json?: boolean
}

const publish = async (options: Options): Promise<void> => {
  if (!options.dryRun) throw new Refusal(notDeployed)
  const next = await filesContent()
  const live = await api<Live>(`/v1/publish/live?hash=${encodeURIComponent(next.hash)}`)
  const report = await reportOf(overApi(live), live, next, options.acceptForecast === true)
  if (options.json) sayJson(dataOf(live, next, report))
  else print(live, next, report)
  if (report.problems.length > 0) process.exitCode = 1
}

export const addPublish = (program: Command): void => {
  program
    .command('publish')
    .description('what publishing would change, and what it would mean to leads who are under way')
    .option('--dry-run', 'only say it; publishing itself is deploying')
    .option('--accept-forecast', 'more mails than planned are wanted')
    .option('--json', 'print data')
    .addHelpText('after', '\nExample:\n  npx tendril publish --dry-run\n')
    .action(publish)
}
