import { describe, expect, test } from 'vitest'
import { giveNotice } from '../../../../functions/handoff/notice.ts'
import { type HandoffPorts, handOver } from '../../../../functions/handoff/promotion.ts'
import { afterProof, type HandoffDoubt } from '../../../../functions/shared/handoff-mail.ts'
import { captureAll, leadId, promoted } from './lead.ts'
import { Memory } from './memory.ts'

/** Where a process dies: at which call, before or after it took effect. */
interface Crash {
  readonly at: number
  readonly when: 'before' | 'after'
}

/** The ports of a process that dies at one call; `calls` counts how many it made. */
const dying = (memory: Memory, crash: Crash) => {
  const count = { calls: 0 }
  const wrap =
    (method: (...given: unknown[]) => Promise<unknown>) =>
    async (...given: unknown[]) => {
      const call = ++count.calls
      if (call === crash.at && crash.when === 'before') throw new Error('died')
      const answer = await method(...given)
      if (call === crash.at) throw new Error('died')
      return answer
    }
  const proxied = (target: object): object =>
    new Proxy(target, {
      get: (_, name) => {
        const value = Reflect.get(target, name) as unknown
        return typeof value === 'function' ? wrap(value.bind(target)) : value
      },
    })
  const { clock, env, log, ...rest } = memory.ports
  const ports = Object.fromEntries(Object.entries(rest).map(([name, port]) => [name, proxied(port)]))
  return { ports: { ...ports, clock, env, log } as unknown as HandoffPorts, count }
}

/** Delivers until nothing fails, then everything that was handed over to be judged. */
const settle = async (memory: Memory, work: (ports: HandoffPorts) => Promise<void>): Promise<void> => {
  await work(memory.ports)
  for (const doubt of memory.queued.splice(0)) {
    if (doubt.queue !== 'reconcile') continue
    memory.now += 900_000
    await afterProof(memory.ports, doubt.message as unknown as HandoffDoubt)
  }
}

type Work = (memory: Memory) => Promise<(ports: HandoffPorts) => Promise<void>>

const promotion: Work = async (memory) => {
  const message = promoted(memory)
  return (ports) => handOver(ports, message)
}
const notice: Work = async (memory) => {
  const id = await captureAll(memory, 0)
  const notify = { to: 'owner-or-team', template: 'notice' }
  return (ports) =>
    giveNotice(ports, { v: 1, kind: 'notice', leadId: id, enrolmentId: `${id}-welcome-1`, notify })
}

const calls = async (start: Work): Promise<number> => {
  const memory = new Memory()
  const work = await start(memory)
  const { ports, count } = dying(memory, { at: 0, when: 'before' })
  await work(ports)
  return count.calls
}

describe.each([
  ['promotion', promotion],
  ['notice', notice],
] as const)('%s', (_, start) => {
  test.each(['before', 'after'] as const)(
    'a crash %s any call ends in one hand-off and one mail',
    async (when) => {
      const all = await calls(start)
      expect(all).toBeGreaterThan(6)
      for (let at = 1; at <= all; at++) {
        const memory = new Memory()
        const work = await start(memory)
        await expect(work(dying(memory, { at, when }).ports), `call ${at}`).rejects.toThrow('died')
        memory.now += 180_000
        await settle(memory, work)
        await settle(memory, work)
        expect(memory.handoffs(), `call ${at}`).toMatchObject([{ mail: 'sent' }])
        expect(memory.sent, `call ${at}`).toHaveLength(1)
        const handed = memory.events(leadId(0)).filter(({ type }) => type === 'handed-off')
        expect(handed).toHaveLength(start === promotion ? 1 : 0)
      }
    },
  )

  test('two processes at once make one hand-off and one mail', async () => {
    const memory = new Memory()
    const work = await start(memory)
    await Promise.allSettled([work(memory.ports), work(memory.ports), work(memory.ports)])
    await settle(memory, work)
    expect(memory.handoffs()).toMatchObject([{ mail: 'sent' }])
    expect(memory.sent).toHaveLength(1)
  })
})
