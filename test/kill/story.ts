/** What happens: leads arrive, six weeks pass day by day, some leads act on their mails, and then all comes to its end. */
import type { Client } from './client.ts'
import type { Killer } from './killer.ts'
import { type Mail, Mails } from './mails.ts'
import type { Habit, Person } from './people.ts'
import type { Dice } from './random.ts'

const day = 86_400_000
const days = 42
/** Shares of the kills that fall into the arrival, and into all up to the end of the six weeks. */
const arriving = 0.25
const sixWeeks = 0.95
const wave = 20
const atOnce = 8
/** Every sequence, those that follow from others among them, is over after this many more days. */
const aftermath = 360
const stride = 15

/** Everything that the product has acknowledged. */
export interface Acknowledged {
  readonly captured: Set<string>
  /** Signals by id, with the address of the lead. */
  readonly signals: Map<string, string>
  /** Mails whose click was reported. */
  readonly clicks: Set<string>
  /** The virtual instant by which an unsubscription was acknowledged, by address. */
  readonly left: Map<string, number>
}

export interface Played {
  readonly acknowledged: Acknowledged
  readonly mails: Mails
}

/** Side by side, a few at once. */
const inParallel = async <T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> => {
  const queue = [...items]
  const lane = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item)
  }
  await Promise.all(Array.from({ length: atOnce }, lane))
}

export class Story {
  readonly acknowledged: Acknowledged = {
    captured: new Set(),
    signals: new Map(),
    clicks: new Set(),
    left: new Map(),
  }
  readonly mails: Mails
  private readonly client: Client
  private readonly killer: Killer
  private readonly dice: Dice
  private readonly people: ReadonlyMap<string, Person>
  private readonly got = new Map<string, number>()

  constructor(client: Client, killer: Killer, people: readonly Person[], dice: Dice) {
    this.client = client
    this.killer = killer
    this.dice = dice
    this.mails = new Mails(client)
    this.people = new Map(people.map((person) => [person.email, person]))
  }

  async arrive(): Promise<void> {
    const people = [...this.people.values()]
    for (let at = 0; at < people.length; at += wave) {
      this.killer.allow((arriving * (at + wave)) / people.length)
      await this.killer.during('arrival', () =>
        inParallel(people.slice(at, at + wave), (person) => this.capture(person)),
      )
    }
    await this.killer.during('arrival', () => this.client.post('/local/drain', {}))
  }

  async passSixWeeks(start: number): Promise<void> {
    for (let n = 1; n <= days; n++) {
      this.killer.allow(arriving + (sixWeeks - arriving) * (n / days))
      const acts = this.actsOn(await this.mails.collect())
      await this.killer.during(`day ${n}`, async () => {
        await Promise.all([this.advanceTo(start + n * day), inParallel(acts, (act) => act())])
      })
    }
  }

  /** Until nothing can come any more. */
  async end(start: number): Promise<void> {
    this.killer.allow(1)
    for (let n = days + stride; n <= days + aftermath; n += stride) {
      const acts = this.actsOn(await this.mails.collect())
      await this.killer.during(`day ${n}`, async () => {
        await Promise.all([this.advanceTo(start + n * day), inParallel(acts, (act) => act())])
      })
    }
    await this.killer.stop()
    await this.client.post('/local/drain', {})
    await this.mails.collect()
  }

  private async capture(person: Person): Promise<void> {
    await this.client.until(person.call)
    this.acknowledged.captured.add(person.email)
    if (person.twice) await this.client.until(person.call)
  }

  /** An advance that was cut off is made again; 409 says that the clock is there already. */
  private async advanceTo(at: number): Promise<void> {
    await this.client.post('/local/clock/advance', { to: new Date(at).toISOString() }, [409])
  }

  /** What leads do about the mails that they have just got. */
  private actsOn(fresh: readonly Mail[]): (() => Promise<void>)[] {
    return fresh.flatMap((mail) => {
      const person = this.people.get(mail.to)
      if (person === undefined) return []
      const count = (this.got.get(mail.to) ?? 0) + 1
      this.got.set(mail.to, count)
      return person.habits
        .filter(({ after }) => after === count)
        .map(
          ({ does }) =>
            () =>
              this.act(person, mail, does),
        )
    })
  }

  private act(person: Person, mail: Mail, does: Habit['does']): Promise<void> {
    switch (does) {
      case 'click':
        return this.click(mail)
      case 'pricing':
        return this.viewPricing(person.email)
      case 'reply':
        return this.signal(person.email, 'reply', 'email.replied', { step: mail.tags['step'] ?? '' })
      case 'unsubscribe':
        return this.unsubscribe(person.email, mail)
      case 'ask-sales':
        return this.askSales(person.email)
    }
  }

  private async click(mail: Mail): Promise<void> {
    await this.client.post(`/local/inbox/${encodeURIComponent(mail.id)}/events`, { type: 'click' })
    this.acknowledged.clicks.add(mail.id)
  }

  private async viewPricing(email: string): Promise<void> {
    await this.signal(email, 'pricing-1', 'page.viewed', { path: '/pricing' })
    await this.signal(email, 'pricing-2', 'page.viewed', { path: '/pricing/enterprise' })
  }

  private async signal(
    email: string,
    key: string,
    type: string,
    properties: Record<string, string>,
  ): Promise<void> {
    const id = `${key}-${email}`
    await this.client.api('/v1/signals', { signals: [{ email, id, type, properties }] })
    this.acknowledged.signals.set(id, email)
    if (this.dice.chance(0.2))
      await this.client.api('/v1/signals', { signals: [{ email, id, type, properties }] })
  }

  private async unsubscribe(email: string, mail: Mail): Promise<void> {
    if (mail.leave === undefined) throw new Error(`The mail ${mail.id} has no unsubscribe link.`)
    await this.client.until({
      method: 'POST',
      path: mail.leave,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'List-Unsubscribe=One-Click',
    })
    this.acknowledged.left.set(email, await this.client.now())
  }

  private async askSales(email: string): Promise<void> {
    await this.client.until({
      method: 'POST',
      path: '/forms/demo-request',
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body: new URLSearchParams({
        email,
        name: 'Asks Sales',
        'company.name': 'Company',
        submission_id: `ask-${email}`,
      }).toString(),
    })
  }
}
