/** Branches, splits and wait_for steps → the model's, with an id for each path. */
import { parseDuration } from '../../domain/duration.ts'
import type { BranchStep, Path as ModelPath, SplitStep, Step, WaitForStep } from '../../domain/sequence.ts'
import { readCondition } from './conditions.ts'
import { readEvent } from './events.ts'
import { branchSchema, splitSchema, waitForSchema } from './language.ts'
import { percentOf } from './language-words.ts'
import { accept, claimId, type Reader, report } from './reader.ts'
import type { Path } from './source.ts'
import { everyStep } from './step-shape.ts'

type Raw = Readonly<Record<string, unknown>>
/** Reads the steps of a path: given, since steps contain forks and forks contain steps. */
export type ReadSteps = (reader: Reader, raw: readonly unknown[], path: Path) => readonly Step[]

/** Reads a wait_for; its paths are `<id>.yes` and `<id>.no`. */
export function readWaitFor(
  reader: Reader,
  raw: Raw,
  path: Path,
  readSteps: ReadSteps,
): WaitForStep | undefined {
  const file = accept(reader, waitForSchema, raw, path)?.wait_for
  if (!file) return undefined
  const here = [...path, 'wait_for']
  const id = claimId(reader, file.id, [...here, 'id'])
  const event = readEvent(reader, file.event, [...here, 'event'])
  const way = (key: 'if_yes' | 'if_timeout', end: string, name: string): ModelPath => ({
    id: `${id}.${end}`,
    name,
    steps: readSteps(reader, file[key] ?? [], [...here, key]),
  })
  const yes = way('if_yes', 'yes', 'yes')
  const no = way('if_timeout', 'no', 'timeout')
  return event && { kind: 'wait_for', id, event, timeout: parseDuration(file.timeout) ?? 'PT0S', yes, no }
}

const slugOf = (name: string): string =>
  name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 30) || 'path'

interface PathFile {
  readonly name: string
  readonly steps?: readonly unknown[] | undefined
}

/** The paths of a fork, named `<id>.<name>`. */
function readPaths(
  reader: Reader,
  id: string,
  files: readonly PathFile[],
  here: Path,
  readSteps: ReadSteps,
): readonly ModelPath[] {
  const seen = new Set<string>()
  return files.map(({ name, steps }, index) => {
    const place = [...here, index]
    const slug = slugOf(name)
    if (seen.has(slug)) report(reader, [...place, 'name'], `two paths are called "${name}"`)
    seen.add(slug)
    return { id: `${id}.${slug}`, name, steps: readSteps(reader, steps ?? [], [...place, 'steps']) }
  })
}

/** Reads a branch; the last path is the default. */
export function readBranch(
  reader: Reader,
  raw: Raw,
  path: Path,
  readSteps: ReadSteps,
): BranchStep | undefined {
  const file = accept(reader, branchSchema, raw, path)?.branch
  if (!file) return undefined
  const here = [...path, 'branch']
  const id = claimId(reader, file.id, [...here, 'id'])
  const paths = readPaths(reader, id, file.paths, [...here, 'paths'], readSteps)
  const conditions = file.paths.map((one, index) =>
    readPathCondition(reader, one, [...here, 'paths', index], index === paths.length - 1),
  )
  return {
    kind: 'branch',
    id,
    paths: paths.map(({ steps, ...one }, index) => {
      const condition = conditions[index]
      return { ...one, ...(condition ? { if: condition } : {}), steps }
    }),
  }
}

function readPathCondition(
  reader: Reader,
  path: { readonly if?: unknown; readonly else?: true | undefined; readonly name: string },
  place: Path,
  isLast: boolean,
): ReturnType<typeof readCondition> {
  if (path.else && path.if !== undefined)
    report(reader, [...place, 'if'], 'a path has "if" or "else", not both')
  if (isLast && !path.else) report(reader, place, 'the last path is for all others: it needs "else: true"')
  if (!isLast && path.else) report(reader, [...place, 'else'], 'only the last path can be "else"')
  if (path.else) return undefined
  if (path.if !== undefined) return readCondition(reader, path.if, [...place, 'if'])
  return isLast ? undefined : report(reader, place, `the path "${path.name}" needs a condition: if: { … }`)
}

/** Reads a split; the shares of its paths are whole. */
export function readSplit(reader: Reader, raw: Raw, path: Path, readSteps: ReadSteps): SplitStep | undefined {
  const file = accept(reader, splitSchema, raw, path)?.split
  if (!file) return undefined
  const here = [...path, 'split']
  const id = claimId(reader, file.id, [...here, 'id'])
  const shares = file.paths.map(({ share }) => percentOf(share) ?? 0)
  const sum = shares.reduce((all, share) => all + share, 0)
  if (sum !== 10_000) {
    report(reader, [...here, 'paths'], `the shares add up to ${sum / 100} %; they must add up to 100 %`)
  }
  const paths = readPaths(reader, id, file.paths, [...here, 'paths'], readSteps)
  const { winner } = file
  if (winner) checkWinner(reader, paths, [...here, 'winner'])
  else if (paths.every(({ steps }) => steps.length === 0))
    report(reader, [...here, 'paths'], 'all paths are empty: the split changes nothing')
  return {
    kind: 'split',
    id,
    ...(file.name === undefined ? {} : { name: file.name }),
    paths: paths.map(({ steps, ...one }, index) => ({ ...one, share: shares[index] ?? 0, steps })),
    ...(winner ? { winner: { by: winner.by, after: Number.parseInt(winner.after, 10) } } : {}),
  }
}

function checkWinner(reader: Reader, paths: readonly ModelPath[], path: Path): void {
  for (const { name, steps } of paths) {
    if (!everyStep(steps).some(({ kind }) => kind === 'send'))
      report(reader, path, `the path "${name}" sends no mail, so it has no click rate to win by`)
  }
}
