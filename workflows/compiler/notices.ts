/** Who a notice goes to, and with which template. */
import { expectKnown, type Reader, report } from './reader.ts'
import type { Path } from './source.ts'
import { hint } from './suggest.ts'

/** Checks the receiver, team and template of a notice at the path. */
export function checkNotice(
  reader: Reader,
  notice: { readonly to: string; readonly team?: string | undefined; readonly template: string },
  path: Path,
): void {
  const { notices, templates, senders, teams } = reader.context
  expectKnown(reader, 'template', notice.template, notices ?? templates, [...path, 'template'])
  if (notice.team !== undefined) expectKnown(reader, 'team', notice.team, teams, [...path, 'team'])
  const isAddress = /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(notice.to)
  if (isAddress || notice.to === 'owner-or-team') return
  const known = ['owner-or-team', ...(senders ?? [notice.to])]
  if (known.includes(notice.to)) return
  report(reader, [...path, 'to'], `unknown receiver "${notice.to}"${hint(notice.to, known)} (or an address)`)
}
