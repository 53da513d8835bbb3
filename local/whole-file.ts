/** Files that are there as a whole or not at all, whenever the process is killed. */
import { renameSync, writeFileSync } from 'node:fs'

/** Writes beside the file, then puts it in its place. */
export const writeWhole = (file: string, text: string, mode = 0o644): void => {
  const beside = `${file}.${process.pid}`
  writeFileSync(beside, text, { mode })
  renameSync(beside, file)
}
