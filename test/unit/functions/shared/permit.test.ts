import { describe, expect, it } from 'vitest'
import { signal } from '../../domain/lead-sample.ts'
import { day, sequenceOf, World } from './sending.ts'

const hour = 3600
const gap = 20 * hour

describe('two sequences due the same minute', () => {
  const both = (first: number, second: number) => {
    const world = new World([
      sequenceOf('low', ['a'], { priority: first }),
      sequenceOf('high', ['b'], { priority: second }),
    ])
    const lead = world.lead(0)
    const { now } = world
    const low = world.enrol(lead, 'low', 1, { due: { a: now }, createdAt: now - 100 })
    const high = world.enrol(lead, 'high', 1, { due: { b: now + 30 }, createdAt: now - 50 })
    return { world, low, high, now }
  }

  it('sends one: the lower is held for the higher, although it comes first', async () => {
    const { world, low, high, now } = both(20, 80)
    await world.arrive(low, 'a')
    await world.arrive(high, 'b')
    expect(world.memory.sent.map(({ tags }) => tags['sequence'])).toEqual(['high'])
    expect(world.of(low)).toMatchObject({
      records: {},
      held: { a: { at: now, until: now + 30 + gap, reason: 'priority' } },
      answer: { due: { a: now + 30 + gap } },
    })
  })

  it('sends one: the lower is held by the gap when it comes second', async () => {
    const { world, low, high, now } = both(20, 80)
    await world.arrive(high, 'b')
    await world.arrive(low, 'a')
    expect(world.memory.sent.map(({ tags }) => tags['sequence'])).toEqual(['high'])
    expect(world.of(low).held).toEqual({ a: { at: now, until: now + gap, reason: 'min-gap' } })
  })

  it('among equals lets the older run go first', async () => {
    const { world, low, high } = both(50, 50)
    await world.arrive(high, 'b')
    expect(world.memory.sent).toEqual([])
    expect(world.of(high).held).toMatchObject({ b: { reason: 'priority' } })
    await world.arrive(low, 'a')
    expect(world.memory.sent.map(({ tags }) => tags['sequence'])).toEqual(['low'])
  })

  it('sends the held one at its new time', async () => {
    const { world, low, high } = both(20, 80)
    await world.arrive(low, 'a')
    await world.arrive(high, 'b')
    world.pass(gap + 30)
    await world.arrive(low, 'a')
    expect(world.memory.sent.map(({ tags }) => tags['sequence'])).toEqual(['high', 'low'])
    expect(world.of(low).held).toHaveProperty('a')
  })

  it('waits for nobody who is held up by something of its own, has left, or has no permission', async () => {
    for (const over of [
      { held: { b: { at: 1, until: 2, reason: 'stopped' } } },
      { held: { b: { at: 1, until: 2, reason: 'fault' } } },
      { exit: { reason: 'goal', at: 1 } },
      { records: { b: { is: 'sent', at: 1 } } },
    ] as const) {
      const { world, low, high } = both(20, 80)
      world.enrol(world.of(high).leadId, 'high', 1, { ...world.of(high), ...over })
      await world.arrive(low, 'a')
      expect(world.memory.sent).toHaveLength(1)
    }
    const { world, low } = both(20, 80)
    world.memory.pinned[1] = sequenceOf('high', ['b'], { priority: 80, topic: 'events' })
    await world.arrive(low, 'a')
    expect(world.memory.sent).toHaveLength(1)
  })
})

