/** What is wrong with a text that should be JSON, in the words that the service uses. */

export interface SyntaxProblem {
  readonly message: string
  readonly line: number
  readonly column: number
}

const expected = "was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')"

/** Undefined when `text` is JSON. */
export function syntaxProblem(text: string): SyntaxProblem | undefined {
  try {
    JSON.parse(text)
    return undefined
  } catch (error) {
    const word = /^\s*([A-Za-z_]\w*)/.exec(text)
    if (word !== null) {
      const end = word[0].length
      return { message: `Unrecognized token '${word[1]}': ${expected}`, line: 1, column: end + 1 }
    }
    const brace = /^\s*\{\s*([^"}\s])/.exec(text)
    if (brace !== null) {
      const found = brace[1] ?? ''
      const named = `Unexpected character ('${found}' (code ${found.charCodeAt(0)}))`
      return {
        message: `${named}: was expecting double-quote to start field name`,
        line: 1,
        column: brace[0].length,
      }
    }
    return { message: error instanceof Error ? error.message : String(error), line: 1, column: 1 }
  }
}
