/** One try at telling another system: its address and secrets looked up, the body rendered, signed and posted. */
import { NotRendered } from '../shared/rendered.ts'
import type { Outgoing } from './message.ts'
import type { Answer, WebhookPorts } from './ports.ts'
import { signedHeaders } from './signature.ts'

const usualSecret = 'WEBHOOK_SIGNING_SECRET'

/** What became of one try, and where it went: nothing else of the address is told, for it may hold a key. */
export interface Tried {
  readonly host: string
  readonly answer: Answer
}

const secretName = (text: string): string => text.replace(/^secret:/, '')

const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : '')

const refused = (host: string, detail: string): Tried => ({ host, answer: { is: 'refused', detail } })

const addressOf = async (ports: WebhookPorts, { url }: Outgoing): Promise<string | undefined> =>
  url.startsWith('secret:') ? ports.secrets.get(secretName(url)) : url

const bodyOf = ({ type, at, data }: Outgoing): string =>
  JSON.stringify({ type, timestamp: new Date(at).toISOString(), data: data() })

const post = async (ports: WebhookPorts, outgoing: Outgoing): Promise<Tried> => {
  const url = await addressOf(ports, outgoing)
  if (url === undefined)
    return refused('', `the secret ${secretName(outgoing.url)}, which holds its address, is not set`)
  const host = hostOf(url)
  const name = secretName(outgoing.secret ?? usualSecret)
  const secrets = await ports.secrets.get(name)
  if (secrets === undefined) return refused(host, `the secret ${name}, which signs it, is not set`)
  const body = bodyOf(outgoing)
  const signed = signedHeaders(secrets, outgoing.id, Math.floor(ports.clock.now() / 1000), body)
  if (signed === undefined) return refused(host, `the secret ${name} is not whsec_ and base64`)
  const headers = { 'content-type': 'application/json', 'user-agent': 'Tendril', ...signed }
  return { host, answer: await ports.post({ url, headers, body }) }
}

/** A body that does not render is as good as refused; a store or secret that cannot be read is a fault. */
export const tryOnce = async (ports: WebhookPorts, outgoing: Outgoing): Promise<Tried> => {
  try {
    return await post(ports, outgoing)
  } catch (error) {
    if (!(error instanceof NotRendered)) throw error
    return refused('', error.message)
  }
}
