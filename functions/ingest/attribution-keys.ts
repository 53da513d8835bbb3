/** Which fields of a request tell where the lead came from. */
import { isAttribution } from '../../domain/attribution.ts'

/** Names of fields that mean a key: Meta's cookies are posted under their own names. */
const renamed: Readonly<Record<string, string>> = {
  _fbp: 'fbp',
  _fbc: 'fbc',
  referer: 'referrer',
  page_url: 'landing_page',
}

/** The attribution key (contracts: surface §2) that a field's name stands for. */
export const attributionKey = (name: string): string | undefined => {
  if (isAttribution(name)) return name
  return Object.hasOwn(renamed, name) ? renamed[name] : undefined
}
