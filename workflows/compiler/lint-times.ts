/** Mails too close together, and mails so late that a consent has lapsed. */
import { durationSeconds } from '../../domain/duration.ts'
import type { SendStep, Sequence, Step, Wait } from '../../domain/sequence.ts'
import { type Reader, warn } from './reader.ts'
import { pathsIn } from './step-shape.ts'

const day = 86_400

/** The least that a wait takes, and the most. */
const least = ({ for: length, date }: Wait): number => durationSeconds(length ?? date?.otherwise ?? 'PT0S')
const most = (wait: Wait): number => least(wait) + (wait.until ? 7 * day : 0)

function pauseOf(step: Step, lengthOf: (wait: Wait) => number): number {
  if (step.kind === 'wait') return lengthOf(step.wait)
  return step.kind === 'wait_for' ? durationSeconds(step.timeout) : 0
}

/** Notes what the frequency cap will hold back, and what comes after the consent has ended. */
export function lintTimes(reader: Reader, { steps }: Sequence): void {
  lintCap(reader, steps)
  lintExpiry(reader, steps)
}

interface Mail {
  readonly step: SendStep
  /** Seconds since the lead entered, at the earliest. */
  readonly at: number
}

/** The steps of the default path, up to its end. */
function defaultSteps(steps: readonly Step[]): readonly Step[] {
  const flat = (list: readonly Step[]): readonly Step[] =>
    list.flatMap((step) => [step, ...flat(pathsIn(step).at(-1)?.steps ?? [])])
  const all = flat(steps)
  const end = all.findIndex(({ kind }) => kind === 'end' || kind === 'next')
  return end < 0 ? all : all.slice(0, end)
}

/** The mails of the default path. */
function defaultMails(steps: readonly Step[], minGap: number): readonly Mail[] {
  const mails: Mail[] = []
  let now = 0
  for (const step of defaultSteps(steps)) {
    now += pauseOf(step, least)
    if (step.kind !== 'send') continue
    const last = mails.at(-1)
    now = last ? Math.max(now, last.at + minGap) : now
    mails.push({ step, at: now })
  }
  return mails
}

function lintCap(reader: Reader, steps: readonly Step[]): void {
  const sending = reader.context.settings?.sending
  const cap = sending?.cap
  if (!cap) return
  const per = cap.per / 1000
  const counts = ({ step }: Mail): boolean => !step.immediately || cap.transactional === 'counted'
  const mails = defaultMails(steps, sending.minGap / 1000).filter(counts)
  const tooMuch = mails.find((mail, index) => {
    const first = mails[index - cap.max]
    return first !== undefined && mail.at - first.at < per
  })
  if (!tooMuch) return
  const limit = `settings.yaml allows ${cap.max} in ${spanOf(per)}`
  const message = `more mails than that are planned up to here: it will be held back`
  warn(reader, reader.ids.get(tooMuch.step.id) ?? ['steps'], `${limit}, and ${message}`)
}

/** "7 days", "36 hours" */
function spanOf(seconds: number): string {
  const [count, unit] = seconds % day === 0 ? [seconds / day, 'day'] : [Math.round(seconds / 3600), 'hour']
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}

/** The first mail that may come later than a consent lasts, whichever path leads to it. */
function lintExpiry(reader: Reader, steps: readonly Step[]): void {
  const expires = reader.context.settings?.consent.expires
  if (expires === undefined) return
  const late = firstLater(steps, 0, expires / 1000)
  if (late === undefined || typeof late === 'number') return
  const span = `a consent lasts ${spanOf(expires / 1000)} (settings.yaml)`
  const when = `this mail may come ${Math.ceil(late.at / day)} days after the lead entered`
  warn(reader, reader.ids.get(late.step.id) ?? ['steps'], `${when}; ${span}`)
}

/** That mail; or when all of the steps are over at the latest. */
function firstLater(steps: readonly Step[], from: number, limit: number): Mail | number {
  let now = from
  for (const step of steps) {
    if (step.kind === 'send' && now > limit) return { step, at: now }
    now += pauseOf(step, most)
    const ways = pathsIn(step).map((path) => firstLater(path.steps, now, limit))
    const found = ways.find((way) => typeof way !== 'number')
    if (found !== undefined) return found
    now = Math.max(now, ...ways.filter((way) => typeof way === 'number'))
  }
  return now
}
