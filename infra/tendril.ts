import { join } from 'node:path'
import { Stage } from 'aws-cdk-lib'
import { Construct } from 'constructs'
import { functions as specs } from '../functions/topology.ts'
import { Alarms } from './alarms.ts'
import { bundle } from './bundles.ts'
import type { Compiled } from './compiled.ts'
import { Content, publishSpec } from './content.ts'
import { Overview } from './dashboard.ts'
import { Functions } from './functions.ts'
import { FrontDoor, Routes } from './http-api.ts'
import { Machines } from './machines.ts'
import { Mail } from './mail.ts'
import { OpenGrants } from './open-grants.ts'
import { Queues } from './queues.ts'
import { Schedules } from './schedules.ts'
import { TendrilSecret } from './secret.ts'
import { Tables } from './tables.ts'
import type { Wiring } from './wiring.ts'

/** What lives and is deployed together. */
export type Part = 'data' | 'engine' | 'ingest' | 'observe'

export interface TendrilProps {
  /** The compiled `workflows/` and `templates/`: `await compileFiles()` */
  readonly compiled: Compiled
  /** Puts parts into stacks of their own. Default: all of it lies in the scope's stack */
  readonly stacks?: Readonly<Record<Part, Construct>>
  /** Creates the SES identity of this sending domain. Default: the senders' identities exist already */
  readonly domain?: string
  /** The API's own domain; needs `certificateArn`. Default: the address API Gateway gives */
  readonly apiDomain?: string
  readonly certificateArn?: string
  /** Who is mailed by alarms. Default: nobody until somebody subscribes to the topic */
  readonly alarmEmail?: string
  /** Where the runbook can be read. Default: docs/runbook.md */
  readonly runbook?: string
  /** How many workers mail at once. Default: 10 */
  readonly sendConcurrency?: number
  /** Publishes though more mails are forecast than were planned, or more than a lead may get. Default: refuses */
  readonly acceptForecast?: boolean
}

/**
 * All of Tendril: in a stack of yours by `new Tendril(this, 'Tendril', { compiled })`, or in four stacks as infra/app.ts does it.
 */
export class Tendril extends Construct {
  readonly tables: Tables
  readonly queues: Queues
  readonly door: FrontDoor
  readonly mail: Mail
  readonly machines: Machines
  readonly alarms: Alarms
  readonly #props: TendrilProps
  readonly #open: OpenGrants
  readonly #bundles: ReadonlyMap<string, string>

  constructor(scope: Construct, id: string, props: TendrilProps) {
    super(scope, id)
    this.#props = props
    this.#bundles = bundle([...specs, publishSpec], join(Stage.of(this)?.outdir ?? 'cdk.out', 'bundles'))
    const data = this.#in('data')
    this.tables = new Tables(data, 'Tables')
    this.door = new FrontDoor(data, 'FrontDoor', props)
    const secret = new TendrilSecret(data, 'Secrets')
    const engine = this.#in('engine')
    this.queues = new Queues(engine, 'Queues')
    const { queues, tables } = this
    const { senders, sequences } = this.#props.compiled
    this.mail = new Mail(engine, 'Mail', { queues, senders, ...(props.domain && { domain: props.domain }) })
    const schedules = new Schedules(engine, 'Schedules', { queues })
    this.#open = new OpenGrants(engine, 'OpenGrants')
    this.machines = new Machines(engine, 'Machines', { sequences, queues, open: this.#open })
    const { publicUrl } = this.door
    const byName = this.#functions({
      tables,
      queues,
      mail: this.mail,
      schedules,
      secret,
      publicUrl,
      machines: this.machines,
    })
    this.alarms = this.#observe(byName)
  }

  #in(part: Part): Construct {
    return this.#props.stacks?.[part] ?? this
  }

  /** Workers beside their queues; what answers the web beside its routes; the publisher last. */
  #functions(wiring: Wiring) {
    const engine = this.#in('engine')
    const ingest = this.#in('ingest')
    const { sendConcurrency } = this.#props
    const common = {
      bundles: this.#bundles,
      wiring,
      open: this.#open,
      ...(sendConcurrency !== undefined && { sendConcurrency }),
    }
    const web = specs.filter(({ routes }) => routes !== undefined)
    const workers = new Functions(engine, 'Workers', {
      ...common,
      specs: specs.filter(({ routes }) => routes === undefined),
    })
    const { acceptForecast, compiled } = this.#props
    const { json, hash } = compiled
    const content = new Content(engine, 'Content', {
      json,
      hash,
      versionArns: this.machines.versionArns,
      ...(acceptForecast && { acceptForecast }),
      bundle: this.#bundles.get(publishSpec.name) as string,
      wiring,
      open: this.#open,
    })
    content.node.addDependency(workers)
    const answering = new Functions(ingest, 'Web', { ...common, specs: web })
    new Routes(ingest, 'Routes', { door: this.door, functions: answering, specs: web })
    return new Map([...workers.byName, ...answering.byName])
  }

  #observe(functions: Functions['byName']): Alarms {
    const observe = this.#in('observe')
    const { alarmEmail, runbook } = this.#props
    const watched = {
      queues: this.queues,
      machines: this.machines,
      tables: this.tables,
      mail: this.mail,
      functions,
    }
    const alarms = new Alarms(observe, 'Alarms', {
      ...watched,
      ...(alarmEmail !== undefined && { alarmEmail }),
      ...(runbook !== undefined && { runbook }),
    })
    new Overview(observe, 'Overview', { ...watched, alarms })
    return alarms
  }
}
