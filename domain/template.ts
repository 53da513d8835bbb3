/** A template as the compiler made it: Liquid sources that `render.ts` fills in. */

/** An email, or a mail to a sales rep. */
export interface CompiledTemplate {
  readonly id: string
  /** First 12 hex digits of the SHA-256 over everything below; a message records it. */
  readonly hash: string
  readonly kind: 'email' | 'handoff'
  readonly subject: string
  readonly preheader: string
  readonly html: string
  readonly text: string
  /** What people unsubscribe from, when it differs from the sequence's. */
  readonly topic?: string
  /** A sender's id from `settings.yaml`. */
  readonly from?: string
  /** `transactional` mails need no unsubscribe link. */
  readonly intent?: string
  readonly audience?: string
  /** Top-level variables the template reads, sorted. */
  readonly variables: readonly string[]
}

/** A public page: a complete HTML document as Liquid source, its styles inlined. */
export interface CompiledPage {
  readonly id: string
  readonly hash: string
  readonly source: string
  readonly variables: readonly string[]
}

/** A message ready for the mailer. */
export interface RenderedMessage {
  readonly subject: string
  readonly preheader: string
  readonly html: string
  readonly text: string
}

/** What a template may read: plain data, never a function and never a template. */
export type TemplateVariables = Readonly<Record<string, unknown>>
