/** The consumer of the capture queue: deliveries are taken apart, leads read, submissions put in the log. */
import { queueHandler } from '../shared/consumer.ts'
import type { CaptureMessage } from '../shared/messages.ts'
import { refold } from '../shared/refold.ts'
import { wire } from '../shared/wire.ts'
import { consume } from './consume.ts'
import type { CapturePorts } from './ports.ts'

const wired = wire()

const ports: CapturePorts = {
  ...wired,
  directory: wired.leads,
  refold: (leadId) => refold(wired, leadId),
  fetch: (url, init) => fetch(url, init),
  urls: {
    get meta() {
      return wired.env.metaGraphUrl
    },
    get linkedin() {
      return wired.env.linkedinApiUrl
    },
  },
}

/** One bad message stops none of its siblings. */
export const handler = queueHandler<CaptureMessage>((message) => consume(ports, message), wired.log)
