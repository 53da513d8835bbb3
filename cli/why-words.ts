/** Every reason of the product's closed lists, explained to somebody who asks about one mail to one person. */
import type { DeferReason, NotSentReason } from '../domain/enrolment.ts'
import type { EntryRefusal } from '../domain/entry.ts'

/** Why a planned message was not sent. */
export const notSentBecause: Readonly<Record<NotSentReason, string>> = {
  overtaken:
    'When its turn came, a later mail of the sequence was due already. Mails never go out in the wrong order, so this one was left out.',
  branched: 'The lead went another way at a fork of the sequence.',
  exited: 'The lead had left the sequence by then.',
  suppressed:
    'The lead is not to be mailed any more: unsubscribed, bounced, complained or taken off by hand.',
  'no-consent': 'The lead has not permitted mail about the topic of this sequence.',
  undeliverable: 'There is no address that takes mail.',
  'test-lead': 'It is a test lead, and those are never mailed.',
  condition: 'Its condition (only_if) did not hold at the moment when it was due.',
  refused:
    'The mail service refused it for good, or its template could not be filled in. The alerts (GET /v1/alerts) say which.',
  erased: 'The lead was erased.',
  'moved-on': 'The lead had gone on to a newer version of the sequence, or to another sequence.',
  holdout:
    'The lead belongs to the share that gets nothing from this sequence (holdout), to compare with those who do.',
  'nothing-new': 'The lead has received every mail that this step could send.',
  sunset: 'The lead has given no sign of life for so long that it is left in peace.',
  'added-later': 'The step was added to the sequence when the lead was past it.',
}

/** Why a mail waits longer than planned. */
export const heldBecause: Readonly<Record<DeferReason, string>> = {
  'min-gap': 'The mail before it went out too short a time ago: see min_gap in workflows/settings.yaml.',
  'frequency-cap':
    'The lead has had as many mails as it may get in this stretch of time: see frequency_cap in workflows/settings.yaml.',
  'quiet-hours':
    'It is a night, a weekend or a holiday where the lead is: see sending in workflows/settings.yaml.',
  priority: 'A mail of a sequence with a higher priority goes first.',
  paused: 'The lead asked for a break.',
  fatigue: 'The lead has not reacted to the last mails, so the next ones come at longer intervals.',
  stopped: 'Sending is stopped for now: by a person, or by a breaker that waits for one.',
  refused: 'The mail service refused it for the moment, and it will be tried again.',
  fault: 'Something that it needed could not be read, and it will be tried again.',
}

/** Why a lead has never been in a sequence: what keeps it out, else that nothing has started it. */
export type NotEnteredReason = EntryRefusal | 'not-triggered'

/** The same in words. */
export const notEnteredBecause: Readonly<
  Record<NotEnteredReason, (sequence: { readonly topic: string; readonly starts: string }) => string>
> = {
  suppressed: () => notSentBecause.suppressed,
  'test-lead': () => notSentBecause['test-lead'],
  undeliverable: () => notSentBecause.undeliverable,
  'no-consent': ({ topic }) =>
    `The lead has not permitted mail about “${topic}”, the topic of this sequence.`,
  stage: () =>
    'The stage that the lead is in ends all sequences (workflows/settings.yaml), and this one does not ask for it.',
  condition: () => 'The lead is none of those whom this sequence is for (enrol, only_if).',
  running: () => 'The lead is in it already.',
  again: () => 'The lead was in it before, and may not enter it again, or not yet (enrol, again).',
  'not-triggered': ({ starts }) => `Nothing has brought the lead into it. It starts when ${starts}.`,
}
