/** What marketers may ask about a lead, in sequences, scoring and routing. */
import type { EventMatch } from './sequence.ts'

/** A number to compare with: ">= 30", "< 8", "50..199". */
export interface Range {
  readonly atLeast?: number
  readonly atMost?: number
  readonly above?: number
  readonly below?: number
}

export type Condition =
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly not: Condition }
  | { readonly stage: readonly string[] }
  | { readonly score: 'fit' | 'engagement' | 'total'; readonly is: Range }
  | { readonly temperature: readonly string[] }
  /** A profile field: any of its values matches any of the patterns (`*` wildcards, case-insensitive) or the range. */
  | { readonly field: string; readonly in?: readonly string[]; readonly is?: Range }
  | { readonly event: EventMatch; readonly atLeast?: number; readonly within?: string }

/** What a condition is asked about. */
export interface Facts {
  readonly stage: string
  readonly temperature: string
  readonly score: { readonly fit: number; readonly engagement: number; readonly total: number }
  /** Profile fields as the rules name them: `company.size`, `title`, `country`, `email.kind` … */
  readonly fields: Readonly<Record<string, readonly string[]>>
  /** The lead's counted (not machine) signals, oldest first; instants in milliseconds. */
  readonly signals: readonly {
    readonly name: string
    readonly at: number
    readonly step?: string | undefined
    readonly properties: Readonly<Record<string, string>>
  }[]
}
