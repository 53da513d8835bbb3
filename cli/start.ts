/** `tendril start`: the local runtime. */
import type { Command } from 'commander'
import { readConfig } from '../local/env.ts'
import { startRuntime } from '../local/runtime.ts'
import { root } from './root.ts'

const say = (text: string): void => {
  process.stdout.write(`${text}\n`)
}

const start = async (options: { acceptForecast?: boolean }): Promise<void> => {
  const began = performance.now()
  const read = readConfig(root)
  const config = options.acceptForecast ? { ...read, acceptsForecast: true } : read
  const runtime = await startRuntime(root, config, (error) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  })
  const { url } = runtime
  const took = ((performance.now() - began) / 1000).toFixed(1)
  say(`
  Tendril is running (ready in ${took} s, DynamoDB by ${runtime.parts.dynamo.driver}).

    Console       ${url}/
    A form        ${url}/forms/demo
    Webhooks      ${url}/webhooks/meta   ${url}/webhooks/linkedin
    API           ${url}/v1/leads   Authorization: Bearer ${config.apiToken}
    Clock         ${new Date(runtime.controls.now()).toISOString()} (${config.realClock ? 'real' : 'virtual'})
    Data          ${config.memory ? 'nothing is kept' : config.dataDir}
`)
  let stopping = false
  const stop = (): void => {
    if (stopping) return
    stopping = true
    void runtime.stop().then(() => process.exit(0))
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
}

export const addStart = (program: Command): void => {
  program
    .command('start')
    .description('run everything on this machine')
    .option('--accept-forecast', 'publish though more mails are forecast than were planned')
    .action(start)
}
