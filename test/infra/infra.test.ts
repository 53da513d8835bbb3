import { App, Stack } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Tendril } from '../../infra/tendril.ts'
import { type Assembly, synthesise } from './assembly.ts'
import { accessSuite } from './suite-access.ts'
import { dataSuite } from './suite-data.ts'
import { edgeSuite } from './suite-edge.ts'
import { engineSuite } from './suite-engine.ts'
import { functionsSuite } from './suite-functions.ts'

let assembly: Assembly
const given = (): Assembly => assembly

beforeAll(async () => {
  assembly = await synthesise()
})
afterAll(() => assembly?.remove())

dataSuite(given)
engineSuite(given)
functionsSuite(given)
edgeSuite(given)
accessSuite(given)

describe('Tendril as a construct', () => {
  it('fits into one stack of somebody else’s application', () => {
    const stack = new Stack(new App({ outdir: `${assembly.outdir}/theirs` }), 'theirs')
    new Tendril(stack, 'Tendril', {
      compiled: assembly.compiled,
      domain: 'news.example.com',
      apiDomain: 'hello.example.com',
      certificateArn: 'arn:aws:acm:eu-west-1:111122223333:certificate/12345678-1234-1234-1234-123456789012',
      alarmEmail: 'ops@example.com',
      sendConcurrency: 4,
    })
    const template = Template.fromStack(stack)
    template.resourceCountIs('AWS::DynamoDB::GlobalTable', 2)
    template.hasResourceProperties('AWS::SES::EmailIdentity', { EmailIdentity: 'news.example.com' })
    template.hasResourceProperties('AWS::ApiGatewayV2::DomainName', { DomainName: 'hello.example.com' })
    template.hasResourceProperties('AWS::SNS::Subscription', {
      Protocol: 'email',
      Endpoint: 'ops@example.com',
    })
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      ScalingConfig: { MaximumConcurrency: 4 },
    })
    expect(Object.keys(template.toJSON().Resources).length).toBeLessThan(450)
  })
})
