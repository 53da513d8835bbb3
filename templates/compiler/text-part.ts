/** The plain-text part, made from the compiled HTML so that the two never differ. */
import { type Builder, convert, type Element, type Formatter } from 'html-to-text'
import { bareWords, hasOwnWords, type Mark, restore } from './protect.ts'

/** Around a link's address while the text is laid out. */
const OPEN = '\uE000'
const CLOSE = '\uE001'
const LINK = /[ \t]*\uE000([^\uE001]*)\uE001([ \t]*)(?=(\n|$)?)/g

const textOf = (element: Element): string => element.data ?? (element.children ?? []).map(textOf).join('')

const anchor =
  (marks: readonly Mark[]): Formatter =>
  (element, walk, builder) => {
    walk(element.children, builder)
    const href = element.attribs?.['href'] ?? ''
    const shown = restore(textOf(element), marks).trim()
    const address = restore(href, marks).replace(/^(?:mailto:|tel:)/i, '')
    if (href !== '' && !href.startsWith('#') && shown !== address)
      builder.addInline(`${OPEN}${href}${CLOSE}`, { noWordTransform: true })
  }

const cell: Formatter = (element, walk, builder: Builder) => {
  walk(element.children, builder)
  builder.addInline(' ')
}

const options = (marks: readonly Mark[]): object => ({
  wordwrap: false,
  preserveNewlines: false,
  formatters: { anchor: anchor(marks), cell },
  selectors: [
    { selector: 'a', format: 'anchor' },
    { selector: 'td', format: 'cell' },
    { selector: 'th', format: 'cell' },
    { selector: 'tr', format: 'block', options: { leadingLineBreaks: 1, trailingLineBreaks: 1 } },
    { selector: 'img', format: 'skip' },
    { selector: 'hr', format: 'skip' },
    { selector: '.no-text', format: 'skip' },
    { selector: 'div[style^="display:none"]', format: 'skip' },
    ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({ selector, options: { uppercase: false } })),
  ],
})

const TAG_ALONE = /^[ \t]*((?:\{%[^\n]*?%\}[ \t]*)+)\n/gm

/** A tag alone on its line leaves no empty line behind. */
const joinLines = (text: string): string => text.replace(TAG_ALONE, (_, tags: string) => tags.trimEnd())

const link = (_: string, href: string, blanks: string, lineEnd?: string): string => {
  const atEnd = lineEnd !== undefined
  if (!hasOwnWords(href)) return atEnd ? `: ${href}` : ` (${href})${blanks}`
  return `{% url ${atEnd ? 'text-line' : 'text-inline'} %}${href}{% endurl %}${atEnd ? '' : blanks}`
}

/** Makes the text part from compiled HTML in which the Liquid is protected. */
export const makeText = (html: string, marks: readonly Mark[]): string => {
  const laidOut = convert(bareWords(html), options(marks))
  const lines = laidOut.replace(/[ \t]+$/gm, '').replace(LINK, link)
  return `${joinLines(restore(lines, marks))
    .replace(/\n{3,}/g, '\n\n')
    .trim()}\n`
}
