import { RemovalPolicy, Validations } from 'aws-cdk-lib'
import { Secret } from 'aws-cdk-lib/aws-secretsmanager'
import { Construct } from 'constructs'

/** What the operator fills in; an empty value counts as not set. */
const byOperator = [
  'TENDRIL_API_TOKEN',
  'META_APP_SECRET',
  'META_VERIFY_TOKEN',
  'META_ACCESS_TOKEN',
  'META_DATASET_ID',
  'LINKEDIN_CLIENT_SECRET',
  'LINKEDIN_ACCESS_TOKEN',
  'GOOGLE_LEAD_KEY',
  'TIKTOK_APP_SECRET',
  'STANDARD_WEBHOOK_SECRETS',
  'TYPEFORM_SECRET',
  'TURNSTILE_SECRET',
]

const length = { passwordLength: 48, excludePunctuation: true }

/**
 * The one secret the functions read. The first deployment generates the pepper and the first link key; the rest
 * is filled in by the operator. Its generator must never change: CloudFormation would then generate a new value,
 * and with a new pepper every lead would look unknown. A test pins it.
 */
export class TendrilSecret extends Construct {
  readonly secret: Secret

  constructor(scope: Construct, id: string) {
    super(scope, id)
    const linkKey = new Secret(this, 'FirstLinkKey', {
      description:
        'Tendril: the first link key, copied into the secret when that is created; not read at run time',
      generateSecretString: length,
      removalPolicy: RemovalPolicy.RETAIN,
    })
    this.secret = new Secret(this, 'Secret', {
      description: 'Tendril: pepper, link keys, API token and provider keys',
      generateSecretString: {
        ...length,
        secretStringTemplate: JSON.stringify({
          TENDRIL_LINK_KEYS: `k1:${linkKey.secretValue.unsafeUnwrap()}`,
          ...Object.fromEntries(byOperator.map((name) => [name, ''])),
        }),
        generateStringKey: 'TENDRIL_PEPPER',
      },
      removalPolicy: RemovalPolicy.RETAIN,
    })
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'Nothing in it can be rotated by a function: the pepper is part of every lead’s id and must never change; ' +
        'provider secrets are issued by hand in the providers’ consoles; link keys are rotated by putting a new ' +
        'one in front (links of mails sent long ago must still unsubscribe). Functions read the secret again every ' +
        'five minutes, so a manual rotation needs no deployment; docs/runbook.md says how.',
    })
  }
}
