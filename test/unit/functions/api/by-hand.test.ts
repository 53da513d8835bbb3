/** What a person does by the API: sequences started and ended, stages given. */
import { describe, expect, test } from 'vitest'
import type { LeadEvent } from '../../../../domain/event.ts'
import type { Sequence } from '../../../../domain/sequence.ts'
import { on } from '../../domain/entry-sample.ts'
import { moved } from '../../domain/lead-sample.ts'
import { bearer, capture, setup } from './support.ts'

const enrolments = '/v1/leads/{leadId}/enrolments'
const mail: Sequence = {
  ...on({ kind: 'api' }),
  id: 'welcome',
  name: 'Welcome',
  steps: [
    { kind: 'send', id: 'first', template: 't', immediately: true },
    { kind: 'wait', wait: { for: 'P7D' } },
    { kind: 'send', id: 'second', template: 't', immediately: false },
  ],
}

const world = async (more: readonly LeadEvent[] = []) => {
  const { memory, ask } = setup()
  memory.pinned.push(mail)
  memory.content = { ...memory.content, sequences: { welcome: mail } }
  const permission: LeadEvent = {
    type: 'consent.given',
    id: 'consent',
    at: memory.now - 1000,
    grant: { topics: ['guides'], basis: 'consent' },
    evidence: {},
  }
  const leadId = await capture(memory, 'ines@example.com', memory.now - 2000, [permission, ...more])
  const call = (method: string, path: string, given: unknown, params: Record<string, string> = {}) =>
    ask(`${method} ${path}`, {
      headers: { ...bearer, 'content-type': 'application/json' },
      params: { leadId, ...params },
      ...(given !== undefined && { body: JSON.stringify(given) }),
    })
  return {
    memory,
    leadId,
    call,
    log: (type: string) => memory.events(leadId).filter((one) => one.type === type),
  }
}

describe('POST enrolments', () => {
  test('starts the sequence and notes who did it', async () => {
    const { memory, leadId, call } = await world()
    const { status, json } = await call('POST', enrolments, { sequence: 'welcome' })
    expect(status).toBe(201)
    expect(json).toMatchObject({
      enrolmentId: `${leadId}-welcome-1`,
      sequence: 'welcome',
      version: '1',
      status: 'active',
    })
    expect(memory.started).toMatchObject([{ name: `${leadId}-welcome-1`, machineArn: 'arn:welcome' }])
    const note = memory.events(leadId).find((event) => event.type === 'signal')
    expect(note).toMatchObject({
      name: 'manual.enrolled',
      id: memory.enrolled.get(`${leadId}-welcome-1`)?.by,
      properties: { sequence: 'welcome', actor: 'api' },
    })
  })

  test('a second time is a conflict, and nothing is noted', async () => {
    const { memory, call } = await world()
    await call('POST', enrolments, { sequence: 'welcome' })
    const before = memory.snapshot()
    const { status, json } = await call('POST', enrolments, { sequence: 'welcome' })
    expect(status).toBe(409)
    expect(json).toMatchObject({
      detail: 'The lead does not enter “Welcome”: it is in this sequence already.',
      errors: [{ path: 'sequence', message: 'running' }],
    })
    expect(memory.snapshot()).toBe(before)
  })

  test('who left is not put in by hand either, even before the log tells of it', async () => {
    const { memory, leadId, call } = await world()
    await memory.ports.leads.suppress(leadId, { reason: 'unsubscribed', at: memory.now })
    const { status, json } = await call('POST', enrolments, { sequence: 'welcome' })
    expect(status).toBe(409)
    expect(json.errors).toEqual([{ path: 'sequence', message: 'suppressed' }])
    expect(memory.started).toEqual([])
  })

  test.each([
    [{ sequence: 'welcom' }, 404, /did you mean "welcome"/],
    [{ sequence: 'constructor' }, 404, /unknown sequence/],
    [{ sequenc: 'welcome' }, 422, /sequence/],
    [{ sequence: 7 }, 422, /expected string/],
  ])('%j is refused', async (given, expected, words) => {
    const { call } = await world()
    const { status, body } = await call('POST', enrolments, given)
    expect(status).toBe(expected)
    expect(
      JSON.parse(body)
        .errors.map((error: { message: string }) => error.message)
        .join() + body,
    ).toMatch(words)
  })

  test('needs the token, and a lead that there is', async () => {
    const { call } = await world()
    const { ask } = setup()
    expect((await ask(`POST ${enrolments}`)).status).toBe(401)
    expect((await call('POST', enrolments, { sequence: 'welcome' }, { leadId: 'nobody' })).status).toBe(404)
  })
})

