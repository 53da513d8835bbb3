import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { App, Stack } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compileFiles } from '../../infra/compiled.ts'
import { Tendril } from '../../infra/tendril.ts'
import { compileProject } from '../../workflows/compiler/project.ts'
import { type Assembly, ofType, synthesise } from './assembly.ts'
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

describe('the marketer’s files', () => {
  it('stop a deployment with everything that is wrong in them', async () => {
    const empty = join(assembly.outdir, 'no-files')
    mkdirSync(join(empty, 'templates'), { recursive: true })
    await expect(compileFiles(empty)).rejects.toThrow(/workflows\/settings\.yaml:1:1 this file is missing/)
  })

  it('compile to what lies in the assembly', async () => {
    const { machines } = (await compileProject({ workflows: 'workflows', templates: 'templates' })) as {
      readonly machines: Readonly<Record<string, object>>
    }
    const deployed = ofType(assembly, 'AWS::StepFunctions::StateMachine').map(({ Properties }) => [
      Properties.StateMachineName,
      JSON.parse(Properties.DefinitionString),
    ])
    const compiled = Object.entries(machines).map(([id, machine]) => [`tendril-${id}`, machine])
    expect(Object.fromEntries(deployed)).toEqual(Object.fromEntries(compiled))
  })
})

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
