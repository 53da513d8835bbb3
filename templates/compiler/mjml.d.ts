declare module 'mjml' {
  interface MjmlError {
    readonly line: number
    readonly message: string
    readonly tagName: string
  }
  interface MjmlOptions {
    readonly validationLevel: 'soft'
    readonly keepComments: boolean
    readonly minify: boolean
    readonly beautify: boolean
    readonly ignoreIncludes: boolean
    readonly fonts: Readonly<Record<string, string>>
  }
  const mjml2html: (
    source: string,
    options: MjmlOptions,
  ) => Promise<{ readonly html: string; readonly errors: readonly MjmlError[] }>
  export = mjml2html
}

declare module 'html-to-text' {
  export interface Element {
    readonly type: string
    readonly data?: string
    readonly name?: string
    readonly attribs?: Readonly<Record<string, string>>
    readonly children?: Element[]
  }
  export interface Builder {
    addInline(text: string, options?: object): void
    openBlock(options?: object): void
    closeBlock(options?: object): void
  }
  export type Formatter = (
    element: Element,
    walk: (children: Element[] | undefined, builder: Builder) => void,
    builder: Builder,
    options: object,
  ) => void
  export const convert: (html: string, options: object) => string
}
