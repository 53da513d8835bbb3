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
  private ended = 0

  /** `wall` gives real milliseconds: a function's remaining time does not jump with the virtual clock. */
  constructor(wall: () => number) {
    this.wall = wall
  }

  /** Grows whenever an invocation begins or ends: while it stands still and none is under way, nothing was written. */
  get activity(): number {
    return this.requests + this.ended
  }

  async load(): Promise<void> {
    for (const spec of functions) {
      const module = (await import(new URL(`../${spec.entry}`, import.meta.url).href)) as { handler: Handler }
      this.handlers.set(spec.name, module.handler)
    }
  }

  async invoke(spec: FunctionSpec, event: unknown): Promise<unknown> {
    const handler = this.handlers.get(spec.name)
    if (handler === undefined) throw new Error(`The function ${spec.name} is not loaded.`)
    try {
      return await handler(event, contextOf(spec, `local-${++this.requests}`, this.wall))
    } finally {
      this.ended++
    }
  }
}
