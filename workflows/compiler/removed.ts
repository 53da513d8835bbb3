/** Steps that were taken out of a sequence while leads may wait for them. */
import type { Removal } from '../../domain/sequence.ts'
import { type Reader, report, reportKey } from './reader.ts'
import { hint } from './suggest.ts'

type File = Readonly<Record<string, 'exit' | 'pin' | { readonly map: string }>>

/** The id of a step, or of the decision of a branch. */
const stepPattern = /^[a-z0-9][a-z0-9-]{0,29}(\.decide)?$/

/** Reads `removed`: the steps in it are gone, and those that leads go on at are mails of this file. */
export function readRemoved(
  reader: Reader,
  file: File | undefined,
): Readonly<Record<string, Removal>> | undefined {
  if (file === undefined) return undefined
  for (const [step, removal] of Object.entries(file)) {
    const path = ['removed', step]
    const id = step.replace(/\.decide$/, '')
    if (!stepPattern.test(step)) reportKey(reader, path, `removed: "${step}" cannot be the id of a step`)
    else if (reader.ids.has(id)) {
      const { line } = reader.source.at(reader.ids.get(id) ?? [])
      reportKey(reader, path, `removed: the step "${id}" is still there, in line ${line}`)
    }
    if (typeof removal === 'object') checkTarget(reader, removal.map, [...path, 'map'])
  }
  return Object.keys(file).length === 0 ? undefined : file
}

function checkTarget(reader: Reader, target: string, path: readonly string[]): void {
  const mails = [...reader.sends, ...reader.notices]
  if (mails.includes(target)) return
  const found = reader.ids.has(target) ? `"${target}" is no mail` : `unknown step "${target}"`
  report(reader, path, `map: ${found}; leads go on at a mail or a notice${hint(target, mails)}`)
}
