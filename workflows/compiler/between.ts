/** What is wrong between sequences, though each is right by itself. */
import type { Step } from '../../domain/sequence.ts'
import type { Model } from './model.ts'
import type { Problem } from './problem.ts'
import { pathsIn } from './step-shape.ts'
import { hint } from './suggest.ts'

interface Link {
  readonly id: string
  readonly to: string
}

/** Problems of compiled sequences as a whole; `fileOf` names the file of a sequence. */
export function problemsBetweenSequences(
  models: readonly Model[],
  fileOf: (id: string) => string,
): readonly Problem[] {
  return [...circles(models, fileOf), ...unknownSteps(models, fileOf)]
}

/** The `next` steps that are reached without a wait, and whether anything else is reached so. */
function atOnce(steps: readonly Step[]): { readonly links: readonly Link[]; readonly passes: boolean } {
  const links: Link[] = []
  for (const step of steps) {
    if (step.kind === 'next') links.push({ id: step.id, to: step.sequence })
    if (isPause(step)) return { links, passes: false }
    const paths = pathsIn(step).map((path) => atOnce(path.steps))
    links.push(...paths.flatMap((path) => path.links))
    if (paths.length > 0 && !paths.some(({ passes }) => passes)) return { links, passes: false }
  }
  return { links, passes: true }
}

/** A date in the past is no wait at all. */
function isPause(step: Step): boolean {
  if (step.kind === 'wait') return step.wait.for !== undefined || step.wait.until !== undefined
  return step.kind === 'wait_for' || step.kind === 'end' || step.kind === 'next'
}

/** Sequences that lead to each other without a wait: a lead would run in a circle for ever. */
function circles(models: readonly Model[], fileOf: (id: string) => string): readonly Problem[] {
  const links = new Map(models.map(({ sequence }) => [sequence.id, atOnce(sequence.steps).links]))
  return models.flatMap(({ sequence, places }) =>
    (links.get(sequence.id) ?? []).flatMap(({ id, to }): readonly Problem[] => {
      const way = wayBack(links, to, sequence.id, new Set())
      if (!way) return []
      const circle = [sequence.id, ...way].map((name) => `"${name}"`).join(' → ')
      const place = places.get(id) ?? { line: 1, column: 1 }
      return [{ file: fileOf(sequence.id), ...place, message: `a circle without a wait: ${circle}` }]
    }),
  )
}

function wayBack(
  links: ReadonlyMap<string, readonly Link[]>,
  from: string,
  goal: string,
  seen: Set<string>,
): readonly string[] | undefined {
  if (from === goal) return [goal]
  if (seen.has(from)) return undefined
  seen.add(from)
  for (const { to } of links.get(from) ?? []) {
    const rest = wayBack(links, to, goal, seen)
    if (rest) return [from, ...rest]
  }
  return undefined
}

/** Steps that triggers name are steps of some sequence. */
function unknownSteps(models: readonly Model[], fileOf: (id: string) => string): readonly Problem[] {
  const known = new Set(models.flatMap(({ places }) => [...places.keys()]))
  return models.flatMap(({ sequence, outside }) =>
    outside
      .filter(({ step }) => !known.has(step))
      .map(({ step, ...place }) => ({
        file: fileOf(sequence.id),
        ...place,
        message: `no sequence has a step "${step}"${hint(step, known)}`,
      })),
  )
}
