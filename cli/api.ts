/** The running product, as the command line reaches it: its API, and every failure in words. */
import { readAccess } from '../local/env.ts'
import { root } from './root.ts'

/** What the commands end with: a text for people, no stack. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly status: number

  constructor(message: string, status = 0) {
    super(message)
    this.status = status
  }
}

interface Problem {
  readonly title?: string
  readonly detail?: string
  readonly errors?: readonly { readonly path: string; readonly message: string }[]
}

const noToken = `There is no API token: run \`npm start\` once, which makes one and keeps it, or set TENDRIL_API_TOKEN to that of the product.`

const wrongToken = (url: string, isMemory: boolean): string =>
  isMemory
    ? `${url} does not take this token. With TENDRIL_MEMORY=1 each start makes a new one: set TENDRIL_API_TOKEN to the one that it printed.`
    : `${url} does not take this token. Set TENDRIL_API_TOKEN to the one that the product printed when it started.`

/** A problem document in words. */
const wordsOf = (body: string, status: number, url: string): string => {
  try {
    const { title, detail, errors = [] } = JSON.parse(body) as Problem
    const lines = errors.map(({ path, message }) => `\n  ${path}: ${message}`)
    return `${detail ?? title ?? `The answer was ${status}.`}${lines.join('')}`
  } catch {
    return `${url} answered ${status}, and not as Tendril does. Is something else running there?`
  }
}

const reach = async (url: string, path: string, init: RequestInit): Promise<Response> => {
  try {
    return await fetch(`${url}${path}`, init)
  } catch {
    throw new Refusal(
      `Nothing answers at ${url}: run \`npm start\` first. If the product runs elsewhere, set TENDRIL_PUBLIC_URL or PORT.`,
    )
  }
}

/** Asks a route of `/v1`, and answers its JSON. Throws a Refusal that says what to do. */
export const api = async <Body>(
  path: string,
  init: { readonly method?: string; readonly body?: object } = {},
): Promise<Body> => {
  const { url, token, isMemory } = readAccess(root)
  if (token === undefined) throw new Refusal(noToken)
  const answer = await reach(url, path, {
    method: init.method ?? 'GET',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(init.body && { body: JSON.stringify(init.body) }),
  })
  const text = await answer.text()
  if (answer.status === 401) throw new Refusal(wrongToken(url, isMemory), 401)
  const isJson = /json/.test(answer.headers.get('content-type') ?? '')
  if (!answer.ok || !isJson) throw new Refusal(wordsOf(isJson ? text : '', answer.status, url), answer.status)
  return JSON.parse(text) as Body
}
