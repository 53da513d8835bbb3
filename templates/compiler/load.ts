/** Reads and compiles a folder of templates. */
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs'
import { join, sep } from 'node:path'
import type { CompiledTemplate } from '../../domain/template.ts'
import { type CompileResult, compileTemplate } from './compile.ts'
import type { LoadPartial } from './includes.ts'
import type { Problem } from './problem.ts'

export interface LoadedTemplates {
  readonly templates: readonly CompiledTemplate[]
  readonly problems: readonly Problem[]
}

const FOLDERS = ['emails', 'handoff'] as const

/** Reads files inside `root` only, wherever links lead. */
export const readerOf = (root: string): LoadPartial => {
  const real = realpathSync(root)
  return (path) => {
    const target = join(real, path)
    if (!existsSync(target)) return undefined
    return realpathSync(target).startsWith(real + sep) ? readFileSync(target, 'utf8') : undefined
  }
}

const filesIn = (root: string, folder: string): readonly string[] =>
  existsSync(join(root, folder))
    ? readdirSync(join(root, folder))
        .filter((name) => name.endsWith('.mjml'))
        .sort()
        .map((name) => `${folder}/${name}`)
    : []

/** Compiles the template in `file`, a path inside `root`. */
export const compileTemplateFile = async (root: string, file: string): Promise<CompileResult> => {
  const read = readerOf(root)
  const source = read(file)
  if (source === undefined)
    return { ok: false, problems: [{ file, line: 1, column: 1, message: 'there is no such template' }] }
  return compileTemplate(file, source, read)
}

/** Compiles everything in `emails/` and `handoff/`, and says what is wrong with the rest. */
export const loadTemplates = async (root: string): Promise<LoadedTemplates> => {
  const files = FOLDERS.flatMap((folder) => filesIn(root, folder))
  const results = await Promise.all(files.map((file) => compileTemplateFile(root, file)))
  const templates = results.flatMap((result) => (result.ok ? [result.template] : []))
  const problems = results.flatMap((result) => (result.ok ? [] : result.problems))
  const seen = new Set<string>()
  const twice = templates.filter(({ id }) => seen.size === seen.add(id).size)
  return {
    templates,
    problems: [
      ...problems,
      ...twice.map(({ id }) => ({
        file: `${id}.mjml`,
        line: 1,
        column: 1,
        message: `id "${id}" exists twice`,
      })),
    ],
  }
}
