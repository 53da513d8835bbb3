/** What the demo shows at its end: timelines, the funnel, the figures. */

import type { Meter } from '../../local/meter.ts'
import type { Runtime } from '../../local/runtime.ts'
import type { Client } from './client.ts'
import type { Persona } from './personas.ts'

type Say = (text: string) => void

const date = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, 16)}`

/** Each lead's timeline. */
export const printTimelines = async (client: Client, people: readonly Persona[], say: Say): Promise<void> => {
  for (const { name, email } of people) {
    const lead = await client.lead(email)
    if (lead === undefined) throw new Error(`${name} never became a lead.`)
    const { total, fit, engagement } = lead.score
    say(
      `\n${name} · ${lead.stage} · ${lead.temperature} · score ${total} (fit ${fit}, engagement ${engagement})`,
    )
    const { json } = await client.api('GET', `/v1/leads/${lead.leadId}/timeline`)
    for (const event of json.events as { at: string; text: string }[])
      say(`  ${date(event.at)}  ${event.text}`)
  }
}

/** How many leads reached which stage. */
export const printFunnel = async (client: Client, people: readonly Persona[], say: Say): Promise<void> => {
  const counts = new Map<string, number>()
  for (const { email } of people) {
    const lead = await client.lead(email)
    const { json } = await client.api('GET', `/v1/leads/${lead.leadId}/timeline`)
    const reached = new Set(['lead'])
    for (const event of json.events as { type: string; data?: { to?: string } }[])
      if (event.type === 'stage.changed' && event.data?.to !== undefined) reached.add(event.data.to)
    for (const stage of reached) counts.set(stage, (counts.get(stage) ?? 0) + 1)
  }
  say('\nFunnel (leads that reached a stage)')
  for (const [stage, count] of counts) say(`  ${stage.padEnd(14)} ${'█'.repeat(count)} ${count}`)
}

/** The figures of the design that a demo of a few leads can show. */
export const printFigures = (
  runtime: Runtime,
  meter: Meter,
  people: number,
  seconds: number,
  say: Say,
): void => {
  const { engine, ses } = runtime.parts
  const mails = ses.rows.count()
  const perKind = (kind: string): number => meter.byKind[kind] ?? 0
  const toLeads = ses.rows.countByTags().filter(({ tags }) => tags['audience'] !== 'internal')
  const emails = toLeads.reduce((sum, { count }) => sum + count, 0)
  say('\nFigures')
  say(`  mails sent                          ${mails} (${emails} to leads)`)
  say(
    `  billed transitions                  ${engine.transitions} (${(engine.transitions / emails).toFixed(2)} per email, holds and listening ends included)`,
  )
  say(
    `  write units, enrolment items        ${perKind('lead N')} (${(perKind('lead N') / emails).toFixed(2)} per email, enrolling included)`,
  )
  say(
    `  write units, all tables and indexes ${meter.writeUnits} (${(meter.writeUnits / people).toFixed(1)} per lead)`,
  )
  say(`  mails sent twice                    ${toLeads.filter(({ count }) => count > 1).length}`)
  say(`  wall time                           ${seconds.toFixed(1)} s`)
}
