/** Whether content may be published: what it means to every lead that is under way, asked before it goes live. */
import type { Content } from '../../domain/content.ts'
import { type Change, changesOf } from '../../domain/publish-changes.ts'
import { fateOf, type Planning } from '../../domain/publish-lead.ts'
import { type Finding, isSurge, problemsOf, refusalText } from '../../domain/publish-problems.ts'
import { emptyTally, limitsOf, type Tally, withLead } from '../../domain/publish-report.ts'
import type { Sequence } from '../../domain/sequence.ts'
import type { Settings } from '../../domain/settings.ts'
import { planContext } from './plan-context.ts'
import type { Clock, ContentSource, Releases } from './ports.ts'

export interface PublicationPorts {
  readonly clock: Clock
  readonly content: Pick<ContentSource, 'sequence'>
  readonly releases: Releases
}

export interface PublicationOptions {
  /** What is forecast is wanted. */
  readonly acceptsForecast: boolean
  /** How the forecast can be accepted, for the refusal. */
  readonly how: string
}

/** Forecasts go by the settings' own zone and by no lead's own dates: to count mails by days that is near enough. */
export const planningFor = (settings: Settings, now: number): Planning => {
  const { timezone: zone, country } = settings.defaults
  return planContext(settings, { zone, ...(country !== undefined && { country }) }, now, {})
}

/** Counts every lead under way in a sequence. */
const tallyOf = async (
  ports: PublicationPorts,
  old: Sequence,
  next: Sequence,
  settings: Settings,
): Promise<Tally> => {
  const now = Math.floor(ports.clock.now() / 1000)
  const [planning, limits] = [planningFor(settings, now), limitsOf(settings)]
  const { machineArn } = await ports.content.sequence(old.id, old.version)
  let tally = emptyTally
  let cursor: string | undefined
  do {
    const page = await ports.releases.underWay(machineArn, cursor)
    for (const enrolment of page.enrolments) {
      if (enrolment.exit !== undefined) continue
      const { sequence } = await ports.content.sequence(enrolment.sequence, enrolment.version)
      tally = withLead(tally, fateOf({ enrolment, old: sequence }, next, planning), limits, now)
    }
    cursor = page.cursor
  } while (cursor !== undefined)
  return tally
}

const touches = ({ is }: Change): boolean => is === 'steps'

const findingsOf = async (
  ports: PublicationPorts,
  changes: readonly Change[],
  settings: Settings,
): Promise<readonly Finding[]> => {
  const findings: Finding[] = []
  for (const change of changes) {
    if (change.is === 'new' || change.is === 'gone' || change.old === undefined) continue
    findings.push({ change, tally: await tallyOf(ports, change.old, change.next, settings) })
  }
  return findings
}

/** What a publication changes and means to the leads under way, and what stands against it. */
export interface Report {
  readonly changes: readonly Change[]
  /** Of the sequences whose steps change. */
  readonly findings: readonly Finding[]
  readonly problems: readonly string[]
}

type Published = Pick<Content, 'hash' | 'sequences'>

/** Looks at every lead under way in a sequence whose steps change. */
export const reportOf = async (
  ports: PublicationPorts,
  live: Published,
  next: Content,
  acceptsForecast: boolean,
): Promise<Report> => {
  const changes = changesOf(live.sequences, next.sequences)
  const findings = await findingsOf(ports, changes.filter(touches), next.settings)
  // Only what looks like a surge is worth counting those whom nothing changes for.
  const isDoubtful = !acceptsForecast && isSurge(findings)
  const rest = isDoubtful ? changes.filter(({ is }) => is === 'same' || is === 'texts') : []
  const others = (await findingsOf(ports, rest, next.settings)).map(({ tally }) => tally)
  const problems = problemsOf(findings, {
    now: Math.floor(ports.clock.now() / 1000),
    changes,
    limits: limitsOf(next.settings),
    others,
    isRollback: await ports.releases.wasPublished(next.hash),
    acceptsForecast,
  })
  return { changes, findings, problems }
}

/** Why the content must not go live, as people read it; undefined when it may. */
export const refusalOf = async (
  ports: PublicationPorts,
  live: Published,
  next: Content,
  { acceptsForecast, how }: PublicationOptions,
): Promise<string | undefined> => {
  const { problems } = await reportOf(ports, live, next, acceptsForecast)
  return problems.length === 0 ? undefined : refusalText(problems, how)
}
