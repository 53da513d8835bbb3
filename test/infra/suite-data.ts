import { describe, expect, it } from 'vitest'
import { type Assembly, ofType, type Resource } from './assembly.ts'

export const dataSuite = (given: () => Assembly): void => {
  const table = (name: 'Core' | 'Ops'): Resource =>
    ofType(given(), 'AWS::DynamoDB::GlobalTable').find(({ id }) => id.startsWith(`Tables${name}`))!

  describe('tables', () => {
    it('keeps the core table: point-in-time recovery, protected, retained, on demand', () => {
      const { Properties, DeletionPolicy, UpdateReplacePolicy } = table('Core')
      expect(Properties.BillingMode).toBe('PAY_PER_REQUEST')
      expect(Properties.Replicas).toHaveLength(1)
      expect(Properties.Replicas[0]).toMatchObject({
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        DeletionProtectionEnabled: true,
      })
      expect([DeletionPolicy, UpdateReplacePolicy]).toEqual(['Retain', 'Retain'])
    })

    it('streams new images and forgets by ttl', () => {
      expect(table('Core').Properties).toMatchObject({
        StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
        TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
      })
    })

    it('indexes stages and owners by keys only', () => {
      const indexes = table('Core').Properties.GlobalSecondaryIndexes
      expect(indexes).toEqual([
        {
          IndexName: 'byStage',
          KeySchema: [
            { AttributeName: 'stagePk', KeyType: 'HASH' },
            { AttributeName: 'stageSk', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
        {
          IndexName: 'byOwner',
          KeySchema: [
            { AttributeName: 'ownerPk', KeyType: 'HASH' },
            { AttributeName: 'ownerSk', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ])
    })

    it('lets the ops table forget: ttl, no backups, no stream', () => {
      const { Properties } = table('Ops')
      expect(Properties.BillingMode).toBe('PAY_PER_REQUEST')
      expect(Properties.TimeToLiveSpecification).toEqual({ AttributeName: 'ttl', Enabled: true })
      expect(Properties.StreamSpecification).toBeUndefined()
      expect(Properties.Replicas[0].PointInTimeRecoverySpecification).toBeUndefined()
    })
  })

  describe('cost when nothing happens', () => {
    const paidByTheHour =
      /^AWS::(EC2|RDS|ElastiCache|OpenSearchService|Elasticsearch|ECS|EKS|MSK|Redshift|KMS|Kinesis|WAFv2|CloudFront|Synthetics)::/

    it('has nothing that is paid by the hour', () => {
      expect(given().resources.filter(({ Type }) => paidByTheHour.test(Type))).toEqual([])
    })

    it('has no provisioned capacity or concurrency', () => {
      const text = JSON.stringify(given().resources)
      expect(text).not.toMatch(
        /ProvisionedThroughput|ProvisionedConcurrency|ProvisionedPoller|WarmThroughput/,
      )
    })

    it('pays for at most 60 alarms and one dashboard', () => {
      expect(ofType(given(), 'AWS::CloudWatch::Alarm').length).toBeLessThanOrEqual(60)
      expect(ofType(given(), 'AWS::CloudWatch::Dashboard')).toHaveLength(1)
    })
  })

  describe('secret', () => {
    it('is generated once and kept: its generator must never change, or the pepper would', () => {
      const [linkKey, secret] = ofType(given(), 'AWS::SecretsManager::Secret').sort((left, right) =>
        left.id.localeCompare(right.id),
      )
      const length = { ExcludePunctuation: true, PasswordLength: 48 }
      expect(linkKey?.Properties.GenerateSecretString).toEqual(length)
      expect(secret?.Properties.GenerateSecretString).toMatchInlineSnapshot(`
        {
          "ExcludePunctuation": true,
          "GenerateStringKey": "TENDRIL_PEPPER",
          "PasswordLength": 48,
          "SecretStringTemplate": {
            "Fn::Join": [
              "",
              [
                "{"TENDRIL_LINK_KEYS":"k1:{{resolve:secretsmanager:",
                {
                  "Ref": "SecretsFirstLinkKey945E983C",
                },
                ":SecretString:::}}","TENDRIL_API_TOKEN":"","META_APP_SECRET":"","META_VERIFY_TOKEN":"","META_ACCESS_TOKEN":"","META_DATASET_ID":"","LINKEDIN_CLIENT_SECRET":"","LINKEDIN_ACCESS_TOKEN":"","GOOGLE_LEAD_KEY":"","TIKTOK_APP_SECRET":"","STANDARD_WEBHOOK_SECRETS":"","TYPEFORM_SECRET":"","TURNSTILE_SECRET":""}",
              ],
            ],
          },
        }
      `)
      for (const { DeletionPolicy, UpdateReplacePolicy } of [linkKey!, secret!])
        expect([DeletionPolicy, UpdateReplacePolicy]).toEqual(['Retain', 'Retain'])
    })
  })
}
