/** Reads the two folders that marketers edit into one content, or says everything that is wrong with them. */
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Content, problemsBetween } from '../../domain/content.ts'
import type { Checked, Problem as Finding } from '../../domain/content-check.ts'
import { checkForm } from '../../domain/form.ts'
import { checkRouting } from '../../domain/routing.ts'
import { checkScoring } from '../../domain/scoring-check.ts'
import { checkSettings } from '../../domain/settings.ts'
import { checkLine } from '../../templates/compiler/compile.ts'
import { type LoadedTemplates, loadTemplates } from '../../templates/compiler/load.ts'
import { type LoadedPages, loadPages } from '../../templates/compiler/pages.ts'
import type { StateMachine } from './asl-state.ts'
import { problemsBetweenSequences } from './between.ts'
import { compileSequence } from './compile.ts'
import { askedBy } from './lint-consent.ts'
import { isError, type Problem, sortProblems } from './problem.ts'
import { parseSource, type Source } from './source.ts'
import { canonicalJson } from './version.ts'

export type Project =
  | {
      readonly ok: true
      readonly content: Content
      /** By sequence: Amazon States Language with the one substitution `${SendQueueUrl}`. */
      readonly machines: Readonly<Record<string, StateMachine>>
      /** Only warnings. */
      readonly problems: readonly Problem[]
    }
  | { readonly ok: false; readonly problems: readonly Problem[] }

export interface Folders {
  readonly workflows: string
  readonly templates: string
}

type Files = Pick<Content, 'settings' | 'scoring' | 'routing' | 'forms'>

const fileOf = (name: string): string => `workflows/${name}.yaml`

/** Collects what is wrong in all files, so that one run shows all of it. */
class Reader {
  readonly problems: Problem[] = []
  private readonly folder: string
  private readonly sources = new Map<string, Source>()

  constructor(folder: string) {
    this.folder = folder
  }

  ids(kind: string): readonly string[] {
    const folder = join(this.folder, kind)
    if (!existsSync(folder)) return []
    return readdirSync(folder)
      .filter((name) => name.endsWith('.yaml'))
      .map((name) => name.slice(0, -'.yaml'.length))
      .sort()
  }

  /** Files that nobody would read, and nobody would miss before the first lead that is not mailed. */
  misnamed(kind: string): void {
    const folder = join(this.folder, kind)
    const names = existsSync(folder) ? readdirSync(folder) : []
    for (const name of names.filter((name) => /\.(yml|ya?ml\.txt)$/i.test(name)).sort()) {
      const message = 'this file is not read: its name must end in .yaml'
      this.problems.push({ file: `workflows/${kind}/${name}`, line: 1, column: 1, message })
    }
  }

  text(name: string): string | undefined {
    const file = join(this.folder, `${name}.yaml`)
    if (existsSync(file)) return readFileSync(file, 'utf8')
    this.problems.push({ file: fileOf(name), line: 1, column: 1, message: 'this file is missing' })
    return undefined
  }

  read<Value>(name: string, check: (raw: unknown) => Checked<Value>): Value | undefined {
    const text = this.text(name)
    if (text === undefined) return undefined
    const parsed = parseSource(fileOf(name), text)
    if (!parsed.ok) {
      this.problems.push(...parsed.problems)
      return undefined
    }
    this.sources.set(name, parsed.source)
    const checked = check(parsed.source.raw)
    if (checked.ok) return checked.value
    for (const finding of checked.problems) this.report(name, finding)
    return undefined
  }

  report(name: string, { path, message }: Finding): void {
    const place = this.sources.get(name)?.at(path) ?? { line: 1, column: 1 }
    this.problems.push({ file: fileOf(name), ...place, message })
  }
}

const byId = <Value extends { readonly id: string }>(values: readonly Value[]): Record<string, Value> =>
  Object.fromEntries(values.map((value) => [value.id, value]))

