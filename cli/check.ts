/** `tendril check`: every marketer's file, and what each path of a sequence costs. */
import type { Command } from 'commander'
import { readFolders } from '../local/env.ts'
import { formatProblem, type Problem } from '../workflows/compiler/problem.ts'
import { maxPaths, type PathCost, transitionsOf } from '../workflows/compiler/transitions.ts'
import { root } from './root.ts'

const some = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`

/** "clicked-checklist: yes                           7 emails, 10 transitions" */
export const pathLine = ({ name, emails, transitions }: PathCost): string =>
  `${name.padEnd(48)} ${some(emails, 'email')}, ${some(transitions, 'transition')}`

const say = (problems: readonly Problem[]): void => {
  for (const problem of problems) process.stderr.write(`${formatProblem(problem)}\n`)
}

const check = async (options: { json?: boolean }): Promise<void> => {
  // Loaded on demand: every other command starts half a second sooner without MJML.
  const { compileProject } = await import('../workflows/compiler/project.ts')
  const project = await compileProject(readFolders(root))
  say(project.problems)
  if (!project.ok) {
    process.exitCode = 1
    return
  }
  const sequences = Object.values(project.content.sequences).map((sequence) => ({
    id: sequence.id,
    version: sequence.version,
    paths: transitionsOf(sequence),
  }))
  if (options.json) {
    const { hash } = project.content
    process.stdout.write(`${JSON.stringify({ hash, sequences, warnings: project.problems }, null, 2)}\n`)
    return
  }
  const templates = Object.keys(project.content.templates).length
  process.stdout.write(
    `All files are in order: ${sequences.length} sequences, ${templates} templates, content ${project.content.hash}.\n`,
  )
  for (const { id, version, paths } of sequences) {
    process.stdout.write(`\n${id} (version ${version})\n`)
    for (const path of paths) process.stdout.write(`  ${pathLine(path)}\n`)
    if (paths.length === maxPaths)
      process.stdout.write(`  the first ${maxPaths} paths; more are not listed\n`)
  }
}

export const addCheck = (program: Command): void => {
  program
    .command('check')
    .description('check every file of workflows/ and templates/ and print the transitions of each path')
    .option('--json', 'print data')
    .action(check)
}
