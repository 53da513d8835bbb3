import { describe, expect, it } from 'vitest'
import type { Content } from '../../../../domain/content.ts'
import type { Enrolment } from '../../../../domain/enrolment.ts'
import type { Sequence } from '../../../../domain/sequence.ts'
import { type PublicationPorts, refusalOf } from '../../../../functions/shared/publication.ts'
import { days, send, sequenceOf } from '../../../property/moves/edits.ts'
import { settings } from '../../domain/settings-sample.ts'

const day = 86_400
const now = Date.UTC(2027, 0, 4, 10) / 1000
const old = sequenceOf([send('a'), days(2), send('b'), days(2), send('c')])
const older = sequenceOf([send('a'), days(2), send('z'), days(2), send('c')])
const without = sequenceOf([send('a'), days(2), send('c')])
const named = (id: string, sequence: Sequence): Sequence => ({ ...sequence, id })

const contentOf = (hash: string, ...sequences: readonly Sequence[]): Content =>
  ({
    hash,
    settings: { ...settings, sending: { ...settings.sending, cap: undefined } },
    sequences: Object.fromEntries(sequences.map((sequence) => [sequence.id, sequence])),
  }) as unknown as Content

const leadAt = (index: number, more: Partial<Enrolment> = {}): Enrolment => ({
  enrolmentId: `lead${index}-test-1`,
  leadId: `lead${index}`,
  sequence: 'test',
  version: old.version,
  run: 1,
  createdAt: now - day,
  n: 0,
  step: 'a',
  due: { a: now - day, b: now + day, c: now + 3 * day },
  took: {},
  records: { a: { is: 'sent', at: now - day } },
  ...more,
})

interface World {
  readonly leads: Readonly<Record<string, readonly Enrolment[]>>
  readonly versions?: readonly Sequence[]
  readonly published?: readonly string[]
}

/** Pages of two, as a machine's executions are listed. */
const portsOf = ({ leads, versions = [old, older], published = [] }: World) => {
  const asked: string[] = []
  const ports: PublicationPorts = {
    clock: { now: () => now * 1000 },
    content: {
      sequence: async (id, version) => {
        const sequence = versions.find((one) => one.version === version)
        if (!sequence) throw new Error(`no version ${version} of ${id}`)
        return { sequence: named(id, sequence), machineArn: `machine of ${id}` }
      },
    },
    releases: {
      wasPublished: async (hash) => published.includes(hash),
      underWay: async (arn, cursor) => {
        asked.push(arn)
        const all = leads[arn.replace('machine of ', '')] ?? []
        const from = Number(cursor ?? 0)
        const enrolments = all.slice(from, from + 2)
        return from + 2 < all.length ? { enrolments, cursor: String(from + 2) } : { enrolments }
      },
    },
  }
  return { ports, asked }
}

const options = { acceptsForecast: false, how: 'Accept it.' }

describe('a publication', () => {
  it('counts all leads over all pages, each by the version that it goes by', async () => {
    const leads = {
      test: [
        leadAt(1),
        leadAt(2),
        leadAt(3),
        leadAt(4, { version: older.version, due: { a: 1, z: now + day } }),
      ],
    }
    const { ports } = portsOf({ leads })
    const refusal = await refusalOf(ports, contentOf('1', old), contentOf('2', without), options)
    expect(refusal).toContain('steps that are gone: "b" (3 leads), "z" (1 lead)')
    expect(refusal).toMatch(/Accept it\.$/)
  })

  it('leaves out who has just left', async () => {
    const { ports } = portsOf({ leads: { test: [leadAt(1, { exit: { reason: 'goal', at: now } })] } })
    expect(await refusalOf(ports, contentOf('1', old), contentOf('2', without), options)).toBeUndefined()
  })

  it('looks at nobody where no step changes', async () => {
    const texts = sequenceOf([send('a', 'other'), ...old.steps.slice(1)])
    const { ports, asked } = portsOf({ leads: { test: [leadAt(1)] } })
    expect(await refusalOf(ports, contentOf('1', old), contentOf('2', texts), options)).toBeUndefined()
    expect(asked).toEqual([])
  })

  it('goes back to what was live before', async () => {
    const { ports } = portsOf({ leads: { test: [leadAt(1)] }, published: ['2'] })
    expect(await refusalOf(ports, contentOf('1', old), contentOf('2', without), options)).toBeUndefined()
  })

  it('weighs a surge against the whole fleet before it refuses', async () => {
    const sooner = sequenceOf([
      send('a'),
      days(2),
      send('b'),
      { kind: 'wait', wait: { for: 'PT2H' } },
      send('n'),
      days(2),
      send('c'),
    ])
    const many = Array.from({ length: 51 }, (_, index) => leadAt(index))
    const others = Array.from({ length: 300 }, (_, index) =>
      leadAt(index, { sequence: 'other', due: { a: now - day, b: now + 2 * day, c: now + 4 * day } }),
    )
    const live = contentOf('1', old, named('other', old))
    const next = contentOf('2', sooner, named('other', old))
    const alone = portsOf({ leads: { test: many } })
    expect(await refusalOf(alone.ports, live, next, options)).toMatch(/2027-01-0\d: \d+ mails instead of \d+/)
    const fleet = portsOf({ leads: { test: many, other: others } })
    expect(await refusalOf(fleet.ports, live, next, options)).toBeUndefined()
    expect(fleet.asked).toContain('machine of other')
    const accepted = portsOf({ leads: { test: many } })
    expect(await refusalOf(accepted.ports, live, next, { ...options, acceptsForecast: true })).toBeUndefined()
    expect(accepted.asked).not.toContain('machine of other')
  })
})
