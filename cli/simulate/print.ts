/** A simulation on the screen: dated rows, then what it comes to. */
import { stopsOf } from '../../domain/route.ts'
import { bold, cyan, dim, green, red, say, stamp, table, yellow } from '../terminal.ts'
import { isInternal, type Row } from './rows.ts'
import type { Simulated } from './simulate.ts'

/** Dollars per 1,000: state transitions of Step Functions, and mails by SES à la carte. */
const price = { transition: 0.025, mail: 0.1 }

const markOf = ({ is }: Row): string => {
  if (is === 'message.sent') return green('✉')
  if (is === 'message.held') return yellow('⏸')
  if (is.startsWith('message.')) return red('✗')
  if (is === 'decided') return cyan('◆')
  if (is === 'enrolled') return green('▶')
  return is === 'enrolment.exited' || is === 'next' ? yellow('■') : dim('·')
}

const rowOf = (row: Row, zone: string): readonly string[] => [
  dim(stamp(row.at, zone)),
  markOf(row),
  row.step ?? '',
  row.subject ?? row.text,
]

const lengthOf = (ms: number): string => {
  const days = Math.round(ms / 86_400_000)
  return days === 1 ? '1 day' : `${days} days`
}

const dollars = (amount: number): string => `$${amount.toFixed(2)}`

/** How it ended, when the timeline does not say. */
const ending = ({ enrolments, sequence, isOver }: Simulated): string => {
  if (!isOver) return red('It was still running after eleven years.')
  const last = enrolments.at(-1)
  if (last?.exit !== undefined) return ''
  const end = sequence.steps.at(-1)
  return `Ended: ${end?.kind === 'end' ? end.outcome : 'finished'}.`
}

export const print = (done: Simulated, rows: readonly Row[]): void => {
  const { sequence, lead, zone, entered, remarks, mails, transitions, faults } = done
  const toLead = mails.filter((mail) => !isInternal(mail)).length
  const end = rows.at(-1)?.at ?? done.end
  const messages = stopsOf(sequence).filter(({ kind }) => kind === 'send' || kind === 'notify').length
  say(`\n${bold(sequence.name)}  ${dim(`${sequence.id}, version ${sequence.version}`)}`)
  say(`  ${lead}, in ${zone}. Enters when ${entered}.`)
  for (const remark of remarks) say(yellow(`  ${remark}`))
  say(
    `\n${table(
      [{}, {}, {}, {}],
      rows.map((row) => rowOf(row, zone)),
    )}\n`,
  )
  const over = ending(done)
  if (over !== '') say(`  ${over}`)
  say(
    `  ${bold(`${toLead} mails`)} of ${messages} messages in the file, over ${lengthOf(end - done.start)}; ${bold(`${transitions} transitions`)}.`,
  )
  const perThousand = dollars(transitions * price.transition + mails.length * price.mail)
  say(
    `  1,000 leads like this: ${dollars(transitions * price.transition)} for Step Functions and ${dollars(mails.length * price.mail)} for SES, ${perThousand} together.`,
  )
  for (const text of faults) say(red(`  ${text}`))
  say()
}
