/** The id of a submission, which is also the id of its event in the lead's log. */
import { createHash } from 'node:crypto'

/** Enough of a digest to tell texts apart. */
export const shortHash = (text: string): string =>
  createHash('sha256').update(text).digest('hex').slice(0, 32)

const plain = /^[A-Za-z0-9_.-]{1,120}$/

/** The same source and id always give the same submission, however often it arrives (contracts: reliability S3). */
export const submissionIdOf = (source: string, sourceLeadId: string): string => {
  const id = `${source}-${sourceLeadId}`
  return plain.test(id) ? id : shortHash(`${source}\n${sourceLeadId}`)
}
