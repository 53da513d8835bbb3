/** The mail service on the wire: the part of SES v2's REST interface that is used here. */
import { type RestRequest, type RestService, WireError, WireFault } from '../wire.ts'
import type { SendEmailInput } from './request.ts'
import type { Suppressed } from './rows.ts'
import type { Ses } from './ses.ts'

export type Fault = 'reset' | '500' | 'hang' | '429'

interface Answer {
  readonly status: number
  readonly body: Record<string, unknown>
}

type Route = (request: RestRequest, argument: string) => Answer | Promise<Answer>

const ok = (body: Record<string, unknown> = {}): Answer => ({ status: 200, body })
const DAY = 86_400_000

const wireSuppressed = (one: Suppressed) => ({
  EmailAddress: one.address,
  Reason: one.reason,
  LastUpdateTime: one.at / 1000,
})

export class SesService implements RestService {
  /** Tests break the n-th SendEmail (from 1) here. */
  fault: ((n: number) => Fault | undefined) | undefined
  /** Whether a fault other than 429 strikes before the mail is accepted or after; after unless told. */
  faultWhen: 'before' | 'after' = 'after'
  /** How many SendEmail calls came in, broken ones too. */
  calls = 0
  /** What GetAccount reports as the quota. */
  quota = { Max24HourSend: 50_000, MaxSendRate: 14 }
  private readonly ses: Ses
  private readonly routes: readonly (readonly [method: string, path: RegExp, route: Route])[]

  constructor(ses: Ses) {
    this.ses = ses
    const suppressed = /^\/v2\/email\/suppression\/addresses\/([^/]+)$/
    this.routes = [
      ['POST', /^\/v2\/email\/outbound-emails$/, (request) => this.send(request)],
      ['GET', /^\/v2\/email\/account$/, () => this.account()],
      ['PUT', /^\/v2\/email\/suppression\/addresses$/, (request) => this.suppress(request)],
      ['GET', /^\/v2\/email\/suppression\/addresses$/, () => this.listSuppressed()],
      ['GET', suppressed, (_request, address) => this.getSuppressed(address)],
      ['DELETE', suppressed, (_request, address) => this.unsuppress(address)],
      ['POST', /^\/v2\/email\/configuration-sets$/, () => ok()],
      ['POST', /^\/v2\/email\/configuration-sets\/[^/]+\/event-destinations$/, () => ok()],
    ]
  }

  handles(path: string): boolean {
    return path.startsWith('/v2/email/')
  }

  async call(request: RestRequest): Promise<Answer> {
    for (const [method, path, route] of this.routes) {
      const match = method === request.method ? path.exec(request.path) : null
      if (match !== null) return route(request, decodeURIComponent(match[1] ?? ''))
    }
    throw new WireError('NotFoundException', `${request.method} ${request.path} is not kept here.`, 404)
  }

  private async send(request: RestRequest): Promise<Answer> {
    const fault = this.fault?.(++this.calls)
    if (fault === '429')
      throw new WireError('TooManyRequestsException', 'Maximum sending rate exceeded.', 429)
    if (fault !== undefined && this.faultWhen === 'before') strike(fault)
    const MessageId = await this.ses.send(request.body as SendEmailInput)
    if (fault !== undefined) strike(fault)
    return ok({ MessageId })
  }

  private account(): Answer {
    const sent = this.ses.rows.countSince(this.ses.clock.now() - DAY)
    return ok({
      DedicatedIpAutoWarmupEnabled: false,
      EnforcementStatus: 'HEALTHY',
      ProductionAccessEnabled: true,
      SendingEnabled: true,
      SendQuota: { ...this.quota, SentLast24Hours: sent },
      SuppressionAttributes: { SuppressedReasons: ['BOUNCE', 'COMPLAINT'] },
    })
  }

  private suppress(request: RestRequest): Answer {
    const { EmailAddress, Reason } = request.body
    if (typeof EmailAddress !== 'string' || (Reason !== 'BOUNCE' && Reason !== 'COMPLAINT'))
      throw new WireError(
        'BadRequestException',
        'EmailAddress and a Reason of BOUNCE or COMPLAINT are required.',
      )
    this.ses.rows.suppress({ address: EmailAddress.toLowerCase(), reason: Reason, at: this.ses.clock.now() })
    return ok()
  }

  private listSuppressed(): Answer {
    return ok({ SuppressedDestinationSummaries: this.ses.rows.allSuppressed().map(wireSuppressed) })
  }

  private getSuppressed(address: string): Answer {
    return ok({ SuppressedDestination: wireSuppressed(this.suppressed(address)) })
  }

  private unsuppress(address: string): Answer {
    this.ses.rows.unsuppress(this.suppressed(address).address)
    return ok()
  }

  private suppressed(address: string): Suppressed {
    const known = this.ses.rows.suppressed(address.toLowerCase())
    if (known === undefined)
      throw new WireError(
        'NotFoundException',
        `Email address ${address} does not exist on your suppression list.`,
        404,
      )
    return known
  }
}

const strike = (fault: Fault): never => {
  if (fault === '500') throw new WireError('InternalServiceErrorException', 'injected fault', 500)
  throw new WireFault(fault === 'hang' ? 'hang' : 'reset')
}
