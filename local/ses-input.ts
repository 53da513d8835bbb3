/** Checks of what is given as a report of SES: 422 for what no way of SES's carries. */
import { Problem } from '../functions/shared/problem.ts'
import { unreadableInstants } from '../functions/signals/ses-event.ts'

type Fields = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null

const refuse = (path: string, message: string): never => {
  throw new Problem(422, 'The event does not fit.', [{ path, message }])
}

/** An EventBridge event; kinds that nobody reads are fine. */
export const checkSesEvent = (event: Fields): void => {
  const [path] = unreadableInstants(event)
  if (path !== undefined) refuse(path, 'write an instant like 2026-11-21T09:00:00Z')
}

const recordsOf = (event: Fields): readonly unknown[] | undefined =>
  Array.isArray(event['Records']) ? event['Records'] : undefined

const checkEnvelope = (envelope: unknown, at: string): void => {
  for (const name of ['Type', 'Message'])
    if (!isObject(envelope) || typeof envelope[name] !== 'string') refuse(`${at}${name}`, 'is a text')
}

/** An SNS message, as it is or in the records that a Lambda function gets. */
export const checkSnsMessage = (event: Fields): void => {
  const records = recordsOf(event)
  if (records === undefined) checkEnvelope(event, '')
  for (const [index, record] of records?.entries() ?? [])
    checkEnvelope(isObject(record) ? record['Sns'] : undefined, `Records.${index}.Sns.`)
}

/** A receipt event as the Lambda action gives it. */
export const checkReceiptEvent = (event: Fields): void => {
  const records = recordsOf(event) ?? refuse('Records', 'is a list')
  for (const [index, record] of records.entries()) {
    const ses = isObject(record) ? record['ses'] : undefined
    if (!isObject(ses) || !isObject(ses['mail']) || !isObject(ses['receipt']))
      refuse(`Records.${index}.ses`, 'has a mail and a receipt')
  }
}
