/** The marketer's files, compiled; on disk beside the data, so that a start without changes need not load the compilers. */
import { createHash, type Hash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Folders, Project } from '../workflows/compiler/project.ts'
import { writeWhole } from './whole-file.ts'

type Compiled = Extract<Project, { ok: true }>

interface Kept {
  readonly key: string
  readonly project: Compiled
}

/** What the outcome depends on besides the marketer's files: the compilers, the rules, the libraries. */
const code = ['workflows/compiler', 'templates/compiler', 'domain']

const addFolder = (hash: Hash, folder: string): void => {
  if (!existsSync(folder)) return
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  for (const file of files.sort()) hash.update(`${file}\0`).update(readFileSync(file)).update('\0')
}

const keyOf = (root: string, { workflows, templates }: Folders): string => {
  const hash = createHash('sha256')
  for (const folder of [workflows, templates, ...code.map((name) => join(root, name))])
    addFolder(hash, folder)
  return hash.update(readFileSync(join(root, 'package-lock.json'))).digest('hex')
}

const readKept = (file: string): Kept | undefined => {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Kept
  } catch {
    return undefined
  }
}

const compile = async (folders: Folders): Promise<Project> => {
  const { compileProject } = await import('../workflows/compiler/project.ts')
  return compileProject(folders)
}

/** What the files amount to, or what is wrong with them. Kept in `dataDir`, when there is one, until any of them changes. */
export const compiledProject = async (
  root: string,
  folders: Folders,
  dataDir: string | undefined,
): Promise<Project> => {
  if (dataDir === undefined) return compile(folders)
  const key = keyOf(root, folders)
  const file = join(dataDir, 'compiled.json')
  const kept = readKept(file)
  if (kept?.key === key) return kept.project
  const project = await compile(folders)
  if (project.ok) writeWhole(file, JSON.stringify({ key, project } satisfies Kept))
  return project
}
