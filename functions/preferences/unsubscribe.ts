/** Leaving, by the link of a mail (RFC 8058): one post without cookie, login or redirect; a GET changes nothing. */
import type { Reply, Request } from '../shared/http.ts'
import { isLeadId } from '../shared/identity.ts'
import { isKnown } from '../shared/lead-facts.ts'
import { readLink } from '../shared/links.ts'
import type { Log } from '../shared/log.ts'
import type { Secrets } from '../shared/ports.ts'
import { Problem } from '../shared/problem.ts'
import { type RefoldPorts, refold } from '../shared/refold.ts'
import { sitePage, wantsHtml } from '../shared/site-page.ts'

export interface PreferencesPorts extends RefoldPorts {
  readonly secrets: Secrets
  readonly log: Log
}

/** The page's button posts here, so that it can be told from a mail program's own button. */
const pageAction = (token: string): string => `/u/${token}?via=page`

/** The lead that a token was signed for, or 404: the same for every token that is not ours. */
const leadOf = async (ports: PreferencesPorts, request: Request): Promise<string> => {
  const token = request.params['token'] ?? ''
  const [leadId, ...rest] = (await readLink(ports.secrets, 'unsubscribe', token, ports.clock.now())) ?? []
  if (leadId === undefined || rest.length > 0 || !isLeadId(leadId))
    throw new Problem(404, 'This link is not valid. Please open it again from the email.')
  return leadId
}

/** `GET /u/{token}`: the page with the button, whatever is known of the lead. */
export const showUnsubscribe = async (ports: PreferencesPorts, request: Request): Promise<Reply> => {
  await leadOf(ports, request)
  const content = await ports.content.live()
  return sitePage(content, 'unsubscribe', 200, {
    state: 'ask',
    action: pageAction(request.params['token'] ?? ''),
  })
}

/** Once in the log, at the instant of the first post; nothing is written of a lead that is not known. */
const note = async (ports: PreferencesPorts, leadId: string, source: string): Promise<boolean> => {
  const id = `unsubscribed-${leadId}`
  const events = await ports.events.events(leadId)
  if (!isKnown(events)) return false
  if (events.every((event) => event.id !== id))
    await ports.events.append(leadId, {
      type: 'suppressed',
      id,
      at: ports.clock.now(),
      reason: 'unsubscribed',
      source,
    })
  return true
}

/** Ends running sequences now rather than at their next mail; the event's own job would do it a moment later. */
const endSequences = async (ports: PreferencesPorts, leadId: string): Promise<void> => {
  try {
    await refold(ports, leadId)
  } catch (error) {
    ports.log.error('unsubscribe.refold-failed', error, { leadId })
  }
}

/** `POST /u/{token}`: the suppression first, since every send looks at it; then the log and what follows. */
export const unsubscribe = async (ports: PreferencesPorts, request: Request): Promise<Reply> => {
  const leadId = await leadOf(ports, request)
  const fromPage = request.query.get('via') === 'page'
  await ports.leads.suppress(leadId, { reason: 'unsubscribed', at: ports.clock.now() })
  if (await note(ports, leadId, fromPage ? 'page' : 'one-click')) await endSequences(ports, leadId)
  if (fromPage || wantsHtml(request))
    return sitePage(await ports.content.live(), 'unsubscribe', 200, { state: 'done' })
  return {
    status: 200,
    headers: { 'content-type': 'text/plain; charset=utf-8' },
    body: 'You are unsubscribed.\n',
  }
}
