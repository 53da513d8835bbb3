/** Deploys content to the local stand-ins as infra/ does on AWS: a machine per sequence, a version per change, then the pointer. */
import { gzipSync } from 'node:zlib'
import type { Content } from '../domain/content.ts'
import { epochs } from '../functions/shared/aws/epochs.ts'
import { checkPublication } from '../functions/shared/aws/publication-check.ts'
import { publishContent } from '../functions/shared/aws/publisher.ts'
import { queues } from '../functions/shared/aws/queues.ts'
import { beginEpoch } from '../functions/shared/epoch.ts'
import type { StateMachine } from '../workflows/compiler/asl-state.ts'
import { account, queueFile, region } from './env.ts'
import type { JsonService } from './wire.ts'

/** By name, not by port: the ports differ from start to start, and the same definition is to stay the same version. */
const sendQueueUrl = `https://sqs.${region}.amazonaws.com/${account}/${queueFile('send')}`

/** The one substitution in a definition. */
const withQueue = (machine: StateMachine): string =>
  JSON.stringify(machine).replaceAll('${SendQueueUrl}', sendQueueUrl)

const machineName = (sequence: string): string => `tendril-${sequence}`

/** Creates or updates the machine; answers the ARN of the version with this definition. */
const deployMachine = async (engine: JsonService, sequence: string, definition: string): Promise<string> => {
  const roleArn = `arn:aws:iam::${account}:role/tendril-machine`
  const created = await engine
    .call('CreateStateMachine', { name: machineName(sequence), definition, roleArn, publish: true })
    .catch((error: unknown) => {
      if (error instanceof Error && error.name === 'StateMachineAlreadyExists') return undefined
      throw error
    })
  if (created !== undefined) return String(created['stateMachineVersionArn'])
  const { stateMachines } = (await engine.call('ListStateMachines', { maxResults: 1000 })) as {
    stateMachines: readonly { name: string; stateMachineArn: string }[]
  }
  const known = stateMachines.find(({ name }) => name === machineName(sequence))
  const updated = await engine.call('UpdateStateMachine', {
    stateMachineArn: known?.stateMachineArn,
    definition,
    publish: true,
  })
  return String(updated['stateMachineVersionArn'])
}

const clock = { now: () => Date.now() }
const how = 'If what is forecast is wanted, start with `npm start -- --accept-forecast`.'

/**
 * Deploys the machines, then publishes the content that names their versions. Throws when that would hurt leads who
 * are under way; nothing is changed then.
 */
export const deployContent = async (
  engine: JsonService,
  content: Content,
  machines: Readonly<Record<string, StateMachine>>,
  acceptsForecast = false,
): Promise<void> => {
  await checkPublication(clock, content, { acceptsForecast, how })
  const sequences: Record<string, { version: string; machineArn: string }> = {}
  for (const [id, machine] of Object.entries(machines)) {
    const machineArn = await deployMachine(engine, id, withQueue(machine))
    sequences[id] = { version: content.sequences[id]?.version ?? '', machineArn }
  }
  await publishContent({ hash: content.hash, gzip: gzipSync(JSON.stringify(content)), sequences })
  await beginEpoch({ clock, epochs, queues }, content)
}
