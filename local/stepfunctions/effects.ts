/** The calls that Tasks make: message or invocation, and the service's answer in the form that states see. */
import type { Integration } from './program.ts'
import {
  type Failure,
  type InvokeLambdaPort,
  type SendMessageInput,
  type SendMessagePort,
  TaskFault,
} from './types.ts'

export interface CallPorts {
  readonly sendMessage: SendMessagePort
  readonly invokeLambda: InvokeLambdaPort
}

const metadata = {
  SdkHttpMetadata: { HttpStatusCode: 200 },
  SdkResponseMetadata: { RequestId: '00000000-0000-0000-0000-000000000000' },
}

function messageOf(request: Record<string, unknown>): SendMessageInput {
  const body = request['MessageBody']
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return { ...(request as unknown as SendMessageInput), MessageBody: text }
}

function nameOf(request: Record<string, unknown>): string {
  return String(request['FunctionName'])
}

/** Makes the call; answers JSON text. Throws what the port throws. */
export async function perform(
  integration: Integration,
  resource: string,
  request: string,
  ports: CallPorts,
): Promise<string> {
  const input = JSON.parse(request) as Record<string, unknown>
  if (integration === 'lambda-direct')
    return JSON.stringify((await ports.invokeLambda(resource, input)) ?? null)
  if (integration === 'lambda') {
    const payload = (await ports.invokeLambda(nameOf(input), input['Payload'] ?? {})) ?? null
    return JSON.stringify({ ExecutedVersion: '$LATEST', Payload: payload, ...metadata, StatusCode: 200 })
  }
  return JSON.stringify({ ...(await ports.sendMessage(messageOf(input))), ...metadata })
}

/**
 * How a port's error shows in the execution. Sqs: the names that AWS was recorded to use, `SQS.AmazonSQSException` for a
 * refusal and `SQS.SdkClientException` where the service was not reached. A function's own error keeps its name.
 */
export function failureOf(integration: Integration, error: unknown): Failure {
  if (error instanceof TaskFault) return error.failure
  const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) }
  if (integration === 'sqs' || integration === 'sqs-token') {
    const refused = typeof error === 'object' && error !== null && 'status' in error
    return { error: refused ? 'SQS.AmazonSQSException' : 'SQS.SdkClientException', cause: message }
  }
  return { error: name, cause: JSON.stringify({ errorMessage: message, errorType: name }) }
}
