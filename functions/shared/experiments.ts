/** Counts what becomes of the arms of a split, and declares the one that is clearly better. */
import type { EventOf, LeadEvent } from '../../domain/event.ts'
import { type Experiment, experimentsOf, hasExperiments, winnerOf } from '../../domain/experiment.ts'
import type { Sequence } from '../../domain/sequence.ts'
import type { Clock, ContentSource, Desk, Enrolments, EventLog, Experiments } from './ports.ts'

export interface ExperimentPorts {
  readonly experiments: Experiments
  readonly desk: Pick<Desk, 'alert'>
  readonly clock: Clock
}

const note = async (
  { experiments, desk, clock }: ExperimentPorts,
  sequence: Sequence,
  { split, path }: Experiment,
  what: 'sends' | 'clicks',
): Promise<void> => {
  const arms = await experiments.count(sequence.id, split.id, path, what)
  const won = winnerOf(arms, split.winner?.after ?? Number.POSITIVE_INFINITY)
  if (won === undefined || !(await experiments.declare(sequence.id, split.id, won))) return
  const name = split.paths.find(({ id }) => id === won)?.name ?? won
  await desk.alert({
    kind: 'split-won',
    text: `“${name}” is clicked clearly more often in the split ${split.id} of ${sequence.name}: new leads take it from now on.`,
    at: clock.now(),
  })
}

/** A mail was sent: the first one of an arm counts the lead. */
export const noteSent = async (ports: ExperimentPorts, sequence: Sequence, step: string): Promise<void> => {
  for (const experiment of experimentsOf(sequence, step))
    if (experiment.steps[0] === step) await note(ports, sequence, experiment, 'sends')
}

type Signal = EventOf<'signal'>

const isClick = (event: LeadEvent): event is Signal =>
  event.type === 'signal' && event.name === 'email.clicked' && event.verdict !== 'machine'

/** New clicks of a lead: its first one in an arm counts. */
export const noteClicks = async (
  ports: ExperimentPorts & {
    readonly enrolments: Enrolments
    readonly content: ContentSource
    readonly events: EventLog
  },
  leadId: string,
  fresh: readonly LeadEvent[],
): Promise<void> => {
  for (const { id, enrolmentId = '', step = '' } of fresh.filter(isClick)) {
    const enrolment = (await ports.enrolments.get(enrolmentId))?.enrolment
    if (enrolment === undefined) continue
    const { sequence } = await ports.content.sequence(enrolment.sequence, enrolment.version)
    const experiments = experimentsOf(sequence, step)
    if (experiments.length === 0) continue
    const clicks = (await ports.events.events(leadId)).filter(isClick)
    for (const experiment of experiments) {
      const mine = clicks.filter(
        (one) => one.enrolmentId === enrolmentId && experiment.steps.includes(one.step ?? ''),
      )
      if (mine[0]?.id === id) await note(ports, sequence, experiment, 'clicks')
    }
  }
}

/** The winning path by split; what the lead took in an earlier run of the sequence goes before it. */
export const armsFor = async (
  { experiments }: Pick<ExperimentPorts, 'experiments'>,
  sequence: Sequence,
  earlier: Readonly<Record<string, string>> = {},
): Promise<Readonly<Record<string, string>>> =>
  hasExperiments(sequence) ? { ...(await experiments.winners(sequence.id)), ...earlier } : {}
