/** All that marketers edit, checked and compiled: what workers go by, addressed by its hash. */
import { type Problem, unknownWord } from './content-check.ts'
import type { Form } from './form.ts'
import type { Routing } from './routing.ts'
import type { ScoringRules } from './scoring-model.ts'
import type { Sequence } from './sequence.ts'
import type { Settings } from './settings.ts'
import type { CompiledPage, CompiledTemplate } from './template.ts'

export interface Content {
  readonly hash: string
  readonly settings: Settings
  readonly scoring: ScoringRules
  readonly routing: Routing
  readonly forms: Readonly<Record<string, Form>>
  readonly sequences: Readonly<Record<string, Sequence>>
  readonly templates: Readonly<Record<string, CompiledTemplate>>
  readonly pages: Readonly<Record<string, CompiledPage>>
}

/** A problem and the file that it is in: `settings`, `scoring`, `routing` or `forms/<id>`. */
export interface FileProblem extends Problem {
  readonly file: string
}

type Files = Pick<Content, 'settings' | 'scoring' | 'routing' | 'forms'>

const unknown = (
  file: string,
  path: Problem['path'],
  what: string,
  word: string,
  known: readonly string[],
) => (known.includes(word) ? [] : [{ file, path, message: unknownWord(what, word, known) }])

function scoringProblems({ scoring, settings }: Files): FileProblem[] {
  const stages = settings.stages.map(({ id }) => id)
  return scoring.promote.flatMap((rule, i) => [
    ...unknown('scoring', ['promote', i, 'to'], 'stage', rule.to, stages),
    ...(rule.stages ?? []).flatMap((stage) =>
      unknown('scoring', ['promote', i, 'when', 'stage'], 'stage', stage, stages),
    ),
  ])
}

function routingProblems({ routing, settings }: Files): FileProblem[] {
  const stages = settings.stages.map(({ id }) => id)
  return routing.handoff.rejectReasons.flatMap(({ outcome }, i) =>
    outcome
      ? unknown('routing', ['handoff', 'reject_reasons', i, 'then', 'stage'], 'stage', outcome.stage, stages)
      : [],
  )
}

function formProblems(form: Form, settings: Settings): FileProblem[] {
  const file = `forms/${form.id}`
  const topics = Object.keys(settings.consent.topics)
  const stages = settings.stages.map(({ id }) => id)
  const web = form.consent.flatMap((box) =>
    box.topics.flatMap((topic) => unknown(file, ['consent', 'topics'], 'topic', topic, topics)),
  )
  const ads = form.adForms.flatMap(({ consent }, i) =>
    Object.entries(consent).flatMap(([checkbox, permit]) =>
      permit.topics.flatMap((topic) =>
        unknown(file, ['ad_forms', i, 'consent', checkbox, 'topics'], 'topic', topic, topics),
      ),
    ),
  )
  return [
    ...web,
    ...ads,
    ...(form.stage === undefined ? [] : unknown(file, ['stage'], 'stage', form.stage, stages)),
  ]
}

/** One ad form in two files would give two different permissions for one tick. */
function twice(forms: Files['forms']): FileProblem[] {
  const seen = new Map<string, string>()
  return Object.values(forms).flatMap((form) =>
    form.adForms.flatMap(({ source, formId }, i) => {
      const key = `${source}/${formId}`
      const before = seen.get(key)
      seen.set(key, before ?? form.id)
      return before === undefined
        ? []
        : [
            {
              file: `forms/${form.id}`,
              path: ['ad_forms', i],
              message: `${source} form ${formId} is in "${before}" too`,
            },
          ]
    }),
  )
}

/** What is wrong between the files, though each is right by itself. */
export const problemsBetween = (files: Files): readonly FileProblem[] => [
  ...scoringProblems(files),
  ...routingProblems(files),
  ...Object.values(files.forms).flatMap((form) => formProblems(form, files.settings)),
  ...twice(files.forms),
]
