/** The invariants, checked on what is left after all kills. */
import type { Findings } from './findings.ts'
import type { Mail } from './mails.ts'
import type { Person } from './people.ts'
import type { Enrolment, Event, Lead, Snapshot } from './snapshot.ts'
import type { Acknowledged } from './story.ts'

/** The steps of each sequence that a message comes of. */
export type Steps = ReadonlyMap<string, readonly string[]>

export interface World {
  readonly people: readonly Person[]
  readonly acknowledged: Acknowledged
  readonly mails: readonly Mail[]
  readonly snapshot: Snapshot
  readonly steps: Steps
}

/** How the planned messages ended. */
export interface Outcomes {
  readonly byKind: Map<string, number>
  parked: number
  /** Sent, as SES's own event proved after a crash. */
  proven: number
}

const messageKinds = new Set(['message.sent', 'message.not-sent', 'message.parked', 'message.uncertain'])

const countBy = <T>(items: readonly T[], key: (item: T) => string | undefined): Map<string, number> => {
  const counts = new Map<string, number>()
  for (const item of items) {
    const name = key(item)
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return counts
}

/** I1: who was acknowledged is there once, by one submission, and once in the sequence of the form. */
const checkPerson = (person: Person, found: readonly Lead[], findings: Findings): void => {
  const { email, source, sourceLeadId, sequence } = person
  const [lead] = found
  if (lead === undefined) {
    findings.add('I1 lost lead', email)
    return
  }
  if (found.length > 1) findings.add('I1 duplicate lead', email)
  const entries = lead.sources.filter((one) => one.source === source && one.sourceLeadId === sourceLeadId)
  if (entries.length !== 1) findings.add('I1 submission not there once', `${email}: ${entries.length}`)
  const captured = lead.events.filter(
    ({ type, data }) =>
      type === 'captured' && data['source'] === source && data['sourceLeadId'] === sourceLeadId,
  )
  if (captured.length !== 1) findings.add('I1 not captured once', `${email}: ${captured.length}`)
  const runs = lead.enrolments.filter((enrolment) => enrolment.sequence === sequence)
  if (runs.length !== 1) findings.add('I1 not enrolled once', `${email}: ${runs.length} of ${sequence}`)
}

const checkCaptured = ({ people, snapshot, acknowledged }: World, findings: Findings): void => {
  for (const person of people) {
    if (!acknowledged.captured.has(person.email)) findings.add('I1 never acknowledged', person.email)
    checkPerson(person, snapshot.leads.get(person.email) ?? [], findings)
  }
  const known = new Set(people.map(({ email }) => email))
  const listed = countBy(snapshot.listed, (email) => email)
  for (const [email, count] of listed) {
    if (!known.has(email)) findings.add('I1 lead of nobody', email)
    if (count > 1) findings.add('I1 duplicate lead', email)
  }
  if (listed.size !== known.size) findings.add('I1 not listed', `${listed.size} of ${known.size}`)
  for (const { source, sourceLeadId } of snapshot.parked)
    findings.add('I1 submission parked', `${source} ${sourceLeadId}`)
}

/** I2, I6 and I7: what a record says, and the mails that SES took. */
const checkRecord = (
  { snapshot }: World,
  { record, mails, step, enrolmentId }: { record: Event; mails: number; step: string; enrolmentId: string },
  outcomes: Outcomes,
  findings: Findings,
): void => {
  const { eventId } = record
  const kind = record.type.slice('message.'.length)
  const name = kind === 'not-sent' ? `not sent: ${record.reason}` : kind
  outcomes.byKind.set(name, (outcomes.byKind.get(name) ?? 0) + 1)
  if (kind === 'sent' && mails === 0) findings.add('I2 lost mail', eventId)
  if (kind === 'sent' && record.data['template'] === undefined) outcomes.proven++
  if (kind === 'not-sent' && mails > 0) findings.add('I7 sent against its record', `${eventId}: ${name}`)
  if (kind === 'uncertain') findings.add('I6 never judged', eventId)
  if (kind !== 'parked') return
  outcomes.parked++
  const isAlerted = snapshot.alerts.some(({ text }) => text.includes(`${step} of ${enrolmentId}`))
  if (!isAlerted) findings.add('I6 parked without an alert', eventId)
}

/** Each planned message has one record, and at most one mail. */
const checkEnrolment = (
  world: World,
  { enrolmentId, sequence }: Enrolment,
  lead: Lead,
  accepted: ReadonlyMap<string, number>,
  outcomes: Outcomes,
  findings: Findings,
): void => {
  for (const step of world.steps.get(sequence) ?? []) {
    const eventId = `${enrolmentId}.${step}`
    const records = lead.events.filter((event) => event.eventId === eventId && messageKinds.has(event.type))
    const mails = accepted.get(eventId) ?? 0
    if (mails > 1) findings.add('I2 duplicate mail', `${eventId}: ${mails}`)
    const [record] = records
    if (record !== undefined && records.length === 1)
      checkRecord(world, { record, mails, step, enrolmentId }, outcomes, findings)
    else
      findings.add('I2 planned message without one record', `${eventId}: ${records.length}, ${mails} mails`)
  }
}

const checkMessages = (world: World, outcomes: Outcomes, findings: Findings): void => {
  const accepted = countBy(world.mails, ({ tags }) =>
    tags['enrolment'] === undefined ? undefined : `${tags['enrolment']}.${tags['step']}`,
  )
  const planned = new Set<string>()
  for (const lead of [...world.snapshot.leads.values()].flat())
    for (const enrolment of lead.enrolments) {
      checkEnrolment(world, enrolment, lead, accepted, outcomes, findings)
      for (const step of world.steps.get(enrolment.sequence) ?? [])
        planned.add(`${enrolment.enrolmentId}.${step}`)
    }
  for (const key of accepted.keys()) if (!planned.has(key)) findings.add('I7 mail that nobody planned', key)
}

/** The first mail is due at once, when nothing can have come in between. */
const checkFirst = ({ people, snapshot }: World, findings: Findings): void => {
  const firsts = { 'warehouse-guide': 'deliver', welcome: 'demo' }
  for (const { email, sequence } of people)
    for (const { events, enrolments } of snapshot.leads.get(email) ?? []) {
      const run = enrolments.find((enrolment) => enrolment.sequence === sequence)
      const first = events.find(({ eventId }) => eventId === `${run?.enrolmentId}.${firsts[sequence]}`)
      if (run !== undefined && first?.type !== 'message.sent')
        findings.add('I2 first mail not sent', `${email}: ${first?.type} ${first?.reason ?? ''}`)
    }
}

/** I3: each promotion to sales is one hand-off with one mail. */
const checkHandoff = (
  handoffId: string,
  { snapshot }: World,
  offered: ReadonlyMap<string, number>,
  mailed: ReadonlyMap<string, number>,
  outcomes: Outcomes,
  findings: Findings,
): void => {
  if (offered.get(handoffId) !== 1)
    findings.add('I3 promotion without one hand-off', `${handoffId}: ${offered.get(handoffId) ?? 0}`)
  if (mailed.has(handoffId)) return
  const isAlerted = snapshot.alerts.some(
    ({ kind, text }) => kind === 'handoff-parked' && text.includes(handoffId),
  )
  if (isAlerted) outcomes.parked++
  else findings.add('I3 hand-off without a mail', handoffId)
}

const checkHandoffs = (world: World, outcomes: Outcomes, findings: Findings): number => {
  const mailed = countBy(world.mails, ({ tags }) => tags['handoff'])
  const offered = countBy(world.snapshot.handoffs, ({ handoffId }) => handoffId)
  const promoted = [...world.snapshot.leads.values()]
    .flat()
    .flatMap(({ leadId, events }) =>
      events
        .filter(({ type, data }) => type === 'stage.changed' && data['to'] === 'sql')
        .map(({ eventId }) => `${leadId}-${eventId}`),
    )
  for (const handoffId of promoted) checkHandoff(handoffId, world, offered, mailed, outcomes, findings)
  for (const [handoffId, count] of mailed)
    if (count > 1) findings.add('I3 duplicate hand-off mail', `${handoffId}: ${count}`)
  return promoted.length
}

/** A reply to a running sequence is told to a person, once. */
const checkNotices = ({ snapshot, mails }: World, findings: Findings): void => {
  const mailed = countBy(mails, ({ tags }) => tags['handoff'])
  for (const { events } of [...snapshot.leads.values()].flat())
    for (const { type, reason, data } of events) {
      if (type !== 'enrolment.exited' || !reason?.includes('replied')) continue
      const handoffId = `notice-${data['enrolmentId']}`
      if (!mailed.has(handoffId)) findings.add('I3 reply that nobody was told of', handoffId)
    }
}

/** I4: nothing starts after an unsubscription was acknowledged. */
const checkLeft = ({ mails, acknowledged }: World, findings: Findings): void => {
  for (const [email, at] of acknowledged.left)
    for (const mail of mails)
      if (mail.to === email && mail.sentAt > at)
        findings.add('I4 mail after an unsubscription', `${email}: ${JSON.stringify(mail.tags)}`)
}

/** I5: the explained score is the score, and every acknowledged signal is there once. */
const checkScores = ({ snapshot }: World, findings: Findings): void => {
  for (const [email, leads] of snapshot.leads)
    for (const { score, explained } of leads) {
      const isSum = Math.abs(explained.sum - explained.total) < 1e-6
      if (!isSum || score.total !== explained.total)
        findings.add(
          'I5 score is not its explanation',
          `${email}: ${score.total} ${JSON.stringify(explained)}`,
        )
    }
}

const checkSignals = ({ snapshot, acknowledged, mails }: World, findings: Findings): void => {
  const countOf = (email: string, isIt: (eventId: string) => boolean): number =>
    (snapshot.leads.get(email) ?? []).flatMap(({ events }) => events.filter(({ eventId }) => isIt(eventId)))
      .length
  for (const [id, email] of acknowledged.signals) {
    const count = countOf(email, (eventId) => eventId === id)
    if (count !== 1) findings.add('I5 signal not there once', `${id}: ${count}`)
  }
  for (const { id, to } of mails.filter((mail) => acknowledged.clicks.has(mail.id))) {
    const count = countOf(to, (eventId) => eventId.startsWith(`ses-${id}-email.clicked`))
    if (count !== 1) findings.add('I5 click not there once', `${id}: ${count}`)
  }
}

/** I6: nothing is stuck. By now everything must be over. */
const checkLeadEnded = ({ executions, enrolments }: Lead, findings: Findings): void => {
  const names = countBy(executions, ({ name }) => name)
  for (const { name, status, due } of executions)
    if (status !== 'SUCCEEDED') findings.add(`I6 execution ${status}`, `${name}, due ${due}`)
  for (const { enrolmentId, status } of enrolments) {
    if (names.get(enrolmentId) !== 1) findings.add('I6 enrolment without one execution', enrolmentId)
    if (status !== 'completed' && status !== 'exited') findings.add(`I6 enrolment ${status}`, enrolmentId)
  }
}

const checkEnded = ({ snapshot }: World, findings: Findings): number => {
  const leads = [...snapshot.leads.values()].flat()
  for (const lead of leads) checkLeadEnded(lead, findings)
  return leads.reduce((all, { executions }) => all + executions.length, 0)
}

export interface Checked {
  readonly outcomes: Outcomes
  readonly promotions: number
  readonly executions: number
}

export const checkAll = (world: World, findings: Findings): Checked => {
  const outcomes: Outcomes = { byKind: new Map(), parked: 0, proven: 0 }
  checkCaptured(world, findings)
  checkMessages(world, outcomes, findings)
  checkFirst(world, findings)
  checkNotices(world, findings)
  checkLeft(world, findings)
  checkScores(world, findings)
  checkSignals(world, findings)
  return {
    outcomes,
    promotions: checkHandoffs(world, outcomes, findings),
    executions: checkEnded(world, findings),
  }
}
