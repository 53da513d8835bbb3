/** Steps that do something without a mail → the model's acts. */
import { factName } from '../../domain/lead-profile.ts'
import type { Action, ActStep } from '../../domain/sequence.ts'
import { scoreSchema, setFieldsSchema, setSchema, stageSchema, tagSchema, webhookSchema } from './language.ts'
import { wordsOf } from './language-words.ts'
import {
  accept,
  claimId,
  count,
  expectKnown,
  isBlock,
  type Reader,
  report,
  reportKey,
  takeId,
} from './reader.ts'
import type { Path } from './source.ts'
import { checkBody, checkUrl, readSecret } from './webhooks.ts'

type Raw = Readonly<Record<string, unknown>>
type ReadAct = (reader: Reader, raw: Raw, path: Path) => ActStep | undefined

interface Named {
  readonly id?: string | undefined
  readonly name?: string | undefined
}

/** An act with its id: the one that was given, or the word with a number. */
function act(reader: Reader, word: string, { id, name }: Named, action: Action, path: Path): ActStep {
  return {
    kind: 'act',
    id:
      id === undefined
        ? takeId(reader, count(reader, word), path)
        : claimId(reader, id, [...path, word, 'id']),
    ...(name === undefined ? {} : { name }),
    action,
  }
}

/** Reads `score`. */
export const readScore: ReadAct = (reader, raw, path) => {
  const file = accept(reader, scoreSchema, raw, path)?.score
  if (!file) return undefined
  const { add, part, reason } = file
  return act(reader, 'score', file, { do: 'score', part: part ?? 'engagement', points: add, reason }, path)
}

/** Reads `tag`. */
export const readTag: ReadAct = (reader, raw, path) => {
  const file = accept(reader, tagSchema, raw, path)?.tag
  if (!file) return undefined
  const here = [...path, 'tag']
  const [add, remove] = [wordsOf(file.add ?? []), wordsOf(file.remove ?? [])]
  if (add.length + remove.length === 0)
    report(reader, here, 'which tag? write { add: <tag> } or { remove: <tag> }')
  const both = add.find((tag) => remove.includes(tag))
  if (both !== undefined) report(reader, [...here, 'remove'], `"${both}" is added and removed at once`)
  return act(reader, 'tag', file, { do: 'tag', add, remove }, path)
}

/** What a sequence cannot set, and what to do instead. */
const byAnotherStep: Readonly<Record<string, string>> = {
  tag: 'tag: { add: … }',
  stage: 'stage: { to: …, reason: … }',
  score: 'score: { add: …, reason: … }',
  fit: 'score: { add: …, part: fit, reason: … }',
  engagement: 'score: { add: …, reason: … }',
}
const ofThePerson: ReadonlySet<string> = new Set([
  ...['email', 'email.kind', 'email.domain', 'phone', 'name', 'first_name', 'last_name'],
  ...['email_original', 'source', 'locale', 'owner', 'existing_owner', 'temperature', 'total', 'id'],
])

function checkField(reader: Reader, field: string, path: Path): void {
  const name = factName(field)
  const step = Object.hasOwn(byAnotherStep, name) ? byAnotherStep[name] : undefined
  if (step !== undefined) reportKey(reader, path, `"${field}" is not a field; write the step ${step}`)
  else if (ofThePerson.has(name)) {
    reportKey(reader, path, `"${field}" cannot be set by a sequence: it comes from the lead itself`)
  }
}

/** Reads `set`, in its short form or with an id. */
export const readSet: ReadAct = (reader, raw, path) => {
  const isLong = isBlock(raw['set']) && isBlock(raw['set']['fields'])
  const long = isLong ? accept(reader, setSchema, raw, path)?.set : undefined
  const fields = isLong ? long?.fields : accept(reader, setFieldsSchema, raw, path)?.set
  if (!fields) return undefined
  const here = isLong ? [...path, 'set', 'fields'] : [...path, 'set']
  const entries = Object.entries(fields)
  if (entries.length === 0) report(reader, here, 'set what? write { <field>: <value> }')
  for (const [field] of entries) checkField(reader, field, [...here, field])
  const set = Object.fromEntries(entries.map(([field, value]) => [factName(field), String(value)]))
  return act(reader, 'set', long ?? {}, { do: 'set', fields: set }, path)
}

/** Reads `stage`. */
export const readStage: ReadAct = (reader, raw, path) => {
  const file = accept(reader, stageSchema, raw, path)?.stage
  if (!file) return undefined
  const { to, reason } = file
  expectKnown(reader, 'stage', to, reader.context.stages, [...path, 'stage', 'to'])
  return act(reader, 'stage', file, { do: 'stage', to, reason }, path)
}

/** Reads `webhook`. */
export const readWebhook: ReadAct = (reader, raw, path) => {
  const file = accept(reader, webhookSchema, raw, path)?.webhook
  if (!file) return undefined
  const here = [...path, 'webhook']
  checkUrl(reader, file.url, [...here, 'url'])
  const secret = readSecret(reader, file.secret, [...here, 'secret'])
  const body = file.body ?? {}
  checkBody(reader, body, [...here, 'body'])
  const action: Action = {
    do: 'webhook',
    url: file.url,
    ...(secret === undefined ? {} : { secret }),
    event: file.event ?? 'sequence.step',
    body,
  }
  return act(reader, 'webhook', file, action, path)
}
