/** Everything that is to be checked, as the product tells it once all is quiet. */
import type { Client } from './client.ts'
import type { Person } from './people.ts'

export interface Event {
  readonly eventId: string
  readonly type: string
  readonly at: string
  readonly reason?: string
  readonly data: Readonly<Record<string, unknown>>
}

export interface Enrolment {
  readonly enrolmentId: string
  readonly sequence: string
  readonly status: string
}

export interface Lead {
  readonly email: string
  readonly leadId: string
  readonly sources: readonly { readonly source: string; readonly sourceLeadId?: string }[]
  readonly score: { readonly total: number }
  readonly enrolments: readonly Enrolment[]
  readonly events: readonly Event[]
  /** As `GET /v1/leads/{leadId}/score` explains it. */
  readonly explained: { readonly total: number; readonly sum: number }
  readonly executions: readonly {
    readonly name: string
    readonly status: string
    readonly due: string | null
  }[]
}

export interface Handoff {
  readonly handoffId: string
  readonly leadId: string
  readonly status: string
}

export interface Snapshot {
  /** Every lead there is, whoever it is. */
  readonly listed: readonly string[]
  /** By address; several where one person became several leads. */
  readonly leads: ReadonlyMap<string, readonly Lead[]>
  readonly handoffs: readonly Handoff[]
  readonly alerts: readonly { readonly kind: string; readonly text: string }[]
  readonly parked: readonly { readonly source: string; readonly sourceLeadId: string }[]
}

const listAll = async (client: Client): Promise<string[]> => {
  const found: string[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const more: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const { json } = await client.api(`/v1/leads?limit=100${more}`)
    found.push(...json.leads.map(({ email }: { email: string }) => email))
    cursor = json.cursor
  }
  return found
}

const leadOf = async (client: Client, found: Lead): Promise<Lead> => {
  const path = `/v1/leads/${found.leadId}`
  const [lead, timeline, score, executions] = await Promise.all([
    client.api(path),
    client.api(`${path}/timeline`),
    client.api(`${path}/score`),
    client.until({ path: `/local/executions?leadId=${found.leadId}` }),
  ])
  const entries = score.json.entries as { decayed: number }[]
  const sum = entries.reduce((all, { decayed }) => all + decayed, 0)
  return {
    ...lead.json,
    events: timeline.json.events,
    explained: { total: score.json.total, sum },
    executions: executions.json.executions,
  }
}

export const takeSnapshot = async (client: Client, people: readonly Person[]): Promise<Snapshot> => {
  const leads = new Map<string, readonly Lead[]>()
  for (const { email } of people) {
    const { json } = await client.api(`/v1/leads?email=${encodeURIComponent(email)}`)
    leads.set(email, await Promise.all(json.leads.map((lead: Lead) => leadOf(client, lead))))
  }
  const [handoffs, alerts, parked] = await Promise.all([
    client.api('/v1/handoffs'),
    client.api('/v1/alerts'),
    client.api('/v1/parked'),
  ])
  return {
    listed: await listAll(client),
    leads,
    handoffs: handoffs.json.handoffs,
    alerts: alerts.json.alerts,
    parked: parked.json.items,
  }
}
