/**
 * The enrolment item in few bytes: with the task token as binary it stays within one write unit (1 KB)
 * up to 20 emails. Steps are named by their place in the sequence version; settled steps keep no due.
 */
import {
  type Arbiter,
  type Divert,
  type Due,
  deferReasons,
  type Enrolment,
  type Held,
  notSentReasons,
  type StepRecord,
} from '../../../domain/enrolment.ts'
import { enrolmentSk, leadPk } from './keys.ts'

type Stored = Record<string, unknown>

const b36 = (value: number): string => Math.trunc(value).toString(36)
const from36 = (text: string | undefined): number => Number.parseInt(text ?? '0', 36)

/** Writes a step's id as its place in `ids`, or quoted when it has none. */
const shorten = (ids: readonly string[], id: string): string => {
  const index = ids.indexOf(id)
  return index < 0 ? `'${id}` : b36(index)
}
const lengthen = (ids: readonly string[], key: string): string =>
  key.startsWith("'") ? key.slice(1) : (ids[from36(key)] ?? key)

/** A template's id at the end of a record; it may have dots of its own. */
const packName = (ids: readonly string[], name: string | undefined): string =>
  name === undefined ? '' : `.${shorten(ids, name)}`
const unpackName = (ids: readonly string[], parts: readonly string[]): { readonly name?: string } =>
  parts.length === 0 ? {} : { name: lengthen(ids, parts.join('.')) }

const packSent = (
  ids: readonly string[],
  at: string,
  template: string | undefined,
  name?: string,
): string => {
  const hash = template === undefined ? '' : `.${template.slice(0, 6)}`
  return `s${at}${hash || (name === undefined ? '' : '.')}${packName(ids, name)}`
}

const packRecord = (ids: readonly string[], record: StepRecord): string => {
  const at = b36(record.at)
  switch (record.is) {
    case 'sent':
      return packSent(ids, at, record.template, record.name)
    case 'not-sent':
      return `x${b36(notSentReasons.indexOf(record.reason))}${at}`
    case 'carried':
      return `c${at}`
    case 'parked':
      return `p${at}`
    case 'uncertain':
      return `u${at}.${b36(record.n)}.${b36(record.attempt)}${packName(ids, record.name)}`
  }
}

const unpackRecord = (ids: readonly string[], text: string): StepRecord => {
  const [first = '', second, third, ...rest] = text.slice(1).split('.')
  switch (text[0]) {
    case 's':
      return {
        is: 'sent',
        at: from36(first),
        ...(second && { template: second }),
        ...unpackName(ids, third === undefined ? [] : [third, ...rest]),
      }
    case 'x':
      return {
        is: 'not-sent',
        at: from36(first.slice(1)),
        reason: notSentReasons[from36(first[0])] ?? 'overtaken',
      }
    case 'c':
      return { is: 'carried', at: from36(first) }
    case 'p':
      return { is: 'parked', at: from36(first) }
    default:
      return {
        is: 'uncertain',
        at: from36(first),
        n: from36(second),
        attempt: from36(third),
        ...unpackName(ids, rest),
      }
  }
}

const packMap = <T>(
  ids: readonly string[],
  map: Readonly<Record<string, T>>,
  pack: (value: T) => string,
): string =>
  Object.entries(map)
    .map(([id, value]) => `${shorten(ids, id)}=${pack(value)}`)
    .join(',')

const unpackMap = <T>(
  ids: readonly string[],
  text: unknown,
  unpack: (value: string) => T,
): Record<string, T> => {
  if (typeof text !== 'string' || text === '') return {}
  return Object.fromEntries(
    text.split(',').map((pair) => {
      const cut = pair.indexOf('=')
      return [lengthen(ids, pair.slice(0, cut)), unpack(pair.slice(cut + 1))]
    }),
  )
}

/** Base64 text becomes bytes when that loses nothing: a token of 700 characters then takes 525. */
const packToken = (token: string | undefined): Uint8Array | string | undefined => {
  if (token === undefined) return undefined
  const bytes = Buffer.from(token, 'base64')
  return bytes.toString('base64') === token ? bytes : token
}
const unpackToken = (stored: unknown): string | undefined => {
  if (stored instanceof Uint8Array) return Buffer.from(stored).toString('base64')
  return typeof stored === 'string' ? stored : undefined
}

const packDivert = (ids: readonly string[], divert: Divert): Stored => ({
  n: divert.name,
  d: packMap(ids, divert.due, b36),
  ...(divert.took && { b: divert.took.branch, p: divert.took.path }),
  ...(divert.turn !== undefined && { t: divert.turn }),
})
const unpackDivert = (ids: readonly string[], stored: unknown): Divert | undefined => {
  if (typeof stored !== 'object' || stored === null) return undefined
  const { n, d, b, p, t } = stored as Stored
  return {
    name: String(n),
    due: unpackMap(ids, d, from36),
    ...(b !== undefined && { took: { branch: String(b), path: String(p) } }),
    ...(t !== undefined && { turn: Number(t) }),
  }
}

