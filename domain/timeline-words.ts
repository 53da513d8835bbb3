/** What happened, in plain words: the texts of the timeline. */
import type { Content } from './content.ts'
import type { NotSentReason, StepRecord } from './enrolment.ts'
import type { EventOf } from './event.ts'
import type { Sequence } from './sequence.ts'
import { findStep } from './step-find.ts'

/** The files that give things their names; without them ids are shown. */
export type Names = Partial<Pick<Content, 'settings' | 'scoring' | 'routing' | 'sequences'>>

/** "week-2-cost-model" → "Week 2 cost model" */
export function titleOf(id: string): string {
  const text = id.replace(/[-_]+/g, ' ').trim()
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/**
 * The name of a message: its own, else that of the template it was sent by (`record`) or will be, else its id. Which one
 * of a stream it will be, nobody knows before.
 */
export function messageName(sequence: Sequence | undefined, stepId: string, record?: StepRecord): string {
  const step = sequence && findStep(sequence.steps, stepId)
  if (step?.kind !== 'send' && step?.kind !== 'notify') return titleOf(stepId)
  const isSent = record?.is === 'sent' || record?.is === 'uncertain'
  const isOpen = step.kind === 'send' && step.stream !== undefined && !isSent
  const template = (isSent ? record.name : undefined) ?? step.template
  const title = step.kind === 'notify' ? step.task?.title : undefined
  return step.name ?? title ?? titleOf(isOpen ? stepId : template.replaceAll('.', ' '))
}

export const sequenceOf = (names: Names, id: string): Sequence | undefined =>
  names.sequences && Object.hasOwn(names.sequences, id) ? names.sequences[id] : undefined

export const stageName = (names: Names, id: string): string =>
  names.settings?.stages.find((stage) => stage.id === id)?.label ?? titleOf(id)

const whyNot: Readonly<Record<NotSentReason, string>> = {
  overtaken: 'overtaken by a later mail',
  branched: 'the lead went another way',
  exited: 'the lead had left the sequence',
  suppressed: 'the lead is not to be mailed any more',
  'no-consent': 'no permission for this topic',
  undeliverable: 'the address cannot be mailed',
  'test-lead': 'a test lead is never mailed',
  condition: 'its condition did not hold',
  refused: 'the mail service refused it',
  erased: 'the lead was erased',
  'moved-on': 'the lead had moved on to another version or sequence',
  holdout: 'kept out of the sequence, to compare with those who are in it',
  'nothing-new': 'the lead has received all of it',
  sunset: 'no sign of life for too long',
  'added-later': 'the step was added when the lead was past it',
}

export const notSentWords = (reason: NotSentReason): string => whyNot[reason]

const sourceNames: Readonly<Record<string, string>> = {
  facebook: 'Facebook or Instagram',
  linkedin: 'LinkedIn',
  google: 'Google',
  tiktok: 'TikTok',
  typeform: 'Typeform',
}

/** "Came in through the form “Demo”" */
export function capturedWords(source: string, form: string | undefined): string {
  const [kind = '', name = ''] = source.split(/:(.*)/s)
  if (kind === 'form') return `Filled in the form “${titleOf(name)}”`
  if (kind === 'csv') return `Imported from ${name}`
  if (kind === 'api' || kind === 'generic') return `Came in from ${name}`
  const where = sourceNames[kind] ?? titleOf(kind)
  return form === undefined ? `Came in from ${where}` : `Filled in the form “${titleOf(form)}” on ${where}`
}

const signalWords: Readonly<
  Record<string, (about: string, properties: Readonly<Record<string, string>>) => string>
> = {
  'email.clicked': (about) => `Clicked a link in ${about}`,
  'email.opened': (about) => `Opened ${about}`,
  'email.replied': (about) => `Replied to ${about}`,
  'email.delivered': (about) => `Received ${about}`,
  'email.bounced': (about) => `The mail server refused ${about}`,
  'email.complained': (about) => `Marked ${about} as spam`,
  'email.unsubscribed': (about) => `Unsubscribed from ${about}`,
  'page.viewed': (_, properties) => `Viewed ${properties['path'] ?? 'a page'}`,
  'form.submitted': (_, properties) =>
    `Filled in ${properties['form'] ? `the form “${titleOf(properties['form'])}”` : 'a form'}`,
  'webinar.attended': () => 'Attended the webinar',
  'webinar.registered': () => 'Registered for the webinar',
  'tag.added': (_, properties) => `Tagged “${properties['tag'] ?? ''}”`,
  'tag.removed': (_, properties) => `Tag “${properties['tag'] ?? ''}” removed`,
  'stage.kept': (_, { to = '' }) => `Is in “${titleOf(to)}” already`,
  'stage.refused': (_, { from = '', to = '' }) =>
    `Not moved to “${titleOf(to)}”: from “${titleOf(from)}” the stages do not allow it`,
  'task.done': (about) => `Done: ${about}`,
  'webhook.delivered': (_, properties) =>
    `Told ${properties['host'] ?? 'another system'} (${properties['type'] ?? 'webhook'})`,
  'webhook.failed': (_, properties) =>
    `Could not tell ${properties['host'] ?? 'another system'} (${properties['type'] ?? 'webhook'}): ${properties['detail'] ?? 'it did not take it'}`,
  'preferences.paused': (_, properties) =>
    `Wants no mail until ${properties['until']?.slice(0, 10) ?? 'later'}`,
  'preferences.resumed': () => 'Wants mail again',
  'preferences.fewer': (_, properties) =>
    properties['on'] === 'false' ? 'Wants as many mails as before' : 'Wants fewer mails',
  'manual.enrolled': (_, { sequence = '', actor = '' }) => `Put into “${titleOf(sequence)}” by ${actor}`,
  'manual.ended': (_, { sequence = '', actor = '' }) => `Taken out of “${titleOf(sequence)}” by ${actor}`,
  'signal.judged': (_, properties) => `A signal turned out to be made by a ${properties['verdict'] ?? ''}`,
}

export function signalText(
  event: Pick<EventOf<'signal'>, 'name' | 'properties'>,
  mail: string | undefined,
): string {
  const about = mail === undefined ? 'a mail' : `“${mail}”`
  return signalWords[event.name]?.(about, event.properties) ?? titleOf(event.name.replace(/\./g, ' '))
}

const suppressedWords: Readonly<Record<EventOf<'suppressed'>['reason'], string>> = {
  unsubscribed: 'Unsubscribed: no more mail',
  bounced: 'The address does not exist: no more mail',
  complained: 'Complained about spam: no more mail',
  erased: 'Erased',
  manual: 'Taken off the list by hand: no more mail',
}

export const suppressionWords = (reason: EventOf<'suppressed'>['reason']): string => suppressedWords[reason]

/** An exit's reason in words. */
export function exitWords(reason: string, names: Names): string {
  const stage = /^stage-(.+)$/.exec(reason)?.[1]
  if (stage !== undefined) return `reached “${stageName(names, stage)}”`
  const known: Readonly<Record<string, string>> = {
    suppressed: 'not to be mailed any more',
    unsubscribed: 'unsubscribed',
    'no-consent': 'no permission for its topic',
    goal: 'the goal was reached',
    finished: 'finished',
    sunset: 'no sign of life for too long',
  }
  return known[reason] ?? reason.replace(/-/g, ' ')
}
