/**
 * Takes the Liquid out before MJML runs and puts it back after, so that no compiler between can drop, move or
 * re-quote it. Tags that stand between components travel in an `mj-raw` of their own.
 */
import type { Finding, Piece } from './liquid.ts'
import { type Components, type MarkupTag, type Region, readComponents, scanTags } from './markup.ts'

/** A piece of Liquid and where it stands in the text. */
export interface Mark extends Piece {
  readonly place: 'attribute' | 'content' | 'between'
  /** In `mj-attributes`: may be unused. */
  readonly optional: boolean
}

export interface Protected {
  readonly text: string
  readonly marks: readonly Mark[]
  readonly findings: readonly Finding[]
}

/** How a piece is written while it is away; letters only, so that every parser leaves it alone. */
const word = (index: number): string => `lqx${index}xlq`
const WORD = /<!--lqx(\d+)xlq-->|lqx(\d+)xlq/g

const replaced = <P extends Piece>(
  text: string,
  pieces: readonly P[],
  by: (piece: P, index: number) => string,
): string => {
  let result = ''
  let done = 0
  pieces.forEach((piece, index) => {
    result += text.slice(done, piece.begin) + by(piece, index)
    done = piece.end
  })
  return result + text.slice(done)
}

/** A text in which every piece is a run of letters of the same length: offsets stay, quotes and brackets go. */
const masked = (text: string, pieces: readonly Piece[]): string =>
  replaced(text, pieces, ({ begin, end }) => 'x'.repeat(end - begin))

const holds = (regions: readonly { begin: number; end: number }[], at: number): boolean =>
  regions.some(({ begin, end }) => begin <= at && at < end)

const TEXT_ONLY: ReadonlySet<string> = new Set(['mj-style', 'mj-title', 'mj-preview'])

interface Layout extends Components {
  readonly tags: readonly MarkupTag[]
  readonly plain: readonly Region[]
}

const placeOf = (piece: Piece, layout: Layout): Mark => {
  const inTag = holds(layout.tags, piece.begin)
  const between = !inTag && !holds(layout.contents, piece.begin)
  const place = inTag ? 'attribute' : between ? 'between' : 'content'
  return { ...piece, place, optional: holds(layout.defaults, piece.begin) }
}

const written = (mark: Mark, index: number, layout: Layout): string => {
  if (mark.kind !== 'tag' || mark.place === 'attribute') return word(index)
  if (mark.place === 'between') return `<mj-raw><!--${word(index)}--></mj-raw>`
  return holds(layout.plain, mark.begin) ? word(index) : `<!--${word(index)}-->`
}

const misplaced = (mark: Mark): Finding[] =>
  mark.place === 'between' && mark.kind !== 'tag'
    ? [{ at: mark.begin, message: `${mark.text} stands between components; put it into <mj-text>` }]
    : []

/** Replaces every piece of Liquid by a word that MJML carries through. */
export const protect = (text: string, pieces: readonly Piece[]): Protected => {
  const tags = scanTags(masked(text, pieces))
  const components = readComponents(tags)
  const plain = components.contents.filter(({ name }) => TEXT_ONLY.has(name))
  const layout: Layout = { ...components, tags, plain }
  const marks = pieces.map((piece) => placeOf(piece, layout))
  return {
    text: replaced(text, marks, (mark, index) => written(mark, index, layout)),
    marks,
    findings: [...components.problems, ...marks.flatMap(misplaced)],
  }
}

/** Replaces every piece by a word, for HTML that only checks read. */
export const shield = (text: string, pieces: readonly Piece[]): Protected => {
  const tags = scanTags(masked(text, pieces))
  const marks = pieces.map((piece) =>
    placeOf(piece, {
      tags,
      plain: [],
      contents: [{ name: '', begin: 0, end: text.length }],
      defaults: [],
      problems: [],
    }),
  )
  return { text: replaced(text, marks, (_, index) => word(index)), marks, findings: [] }
}

/** Puts the Liquid back. */
export const restore = (text: string, marks: readonly Mark[]): string =>
  text.replace(WORD, (all, comment?: string, bare?: string) => marks[Number(comment ?? bare)]?.text ?? all)

/** Turns the comments that carry tags into words, for readers that skip comments. */
export const bareWords = (text: string): string => text.replace(/<!--(lqx\d+xlq)-->/g, '$1')

/** Everything that stands for Liquid in a compiled text, as `[index in marks, …]`. */
export const wordsIn = (text: string): readonly number[] =>
  [...text.matchAll(WORD)].map((match) => Number(match[1] ?? match[2]))

/** Whether a piece is a word of ours already: such a source cannot be told apart. */
export const hasOwnWords = (text: string): boolean => text.search(WORD) >= 0

/** Every piece must come through: values at least once, tags outside attributes exactly once. */
export const lost = (html: string, marks: readonly Mark[]): readonly Finding[] => {
  const counts = new Map<number, number>()
  for (const index of wordsIn(html)) counts.set(index, (counts.get(index) ?? 0) + 1)
  return marks.flatMap((mark, index) => {
    const count = counts.get(index) ?? 0
    const once = mark.kind === 'tag' && mark.place !== 'attribute'
    if (count === 1 || (count === 0 && mark.optional) || (count > 1 && !once)) return []
    const fate = count === 0 ? 'is lost' : `comes out ${count} times`
    return [{ at: mark.begin, message: `${mark.text} ${fate} when MJML compiles it here` }]
  })
}
