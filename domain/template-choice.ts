/** Which template a send step sends to a lead. */
import type { StepRecord } from './enrolment.ts'
import { stopOfId } from './route-ask.ts'
import type { SendStep, Sequence } from './sequence.ts'

/** "Food & Drink" → `food-drink`, "Zürich" → `zurich`: how a value stands in the name of a variant's file. */
export const slugOf = (value: string): string =>
  value
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')

/** One run of a lead, with the version of the sequence that it goes by. */
export interface Received {
  readonly sequence: Sequence
  readonly records: Readonly<Record<string, StepRecord>>
}

/** The template that a record says, if it was sent or may have been. */
function templateSent(sequence: Sequence, stepId: string, record: StepRecord): readonly string[] {
  if (record.is !== 'sent' && record.is !== 'uncertain') return []
  const step = stopOfId(sequence, stepId)?.node.step
  const own = step?.kind === 'send' ? step.template : undefined
  const template = record.name ?? own
  return template === undefined ? [] : [template]
}

/** Every template that was sent in these runs, or may have been: rather one too few than one twice. */
export const templatesSent = (runs: readonly Received[]): ReadonlySet<string> =>
  new Set(
    runs.flatMap(({ sequence, records }) =>
      Object.entries(records).flatMap(([stepId, record]) => templateSent(sequence, stepId, record)),
    ),
  )

/** What the choice goes by. */
export interface Reading {
  /** The fields as rules name them. */
  readonly profile: Readonly<Record<string, readonly string[]>>
  /** `templatesSent` of all runs of the lead; only a stream asks. */
  readonly sent: ReadonlySet<string>
  /** Templates that are there: one that was taken out of the files is passed over. */
  readonly known: (template: string) => boolean
}

/**
 * The template for this lead: of a stream the first that it never received, of variants the one for its field's
 * value, else the step's own. Undefined when a stream has nothing new.
 */
export function templateFor(step: SendStep, { profile, sent, known }: Reading): string | undefined {
  if (step.stream) return step.stream.find((template) => known(template) && !sent.has(template))
  const { variants } = step
  const value = variants && profile[variants.field]?.find((text) => text.trim() !== '')
  const slug = value === undefined ? '' : slugOf(value)
  const variant = variants && Object.hasOwn(variants.templates, slug) ? variants.templates[slug] : undefined
  return variant !== undefined && known(variant) ? variant : step.template
}
