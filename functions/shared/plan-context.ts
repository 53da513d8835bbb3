/** The planner's context from the settings: send window, minimum gap and zone. */
import type { PlanContext } from '../../domain/planning.ts'
import { quietZone, windowOf } from '../../domain/sending-policy.ts'
import type { Settings } from '../../domain/settings.ts'

/** `now` and `lastAt` (the lead's last mail) in seconds. */
export const planContext = (
  settings: Settings,
  leadZone: string,
  now: number,
  lastAt?: number,
): PlanContext => ({
  now,
  zone: quietZone(settings.sending, leadZone),
  window: windowOf(settings.sending),
  minGap: Math.ceil(settings.sending.minGap / 1000),
  ...(lastAt !== undefined && { lastAt }),
})
