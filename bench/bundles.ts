/** The size of each function's bundle, as it is deployed: minified, SDK included. */
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { functions } from '../functions/topology.ts'
import { bundle } from '../infra/bundles.ts'
import { type Figure, most } from './_figure.ts'

const sizeOf = (folder: string): number =>
  readdirSync(folder).reduce((sum, file) => sum + statSync(join(folder, file)).size, 0)

export const bundles = async (): Promise<readonly Figure[]> => {
  const folder = mkdtempSync(join(tmpdir(), 'tendril-bundles-'))
  const made = bundle(functions, folder)
  const figures = [...made].map(([name, path]) =>
    most(`bundle of ${name}`, sizeOf(path) / 1000, 'kB', name === 'ingest' ? 400 : 650),
  )
  rmSync(folder, { recursive: true, force: true })
  return figures
}
