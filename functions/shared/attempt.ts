/** After a claim: one strongly consistent read, SES at most once, and the outcome on the item. */
import type { Outcome } from '../../domain/arbiter-act.ts'
import { settle } from '../../domain/arbiter-settle.ts'
import type { Hop } from '../../domain/enrolment.ts'
import { foldLead } from '../../domain/lead.ts'
import { planFrom } from '../../domain/planning.ts'
import { stopsOf } from '../../domain/route.ts'
import { nextSequenceAfter, stopOfId } from '../../domain/route-ask.ts'
import { mailsOf, maySend } from '../../domain/sending-policy.ts'
import type { NotifyStep, SendStep, Sequence } from '../../domain/sequence.ts'
import { type ActPorts, answer, decideAndWrite } from './act.ts'
import { type FoldPorts, isKnown, profileOfState } from './lead-facts.ts'
import { leadMail } from './lead-mail.ts'
import type { Log } from './log.ts'
import type { EnrolMessage } from './messages.ts'
import { noticeMail } from './notice-mail.ts'
import { planContext } from './plan-context.ts'
import type { Collection, Desk, Leads, Mail, Mailer, Profile, Secrets, StoredEnrolment } from './ports.ts'

export interface AttemptPorts extends ActPorts, FoldPorts {
  readonly leads: Leads
  readonly mailer: Mailer
  readonly secrets: Secrets
  readonly desk: Desk
  readonly log: Log
  readonly env: { readonly publicUrl: string }
}

export interface Attempt {
  readonly hop: Hop
  readonly stored: StoredEnrolment
  readonly sequence: Sequence
  readonly attempt: number
}

/** A refusal of SES that will pass (rate, quota, pause) is tried again after this many seconds. */
const refusalPause = 600

interface Scene extends Attempt {
  readonly profile: Profile
  readonly collection: Collection
  readonly now: number
}

/** Mails of all enrolments; a repeated attempt does not count the one it repeats. */
const mailsBefore = ({ collection, stored, hop, attempt }: Scene): readonly number[] =>
  mailsOf(
    collection.enrolments.map(({ enrolment }) => {
      if (attempt === 1 || enrolment.enrolmentId !== stored.enrolment.enrolmentId) return enrolment
      const { [hop.step]: _, ...records } = enrolment.records
      return { records }
    }),
  )

const dueAt = async (ports: AttemptPorts, scene: Scene, until: number): Promise<Outcome> => {
  const { settings } = await ports.content.live()
  const { enrolment } = scene.stored
  const ctx = planContext(settings, scene.profile.zone, scene.now, mailsBefore(scene).at(-1))
  return { is: 'refuse-now', due: planFrom(scene.sequence, scene.hop.step, until, enrolment.due, ctx) }
}

/** Whether this mail may go out, by what was read after the claim. */
const permit = async (
  ports: AttemptPorts,
  scene: Scene,
  step: SendStep | NotifyStep,
): Promise<Outcome | undefined> => {
  const { settings } = await ports.content.live()
  const { head, suppression } = scene.collection
  const verdict = maySend({
    lead: {
      suppressed: suppression?.reason ?? head?.state.suppressed ?? false,
      deliverable: scene.profile.deliverable,
      isTest: scene.profile.isTest,
      stage: head?.state.stage ?? '',
      topics: scene.profile.topics,
      pausedUntil: head?.state.pausedUntil,
      fewer: head?.state.fewer,
    },
    topic: scene.sequence.topic,
    step: step.kind === 'send' ? { kind: 'send', immediately: step.immediately } : { kind: 'notify' },
    mails: mailsBefore(scene),
    settings,
    now: scene.now,
    zone: scene.profile.zone,
  })
  switch (verdict.is) {
    case 'ok':
      return undefined
    case 'exit':
      return { is: 'exit', reason: verdict.reason, notSent: verdict.record }
    case 'skip':
      return { is: 'skip', reason: verdict.reason }
    case 'defer':
      return dueAt(ports, scene, verdict.until)
  }
}

