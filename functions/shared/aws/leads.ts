/** The cache of a lead beside its log, and everything that points to a lead. */
import type { LeadEvent } from '../../../domain/event.ts'
import type { LeadHead } from '../../../domain/lead-view.ts'
import { env } from '../env.ts'
import type { Collection, ContentSource, Handoff, LeadList, Leads } from '../ports.ts'
import { readEnrolment } from './enrolments.ts'
import {
  type Ask,
  getItem,
  getItems,
  type Item,
  putFirst,
  putIfAbsent,
  queryAll,
  queryPage,
  replaceAtRev,
  updateItem,
} from './items.ts'
import {
  aliasKey,
  counterKey,
  handoffOwnerPk,
  handoffSk,
  handoffStatusPk,
  headSk,
  leadIdOf,
  leadPk,
  logPrefix,
  newestSk,
  ownerIndexPk,
  pointerKey,
  pointerPk,
  stageIndexPk,
  suppressionSk,
} from './keys.ts'

const parse = <T>(item: Item | undefined): T | undefined =>
  item === undefined ? undefined : (JSON.parse(String(item['d'])) as T)

const handoffOf = (item: Item): Handoff => ({
  ...(parse<Handoff>(item) as Handoff),
  rev: Number(item['rev']),
})

/** A notice lies beside the hand-offs, but is in none of their indexes. */
const handoffItem = (handoff: Handoff, rev: number): Item => ({
  pk: leadPk(handoff.leadId),
  sk: handoffSk(handoff.handoffId),
  rev,
  ...(handoff.notify === undefined && {
    stagePk: handoffStatusPk(handoff.status),
    stageSk: newestSk(handoff.at, handoff.handoffId),
    ownerPk: handoffOwnerPk(handoff.owner),
    ownerSk: newestSk(handoff.at, handoff.handoffId),
  }),
  d: JSON.stringify(handoff),
})

/** The head's index keys: by stage for every lead, by owner once there is one. */
const headItem = (leadId: string, head: LeadHead, rev: number): Item => ({
  pk: leadPk(leadId),
  sk: headSk,
  rev,
  stagePk: stageIndexPk(head.stage),
  stageSk: newestSk(head.createdAt, leadId),
  ...(head.owner !== undefined && {
    ownerPk: ownerIndexPk(head.owner),
    ownerSk: newestSk(head.createdAt, leadId),
  }),
  d: JSON.stringify(head),
})

const collect = async (content: ContentSource, leadId: string): Promise<Collection> => {
  const items = await queryAll(env.coreTable, { pk: leadPk(leadId), consistent: true })
  const bySk = new Map(items.map((item) => [String(item['sk']), item]))
  const kind = (prefix: string): readonly Item[] =>
    items.filter((item) => String(item['sk']).startsWith(prefix))
  const head = bySk.get(headSk)
  return {
    events: kind(logPrefix).map((item) => JSON.parse(String(item['d'])) as LeadEvent),
    head: head && { state: parse<LeadHead>(head) as LeadHead, rev: Number(head['rev']) },
    suppression: parse(bySk.get(suppressionSk)),
    enrolments: await Promise.all(kind('N#').map((item) => readEnrolment(content, leadId, item))),
    handoffs: kind('O#').map(handoffOf),
  }
}

const byStage = (stage: string): Ask['index'] & { value: string } => ({
  name: 'byStage',
  pk: 'stagePk',
  sk: 'stageSk',
  value: stageIndexPk(stage),
})
const byOwner = (owner: string): Ask['index'] & { value: string } => ({
  name: 'byOwner',
  pk: 'ownerPk',
  sk: 'ownerSk',
  value: ownerIndexPk(owner),
})

/** One index partition, newest first, from before `before` on. */
const listPartition = async (
  index: Ask['index'] & { value: string },
  limit: number,
  before: string | undefined,
): Promise<LeadList> => {
  const { value, ...name } = index
  const { items } = await queryPage(env.coreTable, {
    pk: value,
    index: name,
    newestFirst: true,
    limit,
    ...(before !== undefined && { sk: '#sk < :before', values: { ':before': before } }),
  })
  return items.map((item) => ({ leadId: leadIdOf(String(item['pk'])), place: String(item[name.sk]) }))
}

