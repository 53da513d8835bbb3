/** Every message that a lead's sequences plan, with what became of it: `GET /v1/leads/{leadId}/messages`. */
import type { Enrolment } from '../../domain/enrolment.ts'
import { type EntryRefusal, refusalOf } from '../../domain/entry.ts'
import { type Fate, type Fork, fatesOf, type MessageFate } from '../../domain/message-fate.ts'
import { idsOf } from '../../domain/move-place.ts'
import { routeOf } from '../../domain/route.ts'
import { pathsOf } from '../../domain/route-link.ts'
import { followerOf } from '../../domain/runs.ts'
import type { Sequence } from '../../domain/sequence.ts'
import { messageName } from '../../domain/timeline-words.ts'
import { startWords } from '../../domain/trigger-words.ts'
import { runsOf } from '../shared/enrolling.ts'
import type { Found } from './lead.ts'
import type { ApiPorts } from './ports.ts'

const iso = (seconds: number): string => new Date(seconds * 1000).toISOString()

/** "by-size: Enterprise" */
const forkName = (sequence: Sequence, { branch, path }: Fork): string => {
  const { forks, splits } = routeOf(sequence)
  const step = [...forks, ...splits].find((fork) => fork.step.id === branch)?.step
  const name = step && pathsOf(step).find(({ id }) => id === path)?.name
  return `${branch}: ${name ?? path}`
}

/** Instants as texts, forks by their names. */
const fateView = (fate: Fate, sequence: Sequence): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(fate).map(([key, value]) => {
      if (typeof value === 'number') return [key, iso(value)]
      if (!Array.isArray(value)) return [key, value]
      return [key, (value as readonly Fork[]).map((fork) => forkName(sequence, fork))]
    }),
  )

/** A run with the version that it goes by. */
interface Told {
  readonly enrolment: Enrolment
  readonly sequence: Sequence
}

/** What a run took along to the next one: that one tells it, unless its version lacks the step. */
const isToldLater = ({ step, fate }: MessageFate, next: Told | undefined): boolean =>
  fate.is === 'not-sent' &&
  fate.reason === 'moved-on' &&
  next !== undefined &&
  idsOf(next.sequence.steps).includes(step)

const messagesOf = ({ enrolment, sequence }: Told, next: Told | undefined, now: number) => {
  const { enrolmentId, run } = enrolment
  const common = { enrolmentId, sequence: sequence.id, sequenceName: sequence.name, run }
  const fates = fatesOf(enrolment, sequence, Math.floor(now / 1000)).filter((one) => !isToldLater(one, next))
  return fates.map(({ step, kind, fate }) => ({
    ...common,
    step,
    kind,
    name: messageName(sequence, step),
    ...fateView(fate, sequence),
  }))
}

/** Why a lead was never in a sequence: what keeps it out, else that nothing has started it. */
export type NotEntered = EntryRefusal | 'not-triggered'

/** The sequences that the lead has never been in, and why. */
const notEntered = async (ports: ApiPorts, { state, now, collection }: Found) => {
  const content = await ports.content.live()
  const runs = await runsOf(ports.content, collection.enrolments, now)
  const entrant = { state, runs, settings: content.settings, now }
  const entered = new Set(runs.map(({ enrolment }) => enrolment.sequence))
  return Object.values(content.sequences)
    .filter(({ id }) => !entered.has(id))
    .map((sequence) => ({
      sequence: sequence.id,
      sequenceName: sequence.name,
      topic: sequence.topic,
      reason: (refusalOf(entrant, sequence) ?? 'not-triggered') satisfies NotEntered,
      starts: startWords(sequence, content),
      messages: routeOf(sequence).stops.flatMap(({ id, kind }) =>
        kind === 'send' || kind === 'notify' ? [{ step: id, name: messageName(sequence, id) }] : [],
      ),
    }))
}

/** The shape of the answer: enrolments in the order of their beginning, messages in file order. */
export const messagesBody = async (ports: ApiPorts, found: Found) => {
  const enrolments = found.collection.enrolments
    .map(({ enrolment }) => enrolment)
    .sort((a, b) => a.createdAt - b.createdAt || a.run - b.run)
  const told = await Promise.all(
    enrolments.map(async (enrolment): Promise<Told> => {
      const { sequence } = await ports.content.sequence(enrolment.sequence, enrolment.version)
      return { enrolment, sequence }
    }),
  )
  const messages = told.flatMap((one) => {
    const next = followerOf(one.enrolment, enrolments)
    return messagesOf(
      one,
      told.find(({ enrolment }) => enrolment === next),
      found.now,
    )
  })
  return { messages, notEntered: await notEntered(ports, found) }
}
