/**
 * The part of liquidjs that this folder uses. The package's own types pull in Node's, which `domain/` must not see;
 * the browser build is the one without a file system.
 */
declare module 'liquidjs/dist/liquid.browser.mjs' {
  export interface Token {
    readonly kind: number
    readonly begin: number
    readonly end: number
    readonly name?: string
    readonly args?: string
    getText(): string
  }
  export interface Node {
    readonly token: Token
  }
  export interface Variable {
    readonly segments: readonly (string | number | Variable)[]
    readonly location: { readonly row: number; readonly col: number }
  }
  export interface Stream {
    on(event: string, handler: (argument: never) => void): Stream
    start(): void
    stop(): void
  }
  export interface TagBody {
    liquid: Liquid
    args: string
    body: Node[]
  }
  export interface Emitter {
    write(value: unknown): void
  }
  export interface CustomTag {
    parse(this: TagBody, token: Token, remaining: Token[]): void
    render(this: TagBody, context: object, emitter: Emitter): Generator<unknown, void, string>
  }
  export class Tokenizer {
    constructor(input: string)
    readTopLevelTokens(): Token[]
  }
  export class Liquid {
    constructor(options: Readonly<Record<string, unknown>>)
    readonly tags: Record<string, unknown>
    readonly filters: Record<string, unknown>
    readonly parser: { parseStream(remaining: Token[]): Stream }
    readonly renderer: { renderTemplates(body: readonly Node[], context: object): unknown }
    registerTag(name: string, tag: CustomTag): void
    registerFilter(name: string, filter: (value: unknown, ...rest: readonly unknown[]) => unknown): void
    parse(source: string): Node[]
    renderSync(body: readonly Node[], scope: object, limits: Readonly<Record<string, number>>): string
    analyzeSync(body: readonly Node[]): { readonly globals: Readonly<Record<string, readonly Variable[]>> }
  }
}
