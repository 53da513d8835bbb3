/** Enrolment items: created once, then changed by compare-and-set only. */
import type { Enrolment } from '../../../domain/enrolment.ts'
import { env } from '../env.ts'
import type { ContentSource, Enrolments, StoredEnrolment } from '../ports.ts'
import { stepKeys } from '../step-keys.ts'
import { decodeEnrolment, encodeEnrolment } from './enrolment-codec.ts'
import { getItem, type Item, putFirst, replaceAtRev } from './items.ts'
import { enrolmentSk, type Key, leadPk } from './keys.ts'

const idLength = 26

/** The parts of `<leadId>-<sequence>-<run>`. */
const partsOf = (enrolmentId: string): { leadId: string; sequence: string; run: number } => {
  const cut = enrolmentId.lastIndexOf('-')
  return {
    leadId: enrolmentId.slice(0, idLength),
    sequence: enrolmentId.slice(idLength + 1, cut),
    run: Number(enrolmentId.slice(cut + 1)),
  }
}

/** The key of the item of an enrolment. */
export const enrolmentKey = (enrolmentId: string): Key => {
  const { leadId, sequence, run } = partsOf(enrolmentId)
  return { pk: leadPk(leadId), sk: enrolmentSk(sequence, run) }
}

/** Reads a stored item with the step order of the version that it pinned. */
export const readEnrolment = async (
  content: ContentSource,
  leadId: string,
  item: Item,
): Promise<StoredEnrolment> => {
  const [, sequence = '', run = '0'] = String(item['sk']).split('#')
  const { sequence: model } = await content.sequence(sequence, String(item['ve']))
  const enrolmentId = `${leadId}-${sequence}-${Number(run)}`
  return {
    enrolment: decodeEnrolment(item, leadId, enrolmentId, stepKeys(model)),
    rev: Number(item['rev']),
    by: String(item['by']),
  }
}

export const enrolmentItems = (content: ContentSource): Enrolments => {
  const get = async (enrolmentId: string): Promise<StoredEnrolment | undefined> => {
    const item = await getItem(env.coreTable, enrolmentKey(enrolmentId))
    return item && readEnrolment(content, partsOf(enrolmentId).leadId, item)
  }
  const encode = async (enrolment: Enrolment, by: string, rev: number): Promise<Item> => {
    const { sequence } = await content.sequence(enrolment.sequence, enrolment.version)
    return encodeEnrolment(enrolment, by, rev, stepKeys(sequence))
  }
  return {
    get,
    create: async (enrolment, by) => {
      if (await putFirst(env.coreTable, await encode(enrolment, by, 1))) return { enrolment, rev: 1, by }
      const stored = await get(enrolment.enrolmentId)
      if (stored === undefined)
        throw new Error(`The enrolment ${enrolment.enrolmentId} went away while it was made.`)
      return stored
    },
    replace: async ({ enrolment, rev, by }) =>
      replaceAtRev(env.coreTable, await encode(enrolment, by, rev + 1), rev),
  }
}
