/** Who a submission says the person is: addresses, numbers and names, brought to one form. */
import { type CountryCode, parsePhoneNumberFromString } from 'libphonenumber-js/min'
import { asciiDomain } from './person-domain.ts'

export type Normalised<Value> =
  | ({ readonly ok: true } & Value)
  | { readonly ok: false; readonly problem: string }

const refuse = (problem: string): { ok: false; problem: string } => ({ ok: false, problem })

/** Quotes, comments, groups, lists and routes: legal in RFC 5322, used only to trick a parser. */
const forbidden = /["(),:;<>[\]\\]/
const invisible = /[\p{C}\p{Z}]/u

function localProblem(local: string): string | undefined {
  if (local.length === 0 || local.length > 64) return 'the part before the @ has 1 to 64 characters'
  if (local.startsWith('.') || local.endsWith('.') || local.includes('..'))
    return 'the part before the @ has a dot too many'
  return undefined
}

/**
 * One strict address (contracts: reliability S14, external §4): the whole of it lower-cased and in NFC, an
 * international domain in punycode; `original` is what was typed.
 */
export function normaliseEmail(text: string): Normalised<{ email: string; original: string }> {
  const original = text.slice(0, 1000).trim()
  if (original.length > 254) return refuse('an email address has at most 254 characters')
  const lowered = original.normalize('NFC').toLowerCase()
  if (invisible.test(lowered)) return refuse('an email address has no blanks or control characters')
  if (forbidden.test(lowered)) return refuse('write one plain address, like name@example.com')
  const [local = '', domain, ...more] = lowered.split('@')
  if (domain === undefined || more.length > 0) return refuse('an email address has one @')
  const problem = localProblem(local)
  if (problem !== undefined) return refuse(problem)
  const ascii = asciiDomain(domain)
  if (ascii === undefined) return refuse('the part after the @ is not a domain')
  const email = `${local}@${ascii}`
  return email.length > 254
    ? refuse('an email address has at most 254 characters')
    : { ok: true, email, original }
}

/** SES does not send to a non-ASCII local part (contracts: external §4): stored, but not mailed. */
export const deliverable = (email: string): boolean => /^[\x21-\x7e]+$/.test(email)

/** E.164, with the country's calling rules; a national number needs a default country. */
export function normalisePhone(
  text: string,
  defaultCountry?: string,
): Normalised<{ phone: string; country?: string }> {
  const parsed = parsePhoneNumberFromString(
    text.slice(0, 60).trim(),
    defaultCountry?.toUpperCase() as CountryCode | undefined,
  )
  if (!parsed?.isPossible()) return refuse('this is not a phone number that can be dialled')
  return { ok: true, phone: parsed.number, ...(parsed.country ? { country: parsed.country } : {}) }
}

export interface FullName {
  readonly name?: string
  readonly firstName?: string
  readonly lastName?: string
}

/** "Ines Duarte" or "Duarte, Ines" → its parts. The first word is the first name; a guess that a form can overrule. */
export function splitName(full: string): FullName {
  const text = full
    .normalize('NFC')
    .replace(/[\p{C}\p{Z}]+/gu, ' ')
    .trim()
    .slice(0, 200)
  if (text === '') return {}
  const [last = '', first] = text.split(',').map((part) => part.trim())
  if (first !== undefined && first !== '' && last !== '')
    return { name: `${first} ${last}`, firstName: first, lastName: last }
  const plain = text.replace(/,/g, '').trim()
  const [head = '', ...rest] = plain.split(' ')
  return { name: plain, firstName: head, ...(rest.length > 0 ? { lastName: rest.join(' ') } : {}) }
}

const freeMail = new Set(
  `gmail.com googlemail.com yahoo.com yahoo.co.uk yahoo.fr yahoo.de ymail.com rocketmail.com hotmail.com
  hotmail.co.uk hotmail.fr outlook.com outlook.de live.com live.co.uk msn.com icloud.com me.com mac.com aol.com
  gmx.de gmx.net gmx.at gmx.ch gmx.com web.de t-online.de freenet.de mail.com mail.ru yandex.ru yandex.com
  proton.me protonmail.com pm.me tutanota.com zoho.com fastmail.com hey.com orange.fr wanadoo.fr free.fr laposte.net
  libero.it virgilio.it seznam.cz wp.pl o2.pl onet.pl interia.pl qq.com 163.com 126.com naver.com`.split(
    /\s+/,
  ),
)
const disposable = new Set(
  `mailinator.com guerrillamail.com guerrillamail.info sharklasers.com 10minutemail.com temp-mail.org tempmail.com
  throwawaymail.com yopmail.com getnada.com trashmail.com dispostable.com maildrop.cc mintemail.com moakt.com
  fakeinbox.com mohmal.com emailondeck.com spamgourmet.com discard.email`.split(/\s+/),
)

export const domainOf = (email: string): string => email.slice(email.lastIndexOf('@') + 1)

/** The kind of mailbox, as scoring rules ask for it (`email.kind`). */
export const emailKind = (email: string): 'free-mail' | 'company' =>
  freeMail.has(domainOf(email)) ? 'free-mail' : 'company'

export const isDisposable = (email: string): boolean => disposable.has(domainOf(email))

const dummy = /^<test lead: dummy data for .{0,200}>$/i
const dummyAddresses = new Set(['test@meta.com', 'test@fb.com'])

/** Meta's Lead Ads Testing Tool fills in these values (contracts: external §0.9 and fixture fb-08). */
export const isDummyValue = (value: string): boolean =>
  dummy.test(value.trim()) || dummyAddresses.has(value.trim().toLowerCase())
