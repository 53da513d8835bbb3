/** Runs the very handlers that are deployed, in this process. */
import type { Context } from 'aws-lambda'
import { type FunctionSpec, functions } from '../functions/topology.ts'

export type Handler = (event: unknown, context: Context) => Promise<unknown>

const contextOf = (spec: FunctionSpec, requestId: string, now: () => number): Context => {
  const end = now() + spec.timeoutSeconds * 1000
  return {
    functionName: spec.name,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:eu-west-1:000000000000:function:${spec.name}`,
    memoryLimitInMB: String(spec.memoryMb),
    awsRequestId: requestId,
    logGroupName: `/aws/lambda/${spec.name}`,
    logStreamName: 'local',
    callbackWaitsForEmptyEventLoop: false,
    getRemainingTimeInMillis: () => Math.max(0, end - now()),
    done: () => undefined,
    fail: () => undefined,
    succeed: () => undefined,
  }
}

/** The functions of the topology, loaded once the environment is set. */
export class LambdaHost {
  private readonly handlers = new Map<string, Handler>()
  private readonly wall: () => number
  private requests = 0

  /** `wall` gives real milliseconds: a function's remaining time does not jump with the virtual clock. */
  constructor(wall: () => number) {
    this.wall = wall
  }

  /** How many invocations there were: when none were, nothing was written. */
  get invocations(): number {
    return this.requests
  }

  async load(): Promise<void> {
    for (const spec of functions) {
      const module = (await import(new URL(`../${spec.entry}`, import.meta.url).href)) as { handler: Handler }
      this.handlers.set(spec.name, module.handler)
    }
  }

  invoke(spec: FunctionSpec, event: unknown): Promise<unknown> {
    const handler = this.handlers.get(spec.name)
    if (handler === undefined) throw new Error(`The function ${spec.name} is not loaded.`)
    return handler(event, contextOf(spec, `local-${++this.requests}`, this.wall))
  }
}
