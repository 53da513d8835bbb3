/** A task for one of our people, as its mail and its page show it. */
import { addDuration } from '../../domain/calendar.ts'
import type { Content } from '../../domain/content.ts'
import { durationOf } from '../../domain/duration.ts'
import type { TaskNote } from '../../domain/sequence.ts'
import { limitText, zoneOfOurs } from './limit-text.ts'
import { signLink } from './links.ts'
import type { Secrets } from './ports.ts'

/** Whose task it is: a lead's, at a step of an enrolment. */
export interface TaskOf {
  readonly leadId: string
  readonly enrolmentId: string
  readonly step: string
}

/** The event that says that a task was done: there is one for each. */
export const doneEventId = ({ enrolmentId, step }: TaskOf): string => `${enrolmentId}-${step}-done`

/** Variables of its template and page; it is due some time after `at` (milliseconds), by the receiver's calendar. */
export const taskVariables = (
  { title, note, within }: TaskNote,
  content: Content,
  receiver: string,
  at: number,
): Readonly<Record<string, string>> => {
  const zone = zoneOfOurs(content, receiver)
  const due = within && limitText(addDuration(zone, at / 1000, durationOf(within)) * 1000, zone)
  return { title, ...(note !== undefined && { note }), ...(due !== undefined && { due }) }
}

/** The path of the page on which it is marked as done. */
export const taskPath = async (secrets: Secrets, { leadId, enrolmentId, step }: TaskOf): Promise<string> =>
  `/tasks/${await signLink(secrets, 'task', [leadId, enrolmentId, step])}`
