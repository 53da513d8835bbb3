/** The SDK's own client against the service over HTTP: answers, instants and errors come out as it expects them. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  GetExecutionHistoryCommand,
  InvalidToken,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { WireError } from '../../../local/wire.ts'
import { harness } from './harness.ts'

const { service } = harness(
  async () => ({}),
  async (_, payload) => payload,
)

const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', async () => {
    const action = String(request.headers['x-amz-target']).split('.')[1]!
    response.setHeader('content-type', 'application/x-amz-json-1.0')
    try {
      const answer = await service.call(action, JSON.parse(Buffer.concat(chunks).toString() || '{}'))
      response.end(JSON.stringify(answer))
    } catch (error) {
      const { name, message, status } = error as WireError
      response.statusCode = status
      response.end(JSON.stringify({ __type: name, message }))
    }
  })
})

let client: SFNClient

beforeAll(async () => {
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  client = new SFNClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  })
})

afterAll(() => {
  client.destroy()
  server.close()
})

describe('the SDK client', () => {
  it('creates, starts, describes and reads a history', async () => {
    const definition =
      '{"QueryLanguage":"JSONata","StartAt":"A","States":{"A":{"Type":"Pass","Output":{"a":1},"End":true}}}'
    const made = await client.send(new CreateStateMachineCommand({ name: 'm', roleArn: 'role', definition }))
    const { stateMachineArn } = made
    const started = await client.send(new StartExecutionCommand({ stateMachineArn, name: 'e', input: '{}' }))
    const { executionArn } = started

    const described = await client.send(new DescribeExecutionCommand({ executionArn }))
    const { events } = await client.send(new GetExecutionHistoryCommand({ executionArn }))

    expect(described).toMatchObject({ status: 'SUCCEEDED', output: '{"a":1}', startDate: expect.any(Date) })
    expect(events?.[2]?.stateExitedEventDetails?.output).toBe('{"a":1}')
    expect(events?.[0]?.timestamp).toEqual(described.startDate)
  })

  it('throws the exceptions that handlers look for', async () => {
    const stateMachineArn = 'arn:aws:states:us-east-1:000000000000:stateMachine:m'

    const again = client.send(new StartExecutionCommand({ stateMachineArn, name: 'e', input: '{}' }))
    const answer = client.send(new SendTaskSuccessCommand({ taskToken: 'none', output: '1' }))

    await expect(again).rejects.toBeInstanceOf(ExecutionAlreadyExists)
    await expect(answer).rejects.toBeInstanceOf(InvalidToken)
  })
})
