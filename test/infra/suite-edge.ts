import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { functions } from '../../functions/topology.ts'
import { type Assembly, functionNamed, ofType } from './assembly.ts'

const runbook = readFileSync(join(import.meta.dirname, '../../docs/runbook.md'), 'utf8')
const sections = new Set(
  [...runbook.matchAll(/^#+ (.+)$/gm)].map(([, title]) =>
    (title as string)
      .toLowerCase()
      .replaceAll(/[^\w\s-]/g, '')
      .trim()
      .replaceAll(/\s/g, '-'),
  ),
)

export const edgeSuite = (given: () => Assembly): void => {
  describe('HTTP API', () => {
    it('has exactly the routes of the topology, each to its function', () => {
      const integrations = new Map(
        ofType(given(), 'AWS::ApiGatewayV2::Integration').map(({ id, Properties }) => [id, Properties]),
      )
      const deployed = ofType(given(), 'AWS::ApiGatewayV2::Route').map(({ Properties }) => {
        const integration = JSON.stringify(Properties.Target).match(/"Ref":"(\w+)"/)?.[1] as string
        const target = integrations.get(integration)
        expect(target.PayloadFormatVersion).toBe('2.0')
        return `${Properties.RouteKey} → ${target.IntegrationUri['Fn::GetAtt'][0]}`
      })
      const expected = functions.flatMap(({ name, routes = [] }) =>
        routes.map((route) => `${route} → ${functionNamed(given(), name).id}`),
      )
      expect(deployed.sort()).toEqual(expected.sort())
    })

    it('throttles and logs without paths, addresses or tokens', () => {
      const [stage] = ofType(given(), 'AWS::ApiGatewayV2::Stage')
      expect(stage?.Properties.DefaultRouteSettings.ThrottlingRateLimit).toBeGreaterThan(167)
      const format = stage?.Properties.AccessLogSettings.Format as string
      expect(format).not.toMatch(/identity|sourceIp|context\.path|rawPath|userAgent|authorizer/)
    })
  })

  describe('alarms', () => {
    it('watch every function, every dead-letter queue and every machine', () => {
      const ids = ofType(given(), 'AWS::CloudWatch::Alarm').map(({ id }) => id)
      const count = (prefix: string) => ids.filter((id) => id.startsWith(`Alarms${prefix}`)).length
      expect(count('errors')).toBe(functions.length)
      expect(count('dead')).toBe(
        new Set(
          ofType(given(), 'AWS::SQS::Queue').flatMap(({ id, Properties }) =>
            [
              Properties.RedrivePolicy?.deadLetterTargetArn['Fn::GetAtt'][0],
              /StreamDead/.test(id) ? id : undefined,
            ].filter(Boolean),
          ),
        ).size,
      )
      expect(count('executions')).toBe(ofType(given(), 'AWS::StepFunctions::StateMachine').length)
    })

    it.each([
      ['sendage', 900],
      ['bounces', 0.03],
      ['complaints', 0.0007],
      ['streamage', 300_000],
      ['blastguard', 0],
    ])('%s fires above %d', (name, threshold) => {
      const alarm = ofType(given(), 'AWS::CloudWatch::Alarm').find(({ id }) => id.startsWith(`Alarms${name}`))
      expect(alarm?.Properties).toMatchObject({
        Threshold: threshold,
        ComparisonOperator: 'GreaterThanThreshold',
      })
    })

    it('hear of the blast guard from the log of every worker that meets it', () => {
      const filters = ofType(given(), 'AWS::Logs::MetricFilter').map(({ Properties }) => Properties)
      expect(filters).toHaveLength(functions.filter(({ quota }) => quota).length)
      const event = /= "([\w.]+)"/.exec(String(filters[0]?.FilterPattern))?.[1]
      expect(readFileSync('functions/shared/permit.ts', 'utf8')).toContain(`log.error('${event}'`)
    })

    it('tell somebody, and name a section of the runbook that exists', () => {
      for (const { Properties } of ofType(given(), 'AWS::CloudWatch::Alarm')) {
        expect(Properties.AlarmActions).toHaveLength(1)
        const section = /docs\/runbook\.md#([\w-]+)$/.exec(Properties.AlarmDescription)?.[1]
        expect(sections).toContain(section)
      }
    })
  })
}
