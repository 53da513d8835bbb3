/** Reading the fields of a request, with the refusals that the service gives. */
import { WireError } from '../wire.ts'

export type Fields = Readonly<Record<string, unknown>>

/** Seconds since 1970, as AWS JSON carries instants. */
export const seconds = (at: number): number => at / 1000

export function invalid(value: unknown, field: string, constraint: string): WireError {
  const message = `1 validation error detected: Value '${String(value)}' at '${field}' failed to satisfy constraint: ${constraint}`
  return new WireError('ValidationException', message)
}

/** A text that must be there. */
export function text(input: Fields, field: string): string {
  const value = input[field]
  if (typeof value === 'string' && value !== '') return value
  throw invalid(value ?? null, field, 'Member must not be null')
}

export function optionalText(input: Fields, field: string): string | undefined {
  const value = input[field]
  return typeof value === 'string' ? value : undefined
}

/** Page size: 100 unless told, at most 1000. */
export function pageSize(input: Fields): number {
  const value = input['maxResults']
  if (typeof value !== 'number' || value === 0) return 100
  if (value > 1000) throw invalid(value, 'maxResults', 'Member must have value less than or equal to 1000')
  if (value < 0) throw invalid(value, 'maxResults', 'Member must have value greater than or equal to 0')
  return value
}

/** The place that a `nextToken` of `pageToken` stands for, or undefined for the first page. */
export function pageStart(input: Fields, longest: number): number | undefined {
  const token = input['nextToken']
  if (token === undefined || token === null) return undefined
  const value = String(token)
  if (value.length > longest)
    throw invalid(value, 'nextToken', `Member must have length less than or equal to ${longest}`)
  const place = Number(Buffer.from(value, 'base64').toString().replace('page/', ''))
  if (value === '' || !Number.isInteger(place))
    throw new WireError('InvalidToken', "Invalid Token: 'Invalid token'")
  return place
}

export function pageToken(place: number): string {
  return Buffer.from(`page/${place}`).toString('base64')
}

/** One page of a list that fits in memory, with its `nextToken` if there is more. */
export function page<T>(input: Fields, items: readonly T[], longest: number) {
  const size = pageSize(input)
  const start = pageStart(input, longest) ?? 0
  const more = start + size < items.length
  return { items: items.slice(start, start + size), next: more ? { nextToken: pageToken(start + size) } : {} }
}

/** `{ [key]: value }`, or nothing where the value is absent: absent fields stay absent on the wire. */
export function given(key: string, value: unknown): Record<string, unknown> {
  return value === undefined ? {} : { [key]: value }
}
