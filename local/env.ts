/** The environment of the local runtime: read from `.env` and the process, completed, and set for the handlers. */
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseEnv } from 'node:util'
import { functions, queues } from '../functions/topology.ts'
import { writeWhole } from './whole-file.ts'

export interface LocalConfig {
  readonly port: number
  readonly dataDir: string
  readonly memory: boolean
  readonly realClock: boolean
  /** Publishes though more mails are forecast than were planned. */
  readonly acceptsForecast: boolean
  /** Milliseconds; undefined = the wall clock's now. */
  readonly startAt: number | undefined
  readonly workflows: string
  readonly templates: string
  readonly publicUrl: string | undefined
  readonly apiToken: string
  /** Which DynamoDB stand-in; the native one where it is installed. */
  readonly dynamoDriver: 'dynoxide' | 'dynalite' | undefined
  /** Endpoints that somebody else serves, by service: the runtime starts no stand-in for them. */
  readonly endpoints: Readonly<Partial<Record<Service, string>>>
}

export const services = ['DYNAMODB', 'SESV2', 'SFN', 'SQS', 'SCHEDULER'] as const
export type Service = (typeof services)[number]

export const region = 'eu-west-1'
export const account = '000000000000'
export const coreTable = 'tendril-core'
export const opsTable = 'tendril-ops'

type Vars = Record<string, string | undefined>

/** Variables of the process win over those of the file, as everywhere. */
const readVars = (root: string): Vars => {
  const file = join(root, '.env')
  const written = existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {}
  // An empty value is no value: `.env.example` lists every name.
  const filled = (vars: Vars): Vars =>
    Object.fromEntries(Object.entries(vars).filter(([, value]) => value !== ''))
  return { ...filled(written), ...filled(process.env) }
}

const instant = (text: string | undefined): number | undefined => {
  if (text === undefined) return undefined
  const at = Date.parse(text)
  if (Number.isNaN(at))
    throw new Error(`TENDRIL_NOW is "${text}", which is not an instant. Write it like 2026-11-21T09:00:00Z.`)
  return at
}

const portOf = (text: string | undefined): number => {
  const port = Number(text ?? 3000)
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(
      `PORT is "${text}", which is not a port number. Use one from 1 to 65535, or leave it out for 3000.`,
    )
  return port
}

const fresh = () => ({
  TENDRIL_API_TOKEN: randomBytes(24).toString('base64url'),
  TENDRIL_LINK_KEYS: `k1:${randomBytes(32).toString('base64url')}`,
  TENDRIL_PEPPER: randomBytes(32).toString('base64url'),
  WEBHOOK_SIGNING_SECRET: `whsec_${randomBytes(32).toString('base64')}`,
})

/** Generated once and kept, so that ids and links stay valid over restarts. */
const keptSecrets = (dataDir: string, memory: boolean): Vars => {
  if (memory) return fresh()
  const file = join(dataDir, 'secrets.json')
  const kept = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Vars) : {}
  const all = { ...fresh(), ...kept }
  if (Object.keys(all).length > Object.keys(kept).length) {
    mkdirSync(dataDir, { recursive: true })
    writeWhole(file, JSON.stringify(all, null, 2), 0o600)
  }
  return all
}

const foldersOf = (root: string, vars: Vars) => ({
  workflows: resolve(root, vars['TENDRIL_WORKFLOWS'] ?? 'workflows'),
  templates: resolve(root, vars['TENDRIL_TEMPLATES'] ?? 'templates'),
})

/** Where the marketer's files lie. */
export const readFolders = (root: string): { readonly workflows: string; readonly templates: string } =>
  foldersOf(root, readVars(root))

const parseKept = (file: string): Vars => {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Vars
  } catch {
    return {}
  }
}

