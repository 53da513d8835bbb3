import { Stack } from 'aws-cdk-lib'
import { EventBus, Rule } from 'aws-cdk-lib/aws-events'
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets'
import {
  ConfigurationSet,
  EmailIdentity,
  EmailSendingEvent,
  EventDestination,
  Identity,
} from 'aws-cdk-lib/aws-ses'
import { Construct } from 'constructs'
import type { Queues } from './queues.ts'

export interface MailProps {
  readonly queues: Queues
  /** Addresses that mail is sent from: no other may appear in From. */
  readonly senders: readonly string[]
  /** Creates the identity of this domain; its DKIM records are then outputs of SES. Default: identities exist. */
  readonly domain?: string
}

/**
 * Everything but opens: counting them puts a pixel in every mail, which costs spam points (2.1 in SpamAssassin,
 * measured) and privacy, and machines open most mails anyway.
 */
const reported = Object.values(EmailSendingEvent).filter((event) => event !== EmailSendingEvent.OPEN)

const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1).toLowerCase()

/** SES: the configuration set, its events on the way back to `signals`, and who may be in From. */
export class Mail extends Construct {
  readonly configurationSet: ConfigurationSet
  /** The configuration set and the identities that sending touches. */
  readonly arns: readonly string[]
  /** For the condition on `ses:FromAddress`. */
  readonly fromPatterns: readonly string[]

  constructor(scope: Construct, id: string, props: MailProps) {
    super(scope, id)
    this.configurationSet = new ConfigurationSet(this, 'ConfigurationSet', {
      reputationMetrics: true,
    })
    this.#events(props.queues)
    if (props.domain !== undefined)
      new EmailIdentity(this, 'Identity', {
        identity: Identity.domain(props.domain),
        mailFromDomain: `bounce.${props.domain}`,
      })
    const domains = [
      ...new Set([...props.senders.map(domainOf), ...(props.domain ? [props.domain] : [])]),
    ].sort()
    const addresses = [...new Set(props.senders)].sort()
    this.fromPatterns = domains.map((domain) => `*@${domain}`)
    this.arns = [
      this.#arn('configuration-set', this.configurationSet.configurationSetName),
      ...[...domains, ...addresses].map((name) => this.#arn('identity', name)),
    ]
  }

  #arn(resource: string, resourceName: string): string {
    return Stack.of(this).formatArn({ service: 'ses', resource, resourceName })
  }

  /** SES reports on the default bus only; the rule keeps what concerns this configuration set. */
  #events(queues: Queues): void {
    const bus = EventBus.fromEventBusName(this, 'DefaultBus', 'default')
    this.configurationSet.addEventDestination('Events', {
      destination: EventDestination.eventBus(bus),
      events: reported,
    })
    new Rule(this, 'Rule', {
      description: 'What became of the mails of Tendril',
      eventPattern: {
        source: ['aws.ses'],
        detail: {
          mail: { tags: { 'ses:configuration-set': [this.configurationSet.configurationSetName] } },
        },
      },
      targets: [
        new SqsQueue(queues.named('signals'), {
          deadLetterQueue: queues.named('signals-dead'),
          retryAttempts: 185,
        }),
      ],
    })
  }
}
