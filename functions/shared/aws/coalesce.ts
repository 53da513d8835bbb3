/** Gathers calls of one turn of the event loop into one request: the messages of a batch are worked on side by side. */

interface Waiting<Input, Output> {
  readonly input: Input
  readonly resolve: (output: Output) => void
  readonly reject: (error: unknown) => void
}

/** A function for one input, over one that takes up to `max` of them and answers in their order. */
export const coalesce = <Input, Output>(
  many: (inputs: readonly Input[]) => Promise<readonly Output[]>,
  max: number,
): ((input: Input) => Promise<Output>) => {
  let waiting: Waiting<Input, Output>[] = []
  const flush = (): void => {
    const calls = waiting
    waiting = []
    many(calls.map(({ input }) => input)).then(
      (outputs) => {
        for (const [index, { resolve }] of calls.entries()) resolve(outputs[index] as Output)
      },
      (error: unknown) => {
        for (const { reject } of calls) reject(error)
      },
    )
  }
  return (input) =>
    new Promise((resolve, reject) => {
      waiting.push({ input, resolve, reject })
      if (waiting.length === 1) setImmediate(() => waiting.length > 0 && flush())
      if (waiting.length >= max) flush()
    })
}
