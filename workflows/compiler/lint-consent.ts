/** Mail before consent: triggers by forms that never ask for the sequence's topic. */
import type { Form } from '../../domain/form.ts'
import type { Sequence, Trigger } from '../../domain/sequence.ts'
import { type Asked, type Reader, report, warn } from './reader.ts'
import { everyStep } from './step-shape.ts'

/** The topics that a form's own checkboxes and those of its ad forms may permit. */
export const askedBy = (forms: readonly Form[]): Asked => {
  const adForms = forms.flatMap((form) => form.adForms)
  const topicsOf = (ad: Form['adForms'][number]) => Object.values(ad.consent).flatMap(({ topics }) => topics)
  return {
    forms: new Map(
      forms.map((form) => [
        form.id,
        new Set([...form.consent.flatMap(({ topics }) => topics), ...form.adForms.flatMap(topicsOf)]),
      ]),
    ),
    adForms: new Map(adForms.map((ad) => [`${ad.source} ${ad.formId}`, new Set(topicsOf(ad))])),
  }
}

/** Notes each such form; when there is no other way in, nobody could ever be mailed, which is an error. */
export function lintConsent(reader: Reader, { topic, enrol, steps }: Sequence): void {
  const { asked } = reader.context
  if (!asked || !everyStep(steps).some(({ kind }) => kind === 'send')) return
  const mute = enrol.when.flatMap((trigger) => {
    const what = muteForm(trigger, topic, asked)
    return what === undefined ? [] : [what]
  })
  const say = mute.length === enrol.when.length ? report : warn
  for (const what of mute) {
    say(
      reader,
      ['enrol', 'when'],
      `${what} for the topic "${topic}": who enters by it is not mailed (no consent)`,
    )
  }
}

/** What is to be said of a trigger by a form that never asks for the topic. */
function muteForm(trigger: Trigger, topic: string, asked: Asked): string | undefined {
  if (trigger.kind === 'form') {
    const topics = asked.forms.get(trigger.form)
    return topics && !topics.has(topic) ? `the form "${trigger.form}" does not ask` : undefined
  }
  if (trigger.kind !== 'ad-form') return undefined
  const { source, formId } = trigger
  const topics = asked.adForms.get(`${source} ${formId}`) ?? asked.adForms.get(`${source} *`)
  if (!topics) return `the ${source} form ${formId} is in no file of workflows/forms, so nothing asks`
  return topics.has(topic) ? undefined : `the ${source} form ${formId} does not ask`
}
