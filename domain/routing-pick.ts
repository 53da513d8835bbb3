/** Who gets a lead: the first rule that fits, then one of the team in turn. */
import { dateOf, localAt } from './calendar.ts'
import type { Facts } from './condition.ts'
import { fieldHolds } from './facts.ts'
import type { Member, Method, RejectReason, Routing, RoutingRule } from './routing.ts'

/** What the store knows of the reps. */
export interface Counters {
  /** How many leads each counter has dealt out, by `counterKey`. */
  readonly dealt: Readonly<Record<string, number>>
  /** Open hand-offs by the member's email. */
  readonly open: Readonly<Record<string, number>>
}

export interface Pick {
  readonly team: string
  readonly member: Member
  /** The counter to add one to; absent when nobody was dealt (existing owner, least open). */
  readonly counterKey?: string
}

/** Whether a member is away on the day it is for them. */
export function isAway(member: Member, now: number, zone: string): boolean {
  if (member.away.length === 0) return false
  const today = dateOf(localAt(member.zone ?? zone, Math.floor(now / 1000)).day)
  return member.away.some(({ from, to }) => from <= today && today <= to)
}

const openOf = (member: Member, { open }: Counters): number =>
  Object.hasOwn(open, member.email) ? (open[member.email] ?? 0) : 0

/** Who may get one: not away and not full; when nobody is, whoever is there; when nobody is there, everybody. */
function available(members: readonly Member[], counters: Counters, now: number, zone: string) {
  const present = members.filter((member) => !isAway(member, now, zone))
  const free = present.filter(
    (member) => openOf(member, counters) < (member.maxOpen ?? Number.POSITIVE_INFINITY),
  )
  if (free.length > 0) return free
  return present.length > 0 ? present : members
}

const leastOpen = (members: readonly Member[], counters: Counters): Member | undefined =>
  members.reduce<Member | undefined>(
    (least, member) => (least && openOf(least, counters) <= openOf(member, counters) ? least : member),
    undefined,
  )

/** The turns of one round: with weights 2 and 1 it is a, b, a; the heavier are spread, not bunched. */
function turns(members: readonly Member[], method: Method): readonly Member[] {
  if (method !== 'weighted-round-robin') return members
  const total = members.reduce((sum, member) => sum + member.weight, 0)
  const credit = members.map(() => 0)
  return Array.from({ length: total }, () => {
    members.forEach((member, i) => {
      credit[i] = (credit[i] ?? 0) + member.weight
    })
    const top = credit.indexOf(Math.max(...credit))
    credit[top] = (credit[top] ?? 0) - total
    return members[top] as Member
  })
}

function ofTeam(
  routing: Routing,
  rule: RoutingRule,
  counters: Counters,
  now: number,
  zone: string,
): Pick | undefined {
  const team = rule.assign
  const all = Object.hasOwn(routing.teams, team) ? (routing.teams[team]?.members ?? []) : []
  const members = available(all, counters, now, zone)
  if (rule.method === 'least-open') {
    const member = leastOpen(members, counters)
    return member && { team, member }
  }
  const counterKey = `rr-${team}`
  const round = turns(members, rule.method)
  const member = round[(counters.dealt[counterKey] ?? 0) % Math.max(1, round.length)]
  return member && { team, member, counterKey }
}

/** The team and member of an owner's address. */
export function memberOf(routing: Routing, email: string): Pick | undefined {
  for (const [team, { members }] of Object.entries(routing.teams)) {
    const member = members.find((one) => one.email === email)
    if (member) return { team, member }
  }
  return undefined
}

function existingOwner(routing: Routing, facts: Facts, now: number, zone: string): Pick | undefined {
  const owner = memberOf(routing, facts.fields['owner']?.[0] ?? '')
  return owner && !isAway(owner.member, now, zone) ? owner : undefined
}

/**
 * Picks the rep for a lead: first rule that fits wins; an owner who left or is away falls through to the next rule.
 * `exclude` leaves out reps who let the hand-off pass, when it is reassigned.
 */
export function pickRep(
  routing: Routing,
  facts: Facts,
  counters: Counters,
  now: number,
  options: { readonly zone?: string; readonly exclude?: readonly string[] } = {},
): Pick | undefined {
  const { zone = 'UTC', exclude = [] } = options
  const teams = without(routing, exclude)
  for (const rule of routing.rules) {
    if (!rule.all.every((test) => fieldHolds(test, facts.fields))) continue
    const pick =
      rule.assign === 'existing-owner'
        ? existingOwner(teams, facts, now, zone)
        : ofTeam(teams, rule, counters, now, zone)
    if (pick) return pick
  }
  return undefined
}

function without(routing: Routing, exclude: readonly string[]): Routing {
  if (exclude.length === 0) return routing
  const teams = Object.entries(routing.teams).map(([id, { members }]) => {
    const left = members.filter((member) => !exclude.includes(member.email))
    return [id, { members: left.length > 0 ? left : members }] as const
  })
  return { ...routing, teams: Object.fromEntries(teams) }
}

/** The reason that a rep gave, as the file has it. */
export const rejectReason = (routing: Routing, id: string): RejectReason | undefined =>
  routing.handoff.rejectReasons.find((reason) => reason.id === id)
