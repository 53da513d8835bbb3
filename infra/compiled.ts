import { join } from 'node:path'
import { formatProblem } from '../workflows/compiler/problem.ts'
import { compileProject } from '../workflows/compiler/project.ts'
import { projectRoot } from './bundles.ts'

/** A compiled sequence. */
export interface CompiledSequence {
  readonly id: string
  /** Amazon States Language with the one substitution `${SendQueueUrl}`. */
  readonly definition: string
}

/** The marketers' files, compiled. */
export interface Compiled {
  readonly sequences: readonly CompiledSequence[]
  /** Every address that mail may be sent from. */
  readonly senders: readonly string[]
  /** The content that workers read, as JSON. */
  readonly json: string
  /** Its address: a hash of it. */
  readonly hash: string
}

/** Compiles `workflows/` and `templates/` of a folder, by default of this project. */
export const compileFiles = async (root: string = projectRoot): Promise<Compiled> => {
  const project = await compileProject({
    workflows: join(root, 'workflows'),
    templates: join(root, 'templates'),
  })
  if (!project.ok)
    throw new Error(`There are mistakes in the files:\n${project.problems.map(formatProblem).join('\n')}`)
  const { content, machines } = project
  return {
    sequences: Object.entries(machines).map(([id, asl]) => ({ id, definition: JSON.stringify(asl) })),
    senders: Object.values(content.settings.senders).map(({ email }) => email),
    json: JSON.stringify(content),
    hash: content.hash,
  }
}
