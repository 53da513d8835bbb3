/** Every key of both tables is built here. */

/** Attributes of a primary key. */
export interface Key {
  readonly pk: string
  readonly sk: string
}

/** The core table: the lead's item collection. The head sorts before the log, so that one query reads it no later. */
export const leadPk = (leadId: string): string => `L#${leadId}`
export const leadIdOf = (pk: string): string => pk.slice(2)
export const headSk = 'H'
export const suppressionSk = 'S'
export const logPrefix = 'V#'

/** Runs sort by number up to 9,999. */
export const enrolmentSk = (sequence: string, run: number): string =>
  `N#${sequence}#${String(run).padStart(4, '0')}`
export const handoffSk = (handoffId: string): string => `O#${handoffId}`
/** Events sort by instant, then by id; the same event always has the same key. */
export const eventSk = (at: number, id: string): string => `${logPrefix}${String(at).padStart(14, '0')}#${id}`

/** A provider's id of a submission → the lead; the ids of all sources that are spelled alike lie together. */
export const pointerPk = (sourceLeadId: string): string => `X#${sourceLeadId}`
export const pointerKey = (source: string, sourceLeadId: string): Key => ({
  pk: pointerPk(sourceLeadId),
  sk: source,
})
/** A later address of a lead → the lead. `hash` is the keyed hash of the address. */
export const aliasKey = (kind: 'email' | 'phone', hash: string): Key => ({ pk: `@#${kind}#${hash}`, sk: '@' })
export const counterKey = (name: string): Key => ({ pk: `COUNTER#${name}`, sk: 'C' })
export const parkedPk = 'PARKED'
export const alertsPk = 'ALERTS'
/** One item per scope: a sequence, or all. */
export const stopsPk = 'STOPS'

/** One item per split that looks for a winner; those of a sequence lie together. */
export const experimentKey = (sequence: string, split: string): Key => ({
  pk: `EXPERIMENT#${sequence}`,
  sk: split,
})

/** Published content: immutable chunks by hash, one pointer to what is live, one item per sequence version. */
export const contentPk = (hash: string): string => `CONTENT#${hash}`
export const chunkSk = (index: number): string => String(index).padStart(4, '0')
export const liveKey: Key = { pk: 'LIVE', sk: 'LIVE' }
export const epochKey: Key = { pk: 'EPOCH', sk: 'EPOCH' }
export const sequenceKey = (id: string, version: string): Key => ({ pk: `SEQUENCE#${id}`, sk: version })

/** Sparse indexes. */
export const stageIndexPk = (stage: string): string => `STAGE#${stage}`
export const ownerIndexPk = (owner: string): string => `OWNER#${owner}`
export const handoffStatusPk = (status: string): string => `HANDOFF#${status}`
export const handoffOwnerPk = (owner: string): string => `HANDOFF#${owner}`
export const newestSk = (at: number, id: string): string => `${String(at).padStart(14, '0')}#${id}`

/** The ops table. */
export const proofPk = (leadId: string): string => `P#${leadId}`
export const proofSk = (of: string, n: number, attempt: number): string => `${of}#${n}#${attempt}`
export const channelKey = (minute: number): Key => ({ pk: 'CHANNEL', sk: String(minute).padStart(10, '0') })
export const envelopePk = (envelopeId: string): string => `E#${envelopeId}`
/** A client's own key of a request. */
export const repeatKey = (key: string): Key => ({ pk: `R#${key}`, sk: 'R' })
