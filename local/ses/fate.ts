/** What becomes of a mail by its address alone: the mailbox simulator's, and `+bounce` and `+complaint` anywhere. */
import { addressOf } from './mail.ts'

export type Fate =
  | { readonly kind: 'delivery' }
  | { readonly kind: 'complaint' }
  | { readonly kind: 'bounce'; readonly type: string; readonly subType: string }

const SIMULATOR = 'simulator.amazonses.com'
const hard = (subType: string): Fate => ({ kind: 'bounce', type: 'Permanent', subType })

type Suppressed = (address: string) => boolean

/** One address, in lower case. */
const fateOfOne = (address: string, suppressed: Suppressed): Fate => {
  const at = address.lastIndexOf('@')
  const local = address.slice(0, at)
  const simulated = address.slice(at + 1) === SIMULATOR ? local.split('+')[0] : undefined
  if (suppressed(address)) return hard('OnAccountSuppressionList')
  if (simulated === 'suppressionlist') return hard('Suppressed')
  if (simulated === 'bounce' || local.includes('+bounce')) return hard('General')
  if (simulated === 'complaint' || local.includes('+complaint')) return { kind: 'complaint' }
  return { kind: 'delivery' }
}

/** The worst that happens at any of the recipients. */
export const fateOf = (recipients: readonly string[], suppressed: Suppressed): Fate => {
  const fates = recipients.map((text) => fateOfOne(addressOf(text).toLowerCase(), suppressed))
  return fates.find((fate) => fate.kind !== 'delivery') ?? { kind: 'delivery' }
}