/** Where the running product answers, and the token it was given or has kept; nothing is made for it. */
export const readAccess = (
  root: string,
): { readonly url: string; readonly token: string | undefined; readonly isMemory: boolean } => {
  const vars = readVars(root)
  const kept = parseKept(join(resolve(root, vars['TENDRIL_DATA_DIR'] ?? '.tendril'), 'secrets.json'))
  return {
    url: (vars['TENDRIL_PUBLIC_URL'] ?? `http://localhost:${portOf(vars['PORT'])}`).replace(/\/+$/, ''),
    token: (vars['TENDRIL_API_TOKEN'] ?? kept['TENDRIL_API_TOKEN'])?.split(' ')[0],
    isMemory: vars['TENDRIL_MEMORY'] === '1',
  }
}

/** Reads the configuration; `root` is the project's folder. Bad values give an error that says what to write. */
export const readConfig = (root: string): LocalConfig => {
  const vars = readVars(root)
  const memory = vars['TENDRIL_MEMORY'] === '1'
  const dataDir = resolve(root, vars['TENDRIL_DATA_DIR'] ?? '.tendril')
  const secrets = { ...keptSecrets(dataDir, memory), ...definedOnly(vars) }
  Object.assign(process.env, definedOnly(secrets))
  return {
    port: portOf(vars['PORT']),
    dataDir,
    memory,
    realClock: vars['TENDRIL_CLOCK'] === 'real',
    acceptsForecast: vars['TENDRIL_ACCEPT_FORECAST'] === '1',
    startAt: instant(vars['TENDRIL_NOW']),
    ...foldersOf(root, vars),
    publicUrl: vars['TENDRIL_PUBLIC_URL'],
    apiToken: secrets['TENDRIL_API_TOKEN'] ?? '',
    dynamoDriver: vars['TENDRIL_DYNAMODB'] === 'dynalite' ? 'dynalite' : undefined,
    endpoints: Object.fromEntries(
      services.flatMap((name) => {
        const url = vars[`AWS_ENDPOINT_URL_${name}`]
        return url === undefined ? [] : [[name, url]]
      }),
    ),
  }
}

const definedOnly = (vars: Vars): Record<string, string> =>
  Object.fromEntries(
    Object.entries(vars).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )

export const queueFile = (name: keyof typeof queues | string): string => {
  const spec = Object.entries(queues).find(
    ([known]) => known === name || queues[known as keyof typeof queues].deadLetter === name,
  )
  const fifo = spec?.[1].fifo
  return `tendril-${name}${fifo ? '.fifo' : ''}`
}

/** Sets what functions/shared/env.ts and the SDK's clients read. */
export const setHandlerEnv = (urls: {
  readonly publicUrl: string
  readonly wire: string
  readonly dynamo: string
  readonly external: LocalConfig['endpoints']
}): void => {
  const set: Record<string, string> = {
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: process.env['AWS_ACCESS_KEY_ID'] ?? 'local',
    AWS_SECRET_ACCESS_KEY: process.env['AWS_SECRET_ACCESS_KEY'] ?? 'local',
    AWS_ENDPOINT_URL_DYNAMODB: urls.dynamo,
    TENDRIL_CORE_TABLE: coreTable,
    TENDRIL_OPS_TABLE: opsTable,
    TENDRIL_CONFIGURATION_SET: 'tendril',
    TENDRIL_SCHEDULER_ROLE: `arn:aws:iam::${account}:role/tendril-scheduler`,
    TENDRIL_PUBLIC_URL: urls.publicUrl,
    TENDRIL_WEBHOOK_ALLOW_LOOPBACK: '1',
  }
  for (const name of services)
    if (name !== 'DYNAMODB') set[`AWS_ENDPOINT_URL_${name}`] = urls.external[name] ?? urls.wire
  for (const name of Object.keys(queues)) {
    const variable = name.toUpperCase().replaceAll('-', '_')
    set[`TENDRIL_QUEUE_${variable}`] = `${urls.wire}/${account}/${queueFile(name)}`
    set[`TENDRIL_QUEUE_ARN_${variable}`] = `arn:aws:sqs:${region}:${account}:${queueFile(name)}`
  }
  Object.assign(process.env, set)
}

/** Visibility of a queue in seconds: six times the timeout of its consumer. */
export const visibilityOf = (queue: string): number =>
  6 * (functions.find((spec) => spec.consumes?.queue === queue)?.timeoutSeconds ?? 30)
