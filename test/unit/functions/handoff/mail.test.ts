import { expect, test } from 'vitest'
import { giveNotice } from '../../../../functions/handoff/notice.ts'
import { handOver } from '../../../../functions/handoff/promotion.ts'
import { afterProof, type HandoffDoubt } from '../../../../functions/shared/handoff-mail.ts'
import { captureAll, leadId, promoted } from './lead.ts'
import { Memory } from './memory.ts'

const unclear = { is: 'unclear', detail: 'TimeoutError' } as const
const later = { is: 'refused', permanent: false, detail: 'TooManyRequestsException' } as const
const never = { is: 'refused', permanent: true, detail: 'MessageRejected' } as const

const handoff = (memory: Memory) => memory.handoffs()[0]
const doubts = (memory: Memory) =>
  memory.queued
    .filter(({ queue }) => queue === 'reconcile')
    .map(({ message }) => message as unknown as HandoffDoubt)

const unclearOnce = async (): Promise<Memory> => {
  const memory = new Memory()
  memory.outcomes.push(unclear)
  await handOver(memory.ports, promoted(memory))
  return memory
}

test('a refusal that passes leaves the hand-off as it was, and the queue tries again', async () => {
  const memory = new Memory()
  memory.outcomes.push(later, later)
  const message = promoted(memory)
  await expect(handOver(memory.ports, message)).rejects.toThrow(/no mail just now/)
  expect(handoff(memory)).toMatchObject({ mail: 'none', attempt: 0 })
  await expect(handOver(memory.ports, message)).rejects.toThrow(/no mail just now/)
  await handOver(memory.ports, message)
  expect(handoff(memory)).toMatchObject({ mail: 'sent', attempt: 1 })
  expect(memory.sent).toHaveLength(1)
})

test('a refusal for good parks the mail and tells a person', async () => {
  const memory = new Memory()
  memory.outcomes.push(never)
  const message = promoted(memory)
  await handOver(memory.ports, message)
  await handOver(memory.ports, message)
  expect(handoff(memory)?.mail).toBe('parked')
  expect(memory.alerts).toMatchObject([{ kind: 'handoff-parked' }])
  expect(memory.sent).toEqual([])
})

test('an unclear send is not repeated, but handed over to be judged', async () => {
  const memory = await unclearOnce()
  expect(handoff(memory)).toMatchObject({ mail: 'intent', attempt: 1 })
  expect(memory.queued).toEqual([
    {
      queue: 'reconcile',
      message: { v: 1, kind: 'handoff', leadId: leadId(0), handoffId: `${leadId(0)}-stage-0001`, attempt: 1 },
      delay: 900,
    },
  ])
  await handOver(memory.ports, { v: 1, leadId: leadId(0), eventId: 'stage-0001' })
  expect(doubts(memory)).toHaveLength(2)
  expect(memory.sent).toEqual([])
})

test('a proof settles it', async () => {
  const memory = await unclearOnce()
  const [doubt] = doubts(memory)
  memory.prove({ tags: { lead: leadId(0), handoff: doubt?.handoffId ?? '', n: '0', attempt: '1' } })
  for (let i = 0; i < 2; i++) await afterProof(memory.ports, doubt as HandoffDoubt)
  expect(handoff(memory)).toMatchObject({ mail: 'sent', attempt: 1 })
  expect(memory.sent).toEqual([])
})

test('without a proof on a healthy channel it is sent once more, and never a third time', async () => {
  const memory = await unclearOnce()
  memory.outcomes.push(unclear)
  const [doubt] = doubts(memory)
  await afterProof(memory.ports, doubt as HandoffDoubt)
  expect(handoff(memory)).toMatchObject({ mail: 'intent', attempt: 2 })
  expect(doubts(memory).at(-1)).toMatchObject({ attempt: 2 })
  await afterProof(memory.ports, doubts(memory).at(-1) as HandoffDoubt)
  expect(handoff(memory)).toMatchObject({ mail: 'parked', attempt: 2 })
  expect(memory.alerts).toHaveLength(1)
})

