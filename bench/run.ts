/** `npm run bench`: every figure, each benchmark in a process of its own; results go to bench/results.json. */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Figure } from './_figure.ts'
import { root } from './_product.ts'

const benchmarks: Readonly<Record<string, () => Promise<() => Promise<readonly Figure[]>>>> = {
  linear: async () => (await import('./sequence.ts')).linear,
  diversions: async () => (await import('./sequence.ts')).withDiversions,
  divert: async () => (await import('./divert.ts')).divert,
  scoring: async () => (await import('./scoring.ts')).scoring,
  simulate: async () => (await import('./simulate.ts')).simulate,
  check: async () => (await import('./check.ts')).check,
  bundles: async () => (await import('./bundles.ts')).bundles,
  start: async () => (await import('./start.ts')).start,
  'whole-job': async () => (await import('./whole-job.ts')).wholeJob,
  'capture-api': async () => (await import('./capture.ts')).captureApi,
  'capture-meta': async () => (await import('./capture.ts')).captureMeta,
}

const holds = ({ value, limit, is }: Figure): boolean =>
  limit === undefined || (is === 'most' ? value <= limit : value >= limit)

const round = (value: number): number => Math.round(value * 1000) / 1000

const line = (figure: Figure): string => {
  const { what, value, unit, limit, is } = figure
  const bound = limit === undefined ? '' : `   (${is === 'most' ? '≤' : '≥'} ${limit}${unit && ` ${unit}`})`
  return `${holds(figure) ? '  ok  ' : ' MISS '} ${what}: ${round(value)}${unit && ` ${unit}`}${bound}`
}

const marker = '@@figures '

/** One benchmark, in this process: its figures as one line that the parent reads. */
const runOne = async (name: string): Promise<void> => {
  const benchmark = benchmarks[name]
  if (benchmark === undefined)
    throw new Error(`There is no benchmark ${name}. There are: ${Object.keys(benchmarks).join(', ')}.`)
  const figures = await (await benchmark())()
  console.log(marker + JSON.stringify(figures))
}

interface Results {
  readonly node: string
  readonly cores: number
  /** By benchmark: a run of some leaves the others as they were. */
  readonly benchmarks: Record<string, unknown>
}

const file = join(root, 'bench', 'results.json')

const readResults = (): Results => {
  const read = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Partial<Results>) : {}
  return { node: process.version, cores: cpus().length, benchmarks: { ...read.benchmarks } }
}

const runApart = (name: string): readonly Figure[] | undefined => {
  const child = spawnSync(process.execPath, [fileURLToPath(import.meta.url), '--one', name], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 64 * 1024 * 1024,
  })
  const found = child.stdout.split('\n').find((text) => text.startsWith(marker))
  return found === undefined ? undefined : (JSON.parse(found.slice(marker.length)) as Figure[])
}

const runAll = (names: readonly string[]): void => {
  const results = readResults()
  for (const name of names) {
    const figures = runApart(name)
    if (figures === undefined) console.log(` MISS  ${name}: it failed`)
    for (const figure of figures ?? []) console.log(line(figure))
    if (figures === undefined || !figures.every(holds)) process.exitCode = 1
    results.benchmarks[name] = figures?.map((figure) => ({
      ...figure,
      value: round(figure.value),
      ok: holds(figure),
    }))
    writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`)
  }
}

const [flag, name] = process.argv.slice(2)
if (flag === '--one') {
  await runOne(name ?? '')
  process.exit()
}
runAll(flag === undefined ? Object.keys(benchmarks) : process.argv.slice(2))
