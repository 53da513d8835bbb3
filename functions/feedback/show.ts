/** A hand-off as the rep sees it: a page, or JSON. */
import type { Content } from '../../domain/content.ts'
import { rejectReason } from '../../domain/routing-pick.ts'
import { handoffView } from '../shared/handoff-compose.ts'
import { json, type Reply, type Request } from '../shared/http.ts'
import type { FoldPorts } from '../shared/lead-facts.ts'
import type { Handoff, Leads } from '../shared/ports.ts'
import { Problem } from '../shared/problem.ts'
import { sitePage, wantsHtml, wantsJson } from '../shared/site-page.ts'

export interface ShowPorts extends FoldPorts {
  readonly leads: Pick<Leads, 'collection'>
}

/** The page behind a link of ours that leads nowhere. */
export const unknownLink = {
  title: 'This link is not valid',
  text: 'This link is not valid any more, or it was not copied completely. Please open it again from the email.',
}

/** What is wrong with what was posted. */
export interface Wrong {
  readonly path: string
  readonly message: string
}

const iso = (at: number | undefined): string | null => (at === undefined ? null : new Date(at).toISOString())

const stateOf = ({ status }: Handoff): string => {
  if (status === 'accepted' || status === 'rejected' || status === 'snoozed') return status
  return status === 'closed' ? 'expired' : 'open'
}

const choices = ({ routing }: Content) =>
  routing.handoff.rejectReasons.map(({ id, label }) => ({ id, label }))

const body = (handoff: Handoff, content: Content) => ({
  handoffId: handoff.handoffId,
  leadId: handoff.leadId,
  owner: handoff.owner,
  status: handoff.status,
  reason: handoff.reason,
  at: iso(handoff.at),
  dueAt: iso(handoff.dueAt),
  rejectReason: handoff.rejectReason ?? null,
  reasons: choices(content),
})

const details: Readonly<Record<number, string>> = {
  409: 'This hand-off was answered already.',
  422: 'The answer does not fit.',
}

/** Answers with the hand-off as it is now. `wrong` says what did not fit; any status but 200 is then a problem. */
export const showHandoff = async (
  ports: ShowPorts,
  request: Request,
  handoff: Handoff,
  status: 200 | 409 | 422,
  wrong: readonly Wrong[] = [],
): Promise<Reply> => {
  const content = await ports.content.live()
  if (wantsJson(request)) {
    if (status !== 200) throw new Problem(status, details[status] ?? '', wrong)
    return json(200, body(handoff, content))
  }
  const view = await handoffView(ports, handoff, content)
  const { rejectReason: given } = handoff
  return sitePage(content, 'handoff', status, {
    ...view,
    state: stateOf(handoff),
    action: `/handoffs/${request.params['token'] ?? ''}`,
    ...(given !== undefined && { reason: rejectReason(content.routing, given)?.label ?? given }),
    reject_reasons: choices(content),
    snooze_options: [],
    errors: wrong.map(({ message }) => message),
  })
}

/** What neither a page nor a hand-off answers: in words for a browser, else as a problem. */
export const refuse = async (
  ports: Pick<ShowPorts, 'content'>,
  request: Request,
  status: 404 | 422,
  words: { readonly title: string; readonly text: string },
): Promise<Reply> => {
  if (!wantsHtml(request)) throw new Problem(status, words.text)
  return sitePage(await ports.content.live(), 'message', status, words)
}
