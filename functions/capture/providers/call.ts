/** One GET to a provider: bounded in time, its JSON with all digits, its failure to answer as a value. */
import { losslessJson, objectOf } from '../../shared/lossless-json.ts'
import type { ReadPorts } from './provider.ts'

const patienceMs = 12_000

export type Answer =
  | {
      readonly is: 'answer'
      readonly status: number
      readonly headers: Headers
      /** Empty when the answer is not a JSON object. */
      readonly body: Readonly<Record<string, unknown>>
    }
  | { readonly is: 'silence'; readonly detail: string }

const parsed = (text: string): Readonly<Record<string, unknown>> => {
  try {
    return objectOf(losslessJson(text))
  } catch {
    return {}
  }
}

export const get = async (
  ports: Pick<ReadPorts, 'fetch'>,
  url: string,
  headers: Readonly<Record<string, string>>,
): Promise<Answer> => {
  try {
    const response = await ports.fetch(url, { headers, signal: AbortSignal.timeout(patienceMs) })
    const body = parsed(await response.text())
    return { is: 'answer', status: response.status, headers: response.headers, body }
  } catch (error) {
    return { is: 'silence', detail: error instanceof Error ? error.name : 'no answer' }
  }
}
