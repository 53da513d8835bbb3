/** The planner's context from the settings and what is known of the lead. */
import type { Place } from '../../domain/lead-zone.ts'
import type { PlanContext } from '../../domain/planning.ts'
import { quietZone, windowOf } from '../../domain/sending-policy.ts'
import type { Settings } from '../../domain/settings.ts'

/** What a plan needs to know of the lead and its way: the paths taken, its profile, its id. */
export type Planned = Pick<PlanContext, 'took' | 'fields' | 'leadId'>

/** `now` and `lastAt` (the lead's last mail) in seconds. */
export const planContext = (
  settings: Settings,
  { zone, country }: Place,
  now: number,
  planned: Planned,
  lastAt?: number,
): PlanContext => ({
  ...planned,
  now,
  zone: quietZone(settings.sending, zone),
  window: windowOf(settings.sending, country),
  spread: Math.floor((settings.sending.spread ?? 0) / 1000),
  minGap: Math.ceil(settings.sending.minGap / 1000),
  ...(lastAt !== undefined && { lastAt }),
})