const listHandoffs = async (filter: {
  owner?: string
  statuses: readonly string[]
}): Promise<readonly Handoff[]> => {
  const asks: Ask[] =
    filter.owner === undefined
      ? filter.statuses.map((status) => ({
          pk: handoffStatusPk(status),
          index: { name: 'byStage', pk: 'stagePk', sk: 'stageSk' },
        }))
      : [{ pk: handoffOwnerPk(filter.owner), index: { name: 'byOwner', pk: 'ownerPk', sk: 'ownerSk' } }]
  const newest = filter.owner === undefined ? 'stageSk' : 'ownerSk'
  const pages = await Promise.all(
    asks.map((ask) => queryPage(env.coreTable, { ...ask, newestFirst: true, limit: 100 })),
  )
  const found = pages
    .flatMap(({ items }) => items)
    .map((item) => ({ pk: String(item['pk']), sk: String(item['sk']), at: String(item[newest]) }))
    .sort((a, b) => (a.at > b.at ? -1 : 1))
  // One whose status has just changed may still be in two partitions of the index.
  const keys = [...new Map(found.map(({ pk, sk }) => [`${pk} ${sk}`, { pk, sk }])).values()]
  return (await getItems(env.coreTable, keys.slice(0, 100))).map(handoffOf)
}

/** The driver. `content` gives the step order that packed enrolments are read with. */
export const leadItems = (content: ContentSource): Leads => ({
  collection: (leadId) => collect(content, leadId),
  saveHead: (leadId, head, rev) =>
    rev === 0
      ? putFirst(env.coreTable, headItem(leadId, head, 1))
      : replaceAtRev(env.coreTable, headItem(leadId, head, rev + 1), rev),
  suppress: async (leadId, suppression) => {
    await putIfAbsent(env.coreTable, {
      pk: leadPk(leadId),
      sk: suppressionSk,
      d: JSON.stringify(suppression),
    })
  },
  pointer: async (source, sourceLeadId) => {
    const item = await getItem(env.coreTable, pointerKey(source, sourceLeadId))
    return item && String(item['leadId'])
  },
  pointers: async (sourceLeadId) => {
    const items = await queryAll(env.coreTable, { pk: pointerPk(sourceLeadId), consistent: true })
    return [...new Set(items.map((item) => String(item['leadId'])))]
  },
  putPointer: (source, sourceLeadId, leadId) =>
    putIfAbsent(env.coreTable, { ...pointerKey(source, sourceLeadId), leadId }),
  alias: async (kind, hash) => {
    const item = await getItem(env.coreTable, aliasKey(kind, hash))
    return item && String(item['leadId'])
  },
  putAlias: (kind, hash, leadId) => putIfAbsent(env.coreTable, { ...aliasKey(kind, hash), leadId }),
  byStage: (stage, limit, before) => listPartition(byStage(stage), limit, before),
  byOwner: (owner, limit, before) => listPartition(byOwner(owner), limit, before),
  createHandoff: async (handoff) => {
    const item = handoffItem(handoff, 1)
    if (await putFirst(env.coreTable, item)) return { ...handoff, rev: 1 }
    const stored = await getItem(env.coreTable, { pk: String(item['pk']), sk: String(item['sk']) })
    if (stored === undefined)
      throw new Error(`The hand-off ${handoff.handoffId} went away while it was made.`)
    return handoffOf(stored)
  },
  handoff: async (leadId, handoffId) => {
    const item = await getItem(env.coreTable, { pk: leadPk(leadId), sk: handoffSk(handoffId) })
    return item && handoffOf(item)
  },
  replaceHandoff: (handoff) =>
    replaceAtRev(env.coreTable, handoffItem(handoff, handoff.rev + 1), handoff.rev),
  handoffs: listHandoffs,
  count: async (name) => {
    const { value } = await updateItem(env.coreTable, counterKey(name), {
      UpdateExpression: 'ADD #value :one',
      ExpressionAttributeNames: { '#value': 'value' },
      ReturnValues: 'ALL_NEW',
      values: { ':one': 1 },
    })
    return Number(value)
  },
})
