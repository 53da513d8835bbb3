/** One spelling per meaning: worlds that differ only in what decides nothing any more become the same one. */
import type { Arbiter } from '../../../domain/enrolment.ts'
import { canonical, type Job, type Machine, type Model, modelIn, type Run, type World } from './world.ts'

/** A hop's number matters only by its order among those that are still in play. */
const maskOf = (world: World): number => {
  let mask = 1 << world.machine.n
  for (const { n } of world.queue) mask |= 1 << n
  for (const { n } of world.late) mask |= 1 << n
  for (const { n } of world.dead) mask |= 1 << n
  for (const { n } of world.open) mask |= 1 << n
  if (world.worker !== null) mask |= 1 << world.worker.message.n
  if (world.retry !== null) mask |= 1 << world.retry.message.n
  if (world.other !== null) mask |= (1 << world.other.machine.n) | maskOfItem(world.other.item)
  return mask | maskOfItem(world.item)
}

const maskOfItem = (item: Arbiter | null): number => {
  if (item === null || item.n < 0) return 0
  let mask = 1 << item.n
  for (const entry of Object.values(item.records)) if (entry.is === 'uncertain') mask |= 1 << entry.n
  return mask
}

type Rank = (n: number) => number

const rankIn = (mask: number): Rank => {
  const ranks = Array.from({ length: 31 }, () => -1)
  let next = 0
  for (let n = 0; n < 31; n++) if ((mask & (1 << n)) !== 0) ranks[n] = next++
  return (n) => (n < 0 ? n : (ranks[n] as number))
}

const retoken = (token: string, rank: Rank): string => {
  const dot = token.indexOf('.')
  return `${rank(Number(token.slice(0, dot)))}${token.slice(dot)}`
}

const renumberItem = (item: Arbiter, rank: Rank, model: Model): Arbiter => {
  const { token, intent } = item
  const records = Object.entries(item.records).map(
    ([id, entry]) => [id, entry.is === 'uncertain' ? { ...entry, n: rank(entry.n) } : entry] as const,
  )
  const renumbered = { ...item, n: rank(item.n), records: Object.fromEntries(records) }
  return canonical(
    {
      ...renumbered,
      ...(token === undefined ? {} : { token: retoken(token, rank) }),
      ...(intent === undefined ? {} : { intent: { ...intent, token: retoken(intent.token, rank) } }),
    },
    model,
  )
}

const otherOf = ({ other }: World, rank: Rank, model: Model): World['other'] =>
  other === null
    ? null
    : {
        item: other.item === null ? null : renumberItem(other.item, rank, modelIn(model, 2)),
        machine: { ...other.machine, n: rank(other.machine.n) },
      }

const renumber = (world: World, model: Model): World => {
  const mask = maskOf(world)
  if ((mask & (mask + 1)) === 0) return world
  const rank = rankIn(mask)
  const each = <T extends { readonly n: number }>(list: readonly T[]): readonly T[] =>
    list.map((one) => ({ ...one, n: rank(one.n) }))
  const job = (was: Job | null): Job | null =>
    was === null ? null : { ...was, message: { ...was.message, n: rank(was.message.n) } }
  return {
    ...world,
    item: world.item === null ? null : renumberItem(world.item, rank, model),
    machine: { ...world.machine, n: rank(world.machine.n) },
    other: otherOf(world, rank, model),
    queue: each(world.queue),
    late: each(world.late),
    dead: each(world.dead),
    open: each(world.open),
    accepted: each(world.accepted),
    worker: job(world.worker),
    retry: job(world.retry),
    tells: world.tells.map((told) => ({ ...told, token: retoken(told.token, rank) })),
    deferred: rank(world.deferred),
  }
}

/** Which hop an acceptance belongs to matters while its proof may be asked for. */
const proofs = (world: World): World['accepted'] => {
  const { open, accepted, other } = world
  const asked = ({ step, run }: { readonly step: string; readonly run: Run }): boolean => {
    const item = run === 1 ? world.item : other?.item
    if (open.some((send) => send.step === step && send.run === run)) return true
    return item != null && (item.step === step || (item.records[step]?.is ?? 'uncertain') === 'uncertain')
  }
  if (accepted.every((send) => send.n === -1 || asked(send))) return accepted
  return accepted.map((send) => (asked(send) ? send : { run: send.run, step: send.step, n: -1, attempt: 0 }))
}

/** What the machine holds and will not use. */
const lean = (machine: Machine, model: Model): Machine => {
  const via = model.budget.redrive === 0 ? '' : machine.via
  const due = machine.at === 'hold' ? machine.due : {}
  const same = via === machine.via && Object.keys(due).length === Object.keys(machine.due).length
  return same ? machine : { ...machine, via, due }
}

export const normal = (world: World, model: Model): World => {
  const { machine, item, other, deferred } = world
  const latest = other?.item ?? item
  const plain = {
    ...world,
    machine: lean(machine, model),
    other: other === null ? null : { ...other, machine: lean(other.machine, model) },
    accepted: proofs(world),
    deferred: latest === null || deferred < latest.n ? -1 : deferred,
  }
  return renumber(plain, model)
}
