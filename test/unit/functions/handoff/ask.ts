/** Asks routes over HTTP as API Gateway would. */
import type { APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda'
import { httpHandler, type Routes } from '../../../../functions/shared/http.ts'
import { type Call, eventOf } from '../event.ts'
import type { Memory } from './memory.ts'

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  // biome-ignore lint/suspicious/noExplicitAny: whatever JSON the test expects.
  readonly json: any
}

const parsed = (body: string): unknown => {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

/** A function that asks these routes; faults are kept in the memory. */
export const asker = (memory: Memory, routes: Routes) => {
  const handler = httpHandler(routes, { log: memory.ports.log, trustProxy: () => false })
  return async (route: string, call: Call = {}): Promise<Answer> => {
    const result = (await handler(
      eventOf(route, call),
      {} as Context,
    )) as unknown as APIGatewayProxyStructuredResultV2
    const body = result.body ?? ''
    return {
      status: result.statusCode ?? 0,
      headers: result.headers as Record<string, string>,
      body,
      json: parsed(body),
    }
  }
}
