/** Timestamps as a Wait takes them. */

const form = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/

/** The instant of an ISO-8601 extended offset date-time, cut to milliseconds since 1970; undefined for anything else. */
export function instantOf(text: string): number | undefined {
  const at = form.test(text) ? Date.parse(text.replace(/(\.\d{3})\d+/, '$1')) : Number.NaN
  return Number.isNaN(at) ? undefined : at
}
