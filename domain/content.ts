/** All that marketers edit, checked and compiled: what workers go by, addressed by its hash. */
import { type FileProblem, unknownIn } from './content-check.ts'
import type { Form } from './form.ts'
import type { Routing } from './routing.ts'
import type { ScoringRules } from './scoring-model.ts'
import type { Sequence } from './sequence.ts'
import type { Settings } from './settings.ts'
import { stageProblems } from './stage-check.ts'
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

type Files = Pick<Content, 'settings' | 'scoring' | 'routing' | 'forms'>

function formProblems(form: Form, settings: Settings): FileProblem[] {
  const file = `forms/${form.id}`
  const topics = Object.keys(settings.consent.topics)
  const stages = settings.stages.map(({ id }) => id)
  const web = form.consent.flatMap((box) =>
    box.topics.flatMap((topic) => unknownIn(file, ['consent', 'topics'], 'topic', topic, topics)),
  )
  const ads = form.adForms.flatMap(({ consent }, i) =>
    Object.entries(consent).flatMap(([checkbox, permit]) =>
      permit.topics.flatMap((topic) =>
        unknownIn(file, ['ad_forms', i, 'consent', checkbox, 'topics'], 'topic', topic, topics),
      ),
    ),
  )
  return [
    ...web,
    ...ads,
    ...(form.stage === undefined ? [] : unknownIn(file, ['stage'], 'stage', form.stage, stages)),
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
  ...stageProblems(files),
  ...Object.values(files.forms).flatMap((form) => formProblems(form, files.settings)),
  ...twice(files.forms),
]
