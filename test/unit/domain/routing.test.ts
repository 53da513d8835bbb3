import { describe, expect, it } from 'vitest'
import type { Facts } from '../../../domain/condition.ts'
import { type Counters, isAway, memberOf, pickRep, rejectReason } from '../../../domain/routing-pick.ts'
import { routing } from './settings-sample.ts'

const summer = Date.UTC(2026, 5, 1, 12)
const christmas = Date.UTC(2026, 11, 24, 12)
const facts = (fields: Record<string, string[]>): Facts => ({
  stage: 'sql',
  temperature: 'hot',
  score: { fit: 0, engagement: 0, total: 0 },
  fields,
  signals: [],
})
const none: Counters = { dealt: {}, open: {} }
const big = facts({ 'company.size': ['500'] })
const name = (of: Facts, counters = none, now = summer, exclude: string[] = []) => {
  const pick = pickRep(routing, of, counters, now, { exclude })
  return pick && `${pick.team}: ${pick.member.name}`
}

describe('pickRep', () => {
  it('takes the first rule that fits', () => {
    expect(name(facts({ country: ['AT'], 'company.size': ['500'] }))).toBe('dach: Lena Vogt')
    expect(name(big)).toBe('enterprise: Sam Byrne')
    expect(name(facts({}))).toBe('smb: Jo Park')
  })

  it('gives a lead back to its owner, unless the owner left or is away', () => {
    const owned = (owner: string) => facts({ existing_owner: ['true'], owner: [owner], country: ['DE'] })
    expect(name(owned('ines@example.com'))).toBe('enterprise: Ines Ruiz')
    expect(name(owned('ines@example.com'), none, christmas)).toBe('dach: Lena Vogt')
    expect(name(owned('gone@example.com'))).toBe('dach: Lena Vogt')
  })

  it('deals by weight: two for Sam, one for Ines, evenly spread', () => {
    const dealt = [0, 1, 2, 3, 4, 5].map((n) => name(big, { dealt: { 'rr-enterprise': n }, open: {} }))
    const short = dealt.map((text) => text?.slice(12, 15))
    expect(short).toEqual(['Sam', 'Ine', 'Sam', 'Sam', 'Ine', 'Sam'])
    expect(pickRep(routing, big, none, summer)?.counterKey).toBe('rr-enterprise')
  })

  it('passes over who is away, full, or let it pass', () => {
    const second = { dealt: { 'rr-enterprise': 1 }, open: {} }
    expect(name(big, second)).toBe('enterprise: Ines Ruiz')
    expect(name(big, second, christmas)).toBe('enterprise: Sam Byrne')
    expect(name(big, none, summer, ['sam@example.com'])).toBe('enterprise: Ines Ruiz')
  })

  it('loses no lead when everybody is away or full', () => {
    expect(name(facts({}), { dealt: {}, open: { 'jo@example.com': 40 } })).toBe('smb: Jo Park')
    expect(name(facts({ country: ['DE'] }), none, summer, ['lena@example.com'])).toBe('dach: Lena Vogt')
  })

  it('gives to who has the least open', () => {
    const enterprise = routing.teams['enterprise']!
    const team = {
      ...routing,
      teams: { smb: enterprise },
      rules: [{ all: [], assign: 'smb', method: 'least-open' as const }],
    }
    const open = { 'sam@example.com': 3, 'ines@example.com': 2 }
    expect(pickRep(team, big, { dealt: {}, open }, summer)).toMatchObject({
      team: 'smb',
      member: { name: 'Ines Ruiz' },
    })
    const turns = { ...team, rules: [{ all: [], assign: 'smb', method: 'round-robin' as const }] }
    expect(pickRep(turns, big, { dealt: { 'rr-smb': 3 }, open }, summer)?.member.name).toBe('Ines Ruiz')
    expect(pickRep({ ...team, rules: [] }, big, none, summer)).toBeUndefined()
  })
})

describe('members', () => {
  it('are away from the first day to the last, where they are', () => {
    const ines = memberOf(routing, 'ines@example.com')!.member
    expect(isAway(ines, Date.UTC(2026, 11, 20, 22, 59), 'UTC')).toBe(false)
    expect(isAway(ines, Date.UTC(2026, 11, 20, 23, 0), 'UTC')).toBe(true)
    expect(isAway(ines, Date.UTC(2027, 0, 4, 22, 59), 'UTC')).toBe(true)
    expect(isAway(ines, Date.UTC(2027, 0, 4, 23, 0), 'UTC')).toBe(false)
  })

  it('have reasons to reject', () => {
    expect(rejectReason(routing, 'not-a-fit')?.outcome).toEqual({ stage: 'disqualified' })
    expect(rejectReason(routing, 'mood')).toBeUndefined()
  })
})
