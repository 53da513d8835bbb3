/** After a claim: one strongly consistent read, SES at most once, and the outcome on the item. */
import type { Outcome } from '../../domain/arbiter-act.ts'
import { settle } from '../../domain/arbiter-settle.ts'
import type { Hop } from '../../domain/enrolment.ts'
import { foldLead, type LeadState } from '../../domain/lead.ts'
import { putOff } from '../../domain/planning.ts'
import { stopsOf } from '../../domain/route.ts'
import { stopOfId } from '../../domain/route-ask.ts'
import type { NotifyStep, SendStep, Sequence } from '../../domain/sequence.ts'
import type { CompiledTemplate } from '../../domain/template.ts'
import { type ActPorts, answer, decideAndWrite } from './act.ts'
import { onlyIfHolds, templateIdFor } from './choice.ts'
import { noteSent } from './experiments.ts'
import { type FoldPorts, isKnown, profileOfState } from './lead-facts.ts'
import { leadMail } from './lead-mail.ts'
import type { Log } from './log.ts'
import { noticeMail } from './notice-mail.ts'
import { dueAt, type PermitPorts, permit } from './permit.ts'
import type {
  Collection,
  Desk,
  Experiments,
  Leads,
  Mail,
  Mailer,
  Profile,
  Secrets,
  StoredEnrolment,
} from './ports.ts'
import { NotRendered, templateOf } from './rendered.ts'

export interface AttemptPorts extends ActPorts, FoldPorts, PermitPorts {
  readonly leads: Leads
  readonly mailer: Mailer
  readonly secrets: Secrets
  readonly desk: Desk
  readonly experiments: Experiments
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
/** After a fault of a store, in seconds. */
const faultPause = 120

interface Scene extends Attempt {
  readonly profile: Profile
  /** Folded from the very read that followed the claim. */
  readonly state: LeadState
  readonly collection: Collection
  readonly now: number
}

const compose = async (
  ports: AttemptPorts,
  scene: Scene,
  step: SendStep | NotifyStep,
  template: CompiledTemplate,
): Promise<Mail> => {
  const { hop, stored, sequence, attempt, profile, state } = scene
  const common = {
    enrolmentId: stored.enrolment.enrolmentId,
    n: hop.n,
    attempt,
    owner: state.owner,
    template,
  }
  if (step.kind === 'notify')
    return noticeMail(ports, { ...common, leadId: hop.leadId, step: step.id, notify: step, task: step.task })
  const content = await ports.content.live()
  return leadMail(ports.secrets, {
    ...common,
    content,
    profile,
    sequence,
    step,
    publicUrl: ports.env.publicUrl,
  })
}

const sendComposed = async (
  ports: AttemptPorts,
  scene: Scene,
  mail: Mail,
  sent: { readonly template: string; readonly name?: string },
): Promise<Outcome> => {
  const outcome = await ports.mailer.send(mail)
  if (outcome.is === 'accepted') return { is: 'sent', ...sent }
  const { step, enrolmentId } = scene.hop
  ports.log.info('mail.not-accepted', { enrolmentId, step, is: outcome.is, detail: outcome.detail })
  if (outcome.is === 'unclear')
    return { is: 'uncertain', ...(sent.name !== undefined && { name: sent.name }) }
  if (!outcome.permanent) return dueAt(ports, scene, scene.now + refusalPause, 'refused')
  return refused(ports, scene, `SES refused it (${outcome.detail})`)
}

/** Composes and sends once, unless there is nothing to say. A template that fails is a refusal for good; what else fails before SES is asked passes. */
const sendOnce = async (ports: AttemptPorts, scene: Scene, step: SendStep | NotifyStep): Promise<Outcome> => {
  try {
    const { templates } = await ports.content.live()
    const id = await templateIdFor(ports, scene, step, templates)
    if (id === undefined) return { is: 'skip', reason: 'nothing-new' }
    const template = templateOf(templates, id)
    const mail = await compose(ports, scene, step, template)
    const name = id === step.template ? {} : { name: id }
    return await sendComposed(ports, scene, mail, { template: template.hash, ...name })
  } catch (error) {
    if (!(error instanceof NotRendered)) throw error
    return refused(ports, scene, error.message)
  }
}

const refused = async (ports: AttemptPorts, scene: Scene, why: string): Promise<Outcome> => {
  const { step, enrolmentId } = scene.hop
  await ports.desk.alert({
    kind: 'message-refused',
    text: `The message ${step} of ${enrolmentId} was not sent: ${why}.`,
    at: ports.clock.now(),
  })
  return { is: 'skip', reason: 'refused' }
}

/** The lead as it is after the claim; undefined when it was erased. */
const sceneOf = async (ports: AttemptPorts, given: Attempt): Promise<Scene | undefined> => {
  const collection = await ports.leads.collection(given.hop.leadId)
  if (!isKnown(collection.events)) return undefined
  const content = await ports.content.live()
  const state = foldLead(collection.events, content, ports.clock.now())
  const profile = profileOfState(given.hop.leadId, state, content)
  return { ...given, collection, state, profile, now: Math.floor(ports.clock.now() / 1000) }
}

const outcomeOf = async (ports: AttemptPorts, given: Attempt): Promise<Outcome> => {
  const step = stopOfId(given.sequence, given.hop.step)?.node.step
  if (step?.kind !== 'send' && step?.kind !== 'notify') return { is: 'skip', reason: 'moved-on' }
  const scene = await sceneOf(ports, given)
  if (scene === undefined) return { is: 'exit', reason: 'erased', notSent: 'erased' }
  const held = await permit(ports, scene, step)
  if (held !== undefined) return held
  return onlyIfHolds(scene, step) ? sendOnce(ports, scene, step) : { is: 'skip', reason: 'condition' }
}

/** A store or a secret that could not be read: nothing was sent, so the message is put off, not left unclear. */
const orLater = async (ports: AttemptPorts, given: Attempt): Promise<Outcome> => {
  try {
    return await outcomeOf(ports, given)
  } catch (error) {
    const { hop, stored } = given
    ports.log.error('mail.put-off', error, { enrolmentId: hop.enrolmentId, step: hop.step })
    const until = Math.floor(ports.clock.now() / 1000) + faultPause
    const { due: current } = stored.enrolment
    const due = putOff(given.sequence, hop.step, until, current, stored.enrolment)
    return { is: 'refuse-now', due, until, reason: 'fault' }
  }
}

/** Carries out an attempt that the arbiter allowed, writes what became of it, and answers the task; the item then. */
export const attempt = async (ports: AttemptPorts, given: Attempt): Promise<StoredEnrolment | undefined> => {
  const outcome = await orLater(ports, given)
  const context = () => ({ now: Math.floor(ports.clock.now() / 1000), route: stopsOf(given.sequence) })
  const done = await decideAndWrite(
    ports,
    given.hop.enrolmentId,
    (item) => settle(item, outcome, given.hop, context()),
    given.stored,
  )
  if (done === undefined) return undefined
  await answer(ports, given.hop.token, done.decision.act)
  if (outcome.is === 'sent' && done.decision.next !== undefined)
    await noteSent(ports, given.sequence, given.hop.step)
  return done.stored
}
