import { contentSource } from '../shared/aws/content.ts'
import { leadItems } from '../shared/aws/leads.ts'
import { secretSource } from '../shared/aws/secrets.ts'
import { clock, log } from '../shared/clock-and-log.ts'
import { env } from '../shared/env.ts'
import { httpHandler } from '../shared/http.ts'
import { previewScoring, type RescorePorts } from './preview.ts'

const content = contentSource(clock)

/** Only the drivers it needs: it reads leads and nothing else. */
const ports: RescorePorts = { clock, content, leads: leadItems(content), secrets: secretSource(clock) }

/** What other scoring rules would make of all leads: much to read and to reckon, so it has a function of its own. */
export const handler = httpHandler(
  { 'POST /v1/scoring/preview': (request) => previewScoring(ports, request) },
  {
    log,
    trustProxy: () => env.trustProxy,
  },
)
