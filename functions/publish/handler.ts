import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import middy from '@middy/core'
import type { CloudFormationCustomResourceEvent } from 'aws-lambda'
import type { Content } from '../../domain/content.ts'
import { epochs } from '../shared/aws/epochs.ts'
import { checkPublication } from '../shared/aws/publication-check.ts'
import { publishContent } from '../shared/aws/publisher.ts'
import { queues } from '../shared/aws/queues.ts'
import { beginEpoch } from '../shared/epoch.ts'
import type { Clock } from '../shared/ports.ts'

// biome-ignore lint/plugin: the composition root of this function.
const clock: Clock = { now: () => Date.now() }

/** What the deployment passes: the version of the machine that runs each sequence. */
interface Properties {
  readonly contentHash: string
  readonly machines: Readonly<Record<string, string>>
  /** CloudFormation makes texts of everything. */
  readonly acceptForecast?: string
}

const how = 'If what is forecast is wanted, deploy with `-c acceptForecast=true`.'
/** CloudFormation takes an answer of 4 KB. */
const maxReason = 3_000

const publish = async ({ contentHash, machines, acceptForecast }: Properties): Promise<void> => {
  const gzip = readFileSync(new URL('./content.json.gz', import.meta.url))
  const content = JSON.parse(gunzipSync(gzip).toString('utf8')) as Content
  if (content.hash !== contentHash)
    throw new Error(
      `The bundle holds content ${content.hash}, the deployment asks for ${contentHash}. Synthesise again.`,
    )
  const sequences = Object.values(content.sequences).map(({ id, version }) => {
    const machineArn = machines[id]
    if (machineArn === undefined) throw new Error(`The deployment names no machine for the sequence ${id}.`)
    return [id, { version, machineArn }] as const
  })
  await checkPublication(clock, content, { acceptsForecast: acceptForecast === 'true', how })
  await publishContent({ hash: content.hash, gzip, sequences: Object.fromEntries(sequences) })
  await beginEpoch({ clock, epochs, queues }, content)
}

/** CloudFormation waits for a word at this address, good or bad. */
const report = async (event: CloudFormationCustomResourceEvent, failure?: unknown): Promise<void> => {
  const { ResponseURL, StackId, RequestId, LogicalResourceId } = event
  await fetch(ResponseURL, {
    method: 'PUT',
    body: JSON.stringify({
      Status: failure === undefined ? 'SUCCESS' : 'FAILED',
      Reason: failure instanceof Error ? failure.message.slice(0, maxReason) : 'published',
      PhysicalResourceId: 'tendril-content',
      StackId,
      RequestId,
      LogicalResourceId,
    }),
  })
}

/** Publishes the content that lies beside this bundle at each deployment; deleting the stack deletes nothing. */
export const handler = middy<CloudFormationCustomResourceEvent>().handler(async (event) => {
  try {
    if (event.RequestType !== 'Delete') await publish(event.ResourceProperties as unknown as Properties)
    await report(event)
  } catch (error) {
    await report(event, error)
  }
})
