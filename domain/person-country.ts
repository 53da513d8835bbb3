/** Countries, as people write them in forms. */

const names: Readonly<Record<string, string>> = {
  AT: 'austria|österreich|oesterreich',
  AU: 'australia',
  BE: 'belgium|belgië|belgique|belgien',
  BG: 'bulgaria',
  BR: 'brazil|brasil',
  CA: 'canada',
  CH: 'switzerland|schweiz|suisse|svizzera',
  CN: 'china',
  CZ: 'czechia|czech republic|česko',
  DE: 'germany|deutschland|allemagne',
  DK: 'denmark|danmark',
  EE: 'estonia|eesti',
  ES: 'spain|españa',
  FI: 'finland|suomi',
  FR: 'france|frankreich',
  GB: 'united kingdom|uk|great britain|england|scotland|wales',
  GR: 'greece',
  HR: 'croatia|hrvatska',
  HU: 'hungary|magyarország',
  IE: 'ireland|éire',
  IN: 'india',
  IT: 'italy|italia|italien',
  JP: 'japan',
  LT: 'lithuania|lietuva',
  LU: 'luxembourg|luxemburg',
  LV: 'latvia|latvija',
  MX: 'mexico|méxico',
  NL: 'netherlands|the netherlands|nederland|niederlande|holland',
  NO: 'norway|norge',
  NZ: 'new zealand',
  PL: 'poland|polska|polen',
  PT: 'portugal',
  RO: 'romania|românia',
  SE: 'sweden|sverige|schweden',
  SG: 'singapore',
  SI: 'slovenia|slovenija',
  SK: 'slovakia|slovensko',
  TR: 'turkey|türkiye',
  UA: 'ukraine|україна',
  US: 'united states|united states of america|usa|u.s.|u.s.a.',
  ZA: 'south africa',
}
const codes = new Map(
  Object.entries(names).flatMap(([code, list]) => list.split('|').map((name) => [name, code] as const)),
)

/** "de", "DE" and "Deutschland" → "DE"; undefined when it is not known. */
export function countryCode(text: string): string | undefined {
  const trimmed = text.trim().normalize('NFC')
  const known = codes.get(trimmed.toLowerCase())
  if (known !== undefined) return known
  return /^[a-z]{2}$/i.test(trimmed) ? trimmed.toUpperCase() : undefined
}

/** Countries with one time zone for nearly everybody. */
const zones: Readonly<Record<string, string>> = {
  AT: 'Europe/Vienna',
  BE: 'Europe/Brussels',
  BG: 'Europe/Sofia',
  CH: 'Europe/Zurich',
  CZ: 'Europe/Prague',
  DE: 'Europe/Berlin',
  DK: 'Europe/Copenhagen',
  EE: 'Europe/Tallinn',
  ES: 'Europe/Madrid',
  FI: 'Europe/Helsinki',
  FR: 'Europe/Paris',
  GB: 'Europe/London',
  GR: 'Europe/Athens',
  HR: 'Europe/Zagreb',
  HU: 'Europe/Budapest',
  IE: 'Europe/Dublin',
  IN: 'Asia/Kolkata',
  IT: 'Europe/Rome',
  JP: 'Asia/Tokyo',
  LT: 'Europe/Vilnius',
  LU: 'Europe/Luxembourg',
  LV: 'Europe/Riga',
  NL: 'Europe/Amsterdam',
  NO: 'Europe/Oslo',
  NZ: 'Pacific/Auckland',
  PL: 'Europe/Warsaw',
  PT: 'Europe/Lisbon',
  RO: 'Europe/Bucharest',
  SE: 'Europe/Stockholm',
  SG: 'Asia/Singapore',
  SI: 'Europe/Ljubljana',
  SK: 'Europe/Bratislava',
  TR: 'Europe/Istanbul',
  UA: 'Europe/Kyiv',
  ZA: 'Africa/Johannesburg',
}

export const zoneOfCountry = (code: string): string | undefined => zones[code]

/**
 * Calling codes of the countries above (ITU E.164). A table of our own, because the library that knows them all would
 * weigh 120 kB in every function that plans a mail.
 */
const callingCodes: Readonly<Record<string, string>> = {
  '27': 'ZA',
  '30': 'GR',
  '31': 'NL',
  '32': 'BE',
  '33': 'FR',
  '34': 'ES',
  '36': 'HU',
  '39': 'IT',
  '40': 'RO',
  '41': 'CH',
  '43': 'AT',
  '44': 'GB',
  '45': 'DK',
  '46': 'SE',
  '47': 'NO',
  '48': 'PL',
  '49': 'DE',
  '64': 'NZ',
  '65': 'SG',
  '81': 'JP',
  '90': 'TR',
  '91': 'IN',
  '351': 'PT',
  '352': 'LU',
  '353': 'IE',
  '358': 'FI',
  '359': 'BG',
  '370': 'LT',
  '371': 'LV',
  '372': 'EE',
  '380': 'UA',
  '385': 'HR',
  '386': 'SI',
  '420': 'CZ',
  '421': 'SK',
}

/** The country of an E.164 number, where it is one of the above. No code is the beginning of another. */
export function countryOfPhone(phone: string): string | undefined {
  const digits = /^\+(\d{5,})$/.exec(phone)?.[1] ?? ''
  return callingCodes[digits.slice(0, 2)] ?? callingCodes[digits.slice(0, 3)]
}
