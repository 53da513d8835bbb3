/** How long a run may last: an execution lives for a year, and its history for 25,000 events. In seconds and hops. */

export const day = 86_400
export const maxAge = 349 * day
export const maxHops = 1500
