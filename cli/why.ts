/** `tendril why`: what became of one planned mail to one lead, in plain words. */
import type { Command } from 'commander'
import type { DeferReason, NotSentReason } from '../domain/enrolment.ts'
import { exitWords } from '../domain/timeline-words.ts'
import { hint } from '../workflows/compiler/suggest.ts'
import { Refusal } from './api.ts'
import { aboutLead, type Lead, leadIdOf, nameOf } from './lead-data.ts'
import { bold, dim, green, ownZone, red, say, sayJson, when, wrap, yellow } from './terminal.ts'
import { heldBecause, type NotEnteredReason, notEnteredBecause, notSentBecause } from './why-words.ts'

/** A message and its fate, as `GET /v1/leads/{leadId}/messages` has it; instants are texts. */
export interface MessageSeen {
  readonly enrolmentId: string
  readonly sequence: string
  readonly sequenceName: string
  readonly run: number
  readonly step: string
  readonly name: string
  readonly is:
    | 'sent'
    | 'not-sent'
    | 'parked'
    | 'uncertain'
    | 'sending'
    | 'held'
    | 'planned'
    | 'possible'
    | 'passed-by'
    | 'left'
  readonly at?: string
  readonly due?: string
  readonly until?: string
  readonly reason?: string
  readonly unless?: readonly string[]
  readonly onlyOn?: readonly string[]
  readonly instead?: readonly string[]
}

export interface NotEntered {
  readonly sequence: string
  readonly sequenceName: string
  readonly topic: string
  readonly reason: NotEnteredReason
  readonly starts: string
  readonly messages: readonly { readonly step: string; readonly name: string }[]
}

interface Messages {
  readonly messages: readonly MessageSeen[]
  readonly notEntered: readonly NotEntered[]
}

/** What is said of a message: a headline and an explanation. */
export interface Told {
  readonly headline: string
  readonly text: string
}

const list = (words: readonly string[] = []): string => words.map((word) => `“${word}”`).join(' and ')

type Teller = (message: MessageSeen, time: (at: string | undefined) => string) => Told

const tellers: Readonly<Record<MessageSeen['is'], Teller>> = {
  sent: ({ at }, time) => ({ headline: green(`Sent ${time(at)}`), text: '' }),
  'not-sent': ({ at, reason, instead }, time) => ({
    headline: red(`Not sent (${reason}) ${time(at)}`),
    text: instead
      ? `The lead took ${list(instead)} instead.`
      : (notSentBecause[reason as NotSentReason] ?? ''),
  }),
  parked: ({ at }, time) => ({
    headline: red(`Set aside ${time(at)}`),
    text: 'It could not be learned whether the mail service had sent it, so it was not sent a second time. A person must decide (GET /v1/alerts).',
  }),
  uncertain: ({ at }, time) => ({
    headline: yellow(`Being checked since ${time(at)}`),
    text: "The mail service's answer was lost. Its own report is awaited for a quarter of an hour; nothing is sent twice.",
  }),
  sending: () => ({ headline: green('Being sent at this moment'), text: '' }),
  held: ({ until, reason }, time) => ({
    headline: yellow(`Held back (${reason}) until ${time(until)}`),
    text: heldBecause[reason as DeferReason] ?? '',
  }),
  planned: ({ due, unless = [] }, time) => ({
    headline: green(`Planned for ${time(due)}`),
    text:
      unless.length === 0 ? '' : `As long as the lead stays on ${list(unless)}, which is not decided yet.`,
  }),
  possible: ({ onlyOn = [] }) => ({
    headline: yellow('Not planned as it stands'),
    text: `It is sent only to leads that take ${list(onlyOn)}. That is not decided yet; by now the lead is on another way.`,
  }),
  'passed-by': ({ instead = [] }) => ({
    headline: red('Not planned (branched)'),
    text: `The lead took ${list(instead)} instead.`,
  }),
  left: ({ at, reason = '' }, time) => ({
    headline: red(`Not planned: the lead left ${time(at)}`),
    text: `Why it left the sequence: ${exitWords(reason, {})}.`,
  }),
}

/** What became of a message; `time` says an instant. */
export const toldOf = (
  message: MessageSeen,
  exitReason: string | null = null,
  time: (at: string | undefined) => string = (at) => (at === undefined ? '' : when(at)),
): Told => {
  const told = tellers[message.is](message, time)
  const left = message.reason === 'exited' && exitReason !== null
  return left ? { ...told, text: `${told.text} Why it left: ${exitWords(exitReason, {})}.` } : told
}

interface Asked {
  readonly sequence: string | undefined
  readonly step: string
}

/** "w2", or "warehouse-guide/w2". */
export const askedOf = (text: string): Asked => {
  const [first = '', second] = text.split('/')
  return second === undefined ? { sequence: undefined, step: first } : { sequence: first, step: second }
}

const isAsked = ({ sequence, step }: Asked, of: string, id: string): boolean =>
  step === id && (sequence === undefined || sequence === of)

const nothingFound = (text: string, { messages, notEntered }: Messages): Refusal => {
  const known = [
    ...messages.map(({ sequence, step }) => `${sequence}/${step}`),
    ...notEntered.flatMap(({ sequence, messages: all }) => all.map(({ step }) => `${sequence}/${step}`)),
  ]
  const named = text.includes('/') ? known : known.map((one) => one.slice(one.indexOf('/') + 1))
  return new Refusal(`No sequence has a mail "${text}"${hint(text, [...new Set(named)])}`)
}

const print = (title: string, place: string, { headline, text }: Told): void => {
  say(`\n${bold(title)}  ${dim(place)}`)
  say(`  ${headline}`)
  if (text !== '') for (const line of wrap(text, 90)) say(`  ${line}`)
}

const why = async (text: string, step: string, options: { json?: boolean }): Promise<void> => {
  const leadId = await leadIdOf(text)
  const [lead, all] = await Promise.all([
    aboutLead<Lead>(leadId, ''),
    aboutLead<Messages>(leadId, '/messages'),
  ])
  const asked = askedOf(step)
  const messages = all.messages.filter((one) => isAsked(asked, one.sequence, one.step))
  const notEntered = all.notEntered.flatMap(({ messages: inside, ...one }) =>
    inside
      .filter((message) => isAsked(asked, one.sequence, message.step))
      .map((message) => ({ ...one, ...message })),
  )
  if (messages.length + notEntered.length === 0) throw nothingFound(step, all)
  if (options.json) return sayJson({ leadId, messages, notEntered })
  say(`\n${nameOf(lead)}  ${dim(ownZone())}`)
  const exits = new Map(lead.enrolments.map(({ enrolmentId, exitReason }) => [enrolmentId, exitReason]))
  for (const message of messages) {
    const run = message.run === 1 ? '' : `, run ${message.run}`
    const place = `${message.sequence}/${message.step}${run}`
    print(message.name, place, toldOf(message, exits.get(message.enrolmentId)))
  }
  for (const one of notEntered)
    print(one.name, `${one.sequence}/${one.step}`, {
      headline: red(`Not planned: the lead has never been in “${one.sequenceName}”`),
      text: notEnteredBecause[one.reason](one),
    })
  say()
}

export const addWhy = (program: Command): void => {
  program
    .command('why')
    .description('what became of a planned mail: sent, held back, planned, or not sent and why')
    .argument('<lead>', 'its id or email address')
    .argument('<step>', "a step's id, or <sequence>/<step>")
    .option('--json', 'print data')
    .addHelpText('after', '\nExample:\n  npx tendril why nora@example.com warehouse-guide/w3\n')
    .action(why)
}
