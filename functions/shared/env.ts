/** The only reader of the environment. */

/** Everything the handlers take from the environment, typed. */
export interface Env {
  readonly coreTable: string
  readonly opsTable: string
  /** Queue URLs by name: `TENDRIL_QUEUE_SEND`, `TENDRIL_QUEUE_SEND_DEAD` … */
  readonly queueUrl: (name: string) => string
  readonly queueArn: (name: string) => string
  readonly configurationSet: string
  readonly schedulerRole: string
  /** Without a trailing slash. */
  readonly publicUrl: string
  /** On AWS the ARN of the one secret; unset locally, where secrets come from the environment itself. */
  readonly secretArn: string | undefined
  readonly secret: (name: string) => string | undefined
  readonly metaGraphUrl: string
  readonly linkedinApiUrl: string
  readonly trustProxy: boolean
  /** Only the local runtime says so: webhooks may go to this machine, by http too. */
  readonly webhookAllowLoopback: boolean
  /** `error` leaves out what is only information. */
  readonly logLevel: 'info' | 'error'
}

const required = (name: string): string => {
  const value = process.env[name]
  if (value === undefined || value === '')
    throw new Error(
      `The environment variable ${name} is not set. The deployment or the local runtime sets it.`,
    )
  return value
}

const optional = (name: string): string | undefined => process.env[name] || undefined

const variable = (queue: string): string => queue.toUpperCase().replaceAll('-', '_')

/** Reads the environment at the time of use, so that a test can set it first. */
export const env: Env = {
  get coreTable() {
    return required('TENDRIL_CORE_TABLE')
  },
  get opsTable() {
    return required('TENDRIL_OPS_TABLE')
  },
  queueUrl: (name) => required(`TENDRIL_QUEUE_${variable(name)}`),
  queueArn: (name) => required(`TENDRIL_QUEUE_ARN_${variable(name)}`),
  get configurationSet() {
    return required('TENDRIL_CONFIGURATION_SET')
  },
  get schedulerRole() {
    return required('TENDRIL_SCHEDULER_ROLE')
  },
  get publicUrl() {
    return required('TENDRIL_PUBLIC_URL').replace(/\/+$/, '')
  },
  get secretArn() {
    return optional('TENDRIL_SECRET_ARN')
  },
  secret: (name) => optional(name),
  get metaGraphUrl() {
    return (optional('META_GRAPH_URL') ?? 'https://graph.facebook.com').replace(/\/+$/, '')
  },
  get linkedinApiUrl() {
    return (optional('LINKEDIN_API_URL') ?? 'https://api.linkedin.com').replace(/\/+$/, '')
  },
  get trustProxy() {
    return optional('TENDRIL_TRUST_PROXY') === '1'
  },
  get webhookAllowLoopback() {
    return optional('TENDRIL_WEBHOOK_ALLOW_LOOPBACK') === '1'
  },
  get logLevel() {
    return optional('TENDRIL_LOG') === 'error' ? 'error' : 'info'
  },
}
