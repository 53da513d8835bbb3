/** `POST /v1/scoring/preview`: what another scoring file would make of the leads, page by page; nothing is changed. */
import { parse } from 'yaml'
import * as z from 'zod/mini'
import { type Content, problemsBetween } from '../../domain/content.ts'
import type { Problem as Finding } from '../../domain/content-check.ts'
import { addPreviews, compareRules, noPreview, type Preview, previewOf } from '../../domain/rescoring.ts'
import { checkScoring } from '../../domain/scoring-check.ts'
import type { ScoringRules } from '../../domain/scoring-model.ts'
import { readBody } from '../shared/api-body.ts'
import { requireToken } from '../shared/bearer.ts'
import { cursorOf, placeOf } from '../shared/cursor.ts'
import { json, type Reply, type Request } from '../shared/http.ts'
import { type FoldPorts, isKnown } from '../shared/lead-facts.ts'
import { allLeads } from '../shared/lead-pages.ts'
import type { Leads, Secrets } from '../shared/ports.ts'
import { Problem } from '../shared/problem.ts'

export interface RescorePorts extends Pick<FoldPorts, 'clock' | 'content'> {
  readonly leads: Pick<Leads, 'collection' | 'byStage'>
  readonly secrets: Secrets
}

const body = z.strictObject({
  /** The file: as YAML or JSON text, or as the object that it says. */
  scoring: z.union([z.string(), z.record(z.string(), z.unknown())]),
  cursor: z.optional(z.nullable(z.string())),
})

/** Leads of one answer: each is read and folded twice. */
const pageSize = 100

const refused = (problems: readonly Finding[]): Problem =>
  new Problem(
    422,
    'The scoring file is not in order.',
    problems.map(({ path, message }) => ({ path: ['scoring', ...path].join('.'), message })),
  )

const parsed = (scoring: string | object): unknown => {
  if (typeof scoring !== 'string') return scoring
  try {
    return parse(scoring, { maxAliasCount: 0 })
  } catch (error) {
    throw refused([{ path: [], message: error instanceof Error ? error.message : 'it is no YAML' }])
  }
}

const rulesOf = (scoring: string | object, content: Content): ScoringRules => {
  const checked = checkScoring(parsed(scoring))
  if (!checked.ok) throw refused(checked.problems)
  const between = problemsBetween({ ...content, scoring: checked.value })
  const own = between.filter(({ file }) => file === 'scoring')
  if (own.length > 0) throw refused(own)
  return checked.value
}

const placeIn = (cursor: string | null | undefined): string | undefined => {
  if (cursor === undefined || cursor === null) return undefined
  const before = placeOf(cursor)
  if (before === undefined)
    throw new Problem(422, 'This cursor is none.', [
      { path: 'cursor', message: 'take the cursor of an earlier answer' },
    ])
  return before
}

const ofLead = async (ports: RescorePorts, leadId: string, rules: ScoringRules, content: Content) => {
  const { events } = await ports.leads.collection(leadId)
  if (!isKnown(events)) return noPreview
  const found = compareRules(events, content, rules, ports.clock.now())
  const email = events.find((event) => event.type === 'captured')?.submission.person.email
  return found ? previewOf({ leadId, ...(email !== undefined && { email }) }, found) : noPreview
}

/** The route. */
export const previewScoring = async (ports: RescorePorts, request: Request): Promise<Reply> => {
  await requireToken(request, ports.secrets)
  const { scoring, cursor } = readBody(body, request)
  const before = placeIn(cursor)
  const content = await ports.content.live()
  const rules = rulesOf(scoring, content)
  const entries = await allLeads(ports.leads, content.settings)(pageSize + 1, before)
  const page = entries.slice(0, pageSize)
  const previews = await Promise.all(page.map(({ leadId }) => ofLead(ports, leadId, rules, content)))
  const preview: Preview = previews.reduce(addPreviews, noPreview)
  const next = entries.length > pageSize ? page.at(-1)?.place : undefined
  return json(200, { ...preview, cursor: next === undefined ? null : cursorOf(next) })
}
