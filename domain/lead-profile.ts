/** Who a lead is, as its submissions told: the newest answer to each question. */
import type { EventOf, LeadEvent, Person } from './event.ts'
import { domainOf, emailKind } from './person.ts'
import { countryCode } from './person-country.ts'

/** The event that a field's value came from. */
export interface Origin {
  readonly eventId: string
  readonly at: number
}

export interface Profile {
  readonly person: Person
  readonly fields: Readonly<Record<string, readonly string[]>>
  readonly hidden: Readonly<Record<string, string>>
  readonly consents: Readonly<Record<string, boolean>>
  readonly locale?: string
  readonly isTest: boolean
  readonly createdAt: number
  /** The fields as rules name them. */
  readonly profile: Readonly<Record<string, readonly string[]>>
  readonly origins: Readonly<Record<string, Origin>>
}

/** How forms and platforms call what the rules call otherwise. */
const aliases: Readonly<Record<string, string>> = {
  company: 'company.name',
  company_name: 'company.name',
  organization: 'company.name',
  organisation: 'company.name',
  company_size: 'company.size',
  number_of_employees: 'company.size',
  employees: 'company.size',
  industry: 'company.industry',
  company_industry: 'company.industry',
  website: 'company.url',
  job_title: 'title',
  jobtitle: 'title',
  job_function: 'function',
  country_code: 'country',
  time_zone: 'timezone',
  tz: 'timezone',
}

/** `company_name`, `COMPANY_NAME` and `companyName` are all `company.name`. */
export function factName(key: string): string {
  const snake = key
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[\s-]+/g, '_')
  return aliases[snake] ?? (/^[a-z0-9_.]+$/.test(snake) ? snake : key)
}

type Capture = EventOf<'captured'>

/** The captures that count: those of tests only when there are no others. */
function capturesOf(sorted: readonly LeadEvent[]): readonly Capture[] {
  const all = sorted.filter((event): event is Capture => event.type === 'captured')
  const real = all.filter((event) => !event.submission.isTest)
  return real.length > 0 ? real : all
}

/** The first address is the lead's own for good, and so is its spelling; of the rest the newest counts. */
function personOf(captures: readonly Capture[]): Person {
  const known = new Map<keyof Person, string>()
  for (const { submission } of captures)
    for (const [key, value] of Object.entries(submission.person) as [keyof Person, string | undefined][]) {
      const isAddress = key === 'email' || key === 'emailOriginal'
      if (value !== undefined && value !== '' && !(isAddress && known.has(key))) known.set(key, value)
    }
  const parts = [known.get('firstName'), known.get('lastName')].filter((part) => part !== undefined)
  if (!known.has('name') && parts.length > 0) known.set('name', parts.join(' '))
  return Object.fromEntries(known)
}

function merged<Value>(
  captures: readonly Capture[],
  read: (capture: Capture) => Readonly<Record<string, Value>>,
): Map<string, Value> {
  const all = new Map<string, Value>()
  for (const capture of captures)
    for (const [key, value] of Object.entries(read(capture))) all.set(key, value)
  return all
}

function fieldsOf(captures: readonly Capture[]): Map<string, { values: readonly string[]; origin: Origin }> {
  const all = new Map<string, { values: readonly string[]; origin: Origin }>()
  for (const { id, at, submission } of captures)
    for (const [key, values] of Object.entries(submission.fields))
      if (values.some((value) => value !== '')) all.set(key, { values, origin: { eventId: id, at } })
  return all
}

function tagsOf(sorted: readonly LeadEvent[]): readonly string[] {
  const tags = new Set<string>()
  for (const event of sorted) {
    if (event.type !== 'signal') continue
    const tag = event.properties['tag'] ?? ''
    if (event.name === 'tag.added' && tag !== '') tags.add(tag)
    if (event.name === 'tag.removed') tags.delete(tag)
  }
  return [...tags].sort()
}

const canonical = (name: string, values: readonly string[]): readonly string[] =>
  name === 'country' ? values.map((value) => countryCode(value) ?? value) : values

/** What rules may ask beside the form's fields: derived from the address, the person and the sources. */
function derived(
  person: Person,
  captures: readonly Capture[],
  tags: readonly string[],
): Map<string, string[]> {
  const facts = new Map<string, string[]>()
  const put = (key: string, value: string | undefined) => value !== undefined && facts.set(key, [value])
  put('email', person.email)
  put('email.kind', person.email === undefined ? undefined : emailKind(person.email))
  put('email.domain', person.email === undefined ? undefined : domainOf(person.email))
  put('phone', person.phone)
  put('name', person.name)
  put('first_name', person.firstName)
  put('last_name', person.lastName)
  put('locale', captures.findLast((capture) => capture.submission.locale !== undefined)?.submission.locale)
  facts.set('source', [...new Set(captures.map((capture) => capture.submission.source))])
  if (tags.length > 0) facts.set('tag', [...tags])
  return facts
}

/** Folds the submissions of a sorted log. */
export function profileOf(sorted: readonly LeadEvent[]): Profile {
  const captures = capturesOf(sorted)
  const person = personOf(captures)
  const fields = fieldsOf(captures)
  const facts = new Map<string, readonly string[]>()
  const origins = new Map<string, Origin>()
  for (const [key, { values, origin }] of fields) {
    const name = factName(key)
    const known = origins.get(name)
    if (known && known.at > origin.at) continue
    facts.set(name, canonical(name, values))
    origins.set(name, origin)
  }
  const first = captures[0]
  for (const [key, values] of derived(person, captures, tagsOf(sorted))) {
    facts.set(key, values)
    if (first) origins.set(key, { eventId: first.id, at: first.at })
  }
  const locale = facts.get('locale')?.[0]
  return {
    person,
    fields: Object.fromEntries([...fields].map(([key, { values }]) => [key, values])),
    hidden: Object.fromEntries(merged(captures, (capture) => capture.submission.hidden)),
    consents: Object.fromEntries(merged(captures, (capture) => capture.submission.consents)),
    ...(locale === undefined ? {} : { locale }),
    isTest: captures.length > 0 && captures.every((capture) => capture.submission.isTest),
    createdAt: sorted.find((event) => event.type === 'captured')?.at ?? sorted[0]?.at ?? 0,
    profile: Object.fromEntries(facts),
    origins: Object.fromEntries(origins),
  }
}
