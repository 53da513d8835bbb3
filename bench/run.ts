/** `npm run bench`: every figure, each benchmark in a process of its own; results go to bench/results.json. */
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Figure } from './_figure.ts'
import { root } from './_product.ts'

const benchmarks: Readonly<Record<string, () => Promise<() => Promise<readonly Figure[]>>>> = {
  linear: async () => (await import('./sequence.ts')).linear,
  diversions: async () => (await import('./sequence.ts')).withDiversions,
  divert: async () => (await import('./divert.ts')).divert,
  simulate: async () => (await import('./simulate.ts')).simulate,
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

const runAll = (names: readonly string[]): void => {
  const all: Figure[] = []
  for (const name of names) {
    const child = spawnSync(process.execPath, [fileURLToPath(import.meta.url), '--one', name], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
      maxBuffer: 64 * 1024 * 1024,
    })
    const found = child.stdout.split('\n').find((text) => text.startsWith(marker))
    if (found === undefined) {
      console.log(` MISS  ${name}: it failed`)
      process.exitCode = 1
      continue
    }
    const figures = JSON.parse(found.slice(marker.length)) as Figure[]
    for (const figure of figures) console.log(line(figure))
    all.push(...figures)
  }
  const results = {
    node: process.version,
    cores: cpus().length,
    figures: all.map((figure) => ({ ...figure, value: round(figure.value), ok: holds(figure) })),
  }
  writeFileSync(join(root, 'bench', 'results.json'), `${JSON.stringify(results, null, 2)}\n`)
}

const [flag, name] = process.argv.slice(2)
if (flag === '--one') {
  await runOne(name ?? '')
  process.exit()
}
runAll(flag === undefined ? Object.keys(benchmarks) : process.argv.slice(2))
