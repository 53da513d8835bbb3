/** Where a visitor came from, as far as the form's fields and the addresses of its page tell. */
import { type Touch, touchOfAddress } from '../../domain/attribution.ts'
import { attributionKey } from './attribution-keys.ts'
import type { FormValues } from './form-body.ts'

const short = (text: string): string => text.slice(0, 1000)

const fromFields = (values: FormValues): Record<string, string> =>
  Object.fromEntries(
    [...values].flatMap(([name, [value = '']]) => {
      const key = attributionKey(name)
      return key === undefined || value === '' ? [] : [[key, short(value)]]
    }),
  )

/**
 * A field wins over the page's address, that over the landing page's, over the form's own query, over the Referer
 * header. A header alone tells nothing: a direct visit must not hide what brought the lead at first.
 */
export const formAttribution = (
  values: FormValues,
  query: URLSearchParams,
  referer: string | undefined,
): Record<string, string | boolean> => {
  const found: Touch = {
    ...touchOfAddress(referer ?? ''),
    ...touchOfAddress(`?${query}`),
    ...touchOfAddress(values.get('landing_page')?.[0] ?? ''),
    ...touchOfAddress(values.get('page_url')?.[0] ?? ''),
    ...fromFields(values),
  }
  const isTold = Object.keys(found).length > 0
  return { ...(isTold && referer && { landing_page: short(referer) }), ...found }
}
