/** Cursors of lists of leads: a place in the one order that all of them have. */

/** What `newestSk` makes of an instant and a lead's id. */
const place = /^\d{14}#[a-z2-7]{26}$/

/** All lists of leads have one order, so that one place is enough to go on from, whatever moved in between. */
export const cursorOf = (before: string): string =>
  Buffer.from(JSON.stringify({ before })).toString('base64url')

/** The place that a cursor names; undefined when it is not one of ours. */
export const placeOf = (cursor: string): string | undefined => {
  try {
    const { before } = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as { before?: unknown }
    if (typeof before === 'string' && place.test(before) && cursorOf(before) === cursor) return before
  } catch {
    // Not one of ours.
  }
  return undefined
}
