/** The product in this process, in memory, for a benchmark: over HTTP as its users reach it. */
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readConfig } from '../local/env.ts'
import { meterDynamo, newMeter } from '../local/meter.ts'
import { type Runtime, startRuntime } from '../local/runtime.ts'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** A Monday morning in the send window. */
const now = '2026-11-23T09:00:00Z'

/** A linear sequence of six emails that starts at once, and a form of its own. */
const six = `format: 1
id: six
name: Six linear emails
topic: guides
enrol: { when: { form: six }, again: never }
goal: { when: { stage: sql } }
steps:
  - { send: guide-delivery, id: m1, immediately: true }
${[2, 3, 4, 5, 6].map((k) => `  - wait: { for: 7 days, then: "tue-thu 09:30" }\n  - { send: week-2-cost-model, id: m${k} }`).join('\n')}
`
const form = `format: 1
id: six
title: { en: Six }
fields: [ { id: email, type: email, required: true } ]
consent: { key: email, topics: [ guides ], text_id: six-v1, text: { en: "Yes" } }
double_opt_in: never
`

const withSix = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'tendril-bench-'))
  cpSync(join(root, 'workflows'), folder, { recursive: true })
  writeFileSync(join(folder, 'sequences', 'six.yaml'), six)
  writeFileSync(join(folder, 'forms', 'six.yaml'), form)
  return folder
}

export class Product {
  runtime!: Runtime
  readonly meter = newMeter()
  readonly failures: unknown[] = []
  private readonly folder = withSix()

  async start(vars: Record<string, string> = {}): Promise<this> {
    Object.assign(process.env, {
      PORT: '0',
      TENDRIL_MEMORY: '1',
      TENDRIL_NOW: now,
      TENDRIL_LOG: 'error',
      TENDRIL_WORKFLOWS: this.folder,
      META_APP_SECRET: 'bench-secret',
      ...vars,
    })
    this.runtime = await startRuntime(
      root,
      readConfig(root),
      (error) => this.failures.push(error),
      () => meterDynamo(this.meter),
    )
    return this
  }

  async stop(): Promise<void> {
    await this.runtime.stop()
    rmSync(this.folder, { recursive: true, force: true })
    if (this.failures.length > 0)
      throw new Error(`${this.failures.length} invocations failed: ${String(this.failures[0])}`)
  }

  async post(path: string, body: string, headers: Record<string, string> = {}): Promise<number> {
    const answer = await fetch(`${this.runtime.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    })
    await answer.arrayBuffer()
    return answer.status
  }

  /** Fills in a form for `count` made-up people, twenty at a time. */
  async people(count: number, formId: string, extra: object = {}): Promise<void> {
    let next = 0
    const worker = async (): Promise<void> => {
      while (next < count) {
        const body = JSON.stringify({
          email: `lead${next++}@example.com`,
          consent_email: true,
          consent_guides: true,
          'company.name': 'Acme',
          ...extra,
        })
        const status = await this.post(`/forms/${formId}`, body)
        if (status !== 202) throw new Error(`The form answered ${status}.`)
      }
    }
    await Promise.all(Array.from({ length: 20 }, worker))
    await this.runtime.controls.drain()
  }

  weeks(count: number): Promise<unknown> {
    return this.runtime.controls.advance(this.runtime.controls.now() + count * 7 * 86_400_000)
  }

  async signals(signals: readonly object[]): Promise<void> {
    for (let at = 0; at < signals.length; at += 500) {
      const body = JSON.stringify({ signals: signals.slice(at, at + 500) })
      const status = await this.post('/v1/signals', body, {
        authorization: `Bearer ${this.runtime.config.apiToken}`,
      })
      if (status !== 202) throw new Error(`Signals answered ${status}.`)
    }
  }

  /** Mails to leads, without those to our own people. */
  emails(): number {
    return this.runtime.parts.ses.rows
      .countByTags()
      .filter(({ tags }) => tags['audience'] !== 'internal')
      .reduce((sum, { count }) => sum + count, 0)
  }
}
