import { queueHandler } from '../shared/consumer.ts'
import { processHop } from '../shared/hop.ts'
import { readHop } from '../shared/hop-message.ts'
import { wire } from '../shared/wire.ts'

const ports = wire()

/** The worker behind every email step. */
export const handler = queueHandler<unknown>((body) => processHop(ports, readHop(body)), ports.log)
