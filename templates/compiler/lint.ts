/** What compiled HTML must not contain, and what a mail must. Works while the Liquid is protected. */
import { fixedLinks } from './links.ts'
import type { Finding } from './liquid.ts'
import { type Mark, wordsIn } from './protect.ts'

/** Gmail cuts a mail off at 102 kB. */
const MAX_HTML = 100 * 1024

const FORBIDDEN_IN_MAIL = /<(script|form|iframe|object|embed|input|video|audio)\b/i
const FORBIDDEN_IN_PAGE = /<(script|iframe|object|embed|base)\b/i
const NUMERIC = /\|\s*(?:round|abs|times|divided_by|plus|minus|at_most|at_least|size)\b[^|]*\}\}$/

const general = (message: string): Finding => ({ at: 0, message })

const tagsOf = (html: string): readonly string[] => html.match(/<[a-z](?:"[^"]*"|'[^']*'|[^>"'])*>/gi) ?? []

/** Values belong into text or into quoted attributes; in styles only the brand's and computed numbers are safe. */
const contexts = (html: string, marks: readonly Mark[]): readonly Finding[] => {
  const inTags = tagsOf(html).flatMap((tag) => {
    const bare = tag.replace(/"[^"]*"|'[^']*'/g, '')
    return wordsIn(bare).map((index) => ({ index, problem: 'needs quotes around it in an attribute' }))
  })
  const handlers = [...html.matchAll(/\son[a-z]+\s*=\s*(?:"([^"]*)"|'([^']*)')/gi)]
  const styles = [
    ...html.matchAll(/<style[^>]*>([\s\S]*?)<\/style>/gi),
    ...html.matchAll(/\sstyle\s*=\s*(?:"([^"]*)"|'([^']*)')/gi),
  ]
  const inStyles = styles.flatMap((match) =>
    wordsIn(match[1] ?? match[2] ?? '').flatMap((index) => {
      const text = marks[index]?.text ?? ''
      const safe = NUMERIC.test(text) || /^\{\{-?\s*brand\.color\b/.test(text)
      return safe ? [] : [{ index, problem: 'cannot go into a style: only brand.color and numbers can' }]
    }),
  )
  const found = [...inTags, ...inStyles].flatMap(({ index, problem }) => {
    const mark = marks[index]
    return mark?.kind === 'output' ? [{ at: mark.begin, message: `${mark.text} ${problem}` }] : []
  })
  return handlers.length > 0 ? [...found, general('event handlers (on…=) are not allowed')] : found
}

const links = (html: string, page: boolean): readonly Finding[] =>
  fixedLinks(html)
    .filter(({ url }) => {
      if (url === '' || url.startsWith('#') || /^(?:mailto:|tel:)/i.test(url)) return false
      return !/^https:\/\/[^/]/i.test(url) && !(page && /^\/(?!\/)/.test(url))
    })
    .map(({ name, url }) => general(`${name}="${url}": links and images are https:, mailto: or tel:`))

const images = (html: string): readonly Finding[] =>
  (html.match(/<img\b[^>]*>/gi) ?? [])
    .filter((tag) => !/\salt=/i.test(tag))
    .map(() => general('an image has no alt text'))

/** Checks a compiled mail. */
export const lintMail = (html: string, marks: readonly Mark[]): readonly Finding[] => {
  const forbidden = FORBIDDEN_IN_MAIL.exec(html)
  return [
    ...contexts(html, marks),
    ...links(html, false),
    ...images(html),
    ...(forbidden === null ? [] : [general(`<${forbidden[1]}> does not work in mail`)]),
    ...(html.length > MAX_HTML
      ? [general(`the compiled mail has ${html.length} bytes; limit ${MAX_HTML}`)]
      : []),
  ]
}

/** Checks a page. */
export const lintPage = (html: string, marks: readonly Mark[]): readonly Finding[] => {
  const forbidden = FORBIDDEN_IN_PAGE.exec(html)
  return [
    ...contexts(html, marks),
    ...links(html, true),
    ...images(html),
    ...(forbidden === null ? [] : [general(`<${forbidden[1]}> is not allowed on a public page`)]),
  ]
}