/** Counted from the lead's entrance, and from then on: eight characters for most. */
const packHeld =
  (createdAt: number) =>
  ({ at, until, reason }: Held): string =>
    `${b36(deferReasons.indexOf(reason))}${b36(at - createdAt)}.${b36(until - at)}`

const unpackHeld =
  (createdAt: number) =>
  (text: string): Held => {
    const [since, length] = text.slice(1).split('.')
    const at = createdAt + from36(since)
    return { at, until: at + from36(length), reason: deferReasons[from36(text[0])] ?? 'fault' }
  }

/** What a run left to another one is still due there. */
const isLeft = (record: StepRecord | undefined): boolean =>
  record === undefined || (record.is === 'not-sent' && record.reason === 'moved-on')

const withoutSettled = (due: Due, records: Arbiter['records']): Due =>
  Object.fromEntries(Object.entries(due).filter(([step]) => isLeft(records[step])))

/**
 * A settled step fell due when it was settled: near enough for what listens from then on. Not one beside the way: the
 * plan must hold only one of the steps that share a state.
 */
const settledAt = (records: Arbiter['records']): Due =>
  Object.fromEntries(
    Object.entries(records)
      .filter(([, record]) => record.is !== 'not-sent' || record.reason !== 'branched')
      .map(([step, { at }]) => [step, at]),
  )

/** The item to store. `ids` are the keys of due and records in the order of the sequence version. */
export const encodeEnrolment = (
  enrolment: Enrolment,
  by: string,
  rev: number,
  ids: readonly string[],
): Stored => ({
  pk: leadPk(enrolment.leadId),
  sk: enrolmentSk(enrolment.sequence, enrolment.run),
  rev,
  by,
  ve: enrolment.version,
  cr: enrolment.createdAt,
  bg: enrolment.began,
  pi: enrolment.pinned,
  ke: enrolment.key,
  n: enrolment.n,
  st: enrolment.step,
  tk: packToken(enrolment.token),
  it: enrolment.intent?.attempt,
  an: enrolment.answer && packDivert(ids, enrolment.answer),
  pd: enrolment.pend && packDivert(ids, enrolment.pend),
  ex: enrolment.exit && `${b36(enrolment.exit.at)}.${enrolment.exit.reason}`,
  mv: enrolment.exit?.to,
  la: enrolment.lastAt,
  du: packMap(ids, withoutSettled(enrolment.due, enrolment.records), b36),
  to: Object.keys(enrolment.took).length === 0 ? undefined : enrolment.took,
  re: packMap(ids, enrolment.records, (record) => packRecord(ids, record)),
  he: enrolment.held && packMap(ids, enrolment.held, packHeld(enrolment.createdAt)),
})

const optional = <K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } =>
  value === undefined ? {} : ({ [key]: value } as { [P in K]: V })

const unpackExit = (stored: unknown, to: unknown): Enrolment['exit'] => {
  if (typeof stored !== 'string') return undefined
  const cut = stored.indexOf('.')
  const exit = { at: from36(stored.slice(0, cut)), reason: stored.slice(cut + 1) }
  return to === undefined ? exit : { ...exit, to: String(to) }
}

/** The enrolment of a stored item. */
export const decodeEnrolment = (
  item: Stored,
  leadId: string,
  enrolmentId: string,
  ids: readonly string[],
): Enrolment => {
  const [, sequence = '', run = '1'] = String(item['sk']).split('#')
  const token = unpackToken(item['tk'])
  const records = unpackMap(ids, item['re'], (text) => unpackRecord(ids, text))
  return {
    enrolmentId,
    leadId,
    sequence,
    run: Number(run),
    version: String(item['ve']),
    createdAt: Number(item['cr']),
    n: Number(item['n']),
    ...optional('began', item['bg'] as number | undefined),
    ...(item['pi'] === true && { pinned: true }),
    ...optional('key', item['ke'] as string | undefined),
    due: { ...settledAt(records), ...unpackMap(ids, item['du'], from36) },
    took: (item['to'] as Record<string, string> | undefined) ?? {},
    records,
    ...optional('step', item['st'] as string | undefined),
    ...optional('token', token),
    ...(item['it'] !== undefined && { intent: { attempt: Number(item['it']), token: token ?? '' } }),
    ...optional('answer', unpackDivert(ids, item['an'])),
    ...optional('pend', unpackDivert(ids, item['pd'])),
    ...optional('exit', unpackExit(item['ex'], item['mv'])),
    ...optional('lastAt', item['la'] as number | undefined),
    ...(item['he'] !== undefined && { held: unpackMap(ids, item['he'], unpackHeld(Number(item['cr']))) }),
  }
}
