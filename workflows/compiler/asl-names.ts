/** The names of the states: what people read in the Step Functions console. */
import type { RouteStop } from '../../domain/route.ts'

export interface StateNames {
  /** The state that does it: "Email 3 · Webinar". */
  readonly main: string
  /** The state that waits for it: "Hold · Email 3"; an end that is listened at for less than a year has one state only. */
  readonly hold: string
}

const kinds = {
  send: 'Email',
  notify: 'Notify',
  act: 'Act',
  decide: 'Decide',
  next: 'Next',
  listen: 'Listen',
} as const
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
  if (step.kind === 'act' && step.name !== undefined) return plain(step.name)
  return titleOf(step.id)
}

/** Names for every state, numbered in file order by kind; by the id of each stop that has it. */
export function namesOf(
  groups: readonly (readonly RouteStop[])[],
  longEnds: ReadonlySet<string> = new Set(),
): ReadonlyMap<string, StateNames> {
  const counts = new Map<string, number>()
  const entries = groups.flatMap((group): readonly (readonly [string, StateNames])[] => {
    const [first] = group
    if (!first) return []
    const kind = kinds[first.kind]
    if (first.kind === 'listen') {
      const main = `Listen · ${first.id}`
      return [[first.id, { main, hold: longEnds.has(first.id) ? `Hold · ${main}` : main }]]
    }
    const number = (counts.get(kind) ?? 0) + 1
    counts.set(kind, number)
    const main = `${kind} ${number} · ${[...new Set(group.map(labelOf))].join(' or ')}`
    const names = { main: main.slice(0, longest).trim(), hold: `Hold · ${kind} ${number}` }
    return group.map((stop) => [stop.id, names])
  })
  return new Map(entries)
}
