/** Enrolments in memory, and who is under way. */
import type { Enrolments, Releases, StoredEnrolment } from '../../../../functions/shared/ports.ts'

type Enrolled = Map<string, StoredEnrolment>

export const enrolmentsIn = (enrolled: Enrolled): Enrolments => ({
  get: async (id) => structuredClone(enrolled.get(id)),
  create: async (enrolment, by) => {
    const stored = enrolled.get(enrolment.enrolmentId) ?? { enrolment, by, rev: 1 }
    enrolled.set(enrolment.enrolmentId, stored)
    return stored
  },
  replace: async (next) => {
    const { enrolmentId } = next.enrolment
    if (enrolled.get(enrolmentId)?.rev !== next.rev) return false
    enrolled.set(enrolmentId, structuredClone({ ...next, rev: next.rev + 1 }))
    return true
  },
})

/** Everybody who is enrolled is under way; nothing was published before. */
export const releasesIn = (enrolled: Enrolled): Releases => ({
  wasPublished: async () => false,
  underWay: async () => ({ enrolments: [...enrolled.values()].map(({ enrolment }) => enrolment) }),
})
