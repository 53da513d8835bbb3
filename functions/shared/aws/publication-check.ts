/** What stands against a publication, asked of what is live and of who is under way. */
import type { Content } from '../../../domain/content.ts'
import type { Clock } from '../ports.ts'
import { type PublicationOptions, refusalOf } from '../publication.ts'
import { contentSource, liveNow } from './content.ts'
import { releasesOf } from './releases.ts'

/** Throws, with what to do, when publishing this would hurt leads who are under way. */
export const checkPublication = async (
  clock: Clock,
  next: Content,
  options: PublicationOptions,
): Promise<void> => {
  const live = await liveNow()
  if (live === undefined || live.hash === next.hash) return
  const content = contentSource(clock)
  const refusal = await refusalOf({ clock, content, releases: releasesOf(content) }, live, next, options)
  if (refusal !== undefined) throw new Error(refusal)
}
