/**
 * A shorter way through the simple parts of a template. Text, and values of the form
 * `{{ a.b | default: c.d | default: 'e' }}`, are read directly; everything else is Liquid's. Same result, less work.
 */
import type { LiquidEngine, LiquidNodes } from './render-engine.ts'

type Reader = (scope: object) => unknown
type Part = string | ((scope: object) => string)

/** A parsed template, ready to be filled in. */
export type Plan = readonly Part[]

const PATH = String.raw`[a-zA-Z_]\w*(?:\.[a-zA-Z_]\w*)*`
const OPERAND = `(?:${PATH}|'[^'{}]*'|"[^"{}]*")`
const SIMPLE = new RegExp(`^\\{\\{\\s*(${PATH})((?:\\s*\\|\\s*default:\\s*${OPERAND})*)\\s*\\}\\}$`)
const DEFAULTS = new RegExp(`default:\\s*(${OPERAND})`, 'g')

/** Words that mean something to Liquid, and properties that it computes. */
const SPECIAL = /(?:^|\.)(?:true|false|nil|null|empty|blank|forloop|size|first|last)(?:\.|$)/

/** State that passes from piece to piece, or loops: left to Liquid as a whole. */
const CONNECTED = /\{%-?\s*(?:assign|for)\b|-%\}|\{%-|-\}\}|\{\{-/

const pathReader = (path: string): Reader | undefined => {
  if (SPECIAL.test(path)) return undefined
  const keys = path.split('.')
  return (scope) => {
    let value: unknown = scope
    for (const key of keys) {
      if (value === null || value === undefined || !Object.hasOwn(value, key)) return undefined
      value = (value as Record<string, unknown>)[key]
    }
    return value
  }
}

const operandReader = (text: string): Reader | undefined => {
  if (!/^['"]/.test(text)) return pathReader(text)
  const literal = text.slice(1, -1)
  return literal.includes('\\') ? undefined : () => literal
}

const absent = (value: unknown): boolean => {
  if (typeof value === 'string' || Array.isArray(value)) return value.length === 0
  return value === undefined || value === null || value === false
}

const valueReader = (output: string): Reader | undefined => {
  const match = SIMPLE.exec(output)
  if (match === null) return undefined
  const operands = [match[1] ?? '', ...[...(match[2] ?? '').matchAll(DEFAULTS)].map((it) => it[1] ?? '')]
  const readers = operands.map((operand, index) =>
    index === 0 ? pathReader(operand) : operandReader(operand),
  )
  const known = readers.filter((reader) => reader !== undefined)
  if (known.length < readers.length) return undefined
  return (scope) => {
    let value: unknown
    for (const reader of known) {
      value = reader(scope)
      if (!absent(value)) return value
    }
    return value
  }
}

/** Plans a parsed source. */
export const makePlan = (engine: LiquidEngine, source: string, nodes: LiquidNodes): Plan => {
  if (CONNECTED.test(source)) return [(scope) => engine.render(nodes, scope)]
  return nodes.map((node): Part => {
    const text = engine.textOf(node)
    if (text !== undefined) return text
    const read = valueReader(engine.sourceOf(node))
    if (read !== undefined) return (scope) => engine.write(read(scope))
    const block = engine.linkOf(node)
    if (block === undefined) return (scope) => engine.render([node], scope)
    const plan = makePlan(engine, '', block.body)
    return (scope) => block.write(runPlan(plan, scope))
  })
}

/** Fills a plan in. */
export const runPlan = (plan: Plan, scope: object): string => {
  let result = ''
  for (const part of plan) result += typeof part === 'string' ? part : part(scope)
  return result
}
