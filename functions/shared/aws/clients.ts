/** SDK clients, one of each per process; endpoints come from the SDK's own variables AWS_ENDPOINT_URL_*. */

import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb'
import { SchedulerClient } from '@aws-sdk/client-scheduler'
import { SESv2Client } from '@aws-sdk/client-sesv2'
import { SFNClient } from '@aws-sdk/client-sfn'
import { SQSClient } from '@aws-sdk/client-sqs'

const once = <T>(make: () => T): (() => T) => {
  let made: T | undefined
  return () => {
    made ??= make()
    return made
  }
}

/**
 * A logger without `info`: the SDK else filters every input and output for a log line that nobody reads,
 * 4 % of a call's time (measured).
 */
const silent = {
  debug: () => undefined,
  warn: () => undefined,
  error: () => undefined,
} as unknown as NonNullable<DynamoDBClientConfig['logger']>

const common = { cacheMiddleware: true, logger: silent }

export const dynamo = /* @__PURE__ */ once(() => new DynamoDBClient(common))
export const sqs = /* @__PURE__ */ once(() => new SQSClient(common))
export const sfn = /* @__PURE__ */ once(() => new SFNClient(common))
export const scheduler = /* @__PURE__ */ once(() => new SchedulerClient(common))

/**
 * SES has no idempotency token: a repeated call is a second mail. With its default of three attempts the SDK
 * sends two mails when SES accepts and the answer is lost (measured), so this client never repeats.
 */
export const ses = /* @__PURE__ */ once(() => new SESv2Client({ ...common, maxAttempts: 1 }))
