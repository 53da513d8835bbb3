import { createHash } from 'node:crypto'
import { canonicalJson } from '../workflows/compiler/version.ts'
import { projectRoot } from './bundles.ts'
import { readProject } from './project.ts'

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
export const compileProject = async (root: string = projectRoot): Promise<Compiled> => {
  const { content, machines } = await readProject(root)
  const hash = createHash('sha256').update(canonicalJson(content)).digest('hex').slice(0, 16)
  return {
    sequences: Object.entries(machines).map(([id, asl]) => ({ id, definition: JSON.stringify(asl) })),
    senders: Object.values(content.settings.senders).map(({ email }) => email),
    json: JSON.stringify({ hash, ...content }),
    hash,
  }
}