const compose = async (ports: AttemptPorts, scene: Scene, step: SendStep | NotifyStep): Promise<Mail> => {
  const content = await ports.content.live()
  const template = content.templates[step.template]
  if (template === undefined) throw new Error(`There is no template ${step.template}.`)
  const { hop, stored, sequence, attempt, profile, collection } = scene
  const owner = collection.head?.state.owner
  const common = { enrolmentId: stored.enrolment.enrolmentId, n: hop.n, attempt, owner, template }
  if (step.kind === 'notify')
    return noticeMail(ports, { ...common, leadId: hop.leadId, step: step.id, notify: step })
  return leadMail(ports.secrets, {
    ...common,
    content,
    profile,
    sequence,
    step,
    publicUrl: ports.env.publicUrl,
  })
}

/** Composes and sends once. What fails before SES is asked is a definite refusal; what is unclear stays unclear. */
const sendOnce = async (ports: AttemptPorts, scene: Scene, step: SendStep | NotifyStep): Promise<Outcome> => {
  let mail: Mail
  try {
    mail = await compose(ports, scene, step)
  } catch (error) {
    ports.log.error('mail.not-composed', error, { enrolmentId: scene.hop.enrolmentId, step: step.id })
    return refused(ports, scene, `could not be composed: ${error instanceof Error ? error.message : error}`)
  }
  const outcome = await ports.mailer.send(mail)
  if (outcome.is === 'accepted') {
    const { templates } = await ports.content.live()
    return { is: 'sent', template: templates[step.template]?.hash ?? '' }
  }
  ports.log.info('mail.not-accepted', {
    enrolmentId: scene.hop.enrolmentId,
    step: step.id,
    detail: outcome.detail,
  })
  if (outcome.is === 'unclear') return { is: 'uncertain' }
  if (!outcome.permanent) return dueAt(ports, scene, scene.now + refusalPause)
  return refused(ports, scene, `was refused by SES: ${outcome.detail}`)
}

const refused = async (ports: AttemptPorts, scene: Scene, why: string): Promise<Outcome> => {
  const { step, enrolmentId } = scene.hop
  await ports.desk.alert({
    kind: 'message-refused',
    text: `The message ${step} of ${enrolmentId} ${why}`,
    at: ports.clock.now(),
  })
  return { is: 'skip', reason: 'refused' }
}

/** Not a message: the sequence goes on in another one. */
const goOn = async (ports: AttemptPorts, { hop }: Attempt, sequence: string): Promise<Outcome> => {
  const message: EnrolMessage = {
    v: 1,
    leadId: hop.leadId,
    eventId: `${hop.enrolmentId}-${hop.n}`,
    cause: 'next',
    sequence,
  }
  await ports.queues.send('enrol', message)
  return { is: 'skip', reason: 'moved-on' }
}

const outcomeOf = async (ports: AttemptPorts, given: Attempt): Promise<Outcome> => {
  const next = nextSequenceAfter(given.sequence, given.hop.step)
  if (next !== undefined) return goOn(ports, given, next)
  const step = stopOfId(given.sequence, given.hop.step)?.node.step
  if (step?.kind !== 'send' && step?.kind !== 'notify') return { is: 'skip', reason: 'condition' }
  const collection = await ports.leads.collection(given.hop.leadId)
  if (!isKnown(collection.events)) return { is: 'exit', reason: 'erased', notSent: 'erased' }
  const content = await ports.content.live()
  const profile = profileOfState(
    given.hop.leadId,
    foldLead(collection.events, content, ports.clock.now()),
    content,
  )
  const scene: Scene = { ...given, profile, collection, now: Math.floor(ports.clock.now() / 1000) }
  return (await permit(ports, scene, step)) ?? sendOnce(ports, scene, step)
}

/** Carries out an attempt that the arbiter allowed, writes what became of it, and answers the task. */
export const attempt = async (ports: AttemptPorts, given: Attempt): Promise<void> => {
  const outcome = await outcomeOf(ports, given)
  const context = () => ({ now: Math.floor(ports.clock.now() / 1000), route: stopsOf(given.sequence) })
  const done = await decideAndWrite(
    ports,
    given.hop.enrolmentId,
    (item) => settle(item, outcome, given.hop, context()),
    given.stored,
  )
  if (done !== undefined) await answer(ports, given.hop.token, done.decision.act)
}
