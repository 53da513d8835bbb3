import { expect, test } from 'vitest'
import { refold } from '../../../../functions/shared/refold.ts'
import { moved } from '../../domain/lead-sample.ts'
import { sequenceOf, World } from './sending.ts'

test('a stage that ends all sequences ends those that began before it, and lets its own programme go on', async () => {
  const when = [{ kind: 'stage', stages: ['customer'] }] as const
  const programme = sequenceOf('customers', ['b'], { enrol: { when, again: 'always' } })
  const world = new World([sequenceOf('guide', ['a']), programme])
  const lead = world.lead(0, moved(1, 'lead', 'customer', world.memory.now - 5000))
  const before = world.enrol(lead, 'guide', 1, { due: { a: world.now }, createdAt: world.now - 6 })
  const since = world.enrol(lead, 'customers', 1, { due: { b: world.now }, createdAt: world.now - 5 })

  for (let again = 0; again < 2; again++) await refold(world.memory.ports, lead)
  await world.arrive(since, 'b')

  expect(world.of(before).exit).toMatchObject({ reason: 'stage-customer' })
  expect(world.of(since).exit).toBeUndefined()
  expect(world.mailsTo(0)).toBe(1)
})
