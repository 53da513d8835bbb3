/** `tendril check`: every marketer's file, and what each path of a sequence costs. */
import { join } from 'node:path'
import type { Command } from 'commander'
import { formatProblem } from '../workflows/compiler/problem.ts'
import { compileProject } from '../workflows/compiler/project.ts'
import { transitionsOf } from '../workflows/compiler/transitions.ts'
import { root } from './root.ts'

const check = async (options: { json?: boolean }): Promise<void> => {
  const project = await compileProject({
    workflows: join(root, process.env['TENDRIL_WORKFLOWS'] ?? 'workflows'),
    templates: join(root, process.env['TENDRIL_TEMPLATES'] ?? 'templates'),
  })
  if (!project.ok) {
    for (const problem of project.problems) process.stderr.write(`${formatProblem(problem)}\n`)
    process.exitCode = 1
    return
  }
  const sequences = Object.values(project.content.sequences).map((sequence) => ({
    id: sequence.id,
    version: sequence.version,
    paths: transitionsOf(sequence),
  }))
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ hash: project.content.hash, sequences }, null, 2)}\n`)
    return
  }
  const templates = Object.keys(project.content.templates).length
  process.stdout.write(
    `All files are in order: ${sequences.length} sequences, ${templates} templates, content ${project.content.hash}.\n`,
  )
  for (const { id, version, paths } of sequences) {
    process.stdout.write(`\n${id} (version ${version})\n`)
    for (const path of paths) process.stdout.write(`  ${JSON.stringify(path)}\n`)
  }
}

export const addCheck = (program: Command): void => {
  program
    .command('check')
    .description('check every file of workflows/ and templates/ and print the transitions of each path')
    .option('--json', 'print data')
    .action(check)
}
