import { beforeEach, describe, expect, it } from 'vitest'
import type { WebhookMessage } from '../../../../functions/shared/messages.ts'
import type { Answer } from '../../../../functions/webhook/ports.ts'
import { tell } from '../../../../functions/webhook/tell.ts'
import { enrolmentId, lead } from '../shared/run.ts'
import { minute, World, webhook } from './world.ts'

const body = { email: '{{ lead.email }}' }
let world: World
beforeEach(() => {
  world = new World(webhook(body))
})

describe('what was not taken', () => {
  const later: Answer = { is: 'later', detail: 'it answered 503' }

  it('is tried again with growing delays for more than a day, and then kept for a person', async () => {
    const started = world.memory.now
    let next: WebhookMessage | undefined = world.message()
    const waits: number[] = []
    while (next !== undefined) {
      world.answers.push(later)
      world.scheduled.length = 0
      await world.tell(next)
      const [schedule] = world.scheduled
      if (schedule) waits.push(Math.round((schedule.at - world.memory.now) / minute))
      world.memory.now = schedule?.at ?? world.memory.now
      next = schedule?.message
    }
    expect(world.calls).toHaveLength(8)
    expect([...waits].sort((a, b) => a - b)).toEqual(waits)
    expect(world.memory.now - started).toBeGreaterThan(24 * 60 * minute)
    expect(world.parked).toMatchObject([
      { id: `webhook-${enrolmentId}-tell`, reason: 'webhook-failed', detail: 'it answered 503' },
    ])
    expect(world.memory.alerts).toHaveLength(1)
    expect(world.outcomes).toMatchObject([{ id: `${enrolmentId}-tell-failed`, name: 'webhook.failed' }])
  })

  it('stays visible meanwhile, by one schedule and one item, and leaves the list once it is taken', async () => {
    world.answers.push(later, later)
    await world.tell()
    await world.tell(world.message({ tries: 1 }))
    expect(new Set(world.scheduled.map(({ name }) => name)).size).toBe(1)
    expect(world.scheduled.every(({ name, queue }) => name.length <= 64 && queue === 'webhooks')).toBe(true)
    expect(world.parked).toMatchObject([
      { sourceLeadId: lead, reason: 'webhook-not-taken', nextAttemptAt: world.scheduled[1]?.at },
    ])
    await world.tell(world.message({ tries: 2 }))
    expect(world.memory.parked.size).toBe(0)
    expect(world.outcomes).toMatchObject([{ name: 'webhook.delivered' }])
  })

  it('waits at least as long as the receiver asks for', async () => {
    world.answers.push({ ...later, notBefore: world.memory.now + 45 * minute })
    await world.tell()
    expect(world.scheduled[0]?.at).toBeGreaterThanOrEqual(world.memory.now + 45 * minute)
  })

  it('is kept at once when it will never be taken, and goes out when it is replayed', async () => {
    world.answers.push({ is: 'refused', detail: 'it answered 410' })
    await world.tell()
    expect(world.scheduled).toEqual([])
    expect(world.memory.alerts).toMatchObject([{ kind: 'webhook.failed' }])
    const [parked] = world.memory.parked.values()
    expect(parked?.replay.queue).toBe('webhooks')
    world.memory.now += minute
    await world.tell(parked?.replay.message as WebhookMessage)
    expect(world.memory.parked.size).toBe(0)
    expect(world.outcomes.map(({ name }) => name)).toEqual(['webhook.failed', 'webhook.delivered'])
  })

  it('leaves the list too when the lead is gone before it could be taken', async () => {
    world.answers.push(later)
    await world.tell()
    world.memory.log.clear()
    await world.tell(world.message({ tries: 1 }))
    expect(world.memory.parked.size).toBe(0)
  })

  it('is one alert an hour for all leads behind one receiver, and tells nothing of its address but the host', async () => {
    world.answers.push(
      { is: 'refused', detail: 'it answered 401' },
      { is: 'refused', detail: 'it answered 401' },
    )
    await world.tell()
    world.memory.now += minute
    await world.tell()
    expect(new Set(world.memory.alerts.map((alert) => JSON.stringify(alert))).size).toBe(1)
    const told = JSON.stringify([world.parked, world.memory.alerts, world.outcomes])
    expect(told).toContain('crm.example.com')
    expect(told).not.toContain('private')
  })

  it.each([
    ['secret:CRM_WEBHOOK', undefined, {}, 'the secret CRM_WEBHOOK, which holds its address, is not set'],
    ['https://crm.example.com/', 'CRM_KEY', {}, 'the secret CRM_KEY, which signs it, is not set'],
    [
      'https://crm.example.com/',
      undefined,
      { WEBHOOK_SIGNING_SECRET: 'x' },
      'the secret WEBHOOK_SIGNING_SECRET is not whsec_ and base64',
    ],
  ])(
    'for %s signed by %s with %o says what is missing',
    async (url, secret, given: Record<string, string>, detail) => {
      world = new World(webhook(body, { url, ...(secret !== undefined && { secret }) }))
      world.secrets = given
      await world.tell()
      expect(world.calls).toEqual([])
      expect(world.parked.map((item) => item.detail)).toEqual([detail])
    },
  )

  it('because its body does not render is kept at once', async () => {
    world = new World(webhook({ text: '{{ lead.name | nothing }}' }))
    await world.tell()
    expect(world.parked[0]?.detail).toContain('does not render')
  })

  it('because a secret could not be read is a fault of ours: the message comes again', async () => {
    const failing = { ...world.ports, secrets: { get: () => Promise.reject(new Error('down')) } }
    await expect(tell(failing, world.message())).rejects.toThrow('down')
    expect(world.memory.parked.size).toBe(0)
  })
})
