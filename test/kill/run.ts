/** `npm run kill-test`: SIGKILL at random moments of a running demo; afterwards nothing is lost and nothing came twice. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { stopsOf } from '../../domain/route.ts'
import { freePort, type Loopback } from '../../local/loopback.ts'
import { compileProject } from '../../workflows/compiler/project.ts'
import { type Checked, checkAll, type Steps } from './check.ts'
import { Client } from './client.ts'
import { Findings } from './findings.ts'
import { serveGraph } from './graph.ts'
import { Killer } from './killer.ts'
import { checkLeftovers } from './leftovers.ts'
import { metaSecret, type Person, peopleOf } from './people.ts'
import { Product, token } from './product.ts'
import { diceOf } from './random.ts'
import { takeSnapshot } from './snapshot.ts'
import { Story } from './story.ts'

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const begin = '2026-11-20T22:00:00Z'
/** A restart is ready in this time where a core is free for it; on a busy machine in twice the time. */
const restartLimit = 3000

const say = (text: string): void => {
  process.stdout.write(`${text}\n`)
}

const wholeNumber = (name: string, text: string): number => {
  const number = Number(text)
  if (!Number.isInteger(number) || number < 0) throw new Error(`--${name} is a whole number, not "${text}".`)
  return number
}

const readOptions = () => {
  const { values } = parseArgs({
    options: {
      kills: { type: 'string', default: '20' },
      leads: { type: 'string', default: '200' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      keep: { type: 'boolean', default: false },
    },
  })
  return {
    kills: wholeNumber('kills', values.kills),
    leads: wholeNumber('leads', values.leads),
    seed: wholeNumber('seed', values.seed),
    keep: values.keep,
  }
}

const stepsOfSequences = async (): Promise<Steps> => {
  const project = await compileProject({
    workflows: join(root, 'workflows'),
    templates: join(root, 'templates'),
  })
  if (!project.ok) throw new Error('The files of the project need mending.')
  return new Map(
    Object.entries(project.content.sequences).map(([id, sequence]) => [
      id,
      stopsOf(sequence).flatMap((stop) => (stop.silent ? [] : [stop.id])),
    ]),
  )
}

const envOf = (folder: string, graph: Loopback): Record<string, string> => ({
  TENDRIL_DATA_DIR: folder,
  TENDRIL_MEMORY: '',
  TENDRIL_CLOCK: 'virtual',
  TENDRIL_NOW: begin,
  TENDRIL_LOG: 'error',
  TENDRIL_API_TOKEN: token,
  META_APP_SECRET: metaSecret,
  META_VERIFY_TOKEN: 'kill-test-verify',
  META_ACCESS_TOKEN: 'kill-test-access',
  META_GRAPH_URL: graph.url,
})

const graphOf = (people: readonly Person[]): Promise<Loopback> =>
  serveGraph(
    new Map(
      people.flatMap(({ sourceLeadId, graph }) => (graph === undefined ? [] : [[sourceLeadId, graph]])),
    ),
  )

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`

const percentile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.ceil(values.length * share) - 1] ?? 0

interface Figures {
  readonly people: number
  readonly product: Product
  readonly client: Client
  readonly mails: number
  /** Mails of a second attempt: proof was missing while others were proven. */
  readonly again: number
  readonly checked: Checked
  readonly findings: Findings
}

const print = ({ people, product, client, mails, again, checked, findings }: Figures): void => {
  const restarts = product.restarts.map(({ ms }) => ms)
  const loads = product.restarts.map(({ load }) => load)
  const lost = [
    'I1 lost lead',
    'I2 lost mail',
    'I2 planned message without one record',
    'I5 signal not there once',
  ]
  const twice = ['I1 duplicate lead', 'I2 duplicate mail', 'I3 duplicate hand-off mail']
  const sum = (keys: readonly string[]): number => keys.reduce((all, key) => all + findings.count(key), 0)
  const rows: readonly (readonly [string, string | number])[] = [
    ['kills', product.kills],
    ['requests cut off and repeated', client.repeated],
    ['leads', people],
    ['executions', checked.executions],
    ['mails accepted by SES', mails],
    ...[...checked.outcomes.byKind].sort().map(([name, n]) => [`  messages ${name}`, n] as const),
    ['  sent as proven after a crash', checked.outcomes.proven],
    ['  sent once more after a crash', again],
    ['promotions to sales', checked.promotions],
    ['parked (unclear, with an alert)', checked.outcomes.parked],
    ['lost', sum(lost)],
    ['duplicates', sum(twice)],
    ['restart p50', seconds(percentile(restarts, 0.5))],
    ['restart max', seconds(Math.max(0, ...restarts))],
    ['load per core meanwhile, p50', percentile(loads, 0.5).toFixed(1)],
  ]
  say('')
  for (const [name, value] of rows) say(`  ${name.padEnd(34)}${String(value).padStart(8)}`)
  say('')
}

/** The whole of it; answers with what is wrong. */
const play = async (product: Product, people: readonly Person[], options: ReturnType<typeof readOptions>) => {
  const client = new Client(product)
  const killer = new Killer(product, options.kills, diceOf(options.seed + 1))
  const story = new Story(client, killer, people, diceOf(options.seed + 2))
  const start = Date.parse(begin)
  await story.arrive()
  say(`everybody has arrived, ${product.kills} kills`)
  await story.passSixWeeks(start)
  say(`six weeks have passed, ${product.kills} kills, ${story.mails.all.length} mails`)
  await story.end(start)
  say(`all is over, ${product.kills} kills, ${story.mails.all.length} mails\n`)
  say(`killed at: ${killer.moments.join(', ')}`)
  const { mails, acknowledged } = story
  const again = mails.all.filter(({ tags }) => tags['attempt'] !== '1').length
  const snapshot = await takeSnapshot(client, people)
  const findings = new Findings()
  const world = { people, acknowledged, mails: mails.all, snapshot, steps: await stepsOfSequences() }
  const checked = checkAll(world, findings)
  if (killer.left > 0) findings.add('fewer kills than asked for', `${killer.left} left`)
  for (const { ms, load } of product.restarts)
    if (ms > restartLimit * (load <= 1 ? 1 : 2)) findings.add('restart too slow', seconds(ms))
  return { client, findings, checked, mails: mails.all.length, again }
}

const main = async (): Promise<void> => {
  const options = readOptions()
  const began = performance.now()
  say(`kill test: ${options.kills} kills, ${options.leads} leads, --seed ${options.seed}`)
  const folder = mkdtempSync(join(tmpdir(), 'tendril-kill-'))
  const people = peopleOf(options.leads, Date.parse(begin), diceOf(options.seed))
  const graph = await graphOf(people)
  const product = new Product(root, await freePort(), envOf(folder, graph))
  let isGood = false
  try {
    say(`first start in ${seconds(await product.start())}`)
    const played = await play(product, people, options)
    await product.stop()
    const { findings } = played
    checkLeftovers(folder, findings)
    print({ people: people.length, product, ...played })
    for (const line of findings.lines()) say(line)
    if (findings.total > 0 && product.complaints !== '') say(`\nstandard error:\n${product.complaints}`)
    isGood = findings.total === 0
    say(
      `${isGood ? 'nothing lost, nothing twice' : `${findings.total} violations`}, ${seconds(performance.now() - began)}`,
    )
  } finally {
    await product.stop()
    await graph.close()
    if (isGood && !options.keep) rmSync(folder, { recursive: true, force: true })
    else say(`data kept in ${folder}`)
  }
  process.exitCode = isGood ? 0 : 1
}

await main()
