/** The variables a template may read, by kind. `true` stands for any property or none. */

export type KnownVariables = Readonly<Record<string, true | readonly string[]>>

const lead = ['id', 'email', 'name', 'first_name', 'last_name', 'score', 'downloads']
const company = true
const brand = ['name', 'color', 'postal_address', 'url']
const owner = ['name', 'first_name', 'email', 'booking_url']
const sender = ['name', 'email', 'postal_address']
const task = ['title', 'note', 'due']

/** What the sender of sequence emails fills in. */
export const EMAIL_VARIABLES: KnownVariables = {
  lead,
  company,
  brand,
  sender,
  owner,
  fields: true,
  links: true,
  asset: ['title', 'url'],
  resources: true,
  sequence: ['id', 'name'],
  step: true,
  locale: true,
  subject: true,
  preheader: true,
  unsubscribe_url: true,
  preferences_url: true,
}

/** What the hand-off fills in for the mails to sales. */
export const HANDOFF_VARIABLES: KnownVariables = {
  lead: [...lead, 'title', 'phone', 'local_time', 'city', 'country', 'linkedin', 'url'],
  company,
  brand,
  sender,
  owner,
  why_now: true,
  grade: true,
  score: ['total', 'fit', 'engagement', 'gained_7d', 'reasons'],
  timeline: true,
  links: true,
  opener: true,
  handoff_id: true,
  reply: ['text', 'at', 'subject'],
  sla: ['at', 'next'],
  task,
  sequence: ['id', 'name'],
  step: true,
  locale: true,
  subject: true,
  preheader: true,
}

/** What the public pages are given. */
export const PAGE_VARIABLES: KnownVariables = {
  brand,
  locale: true,
  state: true,
  action: true,
  title: true,
  text: true,
  link: ['url', 'label'],
  topic: true,
  topics: true,
  paused_until: true,
  preferences_url: true,
  unsubscribe_url: true,
  asset: ['title', 'url'],
  form: ['id', 'title', 'intro', 'submit', 'text_id'],
  fields: true,
  consents: true,
  hidden: true,
  errors: true,
  lead: [...lead, 'title', 'phone', 'local_time', 'city', 'country', 'linkedin', 'url'],
  company,
  owner,
  why_now: true,
  grade: true,
  score: ['total', 'fit', 'engagement', 'gained_7d', 'reasons'],
  timeline: true,
  opener: true,
  reject_reasons: true,
  snooze_options: true,
  reason: true,
  due: true,
  task,
}

/** Says what is wrong with reading this path, if anything. */
export const knows = (known: KnownVariables, path: readonly unknown[]): string | undefined => {
  const [root, property] = path
  const shape = Object.hasOwn(known, String(root)) ? known[String(root)] : undefined
  if (shape === undefined)
    return `unknown variable "${root}"; known are: ${Object.keys(known).sort().join(', ')}`
  if (shape === true || typeof property !== 'string' || shape.includes(property)) return undefined
  return `unknown variable "${root}.${property}"; "${root}" has: ${shape.join(', ')}`
}
