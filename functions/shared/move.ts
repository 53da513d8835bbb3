/** Moves a run to another version, or past a year: the exit first, then the run that goes on, then the word to its task. */
import { AT } from '../../domain/arbiter-act.ts'
import { exited } from '../../domain/arbiter-divert.ts'
import { moved } from '../../domain/arbiter-move.ts'
import type { Enrolment, Hop } from '../../domain/enrolment.ts'
import { foldLead } from '../../domain/lead.ts'
import { placeOf } from '../../domain/lead-zone.ts'
import { type Following, moveOf, successorOf } from '../../domain/move.ts'
import { stopsOf } from '../../domain/route.ts'
import type { Sequence } from '../../domain/sequence.ts'
import { type ActPorts, decideAndWrite } from './act.ts'
import { lastMailOf } from './last-mail.ts'
import { type FoldPorts, isKnown } from './lead-facts.ts'
import type { TimerMessage } from './messages.ts'
import { planContext } from './plan-context.ts'
import type { Collection, Leads, StoredEnrolment } from './ports.ts'
import { startRun } from './start-run.ts'

export interface MovePorts extends ActPorts, FoldPorts {
  readonly leads: Pick<Leads, 'collection'>
}

/** An enrolment and the version of its sequence that it goes by. */
export interface Found {
  readonly stored: StoredEnrolment
  readonly sequence: Sequence
}

/** Other writers at once on one enrolment or one lead. */
const maxTries = 10

/** The reason on the exit of a lead whose step was taken out, and it with it. */
const stepRemoved = 'step-removed'

const pinned = async (ports: MovePorts, stored: StoredEnrolment): Promise<StoredEnrolment> => {
  let known = stored
  for (let tries = 0; tries < maxTries; tries++) {
    const next = { ...known, enrolment: { ...known.enrolment, pinned: true as const } }
    if (await ports.enrolments.replace(next)) return { ...next, rev: known.rev + 1 }
    const read = await ports.enrolments.get(known.enrolment.enrolmentId)
    if (read === undefined || read.enrolment.pinned) return read ?? known
    known = read
  }
  throw new Error(
    `The enrolment ${stored.enrolment.enrolmentId} was written by others ${maxTries} times in a row.`,
  )
}

/** Ends the run: in another one, or for good. */
const left = async (
  ports: MovePorts,
  hop: Hop,
  { stored, sequence }: Found,
  following: Extract<Following, { is: 'move' | 'exit' }>,
): Promise<StoredEnrolment> => {
  const context = () => ({ now: Math.floor(ports.clock.now() / 1000), route: stopsOf(sequence) })
  const done = await decideAndWrite(
    ports,
    hop.enrolmentId,
    (item) =>
      following.is === 'move'
        ? moved(item, hop, following.to, context())
        : exited(item, stepRemoved, context(), { notSent: 'exited' }),
    stored,
  )
  return done?.stored ?? stored
}

/**
 * The run as a message of it is to be worked on: by the version that is live where the edit lets it, or ended because
 * it goes on in another run. Asked before anything is decided or claimed.
 */
export const follow = async (ports: MovePorts, hop: Hop, found: Found): Promise<Found> => {
  const { stored, sequence } = found
  const { enrolment } = stored
  const live = (await ports.content.live()).sequences[enrolment.sequence]
  const following = moveOf(sequence, live, enrolment, hop, Math.floor(ports.clock.now() / 1000))
  switch (following.is) {
    case 'none':
      return found
    case 'repin':
      // Written with the claim; when another writer comes first, it is asked again at the next message.
      return live === undefined
        ? found
        : { stored: { ...stored, enrolment: { ...enrolment, version: live.version } }, sequence: live }
    case 'stay':
      return following.forGood ? { ...found, stored: await pinned(ports, stored) } : found
    default:
      return { ...found, stored: await left(ports, hop, found, following) }
  }
}

/** The run that goes on from this one, to be put under the next free number. */
const nextRun = async (
  ports: MovePorts,
  enrolment: Enrolment,
  { events, enrolments }: Collection,
): Promise<Enrolment> => {
  const { sequence: id, version, leadId, exit } = enrolment
  const content = await ports.content.live()
  const state = foldLead(events, content, ports.clock.now())
  const all = enrolments.map((one) => one.enrolment)
  const run = Math.max(...all.filter(({ sequence }) => sequence === id).map((one) => one.run)) + 1
  const at = exit?.at ?? 0
  const known = { leadId, fields: state.profile }
  const context = planContext(
    content.settings,
    placeOf(state, content.settings),
    at,
    known,
    lastMailOf(all, content),
  )
  const [old, next] = await Promise.all([
    ports.content.sequence(id, version),
    ports.content.sequence(id, exit?.to ?? version),
  ])
  const successor = successorOf(enrolment, old.sequence, next.sequence, run, context)
  if (successor === undefined)
    throw new Error(`The enrolment ${enrolment.enrolmentId} was moved to a version without its step.`)
  return successor
}

/** Makes sure of the run that a moved one goes on in: put once, known by its mark, started. */
const goOn = async (ports: MovePorts, { enrolment }: StoredEnrolment): Promise<void> => {
  const mark = `${enrolment.enrolmentId}.moved`
  for (let tries = 0; tries < maxTries; tries++) {
    const collection = await ports.leads.collection(enrolment.leadId)
    const known = collection.enrolments.find(({ by }) => by === mark)
    if (known !== undefined) return startRun(ports, known)
    // Erased meanwhile: nothing goes on.
    if (!isKnown(collection.events)) return
    const made = await ports.enrolments.create(await nextRun(ports, enrolment, collection), mark)
    if (made.by === mark) return startRun(ports, made)
  }
  throw new Error(`Other runs of ${enrolment.enrolmentId} were begun ${maxTries} times in a row.`)
}

/**
 * What a message owes to others before its task is told. A run that moved: the one that goes on, whoever comes to it
 * and however often. A run that goes on: the lead is looked at again, for what happened while no run was listening.
 */
export const carryOn = async (
  ports: MovePorts,
  hop: Hop,
  stored: StoredEnrolment | undefined,
): Promise<void> => {
  if (stored?.enrolment.exit?.to !== undefined) await goOn(ports, stored)
  if (!hop.via?.startsWith(AT)) return
  const message: TimerMessage = { v: 1, leadId: hop.leadId }
  await ports.queues.send('timers', message)
}
