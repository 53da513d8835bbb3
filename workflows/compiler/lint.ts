/** What a checked sequence says that is hardly meant. */
import type { BranchStep, Sequence, Step } from '../../domain/sequence.ts'
import { lintConsent } from './lint-consent.ts'
import { lintTimes } from './lint-times.ts'
import { type Reader, warn } from './reader.ts'
import type { Path } from './source.ts'
import { everyStep, pathsIn } from './step-shape.ts'
import { canonicalJson } from './version.ts'

/** Notes a warning for each thing; an error only for what can mail nobody. */
export function lint(reader: Reader, sequence: Sequence): void {
  lintConsent(reader, sequence)
  lintTimes(reader, sequence)
  lintMails(reader, sequence.steps)
  lintStages(reader, sequence.steps, false)
  for (const step of everyStep(sequence.steps)) if (step.kind === 'branch') lintBranch(reader, step)
  if ((sequence.holdout ?? 0) >= 5000) {
    warn(reader, ['holdout'], 'half of the leads or more get nothing; a tenth is enough to compare with')
  }
}

const placeOf = (reader: Reader, id: string): Path => reader.ids.get(id) ?? ['steps']

/** The mails that may have been the last one so far; `none` where there may have been none. */
type Last = ReadonlySet<string>
const none = ''

/** Follows all paths and looks at each step with what may have been mailed last. */
function follow(steps: readonly Step[], last: Last, look: (step: Step, last: Last) => void): Last {
  let before = last
  for (const step of steps) {
    look(step, before)
    before = after(step, before, look)
  }
  return before
}

function after(step: Step, last: Last, look: (step: Step, last: Last) => void): Last {
  if (step.kind === 'send') return new Set([step.id])
  if (step.kind === 'end' || step.kind === 'next') return new Set()
  const paths = pathsIn(step)
  if (paths.length === 0) return last
  return new Set(paths.flatMap((path) => [...follow(path.steps, last, look)]))
}

function lintMails(reader: Reader, steps: readonly Step[]): void {
  follow(steps, new Set([none]), (step, last) => {
    if (step.kind === 'wait_for') lintWaitFor(reader, step, last)
    if (step.kind !== 'send' || !step.immediately || last.has(none) || last.size === 0) return
    const why = 'only a mail that was just asked for should ignore quiet hours and the frequency cap'
    warn(reader, placeOf(reader, step.id), `"immediately" on a mail that is not the first: ${why}`)
  })
}

function lintWaitFor(reader: Reader, { id, event }: Step & { kind: 'wait_for' }, last: Last): void {
  if (!event.steps || event.steps.some((step) => last.has(step))) return
  const [step] = event.steps
  const what = `what happens before this step is reached does not count: put it right behind "${step}"`
  warn(reader, placeOf(reader, id), `"${step}" is not the mail before this step; ${what}`)
}

function lintBranch(reader: Reader, { id, paths }: BranchStep): void {
  const seen = new Map<string, string>()
  for (const [index, path] of paths.entries()) {
    if (!path.if) continue
    const condition = canonicalJson(path.if)
    const same = seen.get(condition)
    if (same === undefined) seen.set(condition, path.name)
    else {
      const place = [...placeOf(reader, id).slice(0, -1), 'paths', index, 'if']
      warn(reader, place, `this path is never taken: "${same}" has the same condition and comes first`)
    }
  }
}

/** Reaching a stage that ends all sequences ends this one too. */
function lintStages(reader: Reader, steps: readonly Step[], goesOn: boolean): void {
  const ending = (reader.context.settings?.stages ?? []).filter(({ exits }) => exits).map(({ id }) => id)
  for (const [index, step] of steps.entries()) {
    const more = steps.slice(index + 1).some(({ kind }) => kind !== 'wait' && kind !== 'end')
    for (const path of pathsIn(step)) lintStages(reader, path.steps, goesOn || more)
    if (step.kind !== 'act' || step.action.do !== 'stage' || !ending.includes(step.action.to)) continue
    if (!more && (!goesOn || steps.at(-1)?.kind === 'end')) continue
    const why = 'that stage ends all sequences (settings.yaml)'
    warn(reader, placeOf(reader, step.id), `the steps behind "${step.action.to}" are never reached: ${why}`)
  }
}
