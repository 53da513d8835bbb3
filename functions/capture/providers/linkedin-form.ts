/** A LinkedIn lead form and the answers to it, put together (contracts: external §2). */
import { isHarmlessName, listOf, objectOf, textOf } from '../../shared/lossless-json.ts'

type Json = Readonly<Record<string, unknown>>

/** A text in the form's own language, else in any. */
const localised = (text: unknown, locale: string): string | undefined => {
  const all = objectOf(objectOf(text)['localized'])
  return textOf(all[locale]) ?? Object.values(all).map(textOf).find(Boolean)
}

const localeOf = (form: Json): string => {
  const { language, country } = objectOf(form['creationLocale'])
  return `${textOf(language) ?? 'en'}_${textOf(country) ?? 'US'}`
}

const optionTexts = (question: Json, locale: string): ReadonlyMap<string, string> => {
  const details = objectOf(objectOf(question['questionDetails'])['multipleChoiceQuestionDetails'])
  return new Map(
    listOf(details['options']).flatMap((option) => {
      const { id, text } = objectOf(option)
      const [key, word] = [textOf(id), localised(text, locale)]
      return key === undefined || word === undefined ? [] : [[key, word]]
    }),
  )
}

/** Options come as ids; an option that the form does not name any more keeps its id. */
const valuesOf = (answer: Json, question: Json, locale: string): string[] => {
  const details = objectOf(answer['answerDetails'])
  const text = textOf(objectOf(details['textQuestionAnswer'])['answer'])
  if (text !== undefined) return [text]
  const texts = optionTexts(question, locale)
  const chosen = listOf(objectOf(details['multipleChoiceAnswer'])['options'])
  return chosen.flatMap((option) => {
    const id = textOf(option)
    return id === undefined ? [] : [texts.get(id) ?? id]
  })
}

export interface FormAnswer {
  /** LinkedIn's word for a question that it fills in itself, such as FIRST_NAME. */
  readonly predefined: string | undefined
  readonly name: string
  readonly values: readonly string[]
}

const nameOf = (question: Json, id: string): string => {
  const name = textOf(question['name'])
  return name !== undefined && isHarmlessName(name) ? name : `question_${id}`
}

/** The answers under the names of their questions. */
export const answersOf = (response: Json, form: Json): readonly FormAnswer[] => {
  const locale = localeOf(form)
  const questions = new Map(
    listOf(objectOf(form['content'])['questions'])
      .map(objectOf)
      .map((question) => [textOf(question['questionId']), question]),
  )
  return listOf(response['answers'])
    .map(objectOf)
    .map((answer) => {
      const id = textOf(answer['questionId']) ?? ''
      const question = questions.get(id) ?? {}
      return {
        predefined: textOf(question['predefinedField']),
        name: nameOf(question, id),
        values: valuesOf(answer, question, locale),
      }
    })
}

/** The values that the advertiser hid in the form. */
export const hiddenOf = (form: Json): Record<string, string> =>
  Object.fromEntries(
    listOf(form['hiddenFields'])
      .map(objectOf)
      .flatMap(({ name, value }) => {
        const [key, text] = [textOf(name), textOf(value)]
        return key === undefined || text === undefined || !isHarmlessName(key) ? [] : [[key, text]]
      }),
  )

/** Boxes by their id in the form; only a plain true is a yes. */
export const consentsOf = (response: Json): Record<string, boolean> =>
  Object.fromEntries(
    listOf(response['consentResponses'])
      .map(objectOf)
      .flatMap(({ consentId, accepted }) => {
        const id = textOf(consentId)
        return id === undefined ? [] : [[id, accepted === true]]
      }),
  )
