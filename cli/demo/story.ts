/** The main job, start to end: people arrive, six weeks pass, everybody behaves as people do. */
import type { Client } from './client.ts'
import { type Persona, personas } from './personas.ts'

export interface Step {
  readonly at: string
  readonly text: string
}

const days = 42

const idle = (_text: string): void => undefined

/** Lets each persona read what came since it looked last, until nobody has anything new. */
const readMails = async (client: Client, seen: Map<string, number>): Promise<void> => {
  for (let again = true; again; ) {
    again = false
    for (const persona of personas) {
      const mails = await client.mailsTo(persona.email)
      const from = seen.get(persona.email) ?? 0
      for (const mail of mails.slice(from)) {
        await persona.react?.(client, mail)
        again = true
      }
      seen.set(persona.email, mails.length)
    }
    await client.post('/local/drain', {})
  }
}

/** A rep opens the mail on the next day and decides. */
const decide = async (client: Client, decided: Set<string>, say: (text: string) => void): Promise<void> => {
  const { json } = await client.api('GET', '/v1/handoffs?status=offered')
  for (const handoff of json.handoffs as { handoffId: string; leadId: string; owner: string }[]) {
    if (decided.has(handoff.handoffId)) continue
    const mail = (await client.mailsTo(handoff.owner)).find(
      ({ tags }) => tags['handoff'] === handoff.handoffId,
    )
    const link = /href="([^"]*\/handoffs\/[^"?]+)/.exec(mail?.html ?? '')?.[1]
    if (link === undefined) continue
    decided.add(handoff.handoffId)
    const lead = (await client.api('GET', `/v1/leads/${handoff.leadId}`)).json
    const accepts = personas.find(({ email }) => email === lead.email)?.verdict !== 'too-early'
    const path = new URL(link.replaceAll('&amp;', '&')).pathname
    await client.form(path, accepts ? { action: 'accept' } : { action: 'reject', reason: 'too-early' })
    say(`${handoff.owner} ${accepts ? 'accepts' : 'finds it too early for'} ${lead.name}`)
  }
}

/** Plays the story; `deliver` posts a provider's fixture. */
export const play = async (
  client: Client,
  deliver: (fixture: string) => Promise<void>,
  say: (text: string) => void = idle,
): Promise<readonly Persona[]> => {
  const seen = new Map<string, number>()
  const decided = new Set<string>()
  for (const persona of personas) {
    await persona.arrive(client, deliver)
    say(`${persona.name} arrives ${persona.story}`)
  }
  await client.post('/local/drain', {})
  for (let day = 0; day <= days; day++) {
    await decide(client, decided, say)
    await readMails(client, seen)
    if (day < days) await client.post('/local/clock/advance', { by: 'P1D' })
  }
  return personas
}
