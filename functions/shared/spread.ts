/** Retries apart from each other. */
import { hashOf } from '../../domain/hash.ts'

/** Milliseconds up to a minute, the same for the same id: what failed together does not come back together. */
export const spreadOf = (id: string): number => (hashOf('retry', id) % 60) * 1000
