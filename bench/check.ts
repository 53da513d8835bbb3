/** What a marketer waits for: 100 sequence files read, checked, linted and compiled. */
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { formatProblem } from '../workflows/compiler/problem.ts'
import { compileProject } from '../workflows/compiler/project.ts'
import { type Figure, most, plain } from './_figure.ts'
import { root } from './_product.ts'

const count = 100

/** Six weeks with most of the language's words; no two are the same. */
const textOf = (id: string, k: number): string => `format: 1
id: ${id}
name: Sequence ${k}
topic: guides
priority: ${k % 100}
enrol:
  when: [ { form: warehouse-guide }, { stage: recycled }, { event: { name: trial.started, at_least: 2 per 14 days } } ]
  only_if: { any: [ { stage: [ lead, mql ] }, { score: { total: ">= ${k % 50}" } } ] }
  again: after 180 days
holdout: 10%
goal: { when: { stage: sql }, within: 60 days }
exit:
  - when: { stage: [ accepted, customer, disqualified ] }
  - when: { event: email.replied }
    then: { notify: { to: owner-or-team, team: smb, template: sales-reply-alert } }
steps:
  - { send: guide-delivery, id: deliver, immediately: true }
  - wait: { for: 2 days, then: "tue-thu 09:30" }
  - split:
      id: subject-test
      paths:
        - { name: Short, share: 50%, steps: [ { send: week-1-checklist, id: w1-a, subject: "Your checklist ${k}" } ] }
        - { name: Question, share: 50%, steps: [ { send: week-1-checklist, id: w1-b } ] }
      winner: { by: click-rate, after: 500 sends, then: auto }
  - wait_for:
      id: clicked
      event: { name: email.clicked, step: [ w1-a, w1-b ] }
      timeout: 5 days
      if_yes: [ { tag: { add: reader-${k} } } ]
      if_timeout: [ { send: week-1-nudge, id: nudge, only_if: { clicked: { step: deliver } } } ]
  - wait: { for: 3 days, then: "tue-thu 09:30" }
  - { send: week-2-cost-model, id: w2 }
  - branch:
      id: by-interest
      paths:
        - name: Prices
          if: { any: [ { visited: { path: "/pricing*", within: 14 days } }, { tag: reader-${k} } ] }
          steps: [ { wait: 4 days }, { send: pricing-explained, id: pricing } ]
        - name: Everyone else
          else: true
          steps: [ { wait: 4 days }, { send: week-3-case-study, id: w3 } ]
  - repeat:
      id: tips
      times: 4
      until: { temperature: hot }
      steps:
        - wait: 4 weeks
        - { send: { next_of: [ keep-warm-1, keep-warm-2, keep-warm-3 ] }, id: tip }
  - score: { add: 5, reason: Read on }
  - webhook: { url: "secret:CRM", body: { email: "{{ lead.email }}", k: ${k} } }
  - wait: 7 days
  - end: finished
`

/** Seconds that a check of the folder takes. */
const checked = async (workflows: string): Promise<number> => {
  const began = performance.now()
  const project = await compileProject({ workflows, templates: join(root, 'templates') })
  const took = (performance.now() - began) / 1000
  if (project.ok && project.problems.length === 0) return took
  throw new Error(project.problems.map(formatProblem).join('\n'))
}

export const check = async (): Promise<readonly Figure[]> => {
  const folder = mkdtempSync(join(tmpdir(), 'tendril-bench-'))
  cpSync(join(root, 'workflows'), folder, { recursive: true })
  // Templates are compiled once, for one sequence as for a hundred.
  const before = await checked(folder)
  for (let k = 0; k < count; k++)
    writeFileSync(join(folder, 'sequences', `bench-${k}.yaml`), textOf(`bench-${k}`, k))
  const after = await checked(folder)
  rmSync(folder, { recursive: true })
  return [
    most(`validation of ${count} sequence files, with all else in the folders`, after, 's', 2),
    plain('the first check in a process, with the shipped sequences', before, 's'),
  ]
}
