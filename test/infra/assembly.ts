/** One synthesis for all infra tests: templates as plain JSON, the checks' report, the bundles' sizes. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { App, Stack, Validations } from 'aws-cdk-lib'
import { Bucket } from 'aws-cdk-lib/aws-s3'
import { type Compiled, compileFiles } from '../../infra/compiled.ts'
import { buildApp } from '../../infra/stacks.ts'

export interface Resource {
  readonly id: string
  readonly stack: string
  readonly Type: string
  // biome-ignore lint/suspicious/noExplicitAny: templates are free JSON
  readonly Properties: any
  readonly DeletionPolicy?: string
  readonly UpdateReplacePolicy?: string
  readonly DependsOn?: readonly string[]
}

export interface Violation {
  readonly rule: string
  readonly path: string
}

export interface Assembly {
  readonly resources: readonly Resource[]
  readonly compiled: Compiled
  readonly violations: readonly Violation[]
  /** What was acknowledged, where. */
  readonly acknowledged: readonly { readonly id: string; readonly reason: string; readonly path: string }[]
  /** Bytes of each function's module. */
  readonly bundles: ReadonlyMap<string, number>
  readonly outdir: string
  readonly seconds: number
  readonly remove: () => void
}

export const parts = ['data', 'engine', 'ingest', 'observe'] as const
const read = (outdir: string, file: string) => JSON.parse(readFileSync(join(outdir, file), 'utf8'))

const resourcesOf = (outdir: string): Resource[] =>
  parts.flatMap((stack) => {
    const { Resources } = read(outdir, `tendril-${stack}.template.json`) as {
      Resources: Record<string, Omit<Resource, 'id' | 'stack'>>
    }
    return Object.entries(Resources).map(([id, resource]) => ({ id, stack, ...resource }))
  })

const violationsOf = (outdir: string): Violation[] => {
  const report = read(outdir, 'validation-report.json') as {
    pluginReports: {
      violations: { ruleName: string; violatingConstructs: { constructPath: string }[] }[]
    }[]
  }
  return report.pluginReports
    .flatMap(({ violations }) => violations)
    .flatMap(({ ruleName, violatingConstructs }) =>
      violatingConstructs.map(({ constructPath }) => ({ rule: ruleName, path: constructPath })),
    )
}

const acknowledgedIn = (app: App) =>
  app.node.findAll().flatMap((construct) =>
    construct.node.metadata
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) => Object.entries(data as Record<string, string>))
      .map(([id, reason]) => ({ id, reason, path: construct.node.path })),
  )

const context = read(join(import.meta.dirname, '../..'), 'cdk.json').context as Record<string, unknown>

/** Synthesises the application with a bad bucket beside it, which the checks must find. */
export const synthesise = async (): Promise<Assembly> => {
  const outdir = mkdtempSync(join(tmpdir(), 'tendril-infra-'))
  const compiled = await compileFiles()
  const started = performance.now()
  const app = new App({ outdir, context })
  buildApp(app, { compiled })
  new Bucket(new Stack(app, 'canary'), 'Open')
  try {
    app.synth()
  } catch (error) {
    if (!String(error).startsWith('ValidationFailed')) throw error
  }
  const bundles = join(outdir, 'bundles')
  return {
    resources: resourcesOf(outdir),
    compiled,
    violations: violationsOf(outdir),
    acknowledged: acknowledgedIn(app),
    bundles: new Map(
      readdirSync(bundles).map((name) => [name, statSync(join(bundles, name, 'index.mjs')).size]),
    ),
    outdir,
    seconds: (performance.now() - started) / 1000,
    remove: () => rmSync(outdir, { recursive: true, force: true }),
  }
}

/** Resources of a type. */
export const ofType = ({ resources }: Assembly, type: string): Resource[] =>
  resources.filter(({ Type }) => Type === type)

export const listed = <T>(value: T | readonly T[]): readonly T[] =>
  Array.isArray(value) ? value : [value as T]

export interface Statement {
  readonly owner: string
  readonly effect: string
  readonly actions: readonly string[]
  readonly resources: readonly unknown[]
  readonly condition: unknown
}

/** Every statement that an identity carries, of roles and managed policies. */
export const statementsIn = (assembly: Assembly): Statement[] =>
  assembly.resources
    .flatMap(({ id, Type, Properties }) => {
      if (Type === 'AWS::IAM::Role')
        return (Properties.Policies ?? []).map((policy: { PolicyDocument: unknown }) => [
          id,
          policy.PolicyDocument,
        ])
      return Type === 'AWS::IAM::ManagedPolicy' || Type === 'AWS::IAM::Policy'
        ? [[id, Properties.PolicyDocument]]
        : []
    })
    .flatMap(([owner, document]) =>
      // biome-ignore lint/suspicious/noExplicitAny: templates are free JSON
      document.Statement.map((statement: any) => ({
        owner,
        effect: statement.Effect,
        actions: listed<string>(statement.Action),
        resources: listed<unknown>(statement.Resource),
        condition: statement.Condition,
      })),
    )

/** The function of that name in the topology. */
export const functionNamed = (assembly: Assembly, name: string): Resource => {
  const found = ofType(assembly, 'AWS::Lambda::Function').find(
    ({ Properties }) => Properties.Description.split(':')[0] === `Tendril ${name}`,
  )
  if (found === undefined) throw new Error(`no function ${name}`)
  return found
}

const pascal = (name: string) =>
  name.replaceAll(/(?:^|-)(\w)/g, (_all, letter: string) => letter.toUpperCase())

/** The queue of that name in the topology. */
export const queueNamed = (assembly: Assembly, name: string): Resource => {
  const pattern = new RegExp(`^Queues${pascal(name)}[0-9A-F]{8}$`)
  const found = ofType(assembly, 'AWS::SQS::Queue').find(({ id }) => pattern.test(id))
  if (found === undefined) throw new Error(`no queue ${name}`)
  return found
}