describe('a held mail', () => {
  it('says that SES would not take it, or that something failed', async () => {
    const world = new World([sequenceOf('guide', ['a'])])
    const id = world.enrol(world.lead(0), 'guide', 1, { due: { a: world.now } })
    world.memory.outcomes.push({ is: 'refused', permanent: false, detail: 'TooManyRequestsException' })
    await world.arrive(id, 'a')
    expect(world.of(id).held).toEqual({ a: { at: world.now, until: world.now + 600, reason: 'refused' } })
    world.pass(600)
    const { get } = world.memory.ports.secrets
    world.memory.ports.secrets.get = () => Promise.reject(new Error('not now'))
    await world.arrive(id, 'a')
    expect(world.of(id).held).toEqual({ a: { at: world.now, until: world.now + 120, reason: 'fault' } })
    world.memory.ports.secrets.get = get
    world.pass(120)
    await world.arrive(id, 'a')
    expect(world.mailsTo(0)).toBe(1)
  })

  it('comes more slowly to a lead that does not react, until it does', async () => {
    const world = new World([sequenceOf('guide', ['a', 'b'])], { fatigue: { after: 1, gap: 5 * day * 1000 } })
    const lead = world.lead(0)
    const sentAt = world.now - 2 * day
    const records = { a: { is: 'sent', at: sentAt } } as const
    const id = world.enrol(lead, 'guide', 1, { n: 1, step: 'a', due: { b: world.now }, records })
    await world.arrive(id, 'b')
    expect(world.of(id).held).toMatchObject({ b: { until: sentAt + 5 * day, reason: 'fatigue' } })
    const click = (verdict: 'human' | 'machine') =>
      signal(`k-${verdict}`, 'email.clicked', world.memory.now - 1000, { verdict })
    world.memory.write(lead, click('machine'))
    await world.arrive(id, 'b')
    expect(world.mailsTo(0)).toBe(0)
    world.memory.write(lead, click('human'))
    await world.arrive(id, 'b')
    expect(world.mailsTo(0)).toBe(1)
  })

  it('ends the sequence of a lead that has been silent for too long, until it shows up', async () => {
    const sunset = { idle: 20 * day * 1000, mails: 2 }
    const world = new World([sequenceOf('guide', ['a', 'b', 'c'])], { sunset })
    const lead = world.lead(0)
    const sent = (days: number) => ({ is: 'sent', at: world.now - days * day }) as const
    const over = { n: 2, step: 'b', due: { c: world.now }, records: { a: sent(9), b: sent(5) } }
    const first = world.enrol(lead, 'guide', 1, over)
    await world.arrive(first, 'c')
    expect(world.of(first)).toMatchObject({
      exit: { reason: 'sunset' },
      records: { c: { is: 'not-sent', reason: 'sunset' } },
    })
    world.memory.write(lead, signal('back', 'page.viewed', world.memory.now - 1000))
    const second = world.enrol(lead, 'guide', 2, over)
    await world.arrive(second, 'c')
    expect(world.mailsTo(0)).toBe(1)
  })
})

describe('a stop', () => {
  it('holds mails back for a while at a time, keeps all, and lets them go when it is lifted', async () => {
    const world = new World([sequenceOf('guide', ['a']), sequenceOf('other', ['b'])])
    const id = world.enrol(world.lead(0), 'guide', 1, { due: { a: world.now } })
    const free = world.enrol(world.lead(1), 'other', 1, { due: { b: world.now } })
    world.memory.stops.stopped.set('guide', { scope: 'guide', reason: 'r', at: world.memory.now })
    await world.arrive(id, 'a')
    await world.arrive(free, 'b')
    expect(world.of(id).held).toEqual({ a: { at: world.now, until: world.now + 900, reason: 'stopped' } })
    expect([world.mailsTo(0), world.mailsTo(1)]).toEqual([0, 1])
    world.pass(900)
    world.memory.stops.stopped.clear()
    await world.arrive(id, 'a')
    expect(world.mailsTo(0)).toBe(1)
  })

  it('does not keep in a sequence who must leave it', async () => {
    const world = new World([sequenceOf('guide', ['a'])])
    const lead = world.lead(0, { type: 'suppressed', id: 'u', at: 1, reason: 'unsubscribed', source: 'link' })
    const id = world.enrol(lead, 'guide', 1, { due: { a: world.now } })
    world.memory.stops.stopped.set('all', { scope: 'all', reason: 'r', at: world.memory.now })
    await world.arrive(id, 'a')
    expect(world.of(id).exit).toMatchObject({ reason: 'suppressed' })
  })
})

