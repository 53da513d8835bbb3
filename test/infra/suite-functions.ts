import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type FunctionSpec, functions } from '../../functions/topology.ts'
import { bundle } from '../../infra/bundles.ts'
import { type Assembly, functionNamed, ofType } from './assembly.ts'

const withPublisher = [...functions.map(({ name }) => name), 'publish']

/** Run by Node itself: the test runner would transform the bundles. */
const loadAll = `
  import { readdirSync } from 'node:fs'
  import { pathToFileURL } from 'node:url'
  const folder = process.argv.at(-1)
  const kinds = {}
  for (const name of readdirSync(folder)) {
    const url = pathToFileURL(folder + '/' + name + '/index.mjs').href
    kinds[name] = await import(url).then((module) => typeof module.handler, String)
  }
  console.log(JSON.stringify(kinds))
  process.exit(0)
`

/** One record through the stream function, to a queue that shows how it was asked. */
const callOnce = `
  import { createServer } from 'node:http'
  import { pathToFileURL } from 'node:url'
  const server = createServer(({ headers }, response) => {
    console.log(headers.authorization, headers['x-amz-security-token'])
    response.setHeader('content-type', 'application/x-amz-json-1.0')
    response.end('{"Successful":[],"Failed":[]}')
  })
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening))
  const url = 'http://127.0.0.1:' + server.address().port
  Object.assign(process.env, { AWS_ENDPOINT_URL_SQS: url, TENDRIL_QUEUE_ENROL: url + '/enrol' })
  const { handler } = await import(pathToFileURL(process.argv.at(-1)).href)
  const NewImage = {
    pk: { S: 'L#lead' },
    sk: { S: 'V#00000000000001#event' },
    d: { S: JSON.stringify({ type: 'captured', id: 'event', at: 1 }) },
  }
  await handler({ Records: [{ eventName: 'INSERT', dynamodb: { NewImage } }] }, {})
  process.exit(0)
`

const expectedVariables = (spec: FunctionSpec): string[] => {
  const queue = (name: string) => `TENDRIL_QUEUE_${name.toUpperCase().replaceAll('-', '_')}`
  const when = (condition: boolean | undefined, ...names: string[]) => (condition ? names : [])
  const scheduled = ['TIMERS', 'CAPTURE', 'WEBHOOKS'].map((name) => `TENDRIL_QUEUE_ARN_${name}`)
  const timers = ['TENDRIL_SCHEDULER_ROLE', ...scheduled]
  return [
    ...when(spec.core !== 'none', 'TENDRIL_CORE_TABLE'),
    ...when(spec.ops !== 'none', 'TENDRIL_OPS_TABLE'),
    ...spec.sendsTo.map(queue),
    ...when(spec.schedules, ...timers),
    ...when(spec.mails, 'TENDRIL_CONFIGURATION_SET'),
    ...when(spec.mails || spec.routes !== undefined, 'TENDRIL_PUBLIC_URL'),
    ...when(spec.secrets, 'TENDRIL_SECRET_ARN'),
  ].sort()
}

export const functionsSuite = (given: () => Assembly): void => {
  describe('functions', () => {
    it('deploys the topology and the publisher, nothing else', () => {
      const names = ofType(given(), 'AWS::Lambda::Function').map(({ Properties }) => Properties.Description)
      expect(names.map((text: string) => text.split(/[ :]/)[1]).sort()).toEqual([...withPublisher].sort())
    })

    it('mails at most twenty at once: what is in flight is what a crash leaves unclear', () => {
      const limited = ofType(given(), 'AWS::Lambda::EventSourceMapping')
        .map(({ Properties }) => Properties)
        .filter(({ ScalingConfig }) => ScalingConfig !== undefined)
      expect(limited.map((one) => one.BatchSize * one.ScalingConfig.MaximumConcurrency)).toEqual([20])
    })

    it.each(withPublisher)(
      '%s runs on the current Node, ARM, traced, with JSON logs of its own kept for 30 days',
      (name) => {
        const { Properties } = functionNamed(given(), name)
        expect(Properties).toMatchObject({
          Runtime: 'nodejs24.x',
          Architectures: ['arm64'],
          TracingConfig: { Mode: 'Active' },
          LoggingConfig: { LogFormat: 'JSON' },
        })
        const log = given().resources.find(({ id }) => id === Properties.LoggingConfig.LogGroup.Ref)
        expect(log?.Properties.RetentionInDays).toBe(30)
      },
    )

    it.each(functions)(
      '$name has the time and memory of the topology',
      ({ name, timeoutSeconds, memoryMb }) => {
        const { Properties } = functionNamed(given(), name)
        expect([Properties.Timeout, Properties.MemorySize]).toEqual([timeoutSeconds, memoryMb])
      },
    )

    it.each(functions)('$name gets what env.ts reads', (spec) => {
      const variables = functionNamed(given(), spec.name).Properties.Environment?.Variables ?? {}
      expect(Object.keys(variables).sort()).toEqual(expectedVariables(spec))
    })

    it('keeps every log group for a bounded time', () => {
      for (const { Properties } of ofType(given(), 'AWS::Logs::LogGroup'))
        expect(Properties.RetentionInDays).toBeGreaterThan(0)
    })

    it('puts no secret into an environment: names, addresses and ARNs only', () => {
      for (const { Properties } of ofType(given(), 'AWS::Lambda::Function'))
        for (const [name, value] of Object.entries(Properties.Environment?.Variables ?? {})) {
          expect(name).toMatch(/^TENDRIL_[A-Z_]+$/)
          expect(name).not.toMatch(/TOKEN|PEPPER|KEYS?$|PASSWORD|SECRET(?!_ARN$)/)
          expect(JSON.stringify(value)).not.toMatch(/resolve:|SecretString/)
        }
    })
  })

  describe('bundles', () => {
    it.each(withPublisher)('%s fits: at most 650 kB, ingest 400 kB', (name) => {
      const limit = name === 'ingest' ? 400_000 : 650_000
      expect(given().bundles.get(name)).toBeLessThanOrEqual(limit)
    })

    it('loads as it is deployed, with nothing in the environment, and exports its handler', () => {
      const loaded = JSON.parse(
        execFileSync(
          process.execPath,
          ['--input-type=module', '-e', loadAll, join(given().outdir, 'bundles')],
          {
            env: { AWS_REGION: 'eu-west-1' },
            encoding: 'utf8',
          },
        ),
      )
      expect(loaded).toEqual(Object.fromEntries(withPublisher.map((name) => [name, 'function'])))
    })

    it('signs with the credentials that Lambda puts into the environment', () => {
      const authorization = execFileSync(
        process.execPath,
        ['--input-type=module', '-e', callOnce, join(given().outdir, 'bundles/stream/index.mjs')],
        {
          env: {
            AWS_REGION: 'eu-west-1',
            AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
            AWS_SECRET_ACCESS_KEY: 'example',
            AWS_SESSION_TOKEN: 'session-example',
          },
          encoding: 'utf8',
        },
      )
      expect(authorization).toMatch(
        /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-west-1\/sqs\/.* session-example$/m,
      )
    })

    it('says which handler is missing', () => {
      const entries = [{ name: 'ghost', entry: 'functions/ghost/handler.ts' }]
      expect(() => bundle(entries, given().outdir)).toThrow(/ghost \(functions\/ghost\/handler\.ts\)/)
    })
  })
}
