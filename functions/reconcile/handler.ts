import { queueHandler } from '../shared/consumer.ts'
import type { ReconcileMessage } from '../shared/messages.ts'
import { wire } from '../shared/wire.ts'
import { judge } from './judge.ts'

const ports = wire()

/** Unclear sends, 900 seconds later: judged by proof. */
export const handler = queueHandler<ReconcileMessage>((message) => judge(ports, message), ports.log)
