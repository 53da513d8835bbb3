/** `tendril demo`: the main job without a browser. */
import type { Command } from 'commander'
import { readConfig } from '../../local/env.ts'
import { meterDynamo, newMeter } from '../../local/meter.ts'
import { startRuntime } from '../../local/runtime.ts'
import { root } from '../root.ts'
import { Client } from './client.ts'
import { readFixture, servePlatforms } from './platforms.ts'
import { printFigures, printFunnel, printTimelines } from './print.ts'
import { play } from './story.ts'

const fixtures = { 'fb-03-one-lead': '/webhooks/meta', 'li-02-created': '/webhooks/linkedin' } as const

/** The keys that the fixtures were signed with. */
const keys = {
  META_APP_SECRET: 'shared-meta-app-secret-5b1f0c',
  META_VERIFY_TOKEN: 'shared-verify-7f3a',
  META_ACCESS_TOKEN: 'demo-token',
  LINKEDIN_CLIENT_SECRET: 'WPL_AP1.SharedSecret.dGVzdA==',
  LINKEDIN_ACCESS_TOKEN: 'demo-token',
}

const say = (text: string): void => {
  process.stdout.write(`${text}\n`)
}

const demo = async (): Promise<void> => {
  const began = performance.now()
  const deliveries = Object.keys(fixtures).map((id) => ({ id, ...readFixture(root, id) }))
  const platforms = await servePlatforms(deliveries.flatMap(({ upstream }) => upstream))
  Object.assign(process.env, keys, {
    PORT: '0',
    TENDRIL_MEMORY: '1',
    TENDRIL_CLOCK: 'virtual',
    TENDRIL_NOW: '2026-11-20T22:00:00Z',
    META_GRAPH_URL: platforms.url,
    LINKEDIN_API_URL: platforms.url,
    TENDRIL_LOG: 'error',
  })
  const failures: unknown[] = []
  const meter = newMeter()
  const runtime = await startRuntime(
    root,
    readConfig(root),
    (error) => failures.push(error),
    () => meterDynamo(meter),
  )
  try {
    const client = new Client(runtime.url, runtime.config.apiToken)
    const deliver = async (id: string): Promise<void> => {
      const { request } = readFixture(root, id)
      await client.call('POST', fixtures[id as keyof typeof fixtures], request.headers, request.rawBody)
    }
    const people = await play(client, deliver, say)
    await printTimelines(client, people, say)
    await printFunnel(client, people, say)
    printFigures(runtime, meter, people.length, (performance.now() - began) / 1000, say)
    if (failures.length > 0)
      throw new Error(`${failures.length} invocations failed; the first: ${String(failures[0])}`)
  } finally {
    await runtime.stop()
    await platforms.close()
  }
}

export const addDemo = (program: Command): void => {
  program.command('demo').description('the main job, start to end, on the virtual clock').action(demo)
}
