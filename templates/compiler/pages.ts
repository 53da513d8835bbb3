/** The public pages: HTML + Liquid inside one layout, with the stylesheet written into each. */
import { existsSync, readdirSync } from 'node:fs'
import { join, posix } from 'node:path'
import { renderPage } from '../../domain/render.ts'
import type { CompiledPage } from '../../domain/template.ts'
import { shortHash } from './compile.ts'
import { readPageMatter } from './front-matter.ts'
import { type LoadPartial, normalise } from './includes.ts'
import { guardLinks } from './links.ts'
import { lintPage } from './lint.ts'
import { checkLiquid, type Finding, piecesOf, withoutComments } from './liquid.ts'
import { readerOf } from './load.ts'
import { type Problem, placeAt } from './problem.ts'
import { restore, shield } from './protect.ts'
import { PAGE_VARIABLES } from './variables.ts'

export type PageResult =
  | { readonly ok: true; readonly page: CompiledPage }
  | { readonly ok: false; readonly problems: readonly Problem[] }

export interface LoadedPages {
  readonly pages: readonly CompiledPage[]
  readonly problems: readonly Problem[]
}

const LAYOUT = 'pages/layout.liquid'
const STYLES = 'pages/page.css'
const slot = (name: string): string => `<!-- ${name} -->`

const minified = (css: string): string =>
  css
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/\s+/g, ' ')
    .replace(/ ?([{};,]) ?/g, '$1')
    .trim()

const check = (source: string): readonly Finding[] => {
  const { findings } = checkLiquid(source, PAGE_VARIABLES)
  if (findings.length > 0) return findings
  const { text, marks } = shield(source, piecesOf(source))
  return lintPage(text, marks)
}

/** Links in values are left out unless they are https:, http:, mailto:, tel: or a path on this host. */
const guarded = (source: string): string => {
  const { text, marks } = shield(source, piecesOf(source))
  return restore(guardLinks(text, 'site'), marks)
}

const rehearse = (page: CompiledPage): PageResult => {
  try {
    renderPage(page, {})
    return { ok: true, page }
  } catch (error) {
    const message = `does not render: ${(error as Error).message}`
    return { ok: false, problems: [{ file: `pages/${page.id}.liquid`, line: 1, column: 1, message }] }
  }
}

/** Compiles one page. `file` is its path inside `templates/`; the layout and the styles come through `load`. */
export const compilePage = (file: string, source: string, load: LoadPartial): PageResult => {
  const text = normalise(source)
  const front = readPageMatter(file, text)
  if (!front.ok) return front
  const layout = load(LAYOUT)
  const styles = load(STYLES)
  if (layout === undefined || styles === undefined) {
    const message = `${layout === undefined ? LAYOUT : STYLES} is missing`
    return { ok: false, problems: [{ file, line: 1, column: 1, message }] }
  }
  const { bodyAt, matter } = front.value
  const body = text.slice(bodyAt)
  const findings = check(body)
  if (findings.length > 0) {
    const problems = findings.map(({ at, message }) => ({ ...placeAt(file, text, bodyAt + at), message }))
    return { ok: false, problems }
  }
  const whole = normalise(layout)
    .replace(slot('title'), () => matter.title)
    .replace(slot('styles'), () => minified(styles))
    .replace(slot('page'), () => withoutComments(body).trim())
  const rest = check(whole).map(({ message }) => ({ file: LAYOUT, line: 1, column: 1, message }))
  if (rest.length > 0) return { ok: false, problems: rest }
  const { variables } = checkLiquid(whole, PAGE_VARIABLES)
  const content = { source: guarded(whole), variables }
  return rehearse({ id: posix.basename(file, '.liquid'), hash: shortHash(content), ...content })
}

/** Compiles every page in `root`/pages. */
export const loadPages = (root: string): LoadedPages => {
  const folder = join(root, 'pages')
  const read = readerOf(root)
  const names = existsSync(folder) ? readdirSync(folder).sort() : []
  const results = names
    .filter((name) => name.endsWith('.liquid') && name !== 'layout.liquid')
    .map((name) => compilePage(`pages/${name}`, read(`pages/${name}`) ?? '', read))
  return {
    pages: results.flatMap((result) => (result.ok ? [result.page] : [])),
    problems: results.flatMap((result) => (result.ok ? [] : result.problems)),
  }
}
