/** The lead's own time zone and language, as far as they are known. */
import { isZone } from './calendar.ts'
import { countryCode, countryOfPhone, zoneOfCountry } from './person-country.ts'
import type { Settings } from './settings.ts'

/** What tells where somebody is. */
export interface Placed {
  readonly profile: Readonly<Record<string, readonly string[]>>
  readonly person: { readonly phone?: string | undefined }
  readonly locale?: string | undefined
}

/** The country that the lead stated, else that of its phone number, else that of its language. */
export function countryOf({ profile, person, locale }: Placed): string | undefined {
  const stated = countryCode(profile['country']?.[0] ?? '')
  if (stated !== undefined) return stated
  return countryOfPhone(person.phone ?? '') ?? /[-_]([A-Z]{2})$/.exec(locale ?? '')?.[1]
}

/** The zone that the lead named, else that of the country (one with a single zone), else the settings' own. */
export function zoneOf(lead: Placed, settings: Settings): string {
  const named = lead.profile['timezone']?.[0]
  if (named !== undefined && /^[A-Za-z]/.test(named) && isZone(named)) return named
  return zoneOfCountry(countryOf(lead) ?? '') ?? settings.defaults.timezone
}

/** Where mail is planned for: the zone of the hours, and the country of the holidays. */
export interface Place {
  readonly zone: string
  readonly country?: string
}

/** The lead's own, as far as they are known, else the settings' own. */
export function placeOf(lead: Placed, settings: Settings): Place {
  const country = countryOf(lead) ?? settings.defaults.country
  return { zone: zoneOf(lead, settings), ...(country === undefined ? {} : { country }) }
}

/** The language to write in. */
export const localeOf = (lead: { readonly locale?: string | undefined }, settings: Settings): string =>
  lead.locale ?? settings.defaults.locale
