/** Messages to our own people: who gets them, with which template. */
import { parseDuration } from '../../domain/duration.ts'
import type { NotifyStep } from '../../domain/sequence.ts'
import { notifyStepSchema, taskSchema } from './language.ts'
import { accept, claimId, count, expectKnown, type Reader, report, takeId } from './reader.ts'
import { idOr } from './sends.ts'
import type { Path } from './source.ts'
import { hint } from './suggest.ts'

type Raw = Readonly<Record<string, unknown>>

/** The template of a task that names none. */
const taskTemplate = 'sales-task'

/** Checks the receiver, team and template of a notice at the path. */
export function checkNotice(
  reader: Reader,
  notice: { readonly to: string; readonly team?: string | undefined; readonly template: string },
  path: Path,
): void {
  const { notices, templates } = reader.context
  expectKnown(reader, 'template', notice.template, notices ?? templates, [...path, 'template'])
  checkReceiver(reader, notice, path)
}

function checkReceiver(
  reader: Reader,
  { to, team }: { readonly to: string; readonly team?: string | undefined },
  path: Path,
): void {
  const { senders, teams } = reader.context
  if (team !== undefined) expectKnown(reader, 'team', team, teams, [...path, 'team'])
  const isAddress = /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(to)
  if (isAddress || to === 'owner-or-team') return
  const known = ['owner-or-team', ...(senders ?? [to])]
  if (known.includes(to)) return
  report(reader, [...path, 'to'], `unknown receiver "${to}"${hint(to, known)} (or an address)`)
}

/** Reads a notice. */
export function readNotify(reader: Reader, raw: Raw, path: Path): NotifyStep | undefined {
  const file = accept(reader, notifyStepSchema, raw, path)
  if (!file) return undefined
  const { to, team, template, name } = file.notify
  checkNotice(reader, file.notify, [...path, 'notify'])
  const place = file.notify.id === undefined ? path : [...path, 'notify']
  const id = idOr(reader, file.notify.id ?? file.id, template, place)
  if (id === undefined) return undefined
  reader.notices.add(id)
  return {
    kind: 'notify',
    id,
    to,
    template,
    ...(team === undefined ? {} : { team }),
    ...(name === undefined ? {} : { name }),
  }
}

/** Reads a task for a person; its title names it on the map. */
export function readTask(reader: Reader, raw: Raw, path: Path): NotifyStep | undefined {
  const file = accept(reader, taskSchema, raw, path)?.task
  if (!file) return undefined
  const here = [...path, 'task']
  checkReceiver(reader, file, here)
  const { to, team, title, note } = file
  const template = file.template ?? taskTemplate
  const place = file.template === undefined ? here : [...here, 'template']
  expectKnown(reader, 'template', template, reader.context.notices ?? reader.context.templates, place)
  const id =
    file.id === undefined
      ? takeId(reader, count(reader, 'task'), path)
      : claimId(reader, file.id, [...here, 'id'])
  reader.notices.add(id)
  const within = file.within === undefined ? undefined : parseDuration(file.within)
  return {
    kind: 'notify',
    id,
    to,
    template,
    ...(team === undefined ? {} : { team }),
    name: file.name ?? title.slice(0, 80),
    task: { title, ...(note === undefined ? {} : { note }), ...(within === undefined ? {} : { within }) },
  }
}
