/** What a simulated lead does, as `--on` says it: "email.clicked@w1", "page.viewed{path=/pricing}@w1+2d", "stage{to=customer}@+10d". */

import type { LeadEvent } from '../../domain/event.ts'
import { stageEventId } from '../../domain/stage.ts'
import { hint } from '../../workflows/compiler/suggest.ts'
import { Refusal } from '../api.ts'

export interface Happening {
  readonly text: string
  readonly name: string
  readonly properties: Readonly<Record<string, string>>
  /** The step whose mail it follows; none: the beginning. */
  readonly step?: string
  /** Milliseconds after it. */
  readonly after: number
}

const shape = /^([a-z][\w.]*)(?:\{([^}]*)\})?@([a-z0-9-]+)?(?:\+(\d{1,5})([mhdw]))?$/
const units: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 }
/** A person reads a mail some minutes after it came. */
const aPersonsTime = 10 * 60_000

const propertiesOf = (text: string): Happening['properties'] =>
  Object.fromEntries(
    text.split(',').flatMap((pair) => {
      const [key = '', ...value] = pair.split('=')
      return key.trim() === '' ? [] : [[key.trim(), value.join('=').trim()]]
    }),
  )

/** Reads one `--on`; `steps` are the messages of the sequence. */
export const happeningOf = (text: string, steps: readonly string[]): Happening => {
  const match = shape.exec(text.trim())
  const [, name = '', properties = '', step, count, unit = 'm'] = match ?? []
  if (match === null || (step === undefined && count === undefined))
    throw new Refusal(
      `--on "${text}" is not understood. Write <event>@<step>, such as email.clicked@w1 or page.viewed{path=/pricing}@w1+2d, or <event>@+10d.`,
    )
  if (step !== undefined && !steps.includes(step))
    throw new Refusal(`--on "${text}": there is no mail "${step}"${hint(step, steps)}`)
  const after = count === undefined ? aPersonsTime : Number(count) * (units[unit] ?? 0)
  return { text, name, properties: propertiesOf(properties), ...(step !== undefined && { step }), after }
}

const suppressions = {
  'email.unsubscribed': 'unsubscribed',
  'email.bounced': 'bounced',
  'email.complained': 'complained',
} as const

/** What the log gets of it. `enrolmentId` is that of the mail. */
export const eventOf = (
  { name, properties, step }: Happening,
  context: {
    readonly id: string
    readonly at: number
    readonly enrolmentId: string | undefined
    readonly state: { readonly stage: string; readonly stageChanges: number }
  },
): LeadEvent => {
  const { id, at, enrolmentId, state } = context
  const reason = suppressions[name as keyof typeof suppressions]
  if (reason !== undefined) return { type: 'suppressed', id, at, reason, source: 'simulation' }
  if (name === 'stage')
    return {
      type: 'stage.changed',
      id: stageEventId(state),
      at,
      from: state.stage,
      to: properties['to'] ?? state.stage,
      reason: properties['reason'] ?? 'by hand',
      actor: 'simulation',
      total: 0,
    }
  return {
    type: 'signal',
    id,
    at,
    name,
    properties,
    verdict: 'human',
    ...(step !== undefined && name.startsWith('email.') && { step }),
    ...(enrolmentId !== undefined && { enrolmentId }),
  }
}
