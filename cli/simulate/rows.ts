/** A simulation as dated rows: the lead's timeline, and what it does not tell. */

import type { Enrolment } from '../../domain/enrolment.ts'
import { routeOf, stopsOf } from '../../domain/route.ts'
import { pathsOf } from '../../domain/route-link.ts'
import { timelineOf } from '../../domain/timeline.ts'
import type { Mail } from '../../functions/shared/ports.ts'
import { beginning } from './persona.ts'
import type { Simulated } from './simulate.ts'

export interface Row {
  /** Milliseconds. */
  readonly at: number
  readonly is: string
  readonly text: string
  readonly step?: string
  readonly subject?: string
}

const isMail =
  (step: unknown, at: number) => (mail: { tags: Readonly<Record<string, string>>; at: number }) =>
    mail.tags['step'] === step && Math.abs(mail.at - at) < 60_000

/** To our own people. */
export const isInternal = ({ tags }: Pick<Mail, 'tags'>): boolean => tags['audience'] === 'internal'

const before = ['captured', 'consent.given']

/** Acts and decisions leave records too, but no message comes of them. */
const messagesOnly = ({ sequence, enrolments }: Simulated): readonly Enrolment[] => {
  const silent = new Set(stopsOf(sequence).flatMap((stop) => (stop.silent ? [stop.id] : [])))
  return enrolments.map((enrolment) => ({
    ...enrolment,
    records: Object.fromEntries(Object.entries(enrolment.records).filter(([step]) => !silent.has(step))),
  }))
}

/** What happened to the lead before is not the simulation's. */
const toldRows = (done: Simulated): readonly Row[] =>
  timelineOf(done.events, messagesOnly(done), done.content)
    .filter(
      ({ at, type, reason }) =>
        Date.parse(at) >= done.start && !before.includes(type) && reason !== beginning,
    )
    .map(({ at, type, text, data }) => {
      const step = typeof data['step'] === 'string' ? data['step'] : undefined
      const mail = type === 'message.sent' ? done.mails.find(isMail(step, Date.parse(at))) : undefined
      return {
        at: Date.parse(at),
        is: type,
        text,
        ...(step !== undefined && { step }),
        ...(mail && { subject: isInternal(mail) ? `To ${mail.to}: ${mail.subject}` : mail.subject }),
      }
    })

/** Every wait for an event that ran out: a plan holds only those on the way taken. */
const ranOut = ({ sequence, enrolments, end }: Simulated): readonly Row[] =>
  enrolments.flatMap(({ due, took, exit, began, createdAt }) =>
    routeOf(sequence).forks.flatMap(({ step }): readonly Row[] => {
      const closes = due[step.id]
      if (step.kind !== 'wait_for' || closes === undefined || took[step.id] !== undefined) return []
      const until = Math.min(exit?.at ?? Number.POSITIVE_INFINITY, end / 1000)
      if (closes > until || closes < (began ?? createdAt)) return []
      return [
        { at: closes * 1000, is: 'decided', text: `${step.id}: ${pathsOf(step).at(-1)?.name ?? 'timeout'}` },
      ]
    }),
  )

/** The arms of the splits that every lead is on from the start. */
const arms = ({ sequence, enrolments }: Simulated): readonly Row[] =>
  enrolments.slice(0, 1).flatMap(({ took, createdAt }) =>
    routeOf(sequence).splits.flatMap(({ step }): readonly Row[] => {
      const path = step.paths.find(({ id }) => id === took[step.id])
      if (path === undefined) return []
      const name = step.name ?? step.id
      const text = `${name}${/[?!]$/.test(name) ? '' : ':'} ${path.name} (${path.share / 100} % of leads)`
      return [{ at: createdAt * 1000, is: 'decided', text }]
    }),
  )

/** Things of one second in the order in which one leads to the other. */
const rankOf = ({ is }: Row): number => {
  if (is === 'enrolment.exited' || is === 'next' || is === 'told') return 3
  if (is === 'enrolled' || is.startsWith('message.')) return 2
  return is === 'decided' ? 1 : 0
}

/** All rows, oldest first. */
export const rowsOf = (done: Simulated): readonly Row[] =>
  [...done.notes, ...arms(done), ...ranOut(done), ...toldRows(done)].sort(
    (a, b) => Math.floor(a.at / 1000) - Math.floor(b.at / 1000) || rankOf(a) - rankOf(b),
  )
