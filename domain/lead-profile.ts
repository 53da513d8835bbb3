/** Who a lead is, as its submissions told and sequences, people and imports stated: the newest answer to each question. */
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
type Statement = EventOf<'fields.set'>
/** What tells fields, oldest first. */
type Told = readonly (Capture | Statement)[]

const isCapture = (event: LeadEvent): event is Capture => event.type === 'captured'
const isStatement = (event: LeadEvent): event is Statement => event.type === 'fields.set'

/** What counts: captures of tests only when there are no others. */
function toldBy(sorted: readonly LeadEvent[]): Told {
  const isReal = sorted.some((event) => isCapture(event) && !event.submission.isTest)
  return sorted.filter(
    (event): event is Capture | Statement =>
      isStatement(event) || (isCapture(event) && !(isReal && event.submission.isTest)),
  )
}

/** What of a person may be stated later; addresses are who the lead is. */
const statable: Readonly<Record<string, keyof Person>> = {
  name: 'name',
  first_name: 'firstName',
  last_name: 'lastName',
}

const firstOf = (values: readonly string[]): string | undefined => values.find((value) => value !== '')

/** The person's parts as one event tells them. */
function partsOf(event: Capture | Statement): [keyof Person, string | undefined][] {
  if (isCapture(event)) return Object.entries(event.submission.person) as [keyof Person, string | undefined][]
  return Object.entries(event.fields).flatMap(([key, values]) => {
    const name = factName(key)
    const part = Object.hasOwn(statable, name) ? statable[name] : undefined
    return part === undefined ? [] : [[part, firstOf(values)]]
  })
}

/** The first address is the lead's own for good, and so is its spelling; of the rest the newest counts. */
function personOf(told: Told): Person {
  const known = new Map<keyof Person, string>()
  for (const [key, value] of told.flatMap(partsOf)) {
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

interface Answer {
  readonly values: readonly string[]
  readonly origin: Origin
  readonly isStated: boolean
}

/** Who a lead is and where it came from is what it told; tags have events of their own. */
const unstatable = new Set(['email', 'email.kind', 'email.domain', 'phone', 'source', 'tag'])

function answersOf(event: Capture | Statement): [string, Answer][] {
  const isStated = isStatement(event)
  const origin = { eventId: event.id, at: event.at }
  return Object.entries(isStated ? event.fields : event.submission.fields).flatMap(([key, values]) =>
    (isStated ? unstatable.has(factName(key)) : firstOf(values) === undefined)
      ? []
      : [[key, { values, origin, isStated }]],
  )
}

/** A statement replaces what was known under any name of the field, and stating nothing clears it. */
function fieldsOf(told: Told): ReadonlyMap<string, Answer> {
  const all = new Map<string, Answer>()
  for (const [key, answer] of told.flatMap(answersOf)) {
    for (const [other, { isStated }] of all)
      if ((answer.isStated || isStated) && factName(other) === factName(key)) all.delete(other)
    if (firstOf(answer.values) !== undefined) all.set(key, answer)
  }
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

/** The language that was told last, by a submission or as a field. */
function localeOf(told: Told): string | undefined {
  const locales = told.map((event) =>
    isCapture(event) ? event.submission.locale : firstOf(event.fields['locale'] ?? []),
  )
  return locales.findLast((locale) => locale !== undefined)
}

/** What rules may ask beside the form's fields: derived from the address, the person and the sources. */
function derived(person: Person, told: Told, tags: readonly string[]): Map<string, string[]> {
  const facts = new Map<string, string[]>()
  const put = (key: string, value: string | undefined) => value !== undefined && facts.set(key, [value])
  put('email', person.email)
  put('email.kind', person.email === undefined ? undefined : emailKind(person.email))
  put('email.domain', person.email === undefined ? undefined : domainOf(person.email))
  put('phone', person.phone)
  put('name', person.name)
  put('first_name', person.firstName)
  put('last_name', person.lastName)
  put('locale', localeOf(told))
  facts.set('source', [...new Set(told.filter(isCapture).map((capture) => capture.submission.source))])
  if (tags.length > 0) facts.set('tag', [...tags])
  return facts
}

/** The fields as rules name them, each with the event that its value came from. */
function factsOf(
  sorted: readonly LeadEvent[],
  told: Told,
  person: Person,
  fields: ReadonlyMap<string, Answer>,
) {
  const facts = new Map<string, readonly string[]>()
  const origins = new Map<string, Origin>()
  const stated = new Set<string>()
  for (const [key, { values, origin, isStated }] of fields) {
    const name = factName(key)
    const known = origins.get(name)
    if (known && known.at > origin.at) continue
    facts.set(name, canonical(name, values))
    origins.set(name, origin)
    if (isStated) stated.add(name)
    else stated.delete(name)
  }
  const first = told.find(isCapture)
  for (const [key, values] of derived(person, told, tagsOf(sorted))) {
    const isItsOwn = stated.has(key) && facts.get(key)?.[0] === values[0]
    facts.set(key, values)
    if (first && !isItsOwn) origins.set(key, { eventId: first.id, at: first.at })
  }
  return { facts, origins }
}

/** Folds the submissions and statements of a sorted log. */
export function profileOf(sorted: readonly LeadEvent[]): Profile {
  const told = toldBy(sorted)
  const captures = told.filter(isCapture)
  const person = personOf(told)
  const fields = fieldsOf(told)
  const { facts, origins } = factsOf(sorted, told, person, fields)
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
