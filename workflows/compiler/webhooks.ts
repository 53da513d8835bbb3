/** Where a webhook goes, what signs it and what it says. */

import { isPublicHost } from '../../domain/public-host.ts'
import { makeEngine } from '../../domain/render-engine.ts'
import { type Reader, report } from './reader.ts'
import type { Path } from './source.ts'

const secretPattern = /^secret:[A-Z][A-Z0-9_]{0,63}$/
const secretHelp = 'a secret is named by capital letters, digits and "_", like "secret:CRM_WEBHOOK"'
const maxBody = 16 * 1024
const engine = makeEngine(String, false)

/** Checks a URL: public and https, or the name of a secret that holds one. */
export function checkUrl(reader: Reader, url: string, path: Path): void {
  if (url.startsWith('secret:')) {
    if (!secretPattern.test(url)) report(reader, path, `url: found "${url}"; ${secretHelp}`)
    return
  }
  const wrong = wrongWith(url)
  if (wrong !== undefined) report(reader, path, `url: found "${url}"; ${wrong}`)
}

function wrongWith(url: string): string | undefined {
  if (!URL.canParse(url)) return 'write "https://…" or "secret:NAME"'
  const { protocol, hostname, username, password } = new URL(url)
  if (protocol !== 'https:') return 'it must begin with https://'
  if (username !== '' || password !== '')
    return 'keep the password out of the file: put the whole URL in a secret'
  return isPublicHost(hostname)
    ? undefined
    : `"${hostname}" is not a public host: nothing inside a network is called`
}

/** The name of the secret that signs: without `secret:`. */
export function readSecret(reader: Reader, secret: string | undefined, path: Path): string | undefined {
  if (secret === undefined) return undefined
  if (!secretPattern.test(secret)) {
    const why = secret.startsWith('secret:')
      ? secretHelp
      : `a secret is named, never written down: ${secretHelp}`
    return report(reader, path, `secret: ${why}`)
  }
  return secret.slice('secret:'.length)
}

/** Checks the size of a body and the Liquid of the texts in it. */
export function checkBody(reader: Reader, body: unknown, path: Path): void {
  const size = JSON.stringify(body).length
  if (size > maxBody) report(reader, path, `the body has ${size} characters; allowed: ${maxBody}`)
  checkTexts(reader, body, path)
}

function checkTexts(reader: Reader, value: unknown, path: Path): void {
  if (typeof value === 'string') {
    const wrong = wrongLiquid(value)
    if (wrong !== undefined) report(reader, path, wrong)
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) {
      checkTexts(reader, inner, [...path, Array.isArray(value) ? Number(key) : key])
    }
  }
}

/** What is wrong with a text's tags and filters; the message without the place, which is the text's own. */
function wrongLiquid(text: string): string | undefined {
  try {
    engine.parse(text)
    return undefined
  } catch (error) {
    return `Liquid: ${error instanceof Error ? error.message.replace(/, line:\d+, col:\d+$/, '') : String(error)}`
  }
}
