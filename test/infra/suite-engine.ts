import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { functions, type QueueName, queues } from '../../functions/topology.ts'
import { type Assembly, functionNamed, ofType, queueNamed } from './assembly.ts'

/** The package has no types. */
const validate = createRequire(import.meta.url)('asl-validator') as (definition: unknown) => {
  readonly isValid: boolean
  readonly errors: readonly unknown[]
}

export const engineSuite = (given: () => Assembly): void => {
  describe('queues', () => {
    const names = Object.keys(queues) as QueueName[]

    it.each(names)(
      '%s hides a message for six time-outs of its worker and gives up into its own queue',
      (name) => {
        const worker = functions.find((spec) => spec.consumes?.queue === name)!
        const { Properties } = queueNamed(given(), name)
        expect(Properties.VisibilityTimeout).toBe(6 * worker.timeoutSeconds)
        const dead = queueNamed(given(), queues[name].deadLetter)
        expect(Properties.RedrivePolicy).toEqual({
          deadLetterTargetArn: { 'Fn::GetAtt': [dead.id, 'Arn'] },
          maxReceiveCount: queues[name].maxReceives,
        })
        expect(dead.Properties.MessageRetentionPeriod).toBe(14 * 86_400)
        expect(Boolean(dead.Properties.FifoQueue)).toBe(queues[name].fifo)
      },
    )

    it('orders per lead where it must, and deduplicates by our id only', () => {
      for (const name of names) {
        const { Properties } = queueNamed(given(), name)
        expect(Boolean(Properties.FifoQueue)).toBe(queues[name].fifo)
        if (queues[name].fifo) expect(Properties.ContentBasedDeduplication).toBe(false)
      }
    })

    it('encrypts all of them and refuses plain HTTP', () => {
      const all = ofType(given(), 'AWS::SQS::Queue')
      for (const { Properties } of all) expect(Properties.SqsManagedSseEnabled).toBe(true)
      const policies = ofType(given(), 'AWS::SQS::QueuePolicy').filter(({ Properties }) =>
        JSON.stringify(Properties.PolicyDocument).includes('"aws:SecureTransport":"false"'),
      )
      expect(policies).toHaveLength(all.length)
    })
  })

  describe('event sources', () => {
    it.each(functions.filter(({ consumes }) => consumes))('$name takes batches and reports items', (spec) => {
      const { id } = functionNamed(given(), spec.name)
      const queue = queueNamed(given(), spec.consumes!.queue)
      const sources = ofType(given(), 'AWS::Lambda::EventSourceMapping').filter(
        ({ Properties }) => Properties.FunctionName.Ref === id,
      )
      expect(sources).toHaveLength(1)
      expect(sources[0]?.Properties).toMatchObject({
        EventSourceArn: { 'Fn::GetAtt': [queue.id, 'Arn'] },
        BatchSize: spec.consumes!.batchSize,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
      })
    })

    it('gives the stream’s one consumer new events only, a bounded number of times', () => {
      const sources = ofType(given(), 'AWS::Lambda::EventSourceMapping').filter(
        ({ Properties }) => Properties.StartingPosition !== undefined,
      )
      expect(sources).toHaveLength(1)
      const { Properties } = sources[0]!
      expect(Properties).toMatchObject({
        BisectBatchOnFunctionError: true,
        DestinationConfig: {
          OnFailure: { Destination: { 'Fn::GetAtt': [queueNamed(given(), 'stream-dead').id, 'Arn'] } },
        },
      })
      expect(Properties.MaximumRetryAttempts).toBeLessThan(100)
      expect(
        Properties.FilterCriteria.Filters.map(({ Pattern }: { Pattern: string }) => JSON.parse(Pattern)),
      ).toEqual([{ eventName: ['INSERT'], dynamodb: { Keys: { sk: { S: [{ prefix: 'V#' }] } } } }])
    })

    it('brings what SES reports about our mails back to signals', () => {
      const [rule] = ofType(given(), 'AWS::Events::Rule')
      const [set] = ofType(given(), 'AWS::SES::ConfigurationSet')
      expect(rule?.Properties.EventPattern).toEqual({
        source: ['aws.ses'],
        detail: { mail: { tags: { 'ses:configuration-set': [{ Ref: set?.id }] } } },
      })
      expect(rule?.Properties.Targets[0].Arn['Fn::GetAtt'][0]).toBe(queueNamed(given(), 'signals').id)
      const [events] = ofType(given(), 'AWS::SES::ConfigurationSetEventDestination')
      expect([...events!.Properties.EventDestination.MatchingEventTypes].sort()).toEqual([
        'bounce',
        'click',
        'complaint',
        'delivery',
        'deliveryDelay',
        'reject',
        'renderingFailure',
        'send',
        'subscription',
      ])
    })
  })

  describe('machines', () => {
    it('deploys one machine per sequence with exactly the compiled definition', () => {
      const machines = ofType(given(), 'AWS::StepFunctions::StateMachine')
      const deployed = machines.map(({ Properties }) => [
        Properties.StateMachineName,
        Properties.DefinitionString,
      ])
      const { sequences } = given().compiled
      expect(sequences.length).toBeGreaterThan(0)
      expect(deployed.sort()).toEqual(
        sequences.map(({ id, definition }) => [`tendril-${id}`, definition]).sort(),
      )
    })

    it('is accepted by the validator of Amazon States Language', () => {
      for (const { id, definition } of given().compiled.sequences) {
        const { isValid, errors } = validate(JSON.parse(definition))
        expect({ id, isValid, errors }).toMatchObject({ isValid: true })
      }
    })

    it('substitutes the send queue and nothing else', () => {
      const queue = queueNamed(given(), 'send')
      for (const { Properties } of ofType(given(), 'AWS::StepFunctions::StateMachine')) {
        expect(Properties.DefinitionSubstitutions).toEqual({ SendQueueUrl: { Ref: queue.id } })
        expect(new Set(Properties.DefinitionString.match(/\$\{\w+\}/g))).toEqual(new Set(['${SendQueueUrl}']))
      }
    })

    it('is standard, traced, logs fatal ends without data, and outlives its file', () => {
      for (const { Properties, DeletionPolicy } of ofType(given(), 'AWS::StepFunctions::StateMachine')) {
        expect(Properties).toMatchObject({
          StateMachineType: 'STANDARD',
          TracingConfiguration: { Enabled: true },
          LoggingConfiguration: { Level: 'FATAL', IncludeExecutionData: false },
        })
        expect(DeletionPolicy).toBe('Retain')
      }
    })

    it('publishes a version per definition and keeps the ones before', () => {
      const machines = ofType(given(), 'AWS::StepFunctions::StateMachine')
      const versions = ofType(given(), 'AWS::StepFunctions::StateMachineVersion')
      expect(versions).toHaveLength(machines.length)
      for (const { Properties, DeletionPolicy, UpdateReplacePolicy } of versions) {
        const machine = Properties.StateMachineArn.Ref
        expect(Properties.StateMachineRevisionId).toEqual({
          'Fn::GetAtt': [machine, 'StateMachineRevisionId'],
        })
        expect([DeletionPolicy, UpdateReplacePolicy]).toEqual(['Retain', 'Retain'])
      }
    })
  })

  describe('content', () => {
    it('is published with its hash and the version of every sequence, after the workers', () => {
      const [publication] = ofType(given(), 'Custom::TendrilContent')
      const { compiled } = given()
      expect(publication?.Properties.contentHash).toBe(compiled.hash)
      expect(Object.keys(publication?.Properties.machines).sort()).toEqual(
        compiled.sequences.map(({ id }) => id).sort(),
      )
      expect(publication?.DependsOn).toContain(functionNamed(given(), 'send').id)
    })

    it('lies beside the publisher’s bundle', () => {
      const file = readFileSync(join(given().outdir, 'bundles/publish/content.json.gz'))
      expect(gunzipSync(file).toString('utf8')).toBe(given().compiled.json)
    })
  })
}
