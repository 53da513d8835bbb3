import { contentSource } from '../shared/aws/content.ts'
import { leadItems } from '../shared/aws/leads.ts'
import { secretSource } from '../shared/aws/secrets.ts'
import { env } from '../shared/env.ts'
import { httpHandler } from '../shared/http.ts'
import { logTo } from '../shared/log.ts'
import type { Clock } from '../shared/ports.ts'
import { previewScoring, type RescorePorts } from './preview.ts'

// biome-ignore lint/plugin: the composition root of this function; the local runtime turns Date virtual.
const clock: Clock = { now: () => Date.now() }
const content = contentSource(clock)

/** Only the drivers it needs: it reads leads and nothing else. */
const ports: RescorePorts = { clock, content, leads: leadItems(content), secrets: secretSource(clock) }

/** What other scoring rules would make of all leads: much to read and to reckon, so it has a function of its own. */
export const handler = httpHandler(
  { 'POST /v1/scoring/preview': (request) => previewScoring(ports, request) },
  {
    log: logTo(clock, (line) => process.stdout.write(`${line}\n`), env.logLevel),
    trustProxy: () => env.trustProxy,
  },
)
