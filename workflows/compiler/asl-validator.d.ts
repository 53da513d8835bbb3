declare module 'asl-validator' {
  interface Found {
    readonly 'Error code': string
    readonly Message?: string
    readonly path?: string
    readonly schemaError?: { readonly instancePath?: string; readonly schemaPath?: string }
  }
  interface Result {
    readonly isValid: boolean
    readonly errors: readonly Found[]
    errorsText(separator?: string): string
  }
  /** Adds a QueryLanguage to every state of the definition it is given. */
  const validator: (
    definition: object,
    options?: { readonly checkPaths?: boolean; readonly checkArn?: boolean },
  ) => Result
  export = validator
}
