/** Published content: immutable, addressed by hash, cached by the process for good; only the pointer is read again. */
import { gunzipSync } from 'node:zlib'
import type { Content } from '../../../domain/content.ts'
import { env } from '../env.ts'
import type { Clock, ContentSource } from '../ports.ts'
import { getItem, queryAll } from './items.ts'
import { chunkSk, contentPk, liveKey, sequenceKey } from './keys.ts'

/** How long a process goes by what it last saw as live, in milliseconds. */
const freshFor = 60_000

const byHash = new Map<string, Promise<Content>>()
const machines = new Map<string, { readonly contentHash: string; readonly machineArn: string }>()
let live: { readonly hash: string; readonly until: number } | undefined

const load = async (hash: string): Promise<Content> => {
  const chunks = await queryAll(env.coreTable, { pk: contentPk(hash) })
  if (chunks.length === 0)
    throw new Error(`Content ${hash} is not in the table. Deploy again: publishing writes it.`)
  const bytes = Buffer.concat(chunks.map((chunk) => chunk['data'] as Uint8Array))
  return JSON.parse(gunzipSync(bytes).toString('utf8')) as Content
}

const contentOf = (hash: string): Promise<Content> => {
  const known = byHash.get(hash) ?? load(hash)
  byHash.set(hash, known)
  known.catch(() => byHash.delete(hash))
  return known
}

const pointedAt = async (consistent: boolean): Promise<string | undefined> => {
  const pointer = await getItem(env.coreTable, liveKey, consistent)
  return pointer && String(pointer['hash'])
}

const liveHash = async (now: number): Promise<string> => {
  if (live !== undefined && now < live.until) return live.hash
  const hash = await pointedAt(false)
  if (hash === undefined) throw new Error('Nothing is published yet. Deploying writes the first content.')
  live = { hash, until: now + freshFor }
  return hash
}

/** What is live at this very moment; undefined before the first publication. */
export const liveNow = async (): Promise<Content | undefined> => {
  const hash = await pointedAt(true)
  return hash === undefined ? undefined : contentOf(hash)
}

/** Whether this content was ever published. */
export const wasPublished = async (hash: string): Promise<boolean> =>
  (await getItem(env.coreTable, { pk: contentPk(hash), sk: chunkSk(0) })) !== undefined

/** The next who asks reads the pointer again. */
export const forgetLive = (): void => {
  live = undefined
}

const machineOf = async (id: string, version: string) => {
  const name = `${id}@${version}`
  const known = machines.get(name)
  if (known !== undefined) return known
  const item = await getItem(env.coreTable, sequenceKey(id, version), false)
  if (item === undefined) throw new Error(`Version ${version} of the sequence ${id} was never published.`)
  const found = { contentHash: String(item['contentHash']), machineArn: String(item['machineArn']) }
  machines.set(name, found)
  return found
}

/** The content source of a process. */
export const contentSource = (clock: Clock): ContentSource => ({
  live: async () => contentOf(await liveHash(clock.now())),
  sequence: async (id, version) => {
    const { contentHash, machineArn } = await machineOf(id, version)
    const sequence = (await contentOf(contentHash)).sequences[id]
    if (sequence === undefined) throw new Error(`Content ${contentHash} lacks the sequence ${id}.`)
    return { sequence, machineArn }
  },
})
