/** A submission becomes an event in the log of its lead: once, whatever crashes or arrives again. */
import { formOf, grantsOf, needsConfirmation } from '../../domain/consent.ts'
import type { EventOf, Person, Submission } from '../../domain/event.ts'
import { type SubmissionDraft, type Submitted, submissionOf } from '../../domain/submission.ts'
import { addressHash } from '../shared/identity.ts'
import type { CaptureContent, CapturePorts } from './ports.ts'

type Ports = Pick<
  CapturePorts,
  'clock' | 'log' | 'secrets' | 'content' | 'desk' | 'directory' | 'events' | 'refold'
>

export type Captured = 'new' | 'duplicate' | 'parked'

/** A submission that ingest wrote down, with the person as typed. */
export const draftOf = ({ person, ...rest }: Submission): SubmissionDraft => {
  const { email, phone, name, firstName, lastName } = person
  return { ...rest, email, phone, name, firstName, lastName }
}

/** A wrong address beside a right phone number must not cost the lead: it is kept as it was typed. */
const normalised = (draft: SubmissionDraft, country: string | undefined): Submitted => {
  const first = submissionOf(draft, country)
  if (first.ok || draft.email === undefined) return first
  const { email, ...rest } = draft
  const second = submissionOf({ ...rest, fields: { ...rest.fields, email_as_typed: [email] } }, country)
  return second.ok ? second : first
}

/** An instant far ahead of our clock is the sender's mistake; a little is two clocks that differ. */
const tolerance = 3_600_000

const eventOf = (
  submission: Submission,
  { forms, settings }: CaptureContent,
  now: number,
): EventOf<'captured'> => {
  const form = formOf(submission, forms)
  const grants = grantsOf(submission, form, Object.keys(settings.consent.topics))
  // With double opt-in a ticked box permits nothing before the address has confirmed it.
  const waits = needsConfirmation(submission, form, settings)
  return {
    type: 'captured',
    id: submission.submissionId,
    at: submission.at > now + tolerance ? now : submission.at,
    submission,
    grants: waits ? [] : [...grants],
    ...(form !== undefined && { form: form.id }),
  }
}

/** The lead of an address: by alias, else the address is its first and its hash the lead's id. */
const leadOf = async (ports: Ports, person: Person): Promise<string | undefined> => {
  const kind = person.email === undefined ? 'phone' : 'email'
  const address = person[kind]
  if (address === undefined) return undefined
  const hash = await addressHash(ports.secrets, address)
  return (await ports.directory.alias(kind, hash)) ?? hash
}

const defined = (values: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  )

const park = async (ports: Ports, draft: SubmissionDraft, detail: string): Promise<Captured> => {
  const { email, phone, name, firstName, lastName, ...rest } = draft
  const submission = { ...rest, person: defined({ email, phone, name, firstName, lastName }) }
  await ports.desk.park({
    id: draft.submissionId,
    source: draft.source,
    sourceLeadId: draft.sourceLeadId ?? '',
    reason: 'no-address',
    detail,
    at: ports.clock.now(),
    replay: { queue: 'capture', message: { v: 1, kind: 'submission', submission } },
  })
  return 'parked'
}

const isLogged = async (ports: Pick<Ports, 'events'>, leadId: string, id: string): Promise<boolean> =>
  (await ports.events.events(leadId)).some((event) => event.id === id)

/**
 * Whose submission this is. The first to put the pointer decides; who finds one there looks whether the event
 * followed it, because a crash may lie between the two.
 */
const claim = async (
  ports: Ports,
  submission: Submission,
  leadId: string,
): Promise<{ readonly leadId: string; readonly isLogged: boolean }> => {
  const { source, sourceLeadId, submissionId } = submission
  if (sourceLeadId === undefined) return { leadId, isLogged: false }
  if (await ports.directory.putPointer(source, sourceLeadId, leadId)) return { leadId, isLogged: false }
  const owner = (await ports.directory.pointer(source, sourceLeadId)) ?? leadId
  return { leadId: owner, isLogged: await isLogged(ports, owner, submissionId) }
}

/** The lead whose log has the event of a provider's lead already: it need not be read again. */
export const ownerOfCaptured = async (
  ports: Pick<Ports, 'directory' | 'events'>,
  source: string,
  sourceLeadId: string,
  submissionId: string,
): Promise<string | undefined> => {
  const leadId = await ports.directory.pointer(source, sourceLeadId)
  return leadId !== undefined && (await isLogged(ports, leadId, submissionId)) ? leadId : undefined
}

/**
 * Pointer, event, fold: each is conditional or repeatable, so that a redelivery finishes what a crash cut off.
 * The event is what enrols the lead (the stream carries it on); the fold is repeated even for a duplicate.
 */
export const captureSubmission = async (ports: Ports, draft: SubmissionDraft): Promise<Captured> => {
  const content = await ports.content.live()
  const made = normalised(draft, content.settings.defaults.country)
  if (!made.ok) return park(ports, draft, made.problems.map(({ problem }) => problem).join('; '))
  const found = await leadOf(ports, made.submission.person)
  if (found === undefined) return park(ports, draft, 'neither an email address nor a phone number')
  const { leadId, isLogged: wasLogged } = await claim(ports, made.submission, found)
  const outcome = wasLogged
    ? 'duplicate'
    : await ports.events.append(leadId, eventOf(made.submission, content, ports.clock.now()))
  await ports.refold(leadId, [made.submission.submissionId])
  ports.log.info('captured', { leadId, source: draft.source, outcome })
  return outcome
}
