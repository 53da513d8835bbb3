/** `tendril simulate`: what one lead would get, when and why, without a server and before anything is published. */
import type { Command } from 'commander'
import type { Content } from '../../domain/content.ts'
import { factsOf, holds } from '../../domain/facts.ts'
import { foldLead } from '../../domain/lead.ts'
import { zoneOf } from '../../domain/lead-zone.ts'
import { stopsOf } from '../../domain/route.ts'
import type { Sequence } from '../../domain/sequence.ts'
import { startWords } from '../../domain/trigger-words.ts'
import { readFolders } from '../../local/env.ts'
import { formatProblem } from '../../workflows/compiler/problem.ts'
import { hint } from '../../workflows/compiler/suggest.ts'
import { Refusal } from '../api.ts'
import { instantOf } from '../lead-data.ts'
import { root } from '../root.ts'
import { sayJson } from '../terminal.ts'
import { notEnteredBecause } from '../why-words.ts'
import { happeningOf } from './happening.ts'
import { historyOf, readPersona } from './persona.ts'
import { print } from './print.ts'
import { isInternal, rowsOf } from './rows.ts'
import { type Outcome, runSequence } from './run.ts'

interface Options {
  readonly lead: string
  readonly on?: readonly string[]
  readonly from?: string
  readonly json?: boolean
}

/** The marketer's files, in order. */
export const compiledFiles = async () => {
  const { compileProject } = await import('../../workflows/compiler/project.ts')
  const folders = readFolders(root)
  const project = await compileProject(folders)
  if (project.ok) return { ...project, folders }
  throw new Refusal(`Some files need mending first:\n  ${project.problems.map(formatProblem).join('\n  ')}`)
}

/** The sequence alone, open to everybody who permitted its topic. */
const alone = (content: Content, sequence: Sequence): { content: Content; sequence: Sequence } => {
  const { onlyIf: _onlyIf, ...enrol } = sequence.enrol
  const { holdout: _holdout, ...rest } = sequence
  const open: Sequence = { ...rest, enrol }
  return { content: { ...content, sequences: { [open.id]: open } }, sequence: open }
}

/** What the simulation passes over. */
const passedOver = ({ enrol, holdout }: Sequence, isFor: boolean): readonly string[] => [
  ...(enrol.onlyIf && !isFor
    ? ['In truth this lead would not enter: the condition of enrol, only_if, does not hold.']
    : []),
  ...(holdout === undefined ? [] : [`${holdout / 100} % of leads get nothing (holdout). This one does.`]),
]

/** Everything that is shown. */
export interface Simulated extends Outcome {
  readonly sequence: Sequence
  readonly content: Content
  readonly lead: string
  readonly zone: string
  readonly entered: string
  readonly remarks: readonly string[]
}

type Files = Awaited<ReturnType<typeof compiledFiles>>

/** Simulates a sequence of these files for a persona. */
export const simulated = async (files: Files, id: string, options: Options): Promise<Simulated> => {
  const { content: all, machines, folders } = files
  const known = all.sequences[id]
  const machine = machines[id]
  if (known === undefined || machine === undefined)
    throw new Refusal(`There is no sequence "${id}"${hint(id, Object.keys(all.sequences))}`)
  const persona = readPersona(options.lead, folders.templates)
  const happenings = (options.on ?? []).map((text) =>
    happeningOf(
      text,
      stopsOf(known).map((stop) => stop.id),
    ),
  )
  const now = Date.parse(instantOf(options.from ?? new Date().toISOString()))
  const { content, sequence } = alone(all, known)
  const history = historyOf(persona, sequence, content, now)
  const state = foldLead(history, content, now)
  const outcome = await runSequence({
    ...{ content, sequence, machine, history, happenings, now },
    email: persona.lead.email,
  })
  const starts = startWords(sequence, content)
  const { refusal } = outcome
  if (refusal !== undefined)
    throw new Refusal(`This lead would get nothing. ${notEnteredBecause[refusal]({ ...sequence, starts })}`)
  const isFor = known.enrol.onlyIf === undefined || holds(known.enrol.onlyIf, factsOf(state), now)
  return {
    ...outcome,
    ...{ sequence, content, entered: starts },
    lead: state.person.name ?? persona.lead.email,
    zone: zoneOf(state, content.settings),
    remarks: passedOver(known, isFor),
  }
}

const simulate = async (id: string, options: Options): Promise<void> => {
  const done = await simulated(await compiledFiles(), id, options)
  const rows = rowsOf(done)
  if (done.faults.length > 0 || !done.isOver) process.exitCode = 1
  if (!options.json) return print(done, rows)
  const { sequence, lead, zone, remarks, transitions, faults, isOver } = done
  sayJson({
    sequence: sequence.id,
    version: sequence.version,
    ...{ lead, zone, remarks, transitions, faults, isOver },
    emails: done.mails.filter((mail) => !isInternal(mail)).length,
    start: new Date(done.start).toISOString(),
    end: new Date(rows.at(-1)?.at ?? done.end).toISOString(),
    rows: rows.map(({ at, ...row }) => ({ at: new Date(at).toISOString(), ...row })),
  })
}

const collect = (text: string, before: readonly string[] = []): readonly string[] => [...before, text]

export const addSimulate = (program: Command): void => {
  program
    .command('simulate')
    .description(
      'what a lead would get from a sequence, and when: without a server, from the files as they are',
    )
    .argument('<sequence>', "the sequence's id")
    .option('--lead <persona>', 'a persona of templates/personas, or a file like them', 'full')
    .option(
      '--on <event@step>',
      'what the lead does, such as email.clicked@w1+2h; may be given again',
      collect,
    )
    .option('--from <time>', 'when it starts; left out: now')
    .option('--json', 'print data')
    .addHelpText(
      'after',
      `
Events: email.clicked@<step>, email.replied@<step>, email.unsubscribed@<step>, any signal such as
webinar.attended@+20d or page.viewed{path=/pricing}@<step>+2d, and stage{to=customer}@+30d.

Example:
  npx tendril simulate warehouse-guide --lead full --on email.clicked@w1
`,
    )
    .action(simulate)
}
