/** A small scanner for MJML and HTML: tags with their places. Good for checks, not a parser. */

export interface MarkupTag {
  readonly kind: 'open' | 'close' | 'empty' | 'comment'
  readonly name: string
  readonly begin: number
  readonly end: number
}

const TAG = /<!--[\s\S]*?-->|<(\/?)([a-zA-Z][\w:-]*)((?:"[^"]*"|'[^']*'|[^>"'])*)>/g

/** MJML components whose content is HTML or text, not components. */
export const CONTENT_TAGS: ReadonlySet<string> = new Set([
  'mj-text',
  'mj-button',
  'mj-raw',
  'mj-table',
  'mj-title',
  'mj-preview',
  'mj-style',
  'mj-accordion-title',
  'mj-accordion-text',
  'mj-navbar-link',
  'mj-social-element',
])

/** All tags and comments in order. */
export const scanTags = (text: string): readonly MarkupTag[] =>
  [...text.matchAll(TAG)].map((match) => {
    const begin = match.index
    const end = begin + match[0].length
    const name = (match[2] ?? '').toLowerCase()
    if (match[2] === undefined) return { kind: 'comment', name, begin, end }
    if (match[1] === '/') return { kind: 'close', name, begin, end }
    return { kind: /\/\s*$/.test(match[3] ?? '') ? 'empty' : 'open', name, begin, end }
  })

export interface Region {
  readonly name: string
  readonly begin: number
  readonly end: number
}

export interface Components {
  /** Content of the components that hold HTML or text. */
  readonly contents: readonly Region[]
  /** Inside `mj-attributes`: defaults that not every mail uses. */
  readonly defaults: readonly Region[]
  readonly problems: readonly { readonly at: number; readonly message: string }[]
}

/** Tags of components only: what stands inside a text component is its own business. */
const componentTags = (tags: readonly MarkupTag[]): readonly MarkupTag[] => {
  let inside: string | undefined
  return tags.filter((tag) => {
    if (!/^mj(?:ml$|-)/.test(tag.name) || (inside !== undefined && tag.name !== inside)) return false
    if (tag.kind === 'open' && CONTENT_TAGS.has(tag.name)) inside = tag.name
    if (tag.kind === 'close') inside = undefined
    return true
  })
}

/** Checks that MJML components are closed in order, and finds what they hold. */
export const readComponents = (tags: readonly MarkupTag[]): Components => {
  const open: MarkupTag[] = []
  const regions: Region[] = []
  const done = (at?: number, message = ''): Components => ({
    contents: regions.filter(({ name }) => CONTENT_TAGS.has(name)),
    defaults: regions.filter(({ name }) => name === 'mj-attributes'),
    problems: at === undefined ? [] : [{ at, message }],
  })
  for (const tag of componentTags(tags)) {
    if (tag.kind === 'open') open.push(tag)
    if (tag.kind !== 'close') continue
    const top = open.pop()
    if (top === undefined) return done(tag.begin, `</${tag.name}> closes nothing`)
    if (top.name !== tag.name) return done(top.begin, `<${top.name}> is closed by </${tag.name}>`)
    regions.push({ name: top.name, begin: top.end, end: tag.begin })
  }
  const left = open.at(-1)
  return left === undefined ? done() : done(left.begin, `<${left.name}> is not closed`)
}
