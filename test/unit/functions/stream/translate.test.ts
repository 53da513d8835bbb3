import { describe, expect, it } from 'vitest'
import { jobQueues, jobsOf } from '../../../../functions/stream/translate.ts'
import { functions } from '../../../../functions/topology.ts'
import { captured, moved, start, viewed } from '../../domain/lead-sample.ts'

const queuesFor = (event: Parameters<typeof jobsOf>[1]) => jobsOf('lead', event).map(({ queue }) => queue)

describe('the stream', () => {
  it('makes jobs of what others must act upon, and of nothing else', () => {
    expect(queuesFor(captured())).toEqual(['enrol'])
    expect(queuesFor(moved(1, 'lead', 'mql', start))).toEqual(['enrol', 'webhooks'])
    expect(queuesFor(moved(1, 'mql', 'sql', start))).toEqual(['enrol', 'webhooks', 'handoff'])
    expect(queuesFor(viewed('v', '/', start))).toEqual([])
  })

  it('puts ids on the webhooks queue, no data', () => {
    expect(jobsOf('lead', moved(3, 'lead', 'mql', start))[1]?.message).toEqual({
      v: 1,
      kind: 'event',
      leadId: 'lead',
      eventId: 'stage-0003',
      tries: 0,
      at: start,
    })
  })

  it('may send to the queues that its jobs are for', () => {
    expect(functions.find(({ stream }) => stream)?.sendsTo).toEqual([...jobQueues])
  })
})
