/** A queue's attributes as SQS names them, read into numbers. */
import { WireError } from '../wire.ts'

export interface QueueSettings {
  readonly fifo: boolean
  readonly contentDedupe: boolean
  readonly dedupePerGroup: boolean
  readonly delayMs: number
  readonly visibilityMs: number
  readonly maxBytes: number
  readonly redrive: { readonly queue: string; readonly maxReceives: number } | undefined
}

export const DEFAULT_ATTRIBUTES: Readonly<Record<string, string>> = {
  DelaySeconds: '0',
  MaximumMessageSize: '1048576',
  MessageRetentionPeriod: '345600',
  ReceiveMessageWaitTimeSeconds: '0',
  VisibilityTimeout: '30',
  SqsManagedSseEnabled: 'true',
}

const number = (attributes: Readonly<Record<string, string>>, name: string, max: number): number => {
  const value = Number(attributes[name] ?? DEFAULT_ATTRIBUTES[name])
  if (!Number.isInteger(value) || value < 0 || value > max)
    throw new WireError('InvalidAttributeValue', `Invalid value for the parameter ${name}.`)
  return value
}

/** The name in a queue's ARN or URL, or the name itself. */
export const queueNameOf = (reference: string): string => reference.slice(lastBreak(reference) + 1)

const lastBreak = (reference: string): number =>
  Math.max(reference.lastIndexOf('/'), reference.lastIndexOf(':'))

const redrive = (text: string | undefined): QueueSettings['redrive'] => {
  if (text === undefined || text === '') return undefined
  const policy = JSON.parse(text) as { deadLetterTargetArn?: string; maxReceiveCount?: number | string }
  const maxReceives = Number(policy.maxReceiveCount)
  if (policy.deadLetterTargetArn === undefined || !(maxReceives >= 1))
    throw new WireError('InvalidAttributeValue', 'Invalid value for the parameter RedrivePolicy.')
  return { queue: queueNameOf(policy.deadLetterTargetArn), maxReceives }
}

export const readSettings = (name: string, attributes: Readonly<Record<string, string>>): QueueSettings => {
  const fifo = name.endsWith('.fifo')
  if ((attributes['FifoQueue'] === 'true') !== fifo && attributes['FifoQueue'] !== undefined)
    throw new WireError('InvalidAttributeValue', 'Only a queue whose name ends in .fifo is a FIFO queue.')
  return {
    fifo,
    contentDedupe: attributes['ContentBasedDeduplication'] === 'true',
    dedupePerGroup: attributes['DeduplicationScope'] === 'messageGroup',
    delayMs: number(attributes, 'DelaySeconds', 900) * 1000,
    visibilityMs: number(attributes, 'VisibilityTimeout', 43_200) * 1000,
    maxBytes: number(attributes, 'MaximumMessageSize', 1_048_576),
    redrive: redrive(attributes['RedrivePolicy']),
  }
}
