/** The console's screens on the local port, fed by the deployed API and the inbox. */
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda'
import { type HomeData, homePage, type LeadRow, type MailRow } from '../console/home.ts'
import { type LeadData, leadPage } from '../console/lead.ts'
import { type MailData, mailPage } from '../console/mail.ts'
import { Problem } from '../functions/shared/problem.ts'
import { functions } from '../functions/topology.ts'
import { parseDuration } from './iso-duration.ts'
import type { LambdaHost } from './lambda-host.ts'
import { type LocalControls, type LocalHandler, type LocalReply, reportOf } from './local-routes.ts'
import type { Router } from './router.ts'

type Get = <T>(routeKey: string, path: string, params?: Record<string, string>, query?: string) => Promise<T>

const apiSpec = functions.find(({ name }) => name === 'api')

/** Calls the API function as API Gateway would. */
const getter =
  (host: LambdaHost, token: string, now: () => number): Get =>
  async <T>(routeKey: string, path: string, params: Record<string, string> = {}, query = ''): Promise<T> => {
    if (apiSpec === undefined) throw new Error('The topology has no api function.')
    const result = (await host.invoke(apiSpec, {
      version: '2.0',
      routeKey,
      rawPath: path,
      rawQueryString: query,
      headers: { authorization: `Bearer ${token}` },
      pathParameters: params,
      requestContext: {
        http: { method: 'GET', path, sourceIp: '127.0.0.1', userAgent: 'console' },
        timeEpoch: now(),
      },
      isBase64Encoded: false,
    })) as APIGatewayProxyStructuredResultV2
    if (result.statusCode !== 200)
      throw new Problem(result.statusCode ?? 500, `The API did not answer ${path}.`)
    return JSON.parse(result.body ?? '{}') as T
  }

const pageOf = async (markup: unknown): Promise<LocalReply> => ({
  status: 200,
  type: 'text/html; charset=utf-8',
  body: String(await markup),
})

/** Back to where the button was: local paths only. */
const backTo = (path: string): LocalReply => {
  const safe = /^\/(?!\/)[\w\-/.]*$/.test(path) ? path : '/'
  return {
    status: 200,
    type: 'text/html; charset=utf-8',
    body: `<!doctype html><meta http-equiv="refresh" content="0;url=${safe}"><title>Done</title><a href="${safe}">Back</a>`,
  }
}

const homeOf = async (get: Get, controls: LocalControls): Promise<HomeData> => {
  const [{ leads }, { items }, { alerts }] = await Promise.all([
    get<{ leads: LeadRow[] }>('GET /v1/leads', '/v1/leads', {}, 'limit=50'),
    get<{ items: HomeData['parked'] }>('GET /v1/parked', '/v1/parked'),
    get<{ alerts: HomeData['alerts'] }>('GET /v1/alerts', '/v1/alerts'),
  ])
  const mails = controls.inbox({ limit: 30 }) as readonly MailRow[]
  return { now: new Date(controls.now()).toISOString(), leads, mails, parked: items, alerts }
}

const leadOf = async (get: Get, controls: LocalControls, leadId: string): Promise<LeadData> => {
  const params = { leadId }
  const path = `/v1/leads/${leadId}`
  const [lead, { events }, score] = await Promise.all([
    get<LeadData['lead']>('GET /v1/leads/{leadId}', path, params),
    get<{ events: LeadData['timeline'] }>('GET /v1/leads/{leadId}/timeline', `${path}/timeline`, params),
    get<LeadData['score']>('GET /v1/leads/{leadId}/score', `${path}/score`, params),
  ])
  const mails = lead.email ? (controls.inbox({ to: lead.email, limit: 50 }) as readonly MailRow[]) : []
  return { now: new Date(controls.now()).toISOString(), lead, timeline: events, score, mails }
}

/** Adds the screens and their buttons. */
export const addConsoleRoutes = (
  router: Router<LocalHandler>,
  controls: LocalControls,
  host: LambdaHost,
  token: string,
): void => {
  const get = getter(host, token, () => controls.now())
  router
    .add('GET /', async () => pageOf(homePage(await homeOf(get, controls))))
    .add('GET /console/leads/{leadId}', async ({ params }) =>
      pageOf(leadPage(await leadOf(get, controls, params['leadId'] ?? ''))),
    )
    .add('GET /console/mails/{id}', async ({ params }) => {
      const mail = controls.mail(params['id'] ?? '') as MailData['mail'] | undefined
      if (mail === undefined) throw new Problem(404, 'There is no such mail.')
      return pageOf(mailPage({ now: new Date(controls.now()).toISOString(), mail }))
    })
    .add('POST /console/clock', async ({ body }) => {
      const form = new URLSearchParams(body.toString('utf8'))
      await controls.advance(controls.now() + (parseDuration(form.get('by') ?? '') ?? 0))
      return backTo(form.get('back') ?? '/')
    })
    .add('POST /console/mails/{id}/events', async ({ params, body }) => {
      const form = new URLSearchParams(body.toString('utf8'))
      if (controls.mail(params['id'] ?? '') === undefined) throw new Problem(404, 'There is no such mail.')
      controls.report(params['id'] ?? '', reportOf({ type: form.get('type') ?? 'click' }, controls.now()))
      await controls.drain()
      return backTo(`/console/mails/${params['id'] ?? ''}`)
    })
}
