import { beforeEach, describe, expect, it } from 'vitest'
import type { LeadEvent } from '../../../../domain/event.ts'
import type { WebhookMessage } from '../../../../functions/shared/messages.ts'
import { moved } from '../../domain/lead-sample.ts'
import { lead } from '../shared/run.ts'
import { key, World, webhook } from './world.ts'

let world: World
beforeEach(() => {
  world = new World(webhook({}))
})

describe('a stage change', () => {
  const change: WebhookMessage = { v: 1, kind: 'event', leadId: '', eventId: 'stage-0001', tries: 0, at: 0 }
  const asked = () => ({ ...change, leadId: lead })
  const withCrm = () => {
    const { settings } = world.memory.content
    world.memory.content = {
      ...world.memory.content,
      settings: { ...settings, crm: { webhook: 'https://crm.example.com/in', secret: 'secret:CRM_KEY' } },
    }
    world.secrets = { CRM_KEY: key }
  }
  beforeEach(() => world.memory.write(lead, moved(1, 'lead', 'mql', world.memory.now - 500)))

  it('is told to the CRM of the settings', async () => {
    withCrm()
    world.memory.write(lead, {
      type: 'handed-off',
      id: 'h',
      at: world.memory.now - 100,
      handoffId: 'h',
      owner: 'jo@example.com',
    })
    await world.tell(asked())
    const at = new Date(world.memory.now - 500).toISOString()
    expect(world.calls[0]?.headers['webhook-id']).toBe(`${lead}-stage-0001`)
    expect(world.said).toEqual({
      type: 'lead.stage_changed',
      timestamp: at,
      data: {
        leadId: lead,
        from: 'lead',
        to: 'mql',
        reason: 'test',
        qualification: 'marketing',
        score: 0,
        email: 'ines.duarte@example.com',
        name: null,
        owner: 'jo@example.com',
        at,
      },
    })
    expect(world.outcomes).toMatchObject([{ id: `${lead}-stage-0001-delivered`, name: 'webhook.delivered' }])
  })

  it('is told to nobody where the settings name no CRM: nothing is read or written', async () => {
    world.memory.ports.leads.collection = () => Promise.reject(new Error('read'))
    await world.tell(asked())
    expect(world.calls).toEqual([])
  })

  it('that lost its number to an earlier one is the earlier one', async () => {
    withCrm()
    world.memory.write(lead, {
      ...(moved(1, 'lead', 'sql', world.memory.now) as LeadEvent & { type: 'stage.changed' }),
    })
    await world.tell(asked())
    expect(world.said.data.to).toBe('mql')
  })

  it('of a test lead is told to nobody', async () => {
    withCrm()
    const log = world.memory
      .events(lead)
      .map((event) =>
        event.type === 'captured' ? { ...event, submission: { ...event.submission, isTest: true } } : event,
      )
    world.memory.log.clear()
    world.memory.write(lead, ...log)
    await world.tell(asked())
    expect(world.calls).toEqual([])
  })
})
