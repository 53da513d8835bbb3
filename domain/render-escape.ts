/** What a value becomes when it enters a message: HTML, plain text or a header line. Lead data is only ever data. */

const HTML: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&#34;',
  "'": '&#39;',
}

const CONTROL = /(?![\t\n])[\p{Cc}\u2028\u2029]/gu
const LINE_BREAKING = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu
const SUBJECT_LENGTH = 200

/** Nothing to escape in HTML or in text: by far the most values. */
const HARMLESS = /^[ !#-%(-;=?-~\u00a1-\u2027\u202a-\uffff]*$/

/** A value as people read it: nothing for what is absent, not a number or not printable. */
export const asText = (value: unknown): string => {
  if (typeof value === 'string') return value
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : ''
  if (typeof value === 'boolean' || typeof value === 'bigint') return String(value)
  return Array.isArray(value) ? value.map(asText).join('') : ''
}

/** Plain text: control characters other than tab and newline become blanks. */
export const escapeText = (value: unknown): string => {
  const text = asText(value)
  return HARMLESS.test(text) ? text : text.replace(CONTROL, ' ')
}

/** HTML text or a quoted attribute. */
export const escapeHtml = (value: unknown): string => {
  const text = asText(value)
  if (HARMLESS.test(text)) return text
  return escapeText(text).replace(/[&<>"']/g, (character) => HTML[character] ?? '')
}

/** One header line: no control characters, no line ends, no text-direction tricks, a sane length. */
export const toLine = (rendered: string): string => {
  const line = rendered.replace(LINE_BREAKING, ' ').replace(/ {2,}/g, ' ').trim()
  if (line.length <= SUBJECT_LENGTH) return line
  return `${[...line].slice(0, SUBJECT_LENGTH - 1).join('')}…`
}

/** Plain text without blanks at line ends or runs of empty lines. */
export const tidyText = (rendered: string): string =>
  `${rendered
    .replace(/[ \t]+\n/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()}\n`

/**
 * A link that may be shown, or nothing. Only https:, http:, mailto: and tel: pass; on our own pages (`site`) a path
 * on the same host does too. The value may be HTML-escaped already: the check reads its beginning only.
 */
export const safeUrl = (raw: string, site = false): string => {
  const value = raw.replace(LINE_BREAKING, '').trim()
  if (/^tel:\+?[\d(]/i.test(value)) return value.replace(/\s+/g, '')
  const known =
    /^(?:https?:\/\/[^\s/\\?#]|mailto:[^\s@]+@)/i.test(value) || (site && /^\/(?![/\\])/.test(value))
  return known ? value.replace(/\s+/g, '%20') : ''
}
