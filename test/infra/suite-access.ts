import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { functions } from '../../functions/topology.ts'
import { type Assembly, functionNamed, ofType, queueNamed, statementsIn } from './assembly.ts'

/** The only actions allowed on every resource, for IAM knows no resource for them. */
const withoutResource = [
  'xray:PutTraceSegments',
  'xray:PutTelemetryRecords',
  'xray:GetSamplingRules',
  'xray:GetSamplingTargets',
  'states:SendTaskSuccess',
  'states:SendTaskFailure',
  'ses:GetAccount',
  'logs:CreateLogDelivery',
  'logs:GetLogDelivery',
  'logs:UpdateLogDelivery',
  'logs:DeleteLogDelivery',
  'logs:ListLogDeliveries',
  'logs:PutResourcePolicy',
  'logs:DescribeResourcePolicies',
  'logs:DescribeLogGroups',
]

export const accessSuite = (given: () => Assembly): void => {
  const roleOf = (name: string) => functionNamed(given(), name).Properties.Role['Fn::GetAtt'][0] as string
  const actionsOf = (name: string) => {
    const role = given().resources.find(({ id }) => id === roleOf(name))!
    const managed = role.Properties.ManagedPolicyArns.map((arn: object) => JSON.stringify(arn)).join()
    return statementsIn(given())
      .filter(({ owner }) => owner === role.id || managed.includes(owner))
      .flatMap(({ actions }) => actions)
  }

  describe('least privilege', () => {
    it('names every action in full', () => {
      const open = statementsIn(given()).filter(({ actions }) =>
        actions.some((action) => action.includes('*')),
      )
      expect(open).toEqual([])
    })

    it('has * as resource only where IAM knows none, and one other wildcard: the leads’ timers', () => {
      const star = statementsIn(given()).filter(({ resources }) => resources.includes('*'))
      expect(new Set(star.flatMap(({ actions }) => actions))).toEqual(new Set(withoutResource))
      const wild = statementsIn(given()).filter(
        ({ resources }) => !resources.includes('*') && JSON.stringify(resources).includes('*'),
      )
      expect(wild.map(({ actions, resources }) => [actions, JSON.stringify(resources)])).toEqual([
        [
          ['scheduler:CreateSchedule', 'scheduler:UpdateSchedule', 'scheduler:DeleteSchedule'],
          expect.stringContaining('schedule/tendril/*'),
        ],
      ])
    })

    it('gives each function a role of its own and no policy of AWS', () => {
      const roles = ofType(given(), 'AWS::Lambda::Function').map(({ Properties }) =>
        JSON.stringify(Properties.Role),
      )
      expect(new Set(roles).size).toBe(roles.length)
      expect(JSON.stringify(ofType(given(), 'AWS::IAM::Role'))).not.toContain(':aws:policy/')
    })

    it('grants every DynamoDB call that the drivers make', () => {
      const drivers = readFileSync('functions/shared/aws/items.ts', 'utf8')
      const calls = new Set(
        [...drivers.matchAll(/new (\w+)Command\(/g)].map((match) => `dynamodb:${match[1]}`),
      )
      const granted = new Set(functions.flatMap((spec) => actionsOf(spec.name)))

      expect([...calls].filter((call) => !granted.has(call))).toEqual([])
      expect(calls.size).toBeGreaterThan(5)
    })

    it.each(functions)('$name may do what the topology says', (spec) => {
      const actions = actionsOf(spec.name)
      const reads = spec.core !== 'none' || spec.ops !== 'none'
      const writes = spec.core === 'readWrite' || spec.ops === 'readWrite'
      const may = {
        'dynamodb:Query': reads,
        'dynamodb:PutItem': writes,
        'dynamodb:Scan': false,
        'dynamodb:GetRecords': spec.stream === true,
        'sqs:SendMessage': spec.sendsTo.length > 0,
        'sqs:ReceiveMessage': spec.consumes !== undefined,
        'ses:SendEmail': spec.mails === true,
        'ses:GetAccount': spec.quota === true,
        'states:StartExecution': spec.starts === true,
        'states:ListExecutions': spec.lists === true,
        'states:SendTaskFailure': spec.answers === true,
        'scheduler:CreateSchedule': spec.schedules === true,
        'iam:PassRole': spec.schedules === true,
        'secretsmanager:GetSecretValue': spec.secrets === true,
      }
      expect(
        Object.fromEntries(Object.keys(may).map((action) => [action, actions.includes(action)])),
      ).toEqual(may)
    })

    it.each(functions)('$name writes to the tables and sends to the queues of the topology only', (spec) => {
      const own = statementsIn(given()).filter(({ owner }) => owner === roleOf(spec.name))
      const written = JSON.stringify(
        own.filter(({ actions }) => actions.includes('dynamodb:PutItem')).map(({ resources }) => resources),
      )
      expect(written.includes('TablesCore')).toBe(spec.core === 'readWrite')
      expect(written.includes('TablesOps')).toBe(spec.ops === 'readWrite')
      const sent = JSON.stringify(
        own.filter(({ actions }) => actions.includes('sqs:SendMessage')).map(({ resources }) => resources),
      )
      const targets = [...new Set(sent.match(/Queues[A-Za-z]+?[0-9A-F]{8}/g) ?? [])]
      const expected = [...spec.sendsTo, ...(spec.stream ? ['stream-dead'] : [])]
      expect(targets.sort()).toEqual(expected.map((name) => queueNamed(given(), name).id).sort())
    })

    it('mails only as our senders, by our configuration set', () => {
      const mailing = statementsIn(given()).filter(({ actions }) => actions.includes('ses:SendEmail'))
      expect(mailing.length).toBe(functions.filter(({ mails }) => mails).length)
      for (const { resources, condition } of mailing) {
        const patterns = (condition as { StringLike: { 'ses:FromAddress': string | string[] } }).StringLike[
          'ses:FromAddress'
        ]
        expect([patterns].flat().every((pattern) => /^\*@[a-z0-9.-]+$/.test(pattern))).toBe(true)
        expect(
          resources.filter((arn) => !/:(identity|configuration-set)\//.test(JSON.stringify(arn))),
        ).toEqual([])
      }
    })

    it('starts only the machines of this deployment', () => {
      const starting = statementsIn(given()).filter(({ actions }) =>
        actions.includes('states:StartExecution'),
      )
      const ids = ofType(given(), 'AWS::StepFunctions::StateMachine').map(({ id }) => id)
      expect(starting.length).toBe(functions.filter(({ starts }) => starts).length)
      // From another stack a machine is imported by a name that has its id in it.
      const named = (resource: unknown) => ids.filter((id) => JSON.stringify(resource).includes(id))
      for (const { resources } of starting) expect(resources.flatMap(named)).toEqual(ids)
      for (const { resources } of starting) expect(resources).toHaveLength(ids.length)
    })

    it('lets a machine do nothing but put a message on the send queue', () => {
      for (const { Properties } of ofType(given(), 'AWS::StepFunctions::StateMachine')) {
        const role = Properties.RoleArn['Fn::GetAtt'][0]
        const own = statementsIn(given()).filter(({ owner }) => owner === role)
        expect(own.map(({ actions, resources }) => [actions, resources])).toEqual([
          [['sqs:SendMessage'], [{ 'Fn::GetAtt': [queueNamed(given(), 'send').id, 'Arn'] }]],
        ])
      }
    })
  })

  describe('AWS Solutions checks', () => {
    it('run: they find the open bucket put beside the application', () => {
      expect(
        given()
          .violations.filter(({ path }) => path.startsWith('canary/'))
          .map(({ rule }) => rule),
      ).toContain('AwsSolutions-S1')
    })

    it('find nothing in the application', () => {
      expect(given().violations.filter(({ path }) => !path.startsWith('canary/'))).toEqual([])
    })

    it('are acknowledged in at most five findings, each with a reason', () => {
      const ids = new Set(given().acknowledged.map(({ id }) => id))
      expect(ids.size).toBeLessThanOrEqual(5)
      for (const { reason } of given().acknowledged) expect(reason.length).toBeGreaterThan(150)
    })
  })
}
