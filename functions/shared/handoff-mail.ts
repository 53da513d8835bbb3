/**
 * The mail of a hand-off or notice, at most once: the intent is written before SES is asked, the outcome after it,
 * and what stays unclear is judged by proof. Its state lies on the hand-off's own item.
 */
import { proofAfter } from './act.ts'
import { type HandoffViewPorts, handoffMail } from './handoff-compose.ts'
import type { ReconcileMessage } from './messages.ts'
import type { Desk, Handoff, Leads, Mail, Mailer, Proofs, Queues } from './ports.ts'

export interface HandoffMailPorts extends HandoffViewPorts {
  readonly leads: Pick<Leads, 'collection' | 'handoff' | 'replaceHandoff'>
  readonly mailer: Mailer
  readonly queues: Pick<Queues, 'send'>
  readonly desk: Pick<Desk, 'alert'>
}

export interface HandoffProofPorts extends HandoffMailPorts {
  readonly proofs: Pick<Proofs, 'get' | 'channelHealthy'>
}

export type HandoffDoubt = Extract<ReconcileMessage, { kind: 'handoff' }>

/** Sends of one mail, the first among them, when proof says that the one before did not happen. */
const maxSends = 2
/** Others write this item when the rep answers: seldom, and once. */
const maxTries = 10

const kindOf = ({ notify }: Handoff): string => (notify === undefined ? 'hand-off' : 'notice')

/** Has the unclear attempt judged when its proof must be there. */
const doubt = ({ leadId, handoffId, attempt }: Handoff, ports: HandoffMailPorts): Promise<void> => {
  const message: HandoffDoubt = { v: 1, kind: 'handoff', leadId, handoffId, attempt }
  return ports.queues.send('reconcile', message, proofAfter)
}

/** Changes the item while this attempt is still the open one. */
const settle = async (
  ports: HandoffMailPorts,
  claimed: Handoff,
  change: Pick<Handoff, 'mail' | 'attempt'> & { readonly mailAt?: number },
): Promise<void> => {
  const { leadId, handoffId, attempt } = claimed
  let current: Handoff | undefined = claimed
  for (let tries = 0; tries < maxTries; tries++) {
    if (current === undefined || current.mail !== 'intent' || current.attempt !== attempt) return
    if (await ports.leads.replaceHandoff({ ...current, ...change })) return
    current = await ports.leads.handoff(leadId, handoffId)
  }
  throw new Error(`The hand-off ${handoffId} was written by others ${maxTries} times in a row.`)
}

const park = async (ports: HandoffMailPorts, claimed: Handoff, why: string): Promise<void> => {
  await ports.desk.alert({
    kind: 'handoff-parked',
    text: `The mail of the ${kindOf(claimed)} ${claimed.handoffId} ${why}`,
    at: claimed.mailAt ?? ports.clock.now(),
  })
  await settle(ports, claimed, { mail: 'parked', attempt: claimed.attempt })
}

/** Nothing was sent yet, so the queue may repeat it, and the dead letters keep it until the template is mended. */
const compose = async (ports: HandoffMailPorts, handoff: Handoff): Promise<Mail> => {
  try {
    return await handoffMail(ports, handoff, handoff.attempt + 1)
  } catch (error) {
    await ports.desk.alert({
      kind: 'handoff-not-composed',
      text: `The mail of the ${kindOf(handoff)} ${handoff.handoffId} could not be composed; it is tried again.`,
      at: handoff.at,
    })
    throw error
  }
}

/** One more attempt: false when somebody else wrote first. `before` is what the item says now. */
const attemptMail = async (ports: HandoffMailPorts, before: Handoff): Promise<boolean> => {
  const mail = await compose(ports, before)
  const intent: Handoff = {
    ...before,
    mail: 'intent',
    attempt: before.attempt + 1,
    mailAt: ports.clock.now(),
  }
  if (!(await ports.leads.replaceHandoff(intent))) return false
  const claimed = { ...intent, rev: intent.rev + 1 }
  const outcome = await ports.mailer.send(mail)
  if (outcome.is === 'accepted') {
    await settle(ports, claimed, { mail: 'sent', attempt: claimed.attempt })
  } else if (outcome.is === 'unclear') {
    await doubt(claimed, ports)
  } else if (outcome.permanent) {
    await park(ports, claimed, `was refused by SES: ${outcome.detail}`)
  } else {
    const { attempt, mailAt } = before
    await settle(ports, claimed, {
      mail: before.mail,
      attempt,
      ...(mailAt !== undefined && { mailAt }),
    })
    throw new Error(`SES takes no mail just now: ${outcome.detail}`)
  }
  return true
}

const isOwed = ({ notify, status }: Handoff): boolean => notify !== undefined || status === 'offered'

/** Mails a hand-off or notice that has just been made, or finishes what a crash cut off. */
export const mailHandoff = async (ports: HandoffMailPorts, handoff: Handoff): Promise<void> => {
  let current: Handoff | undefined = handoff
  for (let tries = 0; tries < maxTries && current !== undefined; tries++) {
    if (current.mail === 'intent') return doubt(current, ports)
    if (current.mail !== 'none' || !isOwed(current)) return
    if (await attemptMail(ports, current)) return
    current = await ports.leads.handoff(handoff.leadId, handoff.handoffId)
  }
}

/** An answer by the rep proves the mail as well as SES does. */
const isProven = async (ports: HandoffProofPorts, handoff: Handoff): Promise<boolean> => {
  if (!isOwed(handoff)) return true
  const { leadId, handoffId, attempt } = handoff
  return (await ports.proofs.get({ leadId, of: handoffId, n: 0, attempt })) !== undefined
}

/**
 * Judges an unclear mail when its proof must be there: sent, sent once more when the silence means that it was not
 * taken, else parked with an alert. Repeating it does no harm.
 */
export const afterProof = async (ports: HandoffProofPorts, message: HandoffDoubt): Promise<void> => {
  const handoff = await ports.leads.handoff(message.leadId, message.handoffId)
  if (handoff?.mail !== 'intent' || handoff.attempt < message.attempt) return
  // A redelivery: the attempt it asked about was followed by another, which may not have been handed over yet.
  if (handoff.attempt > message.attempt) return doubt(handoff, ports)
  if (await isProven(ports, handoff))
    return settle(ports, handoff, { mail: 'sent', attempt: handoff.attempt })
  const healthy = await ports.proofs.channelHealthy(handoff.mailAt ?? handoff.at)
  if (!healthy || handoff.attempt >= maxSends)
    return park(ports, handoff, 'may not have been sent: there is no proof. It was not repeated.')
  if (!(await attemptMail(ports, handoff)))
    throw new Error(`The hand-off ${handoff.handoffId} was written by somebody else just now.`)
}
