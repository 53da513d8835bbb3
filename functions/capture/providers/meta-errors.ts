/** What the Graph API's errors mean (contracts: external §1): nearly all are HTTP 400, only the code tells them apart. */
import { losslessJson, objectOf, textOf } from '../../shared/lossless-json.ts'
import type { Answer } from './call.ts'
import type { ReadOutcome } from './provider.ts'

type Answered = Extract<Answer, { is: 'answer' }>
type Failure = Exclude<ReadOutcome, { is: 'lead' }>

const passing = new Set([1, 2, 4, 17, 32, 341, 368, 613])
const isPassing = (code: number): boolean => passing.has(code) || (code >= 80_000 && code <= 80_014)

const isPermission = (code: number): boolean => code === 10 || (code >= 200 && code <= 299)

const usageOf = (header: string | null): unknown => {
  try {
    return losslessJson(header ?? '{}')
  } catch {
    return {}
  }
}

/** Minutes until calls are allowed again, by X-Business-Use-Case-Usage: there is no Retry-After. */
const waitMinutes = (headers: Headers): number => {
  const usage = objectOf(usageOf(headers.get('x-business-use-case-usage')))
  const waits = Object.values(usage)
    .flat()
    .map((entry) => Number(objectOf(entry)['estimated_time_to_regain_access']))
  return Math.max(0, ...waits.filter(Number.isFinite))
}

const later = (answer: Answered, detail: string, now: number): Failure => ({
  is: 'later',
  reason: 'unavailable',
  detail,
  notBefore: now + waitMinutes(answer.headers) * 60_000,
})

const stuck = (code: number, subcode: string | undefined, detail: string): Failure | undefined => {
  if (code === 190 || code === 102)
    return {
      is: 'stuck',
      reason: 'reauth',
      detail,
      alert:
        'Meta refuses the access token. Renew META_ACCESS_TOKEN, then replay the parked leads: nothing is lost.',
    }
  if (isPermission(code))
    return {
      is: 'stuck',
      reason: 'permission',
      detail,
      alert:
        'Meta lets the app read no leads. Check leads_retrieval and the Leads Access Manager, then replay the parked leads.',
    }
  if (code === 100 && subcode === '33') return { is: 'stuck', reason: 'not-found', detail }
  return undefined
}

/** The failure that an answer is; undefined when it is a lead. */
export const failureOf = (answer: Answered, now: number): Failure | undefined => {
  const error = objectOf(answer.body['error'])
  const code = Number(textOf(error['code']))
  if (answer.status === 200 && Number.isNaN(code)) return undefined
  const subcode = textOf(error['error_subcode'])
  const trace = textOf(error['fbtrace_id'])?.slice(0, 60) ?? 'none'
  const detail = `Graph answered ${answer.status}, code ${textOf(error['code']) ?? 'none'}/${subcode ?? '-'}, trace ${trace}`
  if (isPassing(code)) return later(answer, detail, now)
  // A code that this table does not know is tried again: a lead is never given up by guessing.
  return stuck(code, subcode, detail) ?? later(answer, detail, now)
}
