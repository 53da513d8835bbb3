import { RemovalPolicy, Validations } from 'aws-cdk-lib'
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway'
import {
  DomainName,
  HttpApi,
  type HttpMethod,
  HttpRoute,
  HttpRouteKey,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2'
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations'
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager'
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import type { FunctionSpec } from '../functions/topology.ts'
import type { Functions } from './functions.ts'

export interface FrontDoorProps {
  /** The API's own domain, together with `certificateArn`. Default: the address API Gateway gives */
  readonly apiDomain?: string
  readonly certificateArn?: string
}

/** What is logged of a request: its route, never its path, which may carry a token. */
const accessLog = JSON.stringify({
  requestId: '$context.requestId',
  at: '$context.requestTimeEpoch',
  route: '$context.routeKey',
  status: '$context.status',
  latency: '$context.responseLatency',
  bytes: '$context.responseLength',
  error: '$context.integrationErrorMessage',
})

/** The HTTP API without routes. Mailed links point at it for years, so it lives with the data. */
export class FrontDoor extends Construct {
  readonly api: HttpApi
  /** Without a trailing slash. */
  readonly publicUrl: string

  constructor(scope: Construct, id: string, props: FrontDoorProps) {
    super(scope, id)
    this.api = new HttpApi(this, 'Api', {
      apiName: 'tendril',
      description: 'Tendril: forms, webhooks, links, API',
      createDefaultStage: false,
    })
    const domainName = this.#domain(props)
    const log = new LogGroup(this, 'AccessLog', {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    })
    new HttpStage(this, 'Stage', {
      httpApi: this.api,
      autoDeploy: true,
      detailedMetricsEnabled: true,
      throttle: { rateLimit: 500, burstLimit: 1000 },
      accessLogSettings: {
        destination: new LogGroupLogDestination(log),
        format: AccessLogFormat.custom(accessLog),
      },
      ...(domainName && { domainMapping: { domainName } }),
    })
    this.publicUrl = props.apiDomain ? `https://${props.apiDomain}` : this.api.apiEndpoint
  }

  #domain({ apiDomain, certificateArn }: FrontDoorProps): DomainName | undefined {
    if (apiDomain === undefined && certificateArn === undefined) return undefined
    if (apiDomain === undefined || certificateArn === undefined)
      throw new Error('apiDomain and certificateArn go together')
    return new DomainName(this, 'Domain', {
      domainName: apiDomain,
      certificate: Certificate.fromCertificateArn(this, 'Certificate', certificateArn),
    })
  }
}

export interface RoutesProps {
  readonly door: FrontDoor
  readonly functions: Functions
  readonly specs: readonly FunctionSpec[]
}

/** Every route of the topology. */
export class Routes extends Construct {
  constructor(scope: Construct, id: string, props: RoutesProps) {
    super(scope, id)
    for (const spec of props.specs) this.#ofFunction(spec, props)
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-APIG4',
      reason:
        'Each caller proves itself in its own way, and each handler refuses before it writes. Webhooks: the provider’s HMAC ' +
        'over the raw bytes of the body, which no authorizer gets to see. Links in mails: a signed, purpose-bound token in ' +
        'the path, which must work without a login (RFC 8058). Forms are public by their nature; spam checks and throttling ' +
        'stand before them. /v1: a bearer token compared in constant time; an authorizer would make the same comparison in a ' +
        'function more, and its cached verdict would outlive a rotation of the token.',
    })
  }

  #ofFunction(spec: FunctionSpec, { door, functions }: RoutesProps): void {
    const made = functions.byName.get(spec.name)
    if (made === undefined) throw new Error(`The function ${spec.name} is not here`)
    const integration = new HttpLambdaIntegration(`${spec.name}-integration`, made.fn)
    for (const route of spec.routes ?? []) {
      const [method, path] = route.split(' ') as [HttpMethod, string]
      new HttpRoute(this, route.replaceAll('/', '|'), {
        httpApi: door.api,
        routeKey: HttpRouteKey.with(path, method),
        integration,
      })
    }
  }
}
