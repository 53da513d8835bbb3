/** `tendril lead`: who somebody is, how warm, what they are in, and what happened. */
import type { Command } from 'commander'
import type { TimelineEntry } from '../domain/timeline-enrolment.ts'
import {
  aboutLead,
  type EnrolmentSeen,
  instantOf,
  type Lead,
  leadIdOf,
  nameOf,
  type Timeline,
} from './lead-data.ts'
import {
  bold,
  cyan,
  dim,
  green,
  ownZone,
  pairs,
  red,
  say,
  sayJson,
  stamp,
  table,
  when,
  yellow,
} from './terminal.ts'

interface Options {
  readonly at?: string
  readonly all?: boolean
  readonly json?: boolean
}

/** So many entries of the timeline are shown by themselves. */
const shown = 20

const temperatures: Readonly<Record<string, (text: string) => string>> = {
  hot: red,
  warm: yellow,
  cold: cyan,
}

const topicsOf = ({ data }: TimelineEntry): readonly string[] => (data['topics'] ?? []) as readonly string[]

const isWithdrawn = (topic: string, later: readonly TimelineEntry[]): boolean =>
  later.some(
    (event) =>
      event.type === 'consent.withdrawn' && topicsOf(event).some((one) => one === topic || one === '*'),
  )

/** The topics permitted at the end of a timeline. */
const permittedAfter = (events: readonly TimelineEntry[]): readonly string[] => {
  const given = events.flatMap((event, index) =>
    event.type === 'consent.given'
      ? topicsOf(event).filter((topic) => !isWithdrawn(topic, events.slice(index + 1)))
      : [],
  )
  return [...new Set(given)]
}

const consentLine = ({ consent, suppressed }: Lead, events: readonly TimelineEntry[]): string => {
  const topics = permittedAfter(events)
  const proof = [consent.basis, consent.textId, consent.at === null ? null : when(consent.at)]
  const said = proof.filter((part) => part !== null).join(', ')
  const permitted =
    topics.length === 0
      ? red('none: no mail goes out')
      : `${topics.join(', ')}${said === '' ? '' : dim(` (${said})`)}`
  return suppressed === false ? permitted : red(`suppressed: ${suppressed}`)
}

const company = ({ fields }: Lead): string | undefined =>
  ['company.name', 'company_name', 'company'].flatMap((name) => fields[name] ?? [])[0]

const factsOf = (lead: Lead, events: readonly TimelineEntry[]): string => {
  const { stage, qualification, temperature, score, owner, sources, deliverable, isTest } = lead
  const rows: (readonly [string, string | null | undefined])[] = [
    ['Company', company(lead)],
    ['Phone', lead.phone],
    ['Stage', `${bold(stage)}${qualification === null ? '' : dim(` (${qualification} qualified)`)}`],
    ['Temperature', (temperatures[temperature] ?? bold)(temperature)],
    ['Score', `${bold(String(score.total))}${dim(` = fit ${score.fit} + engagement ${score.engagement}`)}`],
    ['May be mailed', consentLine(lead, events)],
    ['Address', deliverable ? undefined : red('cannot be mailed')],
    ['Test lead', isTest ? yellow('yes: never mailed') : undefined],
    ['Owner', owner],
    ['Came from', sources.map(({ source, at }) => `${source} ${dim(when(at))}`).join(', ')],
    ['Lead since', when(lead.createdAt)],
  ]
  return pairs(
    rows.flatMap(([name, value]) => (value == null || value === '' ? [] : [[name, value] as const])),
  )
}

const statusOf = ({ status, exitReason }: EnrolmentSeen): string => {
  if (status === 'active') return green(status)
  if (status === 'held') return yellow(status)
  return exitReason === null ? dim(status) : dim(`${status}: ${exitReason}`)
}

const sequencesOf = (enrolments: readonly EnrolmentSeen[]): string =>
  enrolments.length === 0
    ? dim('  none')
    : table(
        [{ title: 'sequence' }, { title: 'at step' }, { title: 'next due' }, { title: 'status' }],
        enrolments.map((one) => [
          one.sequence,
          one.step ?? '',
          one.due === null ? '' : stamp(one.due),
          statusOf(one),
        ]),
      )

const timelineOf = (events: readonly TimelineEntry[], all: boolean): string => {
  const seen = all ? events : events.slice(-shown)
  const left = events.length - seen.length
  const lines = table(
    [{}, {}],
    seen.map(({ at, type, text }) => [
      dim(stamp(at)),
      type.startsWith('message.not') || type === 'suppressed' ? yellow(text) : text,
    ]),
  )
  return left === 0 ? lines : `${dim(`  … ${left} before: --all shows them`)}\n${lines}`
}

const lead = async (text: string, options: Options): Promise<void> => {
  const leadId = await leadIdOf(text)
  const at = options.at === undefined ? undefined : instantOf(options.at)
  const [found, { events }] = await Promise.all([
    aboutLead<Lead>(leadId, '', at),
    aboutLead<Timeline>(leadId, '/timeline', at),
  ])
  if (options.json) return sayJson({ at: at ?? null, lead: found, timeline: events })
  say(`\n${bold(nameOf(found))}  ${dim(leadId)}`)
  if (at !== undefined) say(yellow(`as of ${when(at)}`))
  say(`\n${factsOf(found, events)}`)
  say(`\n${bold('Sequences')}\n${sequencesOf(found.enrolments)}`)
  say(`\n${bold('Timeline')} ${dim(ownZone())}\n${timelineOf(events, options.all === true)}\n`)
}

export const addLead = (program: Command): void => {
  program
    .command('lead')
    .description('who a lead is: stage, score, temperature, consent, sequences and what happened')
    .argument('<lead>', 'its id or email address')
    .option('--at <time>', 'as it was then: a day (its end), or a time like 2026-11-24T09:30:00Z')
    .option('--all', 'the whole timeline')
    .option('--json', 'print data')
    .addHelpText('after', '\nExample:\n  npx tendril lead nora@example.com --at 2026-11-24\n')
    .action(lead)
}
