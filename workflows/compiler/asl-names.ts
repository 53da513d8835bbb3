/** The names of the states: what people read in the Step Functions console. */
import type { RouteStop } from '../../domain/route.ts'

export interface StateNames {
  /** The state that does it: "Email 3 · Webinar". */
  readonly main: string
  /** The state that waits for it: "Hold · Email 3"; an end that is listened at has one state only. */
  readonly hold: string
}

const kinds = { send: 'Email', notify: 'Notify', decide: 'Decide', next: 'Next', listen: 'Listen' } as const
const longest = 80

const plain = (text: string): string =>
  text
    .replace(/[^\p{L}\p{N} .'()_-]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()

/** "week-4-webinar" → "Week 4 webinar" */
export function titleOf(id: string): string {
  const words = id.replace(/[-_]+/g, ' ').trim()
  return words.charAt(0).toUpperCase() + words.slice(1)
}

function labelOf(stop: RouteStop): string {
  const { step } = stop.node
  if (step.kind === 'send' || step.kind === 'notify') return plain(step.name ?? titleOf(step.template))
  if (step.kind === 'next') return step.sequence
  return titleOf(step.id)
}

/** Names for every stop, numbered in file order by kind. */
export function namesOf(stops: readonly RouteStop[]): ReadonlyMap<string, StateNames> {
  const counts = new Map<string, number>()
  const entries = stops.map((stop): readonly [string, StateNames] => {
    const kind = kinds[stop.kind]
    if (stop.kind === 'listen') return [stop.id, { main: `Listen · ${stop.id}`, hold: `Listen · ${stop.id}` }]
    const number = (counts.get(kind) ?? 0) + 1
    counts.set(kind, number)
    const main = `${kind} ${number} · ${labelOf(stop)}`
    return [stop.id, { main: main.slice(0, longest).trim(), hold: `Hold · ${kind} ${number}` }]
  })
  return new Map(entries)
}
