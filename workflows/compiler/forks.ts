/** Branches and wait_for steps → the model's, with an id for each path. */
import { parseDuration } from '../../domain/duration.ts'
import type { BranchStep, Path as ModelPath, Step, WaitForStep } from '../../domain/sequence.ts'
import { readCondition } from './conditions.ts'
import { readEvent } from './events.ts'
import { branchSchema, waitForSchema } from './language.ts'
import { accept, claimId, type Reader, report } from './reader.ts'
import type { Path } from './source.ts'

type Raw = Readonly<Record<string, unknown>>
/** Reads the steps of a path: given, since steps contain forks and forks contain steps. */
type ReadSteps = (reader: Reader, raw: readonly unknown[], path: Path) => readonly Step[]

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

/** Reads a branch; its paths are `<id>.<name>`, the last one is the default. */
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
  const slugs = new Map<string, number>()
  const paths = file.paths.map((one, index) => {
    const place = [...here, 'paths', index]
    const slug = slugOf(one.name)
    if (slugs.has(slug)) report(reader, [...place, 'name'], `two paths are called "${one.name}"`)
    slugs.set(slug, index)
    const isLast = index === file.paths.length - 1
    const condition = readPathCondition(reader, one, place, isLast)
    const steps = readSteps(reader, one.steps ?? [], [...place, 'steps'])
    return { id: `${id}.${slug}`, name: one.name, ...(condition ? { if: condition } : {}), steps }
  })
  return { kind: 'branch', id, paths }
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
