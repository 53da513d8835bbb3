/** By when something is to be done, as people of ours read it. */

import type { Content } from '../../domain/content.ts'
import { memberOf } from '../../domain/routing-pick.ts'

/** The zone of one of our people. */
export const zoneOfOurs = ({ routing, settings }: Content, address: string): string =>
  memberOf(routing, address)?.member.zone ?? settings.defaults.timezone

/** "Fri 20 Nov, 10:30", where they are; `at` in milliseconds. */
export const limitText = (at: number, zone: string): string =>
  new Intl.DateTimeFormat('en-GB', {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone: zone,
  }).format(at)
