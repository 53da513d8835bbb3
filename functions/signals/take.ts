/** Takes what was reported about a lead into its log, and lets the lead react at once. */
import { DROP } from '../../domain/arbiter-act.ts'
import type { LeadEvent } from '../../domain/event.ts'
import { normaliseEmail } from '../../domain/person.ts'
import { decideAndWrite } from '../shared/act.ts'
import { noteClicks } from '../shared/experiments.ts'
import { addressHash, isLeadId } from '../shared/identity.ts'
import type { SignalMessage } from '../shared/messages.ts'
import type { Desk, Experiments, Proof, Proofs, Secrets } from '../shared/ports.ts'
import { type RefoldPorts, refold } from '../shared/refold.ts'
import { type Meaning, meaningOf } from './meaning.ts'
import { type SesDetail, type SesEvent, type Subject, subjectOf } from './ses-event.ts'

export interface SignalPorts extends RefoldPorts {
  readonly proofs: Proofs
  readonly desk: Desk
  readonly secrets: Secrets
  readonly experiments: Experiments
}

/** Appends and refolds; also what was `known` before, so that a crash in between is healed. */
const append = async (
  ports: SignalPorts,
  leadId: string,
  events: readonly LeadEvent[],
  known: readonly string[] = [],
): Promise<void> => {
  const fresh: LeadEvent[] = []
  for (const event of events) if ((await ports.events.append(leadId, event)) === 'new') fresh.push(event)
  await refold(ports, leadId, [...events.map(({ id }) => id), ...known])
  await noteClicks(ports, leadId, fresh)
}

const proofKey = ({ leadId, of, n, attempt }: Subject) => ({ leadId, of, n, attempt })

/** Send and Delivery of one message that come together are one write. */
const prove = async (ports: SignalPorts, subject: Subject, meanings: readonly Meaning[]): Promise<void> => {
  const proofs = meanings.flatMap((meaning) => (meaning.kind === 'proof' ? [meaning.proof] : []))
  if (proofs.length === 0) return
  const proof: Partial<Proof> = Object.assign({}, ...proofs)
  await ports.proofs.put(proofKey(subject), proof)
  if (proof.sentAt !== undefined) await ports.proofs.markChannel(proof.sentAt)
}

/** The message was recorded as sent and was not. */
const unsend = async (ports: SignalPorts, subject: Subject, detail: string): Promise<void> => {
  const { enrolmentId, step } = subject
  await ports.desk.alert({
    kind: 'message-refused',
    text: `The message ${step ?? subject.of} of ${subject.of} was not sent. ${detail}`,
    at: ports.clock.now(),
  })
  if (enrolmentId === undefined || step === undefined) return
  const at = Math.floor(ports.clock.now() / 1000)
  await decideAndWrite(ports, enrolmentId, (item) => {
    const record = item?.records[step]
    if (item === undefined || (record?.is !== 'sent' && record?.is !== 'uncertain')) return undefined
    const records = { ...item.records, [step]: { is: 'not-sent', at, reason: 'refused' } as const }
    return { uncertain: [], next: { ...item, records }, act: DROP }
  })
}

/** Mail to our own people: only its proof, and whether it failed. */
const takeInternal = async (
  ports: SignalPorts,
  subject: Subject,
  meanings: readonly Meaning[],
): Promise<void> => {
  const failed = meanings.find(
    (meaning) => meaning.kind === 'failed' || (meaning.kind === 'log' && meaning.event.type === 'suppressed'),
  )
  if (failed === undefined) return
  await ports.desk.alert({
    kind: 'internal-mail-failed',
    text: `A mail to your own people about the lead ${subject.leadId} did not arrive.`,
    at: ports.clock.now(),
  })
}

const leadOfAddress = async (ports: SignalPorts, address: string): Promise<string | undefined> => {
  const email = normaliseEmail(address)
  if (!email.ok) return undefined
  const hash = await addressHash(ports.secrets, email.email)
  return (await ports.leads.alias('email', hash)) ?? hash
}

const leadOf = async (ports: SignalPorts, message: SignalMessage): Promise<string | undefined> => {
  if (message.leadId !== undefined) return isLeadId(message.leadId) ? message.leadId : undefined
  return message.email === undefined ? undefined : leadOfAddress(ports, message.email)
}

/** A notification of an identity has no tags: its only recipient says whose it is, if that is a lead. */
const takeUntagged = async (ports: SignalPorts, detail: SesDetail): Promise<void> => {
  const [address, ...others] = detail.mail.destination ?? []
  if (!detail.notificationType || detail.mail.tags || address === undefined || others.length > 0) return
  const leadId = await leadOfAddress(ports, address)
  if (leadId === undefined || (await ports.events.events(leadId)).length === 0) return
  const meaning = meaningOf(detail, { leadId, of: leadId, n: 0, attempt: 1, internal: false })
  if (meaning.kind === 'log') await append(ports, leadId, [meaning.event])
}

/** Takes SES events about one message. */
export const takeSesEvents = async (ports: SignalPorts, events: readonly SesEvent[]): Promise<void> => {
  const subject = events.map(({ detail }) => subjectOf(detail)).find((found) => found !== undefined)
  if (subject === undefined) {
    for (const { detail } of events) await takeUntagged(ports, detail)
    return
  }
  const meanings = events.map(({ detail }) => meaningOf(detail, subject))
  await prove(ports, subject, meanings)
  if (subject.internal) return takeInternal(ports, subject, meanings)
  for (const meaning of meanings) if (meaning.kind === 'failed') await unsend(ports, subject, meaning.detail)
  const log = meanings.flatMap((meaning) => (meaning.kind === 'log' ? [meaning.event] : []))
  if (log.length > 0) await append(ports, subject.leadId, log)
}

const eventOf = ({ id, at, type, properties }: SignalMessage): LeadEvent => {
  const { step, enrolmentId } = properties
  return {
    type: 'signal',
    id,
    at,
    name: type,
    properties,
    verdict: 'human',
    ...(step !== undefined && { step }),
    ...(enrolmentId !== undefined && { enrolmentId }),
  }
}

/** Takes one behaviour signal. It may come before the submission: it is kept, and counts once the lead is known. */
export const takeSignal = async (ports: SignalPorts, message: SignalMessage): Promise<void> => {
  const leadId = await leadOf(ports, message)
  if (leadId === undefined)
    throw new Error(`The signal ${message.id} names nobody: neither a lead id nor an email address.`)
  // The log's key has the instant too, and a repetition may name another one.
  const isKnown = (await ports.events.events(leadId)).some(
    (event) => event.type === 'signal' && event.id === message.id,
  )
  await append(ports, leadId, isKnown ? [] : [eventOf(message)], [message.id])
}
