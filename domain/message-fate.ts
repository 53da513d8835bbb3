/** What has become, or is to become, of each message that an enrolment plans. Instants in seconds. */
import type { DeferReason, Due, Enrolment, NotSentReason, Stop } from './enrolment.ts'
import { type RouteStop, stopsOf } from './route.ts'
import type { Sequence } from './sequence.ts'

/** A path that a lead must take for a message to be sent. */
export interface Fork {
  readonly branch: string
  readonly path: string
}

export type Fate =
  | { readonly is: 'sent'; readonly at: number }
  /** `instead`: the paths that the lead took, where that is the reason. */
  | {
      readonly is: 'not-sent'
      readonly at: number
      readonly reason: NotSentReason
      readonly instead?: readonly Fork[]
    }
  | { readonly is: 'parked'; readonly at: number }
  /** The mail service's answer was unclear: its proof is awaited. */
  | { readonly is: 'uncertain'; readonly at: number }
  | { readonly is: 'sending' }
  | { readonly is: 'held'; readonly at: number; readonly until: number; readonly reason: DeferReason }
  /** `unless`: the lead has not come to these forks yet, and may go another way. */
  | { readonly is: 'planned'; readonly due: number; readonly unless: readonly Fork[] }
  /** Only if the lead takes these paths. */
  | { readonly is: 'possible'; readonly onlyOn: readonly Fork[] }
  /** The lead went another way: settled as `branched` when the paths meet again. */
  | { readonly is: 'passed-by'; readonly instead: readonly Fork[] }
  /** The enrolment ended before. */
  | { readonly is: 'left'; readonly at: number; readonly reason: string }

export interface MessageFate {
  readonly step: string
  readonly kind: 'send' | 'notify'
  readonly fate: Fate
}

/** The plan as it will be followed: a diversion or a delay that the execution has not heard of yet counts. */
const planOf = ({ due, answer, pend }: Enrolment): Due => ({ ...due, ...answer?.due, ...pend?.due })

const tookOf = ({ took, pend }: Enrolment): Enrolment['took'] =>
  pend?.took === undefined ? took : { ...took, [pend.took.branch]: pend.took.path }

/** The paths taken where the stop lies on others. */
function takenInstead({ on }: Stop, enrolment: Enrolment): readonly Fork[] {
  const took = tookOf(enrolment)
  return on.flatMap(({ branch, path }) => {
    const taken = took[branch]
    return taken === undefined || taken === path ? [] : [{ branch, path: taken }]
  })
}

/** Undefined when a former run settled it. */
function settled(enrolment: Enrolment, stop: Stop): Fate | 'open' | undefined {
  const record = enrolment.records[stop.id]
  if (record?.is === 'carried') return undefined
  if (record?.is === 'not-sent') {
    const instead = record.reason === 'branched' ? takenInstead(stop, enrolment) : []
    const { at, reason } = record
    return { is: 'not-sent', at, reason, ...(instead.length > 0 && { instead }) }
  }
  if (record) return { is: record.is, at: record.at }
  const { exit } = enrolment
  return exit ? { is: 'left', at: exit.at, reason: exit.reason } : 'open'
}

function ahead(stop: Stop, enrolment: Enrolment, now: number): Fate {
  const { id, on } = stop
  if (enrolment.step === id && enrolment.intent !== undefined) return { is: 'sending' }
  const instead = takenInstead(stop, enrolment)
  if (instead.length > 0) return { is: 'passed-by', instead }
  const took = tookOf(enrolment)
  const open = on.filter(({ branch }) => took[branch] === undefined)
  const beside = open.filter(({ isDefault }) => !isDefault)
  const due = planOf(enrolment)[id]
  if (beside.length > 0 || due === undefined)
    return { is: 'possible', onlyOn: beside.map(({ branch, path }) => ({ branch, path })) }
  const held = enrolment.held?.[id]
  if (held && held.until > now) return { is: 'held', ...held }
  return { is: 'planned', due, unless: open.map(({ branch, path }) => ({ branch, path })) }
}

const isMessage = (stop: RouteStop): stop is RouteStop & { readonly kind: 'send' | 'notify' } =>
  stop.kind === 'send' || stop.kind === 'notify'

/** Every message of an enrolment in file order, each with exactly one fate. */
export const fatesOf = (enrolment: Enrolment, sequence: Sequence, now: number): readonly MessageFate[] =>
  stopsOf(sequence).flatMap((stop) => {
    if (!isMessage(stop)) return []
    const known = settled(enrolment, stop)
    if (known === undefined) return []
    return [{ step: stop.id, kind: stop.kind, fate: known === 'open' ? ahead(stop, enrolment, now) : known }]
  })