describe('the blast guard', () => {
  const asked = sequenceOf('guide', [], {
    steps: Array.from({ length: 9 }, (_, n) => ({
      kind: 'send',
      id: `m${n}`,
      template: 'mail',
      immediately: true,
    })),
  })

  it('stops a sequence that mails a lead on and on, though no cap holds what was asked for', async () => {
    const world = new World([asked], { minGap: 0 })
    const lead = world.lead(0)
    const id = world.enrol(lead, 'guide', 1)
    for (let n = 0; n < 9; n++) await world.arrive(id, `m${n}`)
    expect(world.mailsTo(0)).toBe(6)
    expect(world.memory.stops.stopped.get('guide')?.reason).toContain('more than 6 mails in 24 hours')
    expect(world.memory.alerts).toMatchObject([{ kind: 'blast-guard' }])
    expect(world.memory.alerts[0]?.text).toContain('tendril resume guide')
  })

  it('stops everything when the account sends a fifth more than the forecast', async () => {
    const world = new World([sequenceOf('guide', ['a'])], {
      guard: { forecast: { max: 100, per: day * 1000 } },
    })
    const ids = [0, 1].map((n) => world.enrol(world.lead(n), 'guide', 1, { due: { a: world.now } }))
    world.memory.stops.mails = 120
    await world.arrive(ids[0] ?? '', 'a')
    world.memory.stops.mails = 121
    await world.arrive(ids[1] ?? '', 'a')
    expect([world.mailsTo(0), world.mailsTo(1)]).toEqual([1, 0])
    expect([...world.memory.stops.stopped.keys()]).toEqual(['all'])
    expect(world.memory.alerts).toMatchObject([{ kind: 'blast-guard' }])
  })

  it('tells it once, though many workers find the same before they know of the stop', async () => {
    const world = new World([sequenceOf('guide', ['a'])], { minGap: 0 })
    const blind = { stopped: [], resumed: {} }
    world.memory.ports.stops.get = async () => blind
    for (const n of [0, 1, 2]) {
      const records = { a: { is: 'sent', at: world.now - 60 } } as const
      world.enrol(world.lead(n), 'guide', 1, { records, exit: { reason: 'goal', at: 1 } })
      await world.arrive(world.enrol(world.lead(n), 'guide', 2, { due: { a: world.now } }), 'a')
    }
    expect(world.memory.sent).toEqual([])
    expect(world.memory.alerts).toHaveLength(1)
  })

  it('never stops without an alert: without a desk there is no stop, and no mail either', async () => {
    const world = new World([asked], { minGap: 0 })
    const id = world.enrol(world.lead(0), 'guide', 1)
    for (let n = 0; n < 6; n++) await world.arrive(id, `m${n}`)
    world.memory.ports.desk.alert = () => Promise.reject(new Error('no desk'))
    await world.arrive(id, 'm6')
    expect(world.mailsTo(0)).toBe(6)
    expect(world.memory.stops.stopped.size).toBe(0)
    expect(world.of(id).held).toMatchObject({ m6: { reason: 'fault' } })
  })
})

describe('the incident of the deleted step: a sequence loses a step, and its leads enter it again and again', () => {
  const leads = Array.from({ length: 20 }, (_, n) => n)

  const incident = async (world: World, minGapPassed: number): Promise<void> => {
    for (let run = 2; run < 8; run++) {
      for (const n of leads) {
        const id = world.enrol(world.lead(n), 'guide', run, { due: { one: world.now } }, 'stage-0001')
        await world.arrive(id, 'one')
      }
      world.pass(minGapPassed)
    }
  }

  it.each([
    ['no gap between mails', 0, 60],
    ['the usual gap', gap * 1000, 2 * hour],
  ])('mails nobody more than once: %s', async (_, minGap, every) => {
    const world = new World([sequenceOf('guide', ['one'])], { minGap })
    for (const n of leads) {
      const records = { one: { is: 'sent', at: world.now - 20 * day } } as const
      world.enrol(world.lead(n), 'guide', 1, { n: 0, step: 'one', records, exit: { reason: 'goal', at: 1 } })
    }
    await incident(world, every)
    expect(leads.map((n) => world.mailsTo(n))).toEqual(leads.map(() => 1))
    expect([...world.memory.stops.stopped.keys()]).toEqual(['guide'])
    expect(world.memory.alerts.filter(({ kind }) => kind === 'blast-guard')).toHaveLength(1)
    const held = [...world.memory.enrolled.values()].filter(({ enrolment }) => enrolment.held?.['one'])
    expect(held).toHaveLength(leads.length * 5)
  })

  it('mails again what the lead itself asks for again', async () => {
    const world = new World([sequenceOf('guide', ['one'])], { minGap: 0 })
    const lead = world.lead(0)
    await world.arrive(world.enrol(lead, 'guide', 1, { due: { one: world.now } }), 'one')
    world.pass(hour)
    world.memory.write(lead, signal('again', 'trial.started', world.memory.now - 1000))
    await world.arrive(world.enrol(lead, 'guide', 2, { due: { one: world.now } }, 'again'), 'one')
    expect(world.mailsTo(0)).toBe(2)
    expect(world.memory.stops.stopped.size).toBe(0)
  })
})
