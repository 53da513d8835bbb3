/** What a linear six-email sequence costs: billed transitions and DynamoDB units, counted by engine and client. */
import { type Figure, most, plain } from './_figure.ts'
import { Product } from './_product.ts'

const leads = 100
const diverted = 15

/** Prices in us-east-1, dollars per million (contracts: AWS §1 and §3). */
const price = { transition: 25, write: 0.625, read: 0.125, sqs: 0.4, ses: 100, lambda: 0.23 }

const costs = (product: Product, transitions: number, emails: number): readonly Figure[] => {
  const { writeUnits, readUnits } = product.meter
  const perThousand = (dollarsPerMillion: number, count: number): number =>
    (dollarsPerMillion * count) / 1e6 / (leads / 1000)
  const overhead =
    perThousand(price.transition, transitions) +
    perThousand(price.write, writeUnits) +
    perThousand(price.read, readUnits) +
    perThousand(price.sqs * 3 + price.lambda, transitions + 2 * emails)
  const ses = perThousand(price.ses, emails)
  return [
    most(
      'overhead beside SES per 1,000 leads of six emails (requests priced, storage and alarms left out)',
      overhead,
      '$',
      0.2,
    ),
    most('all-in per 1,000 leads of six emails', overhead + ses, '$', 0.8),
  ]
}

/** Everybody goes through all six. */
export const linear = async (): Promise<readonly Figure[]> => {
  const product = await new Product().start()
  const { engine } = product.runtime.parts
  await product.people(leads, 'six')
  const clicked = Array.from({ length: leads }, (_, k) => ({
    email: `lead${k}@example.com`,
    type: 'email.clicked',
    properties: { step: 'm1' },
  }))
  await product.signals(clicked)
  await product.weeks(7)
  const emails = product.emails()
  const { byKind, writeUnits } = product.meter
  const enrolment = (byKind['lead N'] ?? 0) - leads
  const proofs = byKind['P'] ?? 0
  const figures = [
    plain('emails of the linear run', emails, ''),
    ...Object.entries(byKind).map(([kind, units]) =>
      plain(`write units per lead: ${kind}`, units / leads, ''),
    ),
    most('billed transitions per email, linear six emails', engine.transitions / emails, '', 1),
    most('write units per email, enrolment item', enrolment / emails, '', 2),
    most('write units per email, enrolment item and proof', (enrolment + proofs) / emails, '', 3),
    most(
      'write units per lead with six emails and one click, all tables and indexes',
      writeUnits / leads,
      '',
      25,
    ),
    ...costs(product, engine.transitions, emails),
  ]
  await product.stop()
  return figures
}

/** Fifteen of a hundred are diverted to sales after the third email. */
export const withDiversions = async (): Promise<readonly Figure[]> => {
  const product = await new Product().start()
  const { engine } = product.runtime.parts
  await product.people(leads, 'six')
  await product.weeks(2)
  await product.signals(
    Array.from({ length: diverted }, (_, k) => ({
      email: `lead${k}@example.com`,
      type: 'service.wants_to_buy',
    })),
  )
  await product.runtime.controls.drain()
  await product.weeks(5)
  const figures = [
    most('billed transitions per email, 15 % diverted', engine.transitions / product.emails(), '', 1.05),
  ]
  await product.stop()
  return figures
}