describe('DELETE an enrolment', () => {
  const one = `${enrolments}/{enrolmentId}`
  const started = async () => {
    const all = await world()
    const { json } = await all.call('POST', enrolments, { sequence: 'welcome' })
    const end = (enrolmentId: string = json.enrolmentId) =>
      all.call('DELETE', one, undefined, { enrolmentId })
    return { ...all, enrolmentId: json.enrolmentId as string, end }
  }

  test('ends it for good, notes who did it, and says the same again', async () => {
    const { memory, enrolmentId, end, leadId } = await started()
    const first = await end()
    expect(first.status).toBe(200)
    expect(first.json).toMatchObject({ status: 'exited', exitReason: 'manual' })
    expect(memory.enrolled.get(enrolmentId)?.enrolment).toMatchObject({
      exit: { reason: 'manual' },
      records: { first: { is: 'not-sent', reason: 'exited' }, second: { is: 'not-sent', reason: 'exited' } },
    })
    expect((await end()).json).toEqual(first.json)
    const notes = memory.events(leadId).filter((e) => e.type === 'signal' && e.name === 'manual.ended')
    expect(notes).toMatchObject([{ properties: { enrolmentId, actor: 'api' } }])
  })

  test('tells the execution', async () => {
    const { memory, enrolmentId, end } = await started()
    const stored = memory.enrolled.get(enrolmentId)
    if (!stored) throw new Error('not enrolled')
    const enrolment = { ...stored.enrolment, n: 0, step: 'first', token: 'token-1' }
    memory.enrolled.set(enrolmentId, { ...stored, enrolment })
    await end()
    expect(memory.answered).toEqual([{ token: 'token-1', name: 'Tendril.Exit' }])
  })

  test('what is over otherwise is a conflict; what is not there is not found', async () => {
    const { memory, enrolmentId, end } = await started()
    expect((await end('nothing-1')).status).toBe(404)
    const stored = memory.enrolled.get(enrolmentId)
    if (!stored) throw new Error('not enrolled')
    memory.enrolled.set(enrolmentId, {
      ...stored,
      enrolment: { ...stored.enrolment, exit: { reason: 'goal', at: 1 } },
    })
    const { status, json } = await end()
    expect([status, json.detail]).toEqual([409, 'The enrolment is over already: goal.'])
  })
})

describe('POST stage', () => {
  const path = '/v1/leads/{leadId}/stage'

  test('moves the lead, with reason and actor', async () => {
    const { memory, leadId, call, log } = await world()
    const { status, json } = await call('POST', path, { stage: 'opportunity', reason: 'Met at the fair' })
    expect(status).toBe(200)
    expect(json).toMatchObject({ leadId, from: 'lead', stage: 'opportunity', actor: 'api' })
    expect(log('stage.changed')).toMatchObject([
      { id: 'stage-0001', from: 'lead', to: 'opportunity', reason: 'Met at the fair', actor: 'api' },
    ])
    expect(memory.item(leadId).head?.state.stage).toBe('opportunity')
  })

  test('ends what the stage ends', async () => {
    const { memory, leadId, call } = await world()
    await call('POST', enrolments, { sequence: 'welcome' })
    await call('POST', path, { stage: 'customer', reason: 'Signed' })
    expect(memory.enrolled.get(`${leadId}-welcome-1`)?.enrolment.exit?.reason).toBe('stage-customer')
  })

  test.each([
    [{ stage: 'lead', reason: 'x' }, 409, 'The lead is in the stage “lead” already.'],
    [{ stage: 'oportunity', reason: 'x' }, 422, 'unknown stage "oportunity"; did you mean "opportunity"?'],
    [{ stage: 'mql' }, 422, 'reason'],
    [{ stage: 'mql', reason: ' ' }, 422, 'say why'],
    [{ stage: 'mql', reason: 'x', actor: 'me' }, 422, 'actor'],
  ])('%j is refused', async (given, expected, words) => {
    const { call, log } = await world()
    const { status, json } = await call('POST', path, given)
    expect(status).toBe(expected)
    expect(JSON.stringify(json).replaceAll('\\"', '"')).toContain(words)
    expect(log('stage.changed')).toEqual([])
  })

  test('an illegal move is a conflict', async () => {
    const { memory, call } = await world([moved(1, 'lead', 'customer', memoryStart)])
    const { status, json } = await call('POST', path, { stage: 'mql', reason: 'x' })
    expect([status, json.detail]).toEqual([409, 'A lead may not go from “customer” to “mql”.'])
    expect(memory.faults).toEqual([])
  })

  test('a change that another one overtakes is made on what came of that', async () => {
    const { memory, leadId, call } = await world()
    const { append } = memory.ports.events
    memory.ports.events.append = async (id: string, event: LeadEvent) => {
      memory.ports.events.append = append
      memory.write(id, { ...moved(1, 'lead', 'mql', memory.now - 1), actor: 'rules' } as LeadEvent)
      return append(id, event)
    }
    const { status, json } = await call('POST', path, { stage: 'opportunity', reason: 'Met' })
    expect([status, json.from]).toEqual([200, 'mql'])
    expect(memory.item(leadId).head?.state).toMatchObject({ stage: 'opportunity', stageChanges: 2 })
  })
})

const memoryStart = Date.parse('2026-11-20T09:59:59Z')
