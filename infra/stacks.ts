import { type App, CfnOutput, Stack, Tags, Validations } from 'aws-cdk-lib'
import { AwsSolutionsChecks } from 'cdk-nag'
import { Tendril, type TendrilProps } from './tendril.ts'

const texts = ['domain', 'apiDomain', 'certificateArn', 'alarmEmail', 'runbook'] as const

/** The context that concerns Tendril, as its properties. */
export const optionsOf = (app: App): Omit<TendrilProps, 'compiled'> => {
  const given = (name: string): string | undefined => {
    const value: unknown = app.node.tryGetContext(name)
    return value === undefined || value === '' ? undefined : String(value)
  }
  const concurrency = given('sendConcurrency')
  return {
    ...Object.fromEntries(texts.flatMap((name) => (given(name) === undefined ? [] : [[name, given(name)]]))),
    ...(concurrency !== undefined && { sendConcurrency: Number(concurrency) }),
    ...(given('acceptForecast') === 'true' && { acceptForecast: true }),
  }
}

/** Builds the four stacks with the AWS Solutions checks on. */
export const buildApp = (app: App, props: TendrilProps): Tendril => {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app))
  Tags.of(app).add('application', 'tendril')
  const stack = (part: string, description: string, terminationProtection = false) =>
    new Stack(app, `tendril-${part}`, { description: `Tendril: ${description}`, terminationProtection })
  const stacks = {
    data: stack('data', 'tables, secret and address: what must last', true),
    engine: stack('engine', 'queues, workers, state machines, mail'),
    ingest: stack('ingest', 'what answers forms, webhooks, links and the API'),
    observe: stack('observe', 'alarms and dashboard'),
  }
  const tendril = new Tendril(app, 'Tendril', { ...props, stacks })
  new CfnOutput(stacks.ingest, 'Url', { value: tendril.door.publicUrl })
  new CfnOutput(stacks.observe, 'AlarmTopic', { value: tendril.alarms.topic.topicArn })
  return tendril
}
