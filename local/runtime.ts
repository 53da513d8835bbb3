/** The whole product in one process: stand-ins, the deployed handlers, the front. */

import { setDefaultResultOrder } from 'node:dns'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { formatProblem } from '../workflows/compiler/problem.ts'
import { compiledProject } from './compiled.ts'
import { addConsoleRoutes } from './console-routes.ts'
import { type LocalConfig, queueFile, setHandlerEnv } from './env.ts'
import { Front } from './front.ts'
import { LambdaHost } from './lambda-host.ts'
import { addLocalRoutes, type LocalControls, type LocalHandler } from './local-routes.ts'
import { deployContent } from './machines.ts'
import { Pace } from './pace.ts'
import { Router } from './router.ts'
import { connect, type StandIns, startStandIns } from './stand-ins.ts'
import { createTables } from './tables.ts'
import { useVirtualDate, wallNow } from './virtual-date.ts'

export interface Runtime {
  readonly url: string
  readonly config: LocalConfig
  readonly parts: StandIns
  readonly controls: LocalControls
  stop(): Promise<void>
}

const versionOf = (root: string): string =>
  String((JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version)

const iso = (at: number): string => new Date(at).toISOString()

/** The controls of the local routes. */
const controlsOf = (parts: StandIns, version: string): LocalControls => {
  const { clock, ses, engine, sqs } = parts
  return {
    health: () => ({ ready: true, now: iso(clock.now()), version }),
    now: () => clock.now(),
    advance: async (to) => {
      const before = ses.rows.count()
      const { now, fired } = await clock.advance(to)
      return { now, fired, sent: ses.rows.count() - before }
    },
    drain: () => clock.drain(),
    inbox: (filter) => ses.list(filter),
    mail: (id) => ses.get(id),
    rawMail: (id) => ses.raw(id),
    report: (id, event) => {
      ses.report(id, event as unknown as Parameters<typeof ses.report>[1])
    },
    sesEvent: (event) => {
      sqs.send(queueFile('signals'), { body: JSON.stringify(event) })
    },
    executions: (leadId) =>
      (leadId === undefined ? engine.recent(undefined) : engine.executionsOf(leadId)).map(
        ({ name, machine, status, state, due, transitions }) => ({
          name,
          sequence: machine.replace(/^tendril-/, ''),
          status,
          state,
          due: due === undefined ? null : iso(due),
          transitions,
        }),
      ),
    history: (name) => historyOf(parts, name),
  }
}

const historyOf = async ({ engine }: StandIns, name: string): Promise<readonly unknown[] | undefined> => {
  const [found] = engine.recent(name, 1)
  if (found === undefined) return undefined
  const answer = await engine.call('GetExecutionHistory', { executionArn: found.arn, maxResults: 1000 })
  return answer['events'] as readonly unknown[]
}

/** Compiles the marketer's files, or says what is wrong with each. */
const compileOrExplain = async (root: string, config: LocalConfig) => {
  const folders = { workflows: config.workflows, templates: config.templates }
  const project = await compiledProject(root, folders, config.memory ? undefined : config.dataDir)
  if (project.ok) return project
  const lines = project.problems.map(formatProblem)
  throw new Error(`Some files need mending before Tendril can start:\n  ${lines.join('\n  ')}`)
}

/** Starts everything; answers once it serves. `log` gets what handlers could not do; `prepare` runs before the first write. */
export const startRuntime = async (
  root: string,
  config: LocalConfig,
  log: (error: unknown) => void,
  prepare: () => void = () => undefined,
): Promise<Runtime> => {
  setDefaultResultOrder('ipv4first')
  const project = await compileOrExplain(root, config)
  const host = new LambdaHost(wallNow)
  const parts = await startStandIns(config, host)
  const restoreDate = config.realClock ? () => undefined : useVirtualDate(parts.clock)
  const controls = controlsOf(parts, versionOf(root))
  const routes = new Router<LocalHandler>()
  addLocalRoutes(routes, controls)
  const pace = new Pace(wallNow)
  const front = new Front({
    clock: parts.clock,
    host,
    local: routes,
    pace,
    ...(config.publicUrl !== undefined && { publicUrl: config.publicUrl }),
    onError: log,
  })
  const port = await front.listen(config.port)
  const url = `http://localhost:${port}`
  const publicUrl = config.publicUrl ?? url
  setHandlerEnv({
    publicUrl,
    wire: parts.wire.url,
    dynamo: parts.dynamo.endpoint,
    external: config.endpoints,
  })
  prepare()
  await createTables(parts.dynamo.endpoint)
  await host.load()
  addConsoleRoutes(routes, controls, host, config.apiToken)
  const close = async (): Promise<void> => {
    await front.close()
    await parts.wire.close()
    await parts.dynamo.close()
    parts.store.close()
    restoreDate()
  }
  try {
    await deployContent(parts.engine, project.content, project.machines, config.acceptsForecast)
  } catch (error) {
    await close()
    throw error
  }
  const reader = connect(parts, host, pace, log)
  parts.engine.load()
  parts.ses.start()
  parts.clock.start()
  const stopReading = reader.run(50)
  front.open()
  const stop = async (): Promise<void> => {
    stopReading()
    parts.clock.stop()
    await close()
  }
  return { url, config, parts, controls, stop }
}