/** A form is addressed by its file's name. */
const readForm = (reader: Reader, name: string) => {
  const form = reader.read(`forms/${name}`, checkForm)
  if (form === undefined || form.id === name) return form ?? []
  reader.report(`forms/${name}`, {
    path: ['id'],
    message: `the id is "${form.id}", but the file is ${name}.yaml`,
  })
  return form
}

const filesOf = (reader: Reader): Files | undefined => {
  const settings = reader.read('settings', checkSettings)
  const scoring = reader.read('scoring', checkScoring)
  const routing = reader.read('routing', checkRouting)
  for (const kind of ['forms', 'sequences']) reader.misnamed(kind)
  const forms = reader.ids('forms').flatMap((name) => readForm(reader, name))
  if (settings === undefined || scoring === undefined || routing === undefined) return undefined
  const files = { settings, scoring, routing, forms: byId(forms) }
  for (const problem of problemsBetween(files)) reader.report(problem.file, problem)
  return files
}

const contextOf = (reader: Reader, files: Files, { templates }: LoadedTemplates) => {
  const idsOf = (kind: 'email' | 'handoff') =>
    new Set(templates.filter((template) => template.kind === kind).map(({ id }) => id))
  return {
    templates: idsOf('email'),
    notices: idsOf('handoff'),
    forms: new Set(Object.keys(files.forms)),
    stages: new Set(files.settings.stages.map(({ id }) => id)),
    sequences: new Set(reader.ids('sequences')),
    topics: new Set(Object.keys(files.settings.consent.topics)),
    senders: new Set(Object.keys(files.settings.senders)),
    teams: new Set(Object.keys(files.routing.teams)),
    settings: files.settings,
    asked: askedBy(Object.values(files.forms)),
    checkSubject: (text: string) => checkLine(text, 'email'),
  }
}

const sequencesOf = (reader: Reader, files: Files, templates: LoadedTemplates) => {
  const context = contextOf(reader, files, templates)
  const sequenceFile = (id: string): string => fileOf(`sequences/${id}`)
  const all = reader.ids('sequences').flatMap((id) => {
    const compiled = compileSequence(sequenceFile(id), reader.text(`sequences/${id}`) ?? '', context)
    reader.problems.push(...compiled.problems)
    return compiled.ok ? [compiled] : []
  })
  reader.problems.push(...problemsBetweenSequences(all, sequenceFile))
  return all
}

const handoffProblems = (reader: Reader, files: Files, { templates }: LoadedTemplates): void => {
  const { template } = files.routing.handoff
  if (!templates.some(({ id, kind }) => id === template && kind === 'handoff'))
    reader.report('routing', {
      path: ['handoff', 'template'],
      message: `there is no template templates/handoff/${template}.mjml`,
    })
}

const hashOf = (content: Omit<Content, 'hash'>): string =>
  createHash('sha256').update(canonicalJson(content)).digest('hex').slice(0, 16)

/** Compiles `workflows/` and `templates/`; problems come with file, line and column, all of them at once. */
export const compileProject = async (folders: Folders): Promise<Project> => {
  const templates = await loadTemplates(folders.templates)
  const pages: LoadedPages = loadPages(folders.templates)
  const reader = new Reader(folders.workflows)
  for (const problem of [...templates.problems, ...pages.problems])
    reader.problems.push({ ...problem, file: `templates/${problem.file}` })
  const files = filesOf(reader)
  if (files === undefined) return { ok: false, problems: sortProblems(reader.problems) }
  const compiled = sequencesOf(reader, files, templates)
  handoffProblems(reader, files, templates)
  const problems = sortProblems(reader.problems)
  if (problems.some(isError)) return { ok: false, problems }
  const content = {
    ...files,
    sequences: byId(compiled.map(({ sequence }) => sequence)),
    templates: byId(templates.templates),
    pages: byId(pages.pages),
  }
  return {
    ok: true,
    content: { hash: hashOf(content), ...content },
    machines: Object.fromEntries(compiled.map(({ sequence, asl }) => [sequence.id, asl])),
    problems,
  }
}
