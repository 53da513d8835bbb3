import { describe, expect, it } from 'vitest'
import { type Message, md5OfAttributes, newMessage } from '../../../local/sqs/message.ts'
import { FifoIndex, StandardIndex } from '../../../local/sqs/message-index.ts'
import { failedOf } from '../../../local/sqs/subscription.ts'

const message = (seq: number, group = 'a'): Message => ({
  ...newMessage({ seq, id: `m${seq}`, body: 'x', attributes: {}, group, sentAt: 0 }, 0),
  state: 'ready',
})

describe('the digest of message attributes', () => {
  it('is the one that SQS gives', () => {
    const attributes = { timestamp: { DataType: 'Number', StringValue: '1493147359900' } }
    expect(md5OfAttributes(attributes)).toBe('235c5c510d26fb653d073faed50ae77c')
    expect(md5OfAttributes({})).toBeUndefined()
  })

  it('does not hang on the order of the names', () => {
    const [a, b] = [
      { DataType: 'Number', StringValue: '1' },
      { DataType: 'Binary', BinaryValue: 'AQI=' },
    ]
    expect(md5OfAttributes({ a, b })).toBe(md5OfAttributes({ b, a }))
  })
})

describe('the FIFO index', () => {
  it('gives nothing more of a group until all that was taken has left', () => {
    const index = new FifoIndex()
    const [one, two, three] = [message(1), message(2), message(3)] as const
    for (const each of [one, two, three]) index.offer(each)
    expect(index.take(2)).toEqual([one, two])
    index.leave(one)
    expect(index.take(5)).toEqual([])
    index.leave(two)
    expect(index.take(5)).toEqual([three])
  })

  it('puts what comes back before what was behind it', () => {
    const index = new FifoIndex()
    const [one, two, three] = [message(1), message(2), message(3)] as const
    for (const each of [one, two, three]) index.offer(each)
    const taken = index.take(2)
    for (const each of taken) {
      index.offer(each)
      index.leave(each)
    }
    expect(index.take(5)).toEqual([one, two, three])
  })

  it('skips what was deleted while it waited', () => {
    const index = new FifoIndex()
    const [one, two] = [message(1), message(2)] as const
    index.offer(one)
    index.offer(two)
    one.state = 'gone'
    expect(index.take(5)).toEqual([two])
  })
})

describe('the standard index', () => {
  it('stays in order over thousands of messages', () => {
    const index = new StandardIndex()
    const all = Array.from({ length: 5000 }, (_, i) => message(i))
    for (const each of all) index.offer(each)
    const taken: Message[] = []
    for (let batch = index.take(7); batch.length > 0; batch = index.take(7)) taken.push(...batch)
    expect(taken.map((each) => each.seq)).toEqual(all.map((each) => each.seq))
  })
})

describe('the failed part of a batch', () => {
  const batch = [message(1, 'a'), message(2, 'b'), message(3, 'a'), message(4, 'b')]
  const failed = (fifo: boolean, ...ids: string[]) =>
    [...failedOf(batch, fifo, { batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })) })].map(
      (each) => each.id,
    )

  it('is what was named', () => {
    expect(failedOf(batch, false, undefined).size).toBe(0)
    expect(failed(false, 'm1', 'm4')).toEqual(['m1', 'm4'])
  })

  it('has what follows in the same group of a FIFO queue', () => {
    expect(failed(true, 'm1').sort()).toEqual(['m1', 'm3'])
  })

  it('is all of it when something unknown was named', () => {
    expect(failed(false, 'nobody')).toHaveLength(4)
  })
})
