import { describe, expect, it } from 'vitest'
import type { Submission } from '../../../../domain/event.ts'
import { fixture, forms, now } from '../ingest/support.ts'
import { World } from './support.ts'

const submission = (more: Partial<Submission> = {}): Submission => ({
  submissionId: 's-1',
  source: 'form:demo',
  formId: 'demo',
  at: now,
  person: { email: 'A@Example.com' },
  fields: {},
  hidden: {},
  consents: { email: true },
  consent: { at: now, basis: 'consent', textId: 'demo-v3' },
  attribution: {},
  isTest: false,
  ...more,
})

const captured = async (...all: Submission[]): Promise<World> => {
  const world = new World()
  for (const one of all) world.queue.push({ v: 1, kind: 'submission', submission: one })
  await world.drain()
  return world
}

describe('a submission', () => {
  it('becomes an event of its lead, with what it permits', async () => {
    const world = await captured(submission())
    expect(world.captured).toMatchObject([
      {
        id: 's-1',
        at: now,
        form: 'demo',
        grants: [{ topics: forms['demo']?.consent[0]?.topics, basis: 'consent', textId: 'demo-v3' }],
        submission: { person: { email: 'a@example.com', emailOriginal: 'A@Example.com' } },
      },
    ])
    expect([...world.logs.keys()][0]).toMatch(/^[a-z2-7]{26}$/)
    expect(world.folded).toHaveLength(1)
  })

  it('of one address in any spelling is one lead; another address is another', async () => {
    const world = await captured(
      submission(),
      submission({ submissionId: 's-2', person: { email: ' a@EXAMPLE.com ' } }),
      submission({ submissionId: 's-3', person: { email: 'b@example.com' } }),
    )
    expect([...world.logs.values()].map((log) => log.size)).toEqual([2, 1])
  })

  it('with a number alone belongs to the lead of the number', async () => {
    const world = await captured(
      submission({ person: { phone: '+351 210 000 001' } }),
      submission({ submissionId: 's-2', person: { phone: '+351210000001' } }),
    )
    expect(world.logs.size).toBe(1)
  })

  it('goes to the lead that the address is an alias of', async () => {
    const first = await captured(submission())
    const [hash = ''] = first.logs.keys()
    const world = new World()
    world.aliases.set(`email#${hash}`, 'the-lead')
    world.queue.push({ v: 1, kind: 'submission', submission: submission() })
    await world.drain()
    expect([...world.logs.keys()]).toEqual(['the-lead'])
  })

  it('without a usable address is parked', async () => {
    const world = await captured(submission({ person: { phone: '12' } }))
    expect(world.parkedItems).toMatchObject([{ id: 's-1', reason: 'no-address', source: 'form:demo' }])
    expect(world.captured).toEqual([])
  })

  it('permits nothing before the confirmation where double opt-in applies', async () => {
    const german = submission({
      source: 'form:warehouse-guide',
      formId: 'warehouse-guide',
      fields: { country: ['DE'] },
    })
    const world = await captured(german, submission({ ...german, submissionId: 's-2', fields: {} }))
    expect(world.captured.map(({ grants }) => grants.length)).toEqual([0, 1])
  })

  it('from far in the future counts as now', async () => {
    const world = await captured(submission({ at: now + 7 * 86_400_000 }))
    expect(world.captured[0]?.at).toBe(now)
  })

  it('of an API caller permits what it states, with a basis', async () => {
    const api = { source: 'api:partner', consents: { guides: true } }
    const world = await captured(
      submission({ ...api, consent: { basis: 'contract' } }),
      submission({ ...api, submissionId: 's-2', consent: {} }),
    )
    expect(world.captured.map(({ grants }) => grants)).toEqual([
      [{ topics: ['guides'], basis: 'contract' }],
      [],
    ])
  })

  it('writes no address and no name into the log lines', async () => {
    const world = await captured(
      submission({ person: { email: 'zz-marker@example.com', name: 'Zz Marker' } }),
    )
    expect(world.lines.join('\n')).not.toMatch(/marker/i)
  })
})

describe('what arrives twice', () => {
  it('is one event: the same message', async () => {
    const world = await captured(submission(), submission())
    expect(world.captured).toHaveLength(1)
    expect(world.folded).toHaveLength(2)
  })

  it('is one event: the same id of its source at another time and with other content', async () => {
    const one = submission({ source: 'api:x', sourceLeadId: 'p-1' })
    const world = await captured(one, { ...one, at: now + 5000, person: { email: 'other@example.com' } })
    expect(world.captured).toHaveLength(1)
    expect(world.logs.size).toBe(1)
  })

  it('is one lead: the same delivery a hundred times, side by side', async () => {
    const world = new World()
    const one = fixture('fb-03-one-lead')
    world.upstream = one.upstream ?? []
    for (let i = 0; i < 100; i++) world.deliver('facebook', one.request.rawBody ?? '')
    await Promise.all(Array.from({ length: 10 }, () => world.drain()))
    await world.drain()
    expect(world.captured).toHaveLength(1)
    expect(world.parkedItems).toEqual([])
  })

  it('is not read again from its provider', async () => {
    const world = new World()
    await world.receive('facebook', fixture('fb-03-one-lead'))
    await world.receive('facebook', fixture('fb-03-one-lead'))
    expect(world.asked).toHaveLength(1)
    expect(world.folded).toHaveLength(2)
  })
})

describe('a crash at any write, and the redelivery', () => {
  const run = async (id: string, crash: World['crash']): Promise<World> => {
    const world = new World()
    world.crash = crash
    const one = fixture(id)
    await world.receive(id.startsWith('li') ? 'linkedin' : 'facebook', one)
    return world
  }

  it.each(['fb-03-one-lead', 'fb-04-batch-two-pages', 'li-02-created'])(
    '%s: nothing lost, nothing double',
    async (id) => {
      const whole = await run(id, undefined)
      for (let at = 1; ; at++) {
        const before = await run(id, { at, when: 'before' })
        const after = await run(id, { at, when: 'after' })
        for (const world of [before, after]) {
          const ids = world.captured.map((event) => event.id).sort()
          expect(ids).toEqual(whole.captured.map((event) => event.id).sort())
          expect(new Set(world.folded)).toEqual(new Set(whole.folded))
        }
        if ((before.crash?.at ?? 0) > 0) break
      }
    },
  )

  it.each(['fb-07-dashboard-test', 'fb-09-token-expired', 'fb-10-throttled'])(
    '%s: stays visible',
    async (id) => {
      for (let at = 1; at < 6; at++)
        for (const when of ['before', 'after'] as const)
          expect((await run(id, { at, when })).parkedItems).toHaveLength(1)
    },
  )
})
