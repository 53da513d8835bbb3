/** The scoring rules as the compiler checked them: plain data that can be stored and addressed by its hash. */
import type { Range } from './condition.ts'
import type { Quota } from './scoring-text.ts'

export type Part = 'fit' | 'engagement' | 'total'
export type Temperature = 'hot' | 'warm' | 'cold'
export type Qualification = 'marketing' | 'sales' | 'product' | 'service'
export type Verdict = 'human' | 'machine' | 'unknown'

/** What one profile field must be: any of the patterns, or a number in the range. */
export interface FieldTest {
  readonly field: string
  readonly in?: readonly string[]
  readonly is?: Range
}

export interface Group {
  readonly name: string
  /** What its rules together add at most. */
  readonly max?: number
}

export interface FitRule {
  /** Stable and readable: `fit:company.size >= 200`. */
  readonly rule: string
  /** What people read instead. */
  readonly name?: string
  /** Index into the groups. */
  readonly group: number
  readonly all: readonly FieldTest[]
  readonly points: number
}

export interface SignalRule {
  /** Stable and readable: `engagement:page.viewed /pricing*`. */
  readonly rule: string
  readonly name?: string
  readonly group: number
  readonly on: string
  readonly where: Readonly<Record<string, readonly string[]>>
  readonly points: number
  /** Milliseconds in which half is lost; 0 keeps its worth. */
  readonly halfLife: number
  readonly atMost?: Quota
  /** Counts when so many such signals lie within the stretch, once in it: see `reaches`. */
  readonly atLeast?: Quota
}

export interface IdleRule {
  readonly rule: string
  readonly name?: string
  /** Milliseconds without a signal. */
  readonly for: number
  readonly points: number
}

export interface PromoteEvent {
  readonly name: string
  readonly where: Readonly<Record<string, readonly string[]>>
  readonly steps?: readonly string[]
  readonly atLeast: number
  /** Milliseconds that the events may be apart. */
  readonly within?: number
}

export interface PromoteRule {
  readonly to: string
  readonly qualification?: Qualification
  readonly reason?: string
  readonly fit?: Range
  readonly engagement?: Range
  readonly total?: Range
  readonly stages?: readonly string[]
  readonly temperatures?: readonly string[]
  readonly event?: PromoteEvent
  /** Milliseconds for which the rest must have held without a break. */
  readonly for?: number
}

export interface Band {
  readonly id: Temperature
  readonly of: Part
  readonly enter: Range
  readonly leave: Range
}

export interface ScoringRules {
  readonly name: string
  readonly limits: { readonly fit: number; readonly engagement: number }
  readonly fit: { readonly groups: readonly Group[]; readonly rules: readonly FitRule[] }
  readonly engagement: {
    readonly groups: readonly Group[]
    readonly rules: readonly SignalRule[]
    readonly idle: readonly IdleRule[]
    /** The file's half-life in milliseconds, for adjustments; 0 = none. */
    readonly halfLife: number
    /** Verdicts whose signals count nothing. */
    readonly ignore: readonly Verdict[]
  }
  readonly promote: readonly PromoteRule[]
  /** Hottest first; cold is what remains. */
  readonly bands: readonly Band[]
  readonly grades?: {
    readonly fit: readonly (readonly [string, Range])[]
    readonly engagement: readonly (readonly [string, Range])[]
  }
}
