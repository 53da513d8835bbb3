/** Parallel and inline Map: one thread per branch or item, collected in order. */
import { EvaluationFault } from './failures.ts'
import { leave, rest, toJson } from './leave.ts'
import { fill, fillTyped, isList, isNumber } from './template.ts'
import type { Turn } from './turn.ts'
import type { Frame, MapItem } from './types.ts'

interface Birth {
  readonly scope: number
  readonly previous: number
  readonly input: string
  readonly item?: MapItem | undefined
}

/** A new thread that starts where its block starts. It sees the variables of its parent and keeps its own. */
function spawn(turn: Turn, parent: Frame, birth: Birth): Frame {
  const startAt = turn.program.blocks[birth.scope]?.startAt ?? ''
  const child: Frame = {
    ...blankFrame(++turn.execution.frames, birth.scope, startAt, birth.input),
    variables: parent.variables,
    last: birth.previous,
    before: birth.previous,
    item: birth.item ?? parent.item,
  }
  turn.adopt(parent, child)
  turn.go(child, startAt, birth.input)
  return child
}

/** A thread that has not entered anything yet. */
export function blankFrame(id: number, scope: number, state: string, input: string): Frame {
  return {
    id,
    scope,
    state,
    step: 'entered',
    input,
    variables: {},
    last: 0,
    before: 0,
    entered: 0,
    enteredAt: 0,
    retries: [],
    retryCount: 0,
    attempt: 0,
  }
}

export function runParallel(turn: Turn, frame: Frame): void | Promise<void> {
  return startParallel(turn, frame)
}

async function startParallel(turn: Turn, frame: Frame): Promise<void> {
  const state = turn.state(frame)
  const given = state.fields['Arguments']
  const input = given === undefined ? frame.input : toJson(await fill(given, turn.scope(frame)))
  const previous = turn.chain(frame, 'ParallelStateStarted')
  frame.step = 'children'
  for (const scope of state.branches) spawn(turn, frame, { scope, previous, input })
}

async function itemsOf(turn: Turn, frame: Frame): Promise<unknown[]> {
  const field = turn.state(frame).fields['Items']
  if (field !== undefined) return fillTyped(field, turn.scope(frame), 'array', isList)
  const input: unknown = JSON.parse(frame.input)
  if (Array.isArray(input)) return input
  throw new EvaluationFault(`Map state input must be an array but was: ${JSON.stringify(input)}`)
}

/** How many may run at once; 0 is no limit. A number in a string is taken, as the service was recorded to do. */
async function concurrencyOf(turn: Turn, frame: Frame): Promise<number> {
  const { MaxConcurrency, ToleratedFailureCount, ToleratedFailurePercentage } = turn.state(frame).fields
  const scope = turn.scope(frame)
  for (const tolerated of [ToleratedFailureCount, ToleratedFailurePercentage])
    if (tolerated !== undefined) await fillTyped(tolerated, scope, 'number', isNumber)
  if (MaxConcurrency === undefined) return Number.MAX_SAFE_INTEGER
  const limit = Number(await fill(MaxConcurrency, scope))
  if (!Number.isInteger(limit) || limit < 0)
    throw new EvaluationFault(
      'The MaxConcurrency field must be an integer of 0 or more but was not.',
      'MaxConcurrency',
    )
  return limit === 0 ? Number.MAX_SAFE_INTEGER : limit
}

export async function runMap(turn: Turn, frame: Frame): Promise<void> {
  const items = await itemsOf(turn, frame)
  frame.concurrency = await concurrencyOf(turn, frame)
  const previous = turn.chain(frame, 'MapStateStarted', [
    'mapStateStartedEventDetails',
    { length: items.length },
  ])
  frame.step = 'children'
  frame.items = toJson(items)
  frame.started = 0
  frame.children = []
  if (items.length === 0) return collect(turn, frame)
  await startIterations(turn, frame, items, previous)
}

/** Starts items while there are items and room. */
async function startIterations(turn: Turn, frame: Frame, items: unknown[], previous: number): Promise<void> {
  const running = (frame.children ?? []).filter((c) => c.step !== 'done').length
  let room = (frame.concurrency ?? 1) - running
  while (room-- > 0 && (frame.started ?? 0) < items.length) {
    const index = frame.started ?? 0
    frame.started = index + 1
    await startIteration(turn, frame, { index, value: items[index] }, previous)
  }
}

async function startIteration(turn: Turn, frame: Frame, item: MapItem, previous: number): Promise<void> {
  const state = turn.state(frame)
  const started = turn.append(previous, 'MapIterationStarted', iteration('Started', turn, frame, item.index))
  const selector = state.fields['ItemSelector']
  const input =
    selector === undefined ? toJson(item.value) : toJson(await fill(selector, turn.scope({ ...frame, item })))
  spawn(turn, frame, { scope: state.branches[0] ?? 0, previous: started, input, item })
}

function iteration(
  what: string,
  turn: Turn,
  frame: Frame,
  index: number,
): readonly [string, { name: string; index: number }] {
  return [`mapIteration${what}EventDetails`, { name: turn.state(frame).name, index }]
}

/** A thread of this state reached its end. */
export async function childFinished(turn: Turn, parent: Frame, child: Frame, output: string): Promise<void> {
  child.output = output
  child.step = 'done'
  const children = parent.children ?? []
  if (turn.state(parent).type === 'Map') {
    const index = child.item?.index ?? 0
    const details = iteration('Succeeded', turn, parent, index)
    parent.last = turn.append(child.last, 'MapIterationSucceeded', details)
    const items = JSON.parse(parent.items ?? '[]') as unknown[]
    if ((parent.started ?? 0) < items.length) return startIterations(turn, parent, items, child.last)
  } else parent.last = child.last
  if (children.every((c) => c.step === 'done')) await collect(turn, parent)
}

async function collect(turn: Turn, frame: Frame): Promise<void> {
  const state = turn.state(frame)
  const result = `[${(frame.children ?? []).map((c) => c.output).join(',')}]`
  turn.append(frame.last, `${state.type}StateSucceeded`)
  await leave(turn, frame, state, result, { result })
  frame.children = undefined
  frame.items = undefined
}

const abortable = new Set(['Task', 'Wait', 'Parallel', 'Map'])

/** Gives up the threads of `frame` because `failed` failed, with the events that were recorded for it. */
export function childFailed(turn: Turn, frame: Frame, failed: Frame): void {
  const previous = failed.last
  const isMap = turn.state(frame).type === 'Map'
  for (const child of frame.children ?? []) {
    if (child.step === 'done') continue
    const how = child === failed ? 'Failed' : 'Aborted'
    if (isMap)
      turn.append(previous, `MapIteration${how}`, iteration(how, turn, frame, child.item?.index ?? 0))
    const type = turn.state(child).type
    if (child.entered > 0 && abortable.has(type)) turn.append(previous, `${type}StateAborted`)
    giveUp(child)
  }
  frame.last = previous
}

/** Ends a thread and all below it: their timers and tokens are dead. */
export function giveUp(frame: Frame): void {
  if (frame.step !== 'done') frame.step = 'aborted'
  rest(frame)
  for (const child of frame.children ?? []) giveUp(child)
}
