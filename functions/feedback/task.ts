/** The routes of a task's link: somebody of ours sees what is to be done, and says that it is. A GET changes nothing. */
import type { Content } from '../../domain/content.ts'
import type { Enrolment } from '../../domain/enrolment.ts'
import type { LeadEvent } from '../../domain/event.ts'
import { foldLead } from '../../domain/lead.ts'
import { stopOfId } from '../../domain/route-ask.ts'
import { memberOf } from '../../domain/routing-pick.ts'
import type { NotifyStep, TaskNote } from '../../domain/sequence.ts'
import { json, type Reply, type Request } from '../shared/http.ts'
import { isKnown } from '../shared/lead-facts.ts'
import { readLink } from '../shared/links.ts'
import { recipientOf } from '../shared/notice-mail.ts'
import type { Collection } from '../shared/ports.ts'
import { refold } from '../shared/refold.ts'
import { repView } from '../shared/rep-view.ts'
import { sitePage, wantsJson } from '../shared/site-page.ts'
import { doneEventId, type TaskOf, taskVariables } from '../shared/task-note.ts'
import type { FeedbackPorts } from './handle.ts'
import { refuse, unknownLink } from './show.ts'

interface Task extends TaskOf {
  readonly enrolment: Enrolment
  readonly notify: NotifyStep
  readonly note: TaskNote
  readonly collection: Collection
}

const linkOf = async (ports: FeedbackPorts, request: Request): Promise<TaskOf | undefined> => {
  const token = request.params['token'] ?? ''
  const [leadId, enrolmentId, step, ...rest] =
    (await readLink(ports.secrets, 'task', token, ports.clock.now())) ?? []
  if (leadId === undefined || enrolmentId === undefined || step === undefined) return undefined
  return rest.length > 0 ? undefined : { leadId, enrolmentId, step }
}

/** The task of a link; undefined when there is none, or nobody any more whom it is about. */
const taskOf = async (ports: FeedbackPorts, request: Request): Promise<Task | undefined> => {
  const of = await linkOf(ports, request)
  if (of === undefined) return undefined
  const collection = await ports.leads.collection(of.leadId)
  const enrolment = collection.enrolments.find(
    (stored) => stored.enrolment.enrolmentId === of.enrolmentId,
  )?.enrolment
  if (enrolment === undefined || !isKnown(collection.events)) return undefined
  const { sequence } = await ports.content.sequence(enrolment.sequence, enrolment.version)
  const step = stopOfId(sequence, of.step)?.node.step
  if (step?.kind !== 'notify' || step.task === undefined) return undefined
  return { ...of, enrolment, notify: step, note: step.task, collection }
}

/** It was given when its mail went out; before that, as of now. */
const givenAt = ({ enrolment, step }: Task, now: number): number => {
  const record = enrolment.records[step]
  return record === undefined ? now : record.at * 1000
}

const variablesOf = (task: Task, content: Content, now: number) => {
  const { events, enrolments } = task.collection
  const { owner } = foldLead(events, content, now)
  const receiver = recipientOf(content, task.notify, owner, now)
  const member = memberOf(content.routing, receiver)?.member
  const view = repView({ leadId: task.leadId, events, enrolments, content, now, member })
  return { ...view, task: taskVariables(task.note, content, receiver, givenAt(task, now)) }
}

const show = async (
  ports: FeedbackPorts,
  request: Request,
  task: Task,
  done: LeadEvent | undefined,
): Promise<Reply> => {
  const content = await ports.content.live()
  const variables = variablesOf(task, content, ports.clock.now())
  if (!wantsJson(request))
    return sitePage(content, 'task', 200, {
      ...variables,
      state: done === undefined ? 'open' : 'done',
      action: `/tasks/${request.params['token'] ?? ''}`,
    })
  const { leadId, enrolmentId, step } = task
  const { title, note = null, due = null } = variables.task
  const doneAt = done === undefined ? null : new Date(done.at).toISOString()
  return json(200, { leadId, enrolmentId, step, title, note, due, doneAt })
}

const doneIn = (task: Task): LeadEvent | undefined =>
  task.collection.events.find(({ id }) => id === doneEventId(task))

/** `GET /tasks/{token}`. */
export const getTask = async (ports: FeedbackPorts, request: Request): Promise<Reply> => {
  const task = await taskOf(ports, request)
  return task === undefined
    ? refuse(ports, request, 404, unknownLink)
    : show(ports, request, task, doneIn(task))
}

/** `POST /tasks/{token}`: done, once, at the instant of the first post; what follows from it is made sure of again. */
export const postTask = async (ports: FeedbackPorts, request: Request): Promise<Reply> => {
  const task = await taskOf(ports, request)
  if (task === undefined) return refuse(ports, request, 404, unknownLink)
  const { leadId, enrolmentId, step } = task
  const done: LeadEvent = doneIn(task) ?? {
    type: 'signal',
    id: doneEventId(task),
    at: ports.clock.now(),
    name: 'task.done',
    properties: { task: step },
    verdict: 'human',
    enrolmentId,
    step,
  }
  await ports.events.append(leadId, done)
  await refold(ports, leadId, [done.id])
  return show(ports, request, task, done)
}
