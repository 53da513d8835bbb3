/** Secrets: one JSON document in Secrets Manager on AWS, the environment locally. */
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { env } from '../env.ts'
import type { Clock, Secrets } from '../ports.ts'

/** Secrets are read again after this long, so that a rotation needs no deployment. */
const freshFor = 300_000

const read = async (arn: string): Promise<Record<string, string>> => {
  const { SecretString = '{}' } = await new SecretsManagerClient({}).send(
    new GetSecretValueCommand({ SecretId: arn }),
  )
  return JSON.parse(SecretString) as Record<string, string>
}

export const secretSource = (clock: Clock): Secrets => {
  let cached: { readonly values: Promise<Record<string, string>>; readonly until: number } | undefined
  return {
    get: async (name) => {
      const arn = env.secretArn
      if (arn === undefined) return env.secret(name)
      if (cached === undefined || clock.now() >= cached.until) {
        const values = read(arn)
        cached = { values, until: clock.now() + freshFor }
        values.catch(() => {
          cached = undefined
        })
      }
      const value = (await cached.values)[name]
      return value === '' ? undefined : value
    },
  }
}
