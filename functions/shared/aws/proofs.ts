/** Proofs of sends, from the Send events of SES: in the ops table for a week. */
import { env } from '../env.ts'
import type { Proof, ProofKey, Proofs } from '../ports.ts'
import { getItem, type Item, putIfAbsent, putTogether, queryAll, updateItem } from './items.ts'
import { channelKey, proofPk, proofSk } from './keys.ts'

const week = 7 * 24 * 3600
const minute = 60_000
/** Around an unclear send, the channel is looked at this far to both sides. */
const span = 5

const keyOf = (key: ProofKey) => ({ pk: proofPk(key.leadId), sk: proofSk(key.of, key.n, key.attempt) })

const proofOf = (item: Item): Partial<Proof> => ({
  ...(item['sentAt'] !== undefined && {
    sentAt: Number(item['sentAt']),
    messageId: String(item['messageId']),
  }),
  ...(item['deliveredAt'] !== undefined && { deliveredAt: Number(item['deliveredAt']) }),
})

const parse = (leadId: string, item: Item): ProofKey & Partial<Proof> => {
  const [of = '', n, attempt] = String(item['sk']).split('#')
  return { leadId, of, n: Number(n), attempt: Number(attempt), ...proofOf(item) }
}

/** Minutes that this process has marked: a busy minute costs one write. */
const marked = new Set<number>()

export const proofs: Proofs = {
  put: async (key, proof) => {
    const ttl = Math.ceil((proof.sentAt ?? proof.deliveredAt ?? 0) / 1000) + week
    // The Send event makes the item; what comes later adds to it.
    if (proof.sentAt !== undefined) return putTogether(env.opsTable, { ...keyOf(key), ...proof, ttl })
    await updateItem(env.opsTable, keyOf(key), {
      UpdateExpression: 'SET deliveredAt = :at, #ttl = if_not_exists(#ttl, :ttl)',
      ExpressionAttributeNames: { '#ttl': 'ttl' },
      values: { ':at': proof.deliveredAt, ':ttl': ttl },
    })
  },
  get: async (key) => {
    const item = await getItem(env.opsTable, keyOf(key))
    const proof = item && proofOf(item)
    return proof?.sentAt === undefined ? undefined : (proof as Proof)
  },
  ofLead: async (leadId) =>
    (await queryAll(env.opsTable, { pk: proofPk(leadId) })).map((item) => parse(leadId, item)),
  markChannel: async (sentAt) => {
    const at = Math.floor(sentAt / minute)
    if (marked.has(at)) return
    await putIfAbsent(env.opsTable, { ...channelKey(at), ttl: at * 60 + week })
    if (marked.size > 1000) marked.clear()
    marked.add(at)
  },
  channelHealthy: async (at) => {
    const around = Math.floor(at / minute)
    const seen = await queryAll(env.opsTable, {
      pk: channelKey(around).pk,
      sk: '#sk BETWEEN :from AND :to',
      values: { ':from': channelKey(around - span).sk, ':to': channelKey(around + span).sk },
    })
    return seen.length > 0
  },
}
