import middy from '@middy/core'
import type { DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda'
import type { LeadEvent } from '../../domain/event.ts'
import { leadIdOf, logPrefix } from '../shared/aws/keys.ts'
import { queues } from '../shared/aws/queues.ts'
import { type Job, jobQueues, jobsOf } from './translate.ts'

const jobsOfRecord = ({ eventName, dynamodb }: DynamoDBRecord): readonly Job[] => {
  const image = dynamodb?.NewImage
  const [pk, sk, data] = [image?.['pk']?.S, image?.['sk']?.S, image?.['d']?.S]
  if (eventName !== 'INSERT' || pk === undefined || data === undefined || !sk?.startsWith(logPrefix))
    return []
  return jobsOf(leadIdOf(pk), JSON.parse(data) as LeadEvent)
}

/** Puts the jobs of a batch on their queues; a failure repeats the batch. */
export const handler = middy<DynamoDBStreamEvent>().handler(async (event) => {
  const jobs = event.Records.flatMap(jobsOfRecord)
  for (const queue of jobQueues) {
    const messages = jobs.filter((job) => job.queue === queue).map((job) => job.message)
    if (messages.length > 0) await queues.sendAll(queue, messages)
  }
})
