/** Emails as marketers write them: a template, its variants, or the next one of a stream. */
import type * as z from 'zod/mini'
import { factName } from '../../domain/lead-profile.ts'
import type { SendStep } from '../../domain/sequence.ts'
import { readCondition } from './conditions.ts'
import { sendSchema } from './language.ts'
import { mayBeId } from './language-words.ts'
import { accept, claimId, expectKnown, type Reader, report } from './reader.ts'
import type { Path } from './source.ts'

/** The id that was given, or the template's. */
export function idOr(
  reader: Reader,
  given: string | undefined,
  template: string,
  path: Path,
): string | undefined {
  if (given !== undefined) return claimId(reader, given, [...path, 'id'])
  if (mayBeId(template)) return claimId(reader, template, path)
  return report(reader, path, `this step needs an id: "${template}" cannot be one`)
}

type File = z.output<typeof sendSchema>

/** Reads a mail to the lead. */
export function readSend(
  reader: Reader,
  raw: Readonly<Record<string, unknown>>,
  path: Path,
): SendStep | undefined {
  const file = accept(reader, sendSchema, raw, path)
  if (!file) return undefined
  const choice = readChoice(reader, file, path)
  const rest = readRest(reader, file, path)
  const id = readId(reader, file.id, choice, path)
  if (id === undefined) return undefined
  reader.sends.add(id)
  return { kind: 'send', id, ...choice, immediately: file.immediately ?? false, ...rest }
}

type Choice = Pick<SendStep, 'template' | 'stream' | 'variants'>

/** Which template is sent. */
function readChoice(reader: Reader, { send, variant_by: field }: File, path: Path): Choice {
  if (typeof send !== 'string') {
    if (field !== undefined)
      report(reader, [...path, 'variant_by'], '"next_of" and "variant_by" do not go together')
    checkStream(reader, send.next_of, [...path, 'send', 'next_of'])
    return { template: send.next_of[0] ?? '', stream: send.next_of }
  }
  const variants =
    field === undefined ? undefined : readVariants(reader, field, send, [...path, 'variant_by'])
  if (!variants || Object.keys(variants.templates).length > 0)
    expectKnown(reader, 'template', send, reader.context.templates, [...path, 'send'])
  return { template: send, ...(variants ? { variants } : {}) }
}

/** How, by whom and whether it is sent. */
function readRest(
  reader: Reader,
  { subject, name, from, only_if }: File,
  path: Path,
): Pick<SendStep, 'subject' | 'name' | 'from' | 'onlyIf'> {
  if (from !== undefined) expectKnown(reader, 'sender', from, reader.context.senders, [...path, 'from'])
  if (subject !== undefined) checkSubject(reader, subject, [...path, 'subject'])
  const onlyIf = only_if === undefined ? undefined : readCondition(reader, only_if, [...path, 'only_if'])
  return {
    ...(subject === undefined ? {} : { subject }),
    ...(name === undefined ? {} : { name }),
    ...(from === undefined ? {} : { from }),
    ...(onlyIf ? { onlyIf } : {}),
  }
}

function readId(
  reader: Reader,
  given: string | undefined,
  { template, stream }: Choice,
  path: Path,
): string | undefined {
  if (given !== undefined || !stream) return idOr(reader, given, template, path)
  return report(reader, path, 'a mail of several templates needs an id: id: <name>')
}

function checkStream(reader: Reader, templates: readonly string[], path: Path): void {
  for (const [index, template] of templates.entries()) {
    const here = [...path, index]
    expectKnown(reader, 'template', template, reader.context.templates, here)
    if (templates.indexOf(template) !== index) report(reader, here, `"${template}" is there twice`)
  }
}

/** `<template>.<slug of the value>` among the templates; what is left falls back to the template itself. */
function readVariants(
  reader: Reader,
  field: string,
  template: string,
  path: Path,
): NonNullable<SendStep['variants']> {
  const found = [...reader.context.templates].filter((id) => id.startsWith(`${template}.`)).sort()
  if (found.length === 0) {
    const example = `templates/emails/${template}.<value>.mjml`
    report(reader, path, `"${template}" has no variants: there is no file ${example}`)
  }
  const entries = found.map((id) => [id.slice(template.length + 1), id] as const)
  for (const [slug, id] of entries) {
    if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(slug))
      report(
        reader,
        path,
        `${id}.mjml is never chosen: after the dot, write the value in lower case, digits and "-"`,
      )
  }
  return { field: factName(field), templates: Object.fromEntries(entries) }
}

function checkSubject(reader: Reader, subject: string, path: Path): void {
  for (const message of reader.context.checkSubject?.(subject) ?? [])
    report(reader, path, `subject: ${message}`)
}
