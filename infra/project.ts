/** Reads `workflows/` and `templates/` into one content, or says everything that is wrong with them. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Content, problemsBetween } from '../domain/content.ts'
import type { Checked, Problem as Finding } from '../domain/content-check.ts'
import { checkForm } from '../domain/form.ts'
import { checkRouting } from '../domain/routing.ts'
import { checkScoring } from '../domain/scoring-check.ts'
import { checkSettings } from '../domain/settings.ts'
import { type LoadedTemplates, loadTemplates } from '../templates/compiler/load.ts'
import { type LoadedPages, loadPages } from '../templates/compiler/pages.ts'
import type { StateMachine } from '../workflows/compiler/asl-state.ts'
import { compileSequence } from '../workflows/compiler/compile.ts'
import { formatProblem, type Problem, sortProblems } from '../workflows/compiler/problem.ts'
import { parseSource, type Source } from '../workflows/compiler/source.ts'

export interface Project {
  readonly content: Omit<Content, 'hash'>
  /** By sequence. */
  readonly machines: Readonly<Record<string, StateMachine>>
}

type Files = Pick<Content, 'settings' | 'scoring' | 'routing' | 'forms'>

/** Collects what is wrong in all files, so that one run shows all of it. */
class Reader {
  readonly problems: Problem[] = []
  readonly #folder: string
  readonly #sources = new Map<string, Source>()

  constructor(folder: string) {
    this.#folder = folder
  }

  ids(kind: string): readonly string[] {
    return readdirSync(join(this.#folder, kind))
      .filter((name) => name.endsWith('.yaml'))
      .map((name) => name.slice(0, -'.yaml'.length))
      .sort()
  }

  text(name: string): string {
    return readFileSync(join(this.#folder, `${name}.yaml`), 'utf8')
  }

  read<Value>(name: string, check: (raw: unknown) => Checked<Value>): Value | undefined {
    const parsed = parseSource(fileOf(name), this.text(name))
    if (!parsed.ok) {
      this.problems.push(...parsed.problems)
      return undefined
    }
    this.#sources.set(name, parsed.source)
    const checked = check(parsed.source.raw)
    if (checked.ok) return checked.value
    for (const finding of checked.problems) this.report(name, finding)
    return undefined
  }

  report(name: string, { path, message }: Finding): void {
    const place = this.#sources.get(name)?.at(path) ?? { line: 1, column: 1 }
    this.problems.push({ file: fileOf(name), ...place, message })
  }

  /** Fails when anything was wrong. */
  finish(): void {
    if (this.problems.length === 0) return
    const lines = sortProblems(this.problems).map(formatProblem)
    throw new Error(`The content does not compile:\n${lines.join('\n')}`)
  }
}

const fileOf = (name: string): string => `workflows/${name}.yaml`

const byId = <Value extends { readonly id: string }>(values: readonly Value[]) =>
  Object.fromEntries(values.map((value) => [value.id, value]))

const filesOf = (reader: Reader): Files => {
  const settings = reader.read('settings', checkSettings)
  const scoring = reader.read('scoring', checkScoring)
  const routing = reader.read('routing', checkRouting)
  const forms = reader.ids('forms').flatMap((id) => reader.read(`forms/${id}`, checkForm) ?? [])
  reader.finish()
  if (settings === undefined || scoring === undefined || routing === undefined)
    throw new Error('unreachable: a file that is missing was reported')
  const files = { settings, scoring, routing, forms: byId(forms) }
  for (const problem of problemsBetween(files)) reader.report(problem.file, problem)
  return files
}

const sequencesOf = (reader: Reader, files: Files, { templates }: LoadedTemplates) => {
  const idsOf = (kind: 'email' | 'handoff') =>
    new Set(templates.filter((template) => template.kind === kind).map(({ id }) => id))
  const ids = reader.ids('sequences')
  const context = {
    templates: idsOf('email'),
    notices: idsOf('handoff'),
    forms: new Set(Object.keys(files.forms)),
    stages: new Set(files.settings.stages.map(({ id }) => id)),
    sequences: new Set(ids),
    topics: new Set(Object.keys(files.settings.consent.topics)),
    senders: new Set(Object.keys(files.settings.senders)),
    teams: new Set(Object.keys(files.routing.teams)),
  }
  return ids.flatMap((id) => {
    const name = `sequences/${id}`
    const compiled = compileSequence(fileOf(name), reader.text(name), context)
    reader.problems.push(...compiled.problems)
    return compiled.ok ? [compiled] : []
  })
}

/** Compiles the project in `root`; throws one error that lists every problem with file, line and column. */
export const readProject = async (root: string): Promise<Project> => {
  const templatesRoot = join(root, 'templates')
  const templates = await loadTemplates(templatesRoot)
  const pages: LoadedPages = loadPages(templatesRoot)
  const reader = new Reader(join(root, 'workflows'))
  for (const problem of [...templates.problems, ...pages.problems])
    reader.problems.push({ ...problem, file: `templates/${problem.file}` })
  const files = filesOf(reader)
  const compiled = sequencesOf(reader, files, templates)
  reader.finish()
  return {
    content: {
      ...files,
      sequences: byId(compiled.map(({ sequence }) => sequence)),
      templates: byId(templates.templates),
      pages: byId(pages.pages),
    },
    machines: Object.fromEntries(compiled.map(({ sequence, asl }) => [sequence.id, asl])),
  }
}
