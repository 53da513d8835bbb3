/** What makes a lead enter a sequence, in plain words. */
import type { Range } from './condition.ts'
import { durationOf } from './duration.ts'
import type { EventMatch, Sequence, Trigger } from './sequence.ts'
import { type Names, stageName, titleOf } from './timeline-words.ts'

const counted = (count: number, unit: string): string => `${count} ${unit}${count === 1 ? '' : 's'}`

/** "P2D" → "2 days", "P1Y" → "1 year", "PT90M" → "90 minutes". */
export function lengthWords(iso: string): string {
  const { months, days, seconds } = durationOf(iso)
  const parts: readonly (readonly [number, string])[] = [
    [Math.floor(months / 12), 'year'],
    [months % 12, 'month'],
    [days, 'day'],
    [seconds % 3600 === 0 ? seconds / 3600 : 0, 'hour'],
    [seconds % 3600 === 0 || seconds % 60 !== 0 ? 0 : seconds / 60, 'minute'],
    [seconds % 60 === 0 ? 0 : seconds, 'second'],
  ]
  const said = parts.filter(([count]) => count > 0).map(([count, unit]) => counted(count, unit))
  return said.join(' and ') || 'no time'
}

function rangeWords({ atLeast, atMost, above, below }: Range): string {
  if (atLeast !== undefined && atMost !== undefined)
    return atLeast === atMost ? `${atLeast}` : `${atLeast} to ${atMost}`
  if (atLeast !== undefined) return `${atLeast} or more`
  if (above !== undefined) return `more than ${above}`
  return below === undefined ? `${atMost ?? 'anything'} or less` : `less than ${below}`
}

/** "email.clicked (of w1)", "page.viewed (path /pricing*)". */
function eventWords({ name, steps, where }: EventMatch): string {
  const details = [
    ...(steps ? [`of ${steps.join(' or ')}`] : []),
    ...Object.entries(where ?? {}).map(([key, pattern]) => `${key} ${pattern}`),
  ]
  return details.length === 0 ? name : `${name} (${details.join(', ')})`
}

function often({ atLeast, within }: Extract<Trigger, { kind: 'event' }>): string {
  if (atLeast === undefined) return ''
  return ` ${counted(atLeast, 'time')}${within === undefined ? '' : ` in ${lengthWords(within)}`}`
}

type Teller = {
  readonly [Kind in Trigger['kind']]: (trigger: Extract<Trigger, { kind: Kind }>, names: Names) => string
}

const tellers: Teller = {
  form: ({ form }) => `the form “${titleOf(form)}” is filled in`,
  'ad-form': ({ source, formId }) => `the form ${formId} on ${titleOf(source)} is filled in`,
  stage: ({ stages }, names) =>
    `“${stages.map((stage) => stageName(names, stage)).join('” or “')}” is reached`,
  event: (trigger) => `${eventWords(trigger.event)} happens${often(trigger)}`,
  score: ({ score, is }) => `the ${score === 'total' ? 'score' : score} becomes ${rangeWords(is)}`,
  temperature: ({ temperature }) => `the lead turns ${temperature}`,
  date: ({ field, shift }) =>
    shift ? `it is ${lengthWords(shift.by)} ${shift.to} ${field}` : `${field} is reached`,
  api: () => 'somebody adds the lead by hand or by the API',
}

/** "the form “Demo” is filled in" */
export const triggerWords = (trigger: Trigger, names: Names = {}): string =>
  (tellers[trigger.kind] as (trigger: Trigger, names: Names) => string)(trigger, names)

/** All that makes a lead enter, as one sentence's end. */
export const startWords = ({ enrol }: Sequence, names: Names = {}): string =>
  enrol.when.map((trigger) => triggerWords(trigger, names)).join(', or ') || 'nothing in its file'
