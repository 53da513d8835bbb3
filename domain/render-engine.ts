/** The Liquid that templates may use: a closed list of tags and filters, no files, no clock, bounded work. */
import { type CustomTag, Liquid, type Node, type TagBody, Tokenizer } from 'liquidjs/dist/liquid.browser.mjs'
import { safeUrl } from './render-escape.ts'

/** Tags that template authors may write. */
export const TEMPLATE_TAGS = ['if', 'unless', 'for', 'case', 'assign', 'comment', 'raw'] as const

/** Filters that template authors may write. */
export const TEMPLATE_FILTERS = [
  'default',
  'escape',
  'upcase',
  'downcase',
  'capitalize',
  'truncate',
  'date',
  'times',
  'divided_by',
  'plus',
  'minus',
  'round',
  'abs',
  'at_most',
  'at_least',
  'size',
  'join',
  'first',
  'last',
  'url_encode',
] as const

/** Characters of one Liquid source; a compiled mail is larger than its file. */
const PARSE_LIMIT = 512 * 1024
/** Milliseconds of the wall clock: far above what any template takes, for a busy machine must not cost a lead its mail. */
const LIMITS = { renderLimit: 5000, memoryLimit: 4_000_000 } as const

/** A parsed source, to be rendered any number of times. */
export type LiquidNodes = readonly object[]

/** A piece of a source: text (kind 16), a tag (4) or an output (8). */
export interface LiquidToken {
  readonly kind: number
  readonly begin: number
  readonly end: number
  readonly name?: string
  getText(): string
}

/** One place where a source reads a variable that it did not make itself. */
export interface VariableUse {
  readonly segments: readonly unknown[]
  readonly location: { readonly row: number; readonly col: number }
}

/** One Liquid dialect: all share tags and filters and differ in how an output is escaped. */
export interface LiquidEngine {
  parse(source: string): LiquidNodes
  render(nodes: LiquidNodes, variables: object): string
  globals(nodes: LiquidNodes): Readonly<Record<string, readonly VariableUse[]>>
  /** What one output writes. */
  write(value: unknown): string
  /** The text of a node that is nothing but text. */
  textOf(node: object): string | undefined
  /** A node as it stands in the source. */
  sourceOf(node: object): string
  /** The inside of a `url` block, and what it writes for a value. */
  linkOf(node: object): { readonly body: LiquidNodes; write(value: string): string } | undefined
}

/** `{% url href %}…{% endurl %}`: the compiler's own tag. It writes the attribute or link only when it is safe. */
const urlTag: CustomTag = {
  parse(token, remaining) {
    this.args = (token.args ?? '').trim()
    this.body = []
    const stream = this.liquid.parser.parseStream(remaining)
    stream
      .on('tag:endurl', () => stream.stop())
      .on('template', (node: Node) => {
        this.body.push(node)
      })
      .on('end', () => {
        throw new Error('a url block is not closed')
      })
    stream.start()
  },
  *render(context, emitter) {
    const value = yield this.liquid.renderer.renderTemplates(this.body, context)
    emitter.write(writeUrl(this.args, value))
  },
}

const writeUrl = (args: string, value: string): string => {
  const [form = '', scope] = args.split(' ')
  const url = safeUrl(value, scope === 'site')
  if (url === '') return ''
  if (form === 'text-line') return `: ${url}`
  if (form === 'text-inline') return ` (${url})`
  return ` ${form}="${url.replaceAll('"', '&#34;')}"`
}

const close = (engine: Liquid): void => {
  const tags: readonly string[] = TEMPLATE_TAGS
  const filters: readonly string[] = TEMPLATE_FILTERS
  for (const name of Object.keys(engine.tags)) if (!tags.includes(name)) delete engine.tags[name]
  for (const name of Object.keys(engine.filters)) if (!filters.includes(name)) delete engine.filters[name]
}

/** An engine whose outputs all go through `escapeOutput`; `trusted` adds the compiler's own tags. */
export const makeEngine = (escapeOutput: (value: unknown) => string, trusted = true): LiquidEngine => {
  const engine = new Liquid({
    outputEscape: escapeOutput,
    strictFilters: true,
    strictVariables: false,
    ownPropertyOnly: true,
    dynamicPartials: false,
    timezoneOffset: 0,
    locale: 'en',
    dateFormat: '%-d %B %Y',
    parseLimit: PARSE_LIMIT,
    ...LIMITS,
  })
  close(engine)
  // Outputs are escaped anyway; twice would show.
  engine.registerFilter('escape', (value) => value)
  const date = engine.filters['date'] as (value: unknown, ...rest: readonly unknown[]) => unknown
  engine.registerFilter('date', function (this: unknown, value, ...rest) {
    return value === 'now' || value === 'today' ? '' : date.call(this, value, ...rest)
  })
  if (trusted) engine.registerTag('url', urlTag)
  return {
    parse: (source) => engine.parse(source),
    render: (nodes, variables) => engine.renderSync(nodes as Node[], variables, LIMITS),
    globals: (nodes) => engine.analyzeSync(nodes as Node[]).globals,
    write: escapeOutput,
    textOf: (node) => ('str' in node && typeof node.str === 'string' ? node.str : undefined),
    sourceOf: (node) => (node as Node).token.getText(),
    linkOf: (node) => {
      const { token, body, args } = node as Node & Partial<TagBody>
      if (token.name !== 'url' || body === undefined) return undefined
      return { body, write: (value) => writeUrl(args ?? '', value) }
    },
  }
}

/** The pieces of a Liquid source in order. Throws when one is not closed. */
export const readTokens = (source: string): readonly LiquidToken[] =>
  new Tokenizer(source).readTopLevelTokens()
