import type { Hop } from '../../domain/enrolment.ts'
import { queueHandler } from '../shared/consumer.ts'
import { processHop } from '../shared/hop.ts'
import { wire } from '../shared/wire.ts'

const ports = wire()

/** The worker behind every email step. */
export const handler = queueHandler<Hop>((hop) => processHop(ports, hop), ports.log)
