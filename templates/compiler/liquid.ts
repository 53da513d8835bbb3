/** Reads the Liquid of a template: closed list of tags and filters, known variables only. */
import { type LiquidToken, makeEngine, readTokens } from '../../domain/render-engine.ts'
import { type KnownVariables, knows } from './variables.ts'

/** A mistake at an offset of the text that was checked. */
export interface Finding {
  readonly at: number
  readonly message: string
}

/** One piece of Liquid: an output, a tag, or a whole `raw` block. */
export interface Piece {
  readonly kind: 'output' | 'tag' | 'raw'
  readonly text: string
  readonly begin: number
  readonly end: number
}

export interface LiquidReport {
  readonly variables: readonly string[]
  readonly findings: readonly Finding[]
}

const TEXT = 16
const OUTPUT = 8
const author = makeEngine(String, false)

const findingOf = (error: unknown): Finding => {
  const { message, token } = error as { message: string; token?: LiquidToken }
  const plain = message.replace(/, line:\d+, col:\d+$/, '').replace(/, file:.*$/, '')
  return { at: token?.begin ?? 0, message: `Liquid: ${plain}` }
}

const offsetOf = (text: string, row: number, column: number): number => {
  let at = 0
  for (let line = 1; line < row; line += 1) at = text.indexOf('\n', at) + 1
  return at + column - 1
}

/** An opening that runs into the next piece: Liquid itself would point somewhere else. */
const unclosed = (text: string): readonly Finding[] =>
  piecesOf(text).flatMap((piece) =>
    piece.kind !== 'raw' && /\{[{%]/.test(piece.text.slice(2))
      ? [{ at: piece.begin, message: `Liquid: "${piece.text.slice(0, 24).trim()}" is not closed` }]
      : [],
  )

/** Checks syntax, tags, filters and the variables read; finds all unknown variables at once. */
export const checkLiquid = (text: string, known: KnownVariables): LiquidReport => {
  try {
    const open = unclosed(text)
    if (open.length > 0) return { variables: [], findings: open }
    const globals = author.globals(author.parse(text))
    const findings = Object.values(globals).flatMap((uses) =>
      uses.flatMap(({ segments, location }) => {
        const message = knows(known, segments)
        return message === undefined ? [] : [{ at: offsetOf(text, location.row, location.col), message }]
      }),
    )
    return { variables: Object.keys(globals).sort(), findings }
  } catch (error) {
    return { variables: [], findings: [findingOf(error)] }
  }
}

const isTag = (token: LiquidToken, name: string): boolean => token.kind === 4 && token.name === name

const blank = (text: string, begin: number, end: number): string =>
  text.slice(0, begin) + text.slice(begin, end).replace(/[^\n]/g, ' ') + text.slice(end)

/** The text with comments blanked, every offset as before. Authors' notes do not go out. */
export const withoutComments = (text: string): string => {
  let result = text
  let begin: number | undefined
  for (const token of readTokens(text)) {
    if (begin === undefined && isTag(token, 'comment')) begin = token.begin
    else if (begin !== undefined && isTag(token, 'endcomment')) {
      result = blank(result, begin, token.end)
      begin = undefined
    }
  }
  for (const note of result.matchAll(/<!--(?!\[if|<!\[)[\s\S]*?-->/g))
    result = blank(result, note.index, note.index + note[0].length)
  return result
}

/** All pieces of Liquid in order. Throws when one is not closed. */
export const piecesOf = (text: string): readonly Piece[] => {
  const pieces: Piece[] = []
  let raw: LiquidToken | undefined
  for (const token of readTokens(text)) {
    if (isTag(token, 'raw')) raw = token
    else if (raw !== undefined && isTag(token, 'endraw')) {
      pieces.push({ kind: 'raw', text: text.slice(raw.begin, token.end), begin: raw.begin, end: token.end })
      raw = undefined
    } else if (raw === undefined && token.kind !== TEXT) {
      const kind = token.kind === OUTPUT ? 'output' : 'tag'
      pieces.push({ kind, text: token.getText(), begin: token.begin, end: token.end })
    }
  }
  return pieces
}
