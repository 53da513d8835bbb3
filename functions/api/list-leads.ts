/** `GET /v1/leads`: one look-up or one index per filter. What no index answers is refused. */
import { normaliseEmail } from '../../domain/person.ts'
import { cursorOf } from '../shared/cursor.ts'
import { json, type Reply, type Request } from '../shared/http.ts'
import { addressHash } from '../shared/identity.ts'
import { allLeads, inStages, type List } from '../shared/lead-pages.ts'
import type { LeadList } from '../shared/ports.ts'
import { Problem } from '../shared/problem.ts'
import { findLead, leadBody } from './lead.ts'
import type { ApiPorts } from './ports.ts'
import { type Params, readCursor, readLimit, readParams, readWord } from './query.ts'

const temperatures = ['hot', 'warm', 'cold'] as const

/** Leads that one request walks past while it looks for a temperature; then the cursor goes on from there. */
const maxWalk = 500
const walkBy = 50

/** An address: the hash is the lead's id, unless it is a later address of another lead. */
const byEmail = async (ports: ApiPorts, text: string): Promise<readonly string[]> => {
  // In a query a plus stands for a blank, and an address has no blanks: it was a plus.
  const email = normaliseEmail(text.trim().replaceAll(' ', '+'))
  if (!email.ok) return []
  const hash = await addressHash(ports.secrets, email.email)
  return [(await ports.leads.alias('email', hash)) ?? hash]
}

const bySource = async (ports: ApiPorts, params: Params): Promise<readonly string[]> => {
  const sourceLeadId = params.get('sourceLeadId') ?? ''
  const source = params.get('source')
  if (source === undefined) return ports.leads.pointers(sourceLeadId)
  const leadId = await ports.leads.pointer(source, sourceLeadId)
  return leadId === undefined ? [] : [leadId]
}

const listOf = async (ports: ApiPorts, params: Params): Promise<List> => {
  const owner = params.get('owner')
  if (owner !== undefined) return (limit, before) => ports.leads.byOwner(owner, limit, before)
  const stage = params.get('stage')
  const { settings } = await ports.content.live()
  return stage === undefined ? allLeads(ports.leads, settings) : inStages(ports.leads, [stage])
}

interface Found {
  readonly leadIds: readonly string[]
  /** The place to go on from; undefined at the end. */
  readonly next?: string
}

const pageOf = async (list: List, limit: number, before?: string): Promise<Found> => {
  const entries = await list(limit + 1, before)
  const leadIds = entries.slice(0, limit).map(({ leadId }) => leadId)
  const next = entries.length > limit ? entries[limit - 1]?.place : undefined
  return { leadIds, ...(next !== undefined && { next }) }
}

const ofTemperature = async (ports: ApiPorts, entries: LeadList, temperature: string): Promise<LeadList> => {
  const collections = await Promise.all(entries.map(({ leadId }) => ports.leads.collection(leadId)))
  return entries.filter((_, index) => collections[index]?.head?.state.temperature === temperature)
}

/** Newest first, past the leads whose head has another temperature. */
const walk = async (
  ports: ApiPorts,
  list: List,
  temperature: string,
  limit: number,
  before?: string,
): Promise<Found> => {
  const found: LeadList[number][] = []
  let at = before
  const upTo = (next: string | undefined): Found => ({
    leadIds: found.map(({ leadId }) => leadId),
    ...(next !== undefined && { next }),
  })
  for (let walked = 0; walked < maxWalk; walked += walkBy) {
    const entries = await list(walkBy, at)
    const fit = await ofTemperature(ports, entries, temperature)
    const room = limit - found.length
    found.push(...fit.slice(0, room))
    if (fit.length > room) return upTo(found.at(-1)?.place)
    if (entries.length < walkBy) return upTo(undefined)
    at = entries.at(-1)?.place
  }
  return upTo(at)
}

const filters = ['email', 'sourceLeadId', 'stage', 'owner', 'temperature']
const together = [['stage', 'temperature']]

/** The filters that were given, or 400 when no index answers them together. */
const checkCombination = (params: Params): readonly string[] => {
  const given = filters.filter((name) => params.has(name))
  if (given.length > 1 && !together.some((pair) => pair.join() === given.join()))
    throw new Problem(400, `Leads are not listed by ${given.join(' and ')} together.`, [
      { path: given.at(-1) ?? '', message: 'leave out all but one; stage and temperature go together' },
    ])
  if (params.has('source') && !params.has('sourceLeadId'))
    throw new Problem(400, 'A source is told only beside a sourceLeadId.', [
      { path: 'source', message: 'add sourceLeadId' },
    ])
  return given
}

const find = async (ports: ApiPorts, params: Params): Promise<Found> => {
  const given = checkCombination(params)
  const limit = readLimit(params)
  const before = readCursor(params)
  const temperature = readWord(params, 'temperature', temperatures)
  if (given.includes('email')) return { leadIds: await byEmail(ports, params.get('email') ?? '') }
  if (given.includes('sourceLeadId')) return { leadIds: await bySource(ports, params) }
  const list = await listOf(ports, params)
  return temperature === undefined
    ? pageOf(list, limit, before)
    : walk(ports, list, temperature, limit, before)
}

/** The route. No match is an empty list. */
export const listLeads = async (ports: ApiPorts, request: Request): Promise<Reply> => {
  const params = readParams(request.query, [...filters, 'source', 'cursor', 'limit'])
  const { leadIds, next } = await find(ports, params)
  const leads = await Promise.all(
    leadIds.map(async (leadId) => {
      const found = await findLead(ports, leadId)
      return found && leadBody(ports, found)
    }),
  )
  return json(200, {
    leads: leads.filter((lead) => lead !== undefined),
    cursor: next === undefined ? null : cursorOf(next),
  })
}
