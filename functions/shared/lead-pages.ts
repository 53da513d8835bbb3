/** All leads, page by page, newest first: over the index of stages, never by a scan. */
import type { Settings } from '../../domain/settings.ts'
import type { LeadList, Leads } from './ports.ts'

/** A list in the order of an index: so many from before a place. */
export type List = (limit: number, before?: string) => Promise<LeadList>

/** Several partitions of one order as one list; who changes the stage just now may be in two of them. */
export const merged =
  (lists: readonly List[]): List =>
  async (limit, before) => {
    const pages = await Promise.all(lists.map((list) => list(limit, before)))
    const byPlace = new Map(pages.flat().map((entry) => [entry.place, entry]))
    return [...byPlace.values()].sort((a, b) => (a.place > b.place ? -1 : 1)).slice(0, limit)
  }

/** The leads in these stages; a lead that moves between them keeps its place. */
export const inStages = (leads: Pick<Leads, 'byStage'>, stages: readonly string[]): List =>
  merged(
    stages.map(
      (stage): List =>
        (limit, before) =>
          leads.byStage(stage, limit, before),
    ),
  )

export const allLeads = (leads: Pick<Leads, 'byStage'>, { stages }: Settings): List =>
  inStages(
    leads,
    stages.map(({ id }) => id),
  )
