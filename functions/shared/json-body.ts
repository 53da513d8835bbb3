/** JSON from strangers: one meaning only, or 400 (contracts: reliability S20). */
import { losslessJson } from './lossless-json.ts'
import { Problem } from './problem.ts'

const maxDepth = 20

/** UTF-8 without a byte order mark, else 400. */
export const utf8Of = (body: Uint8Array): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body)
  } catch {
    throw new Problem(400, 'The body is not UTF-8.')
  }
}

const tokens = /"(?:[^"\\]|\\.)*"|[{}[\],:]/gs

interface Open {
  /** The names so far; undefined in a list. */
  readonly names: Set<string> | undefined
  last: string
}

const note = (open: Open, token: string): void => {
  if (token !== ':' || open.names === undefined) {
    open.last = token
    return
  }
  const name = String(JSON.parse(open.last))
  if (open.names.has(name)) throw new Problem(400, 'The same name stands twice in one JSON object.')
  open.names.add(name)
}

/** The open objects and lists after a token. */
const step = (stack: Open[], token: string): void => {
  if (token === '{') stack.push({ names: new Set(), last: '' })
  else if (token === '[') stack.push({ names: undefined, last: '' })
  else if (token === '}' || token === ']') stack.pop()
  if (stack.length > maxDepth) throw new Problem(400, `The JSON is nested deeper than ${maxDepth} levels.`)
}

/** Walks the tokens of text that is known to be JSON: its depth, and names that stand twice. */
const inspect = (text: string): void => {
  const stack: Open[] = []
  for (const [token] of text.matchAll(tokens)) {
    step(stack, token)
    const open = stack.at(-1)
    if (open !== undefined) note(open, token)
  }
}

/** The value of a JSON body. Two readings of one body are a way around checks, so it must have one. */
export const strictJson = (body: Uint8Array): unknown => {
  const text = utf8Of(body)
  try {
    JSON.parse(text)
  } catch {
    throw new Problem(400, 'The body is not JSON.')
  }
  inspect(text)
  return losslessJson(text)
}