test('the second attempt goes out under its own tag', async () => {
  const memory = await unclearOnce()
  await afterProof(memory.ports, doubts(memory)[0] as HandoffDoubt)
  expect(memory.sent).toMatchObject([{ tags: { attempt: '2' } }])
  expect(handoff(memory)).toMatchObject({ mail: 'sent', attempt: 2 })
  await afterProof(memory.ports, doubts(memory)[0] as HandoffDoubt)
  expect(memory.sent).toHaveLength(1)
})

test('a refusal that passes in the second attempt leaves the doubt open for the redelivery', async () => {
  const memory = await unclearOnce()
  memory.outcomes.push(later)
  const [doubt] = doubts(memory)
  await expect(afterProof(memory.ports, doubt as HandoffDoubt)).rejects.toThrow(/no mail just now/)
  expect(handoff(memory)).toMatchObject({ mail: 'intent', attempt: 1 })
  await afterProof(memory.ports, doubt as HandoffDoubt)
  expect(memory.sent).toHaveLength(1)
})

test('when the channel is silent altogether, a person decides', async () => {
  const memory = await unclearOnce()
  memory.healthy = false
  await afterProof(memory.ports, doubts(memory)[0] as HandoffDoubt)
  expect(handoff(memory)?.mail).toBe('parked')
  expect(memory.alerts).toMatchObject([{ kind: 'handoff-parked' }])
})

test('a template that does not render is told once and stays on the queue', async () => {
  const memory = new Memory()
  memory.content = { ...memory.content, templates: {} }
  const message = promoted(memory)
  for (let i = 0; i < 2; i++)
    await expect(handOver(memory.ports, message)).rejects.toThrow(/no template sales-handoff/)
  expect(new Set(memory.alerts.map((alert) => JSON.stringify(alert))).size).toBe(1)
  expect(handoff(memory)?.mail).toBe('none')
})

const notify = { to: 'owner-or-team', team: 'smb', template: 'notice' }

test('a notice is mailed once per enrolment, to the owner', async () => {
  const memory = new Memory()
  const message = promoted(memory, 0, { fields: { company_size: ['300'] } })
  await handOver(memory.ports, message)
  const enrolmentId = `${leadId(0)}-welcome-1`
  for (let i = 0; i < 3; i++)
    await giveNotice(memory.ports, { v: 1, kind: 'notice', leadId: leadId(0), enrolmentId, notify })
  expect(memory.sent).toHaveLength(2)
  expect(memory.sent[1]).toMatchObject({
    to: 'sam@example.com',
    subject: 'notice: Lead 0 Asked for a demo',
    tags: { handoff: `notice-${enrolmentId}`, n: '0', attempt: '1', audience: 'internal' },
  })
  expect(memory.sent[1]?.tags).not.toHaveProperty('enrolment')
  expect(memory.sent[1]?.text).toContain('/handoffs/')
})

test('a notice about a lead of nobody goes to the team; unclear ones are judged like hand-offs', async () => {
  const memory = new Memory()
  memory.outcomes.push(unclear)
  const id = await captureAll(memory, 0)
  await giveNotice(memory.ports, { v: 1, kind: 'notice', leadId: id, enrolmentId: `${id}-welcome-1`, notify })
  expect(handoff(memory)).toMatchObject({ owner: 'jo@example.com', status: 'closed', mail: 'intent' })
  await afterProof(memory.ports, doubts(memory)[0] as HandoffDoubt)
  expect(memory.sent).toMatchObject([{ to: 'jo@example.com' }])
})

test('nobody is told about test leads and unknown ones', async () => {
  const memory = new Memory()
  const id = await captureAll(memory, 0, { isTest: true })
  for (const lead of [id, leadId(5)])
    await giveNotice(memory.ports, {
      v: 1,
      kind: 'notice',
      leadId: lead,
      enrolmentId: `${lead}-welcome-1`,
      notify,
    })
  expect(memory.sent).toEqual([])
})
