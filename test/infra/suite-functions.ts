import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { type FunctionSpec, functions } from '../../functions/topology.ts'
import { bundle } from '../../infra/bundles.ts'
import { type Assembly, functionNamed, ofType } from './assembly.ts'

const withPublisher = [...functions.map(({ name }) => name), 'publish']

const expectedVariables = (spec: FunctionSpec): string[] => {
  const queue = (name: string) => `TENDRIL_QUEUE_${name.toUpperCase().replaceAll('-', '_')}`
  const when = (condition: boolean | undefined, ...names: string[]) => (condition ? names : [])
  const timers = ['TENDRIL_SCHEDULER_ROLE', 'TENDRIL_QUEUE_ARN_TIMERS', 'TENDRIL_QUEUE_ARN_CAPTURE']
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

    it.each(withPublisher)('%s loads as it is deployed and exports its handler', async (name) => {
      const file = join(given().outdir, 'bundles', name, 'index.mjs')
      expect(existsSync(file)).toBe(true)
      const module = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as { handler?: unknown }
      expect(typeof module.handler).toBe('function')
    })

    it('says which handler is missing', () => {
      const entries = [{ name: 'ghost', entry: 'functions/ghost/handler.ts' }]
      expect(() => bundle(entries, given().outdir)).toThrow(/ghost \(functions\/ghost\/handler\.ts\)/)
    })
  })
}
