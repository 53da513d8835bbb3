/** Deals a lead to a rep: the rules of routing.yaml, with the counters of the store. */
import type { Content } from '../../domain/content.ts'
import { factsOf } from '../../domain/facts.ts'
import type { LeadState } from '../../domain/lead.ts'
import { type Counters, type Pick as Dealt, pickRep } from '../../domain/routing-pick.ts'
import type { Leads } from '../shared/ports.ts'

type Ports = { readonly leads: Pick<Leads, 'count' | 'handoffs'> }

const none: Counters = { dealt: {}, open: {} }
/** A hand-off in one of these is on somebody's desk. */
const openStatuses = ['offered', 'accepted']

/** How many leads each member of a team has on the desk. */
const openOf = async (ports: Ports, content: Content, team: string): Promise<Counters['open']> => {
  const members = content.routing.teams[team]?.members ?? []
  const counts = await Promise.all(
    members.map(async ({ email }) => {
      const found = await ports.leads.handoffs({ owner: email, statuses: openStatuses })
      return [email, found.filter(({ status }) => openStatuses.includes(status)).length] as const
    }),
  )
  return Object.fromEntries(counts)
}

/** Open hand-offs are counted only where the team deals by them. */
const needsOpen = (content: Content, { team, counterKey }: Dealt): boolean =>
  counterKey === undefined ||
  (content.routing.teams[team]?.members ?? []).some(({ maxOpen }) => maxOpen !== undefined)

/**
 * Picks the rep. The first pick only tells which team deals; its counter then gives the turn. A crash before the
 * hand-off is written skips one turn, and never deals a lead twice.
 */
export const dealTo = async (
  ports: Ports,
  state: LeadState,
  content: Content,
  now: number,
): Promise<Dealt> => {
  const options = { zone: content.settings.defaults.timezone }
  const facts = factsOf(state)
  const first = pickRep(content.routing, facts, none, now, options)
  if (first === undefined) throw new Error('routing.yaml gives this lead to nobody: the last rule must.')
  const open = needsOpen(content, first) ? await openOf(ports, content, first.team) : {}
  const { counterKey } = first
  const dealt = counterKey === undefined ? {} : { [counterKey]: (await ports.leads.count(counterKey)) - 1 }
  return pickRep(content.routing, facts, { dealt, open }, now, options) ?? first
}
