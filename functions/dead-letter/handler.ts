import { deadLetter } from '../../domain/arbiter.ts'
import { stopsOf } from '../../domain/route.ts'
import { answer, decideAndWrite } from '../shared/act.ts'
import { doActs } from '../shared/acts.ts'
import { queueHandler } from '../shared/consumer.ts'
import { actsBuried } from '../shared/hop-acts.ts'
import { readHop } from '../shared/hop-message.ts'
import { carryOn } from '../shared/move.ts'
import { wire } from '../shared/wire.ts'

const ports = wire()

/** A message that failed too often still ends with a record and an answer, never in silence. */
export const handler = queueHandler<unknown>(async (body) => {
  const hop = readHop(body)
  const stored = await ports.enrolments.get(hop.enrolmentId)
  const sequence =
    stored && (await ports.content.sequence(stored.enrolment.sequence, stored.enrolment.version)).sequence
  const context = () => ({
    now: Math.floor(ports.clock.now() / 1000),
    route: sequence ? stopsOf(sequence) : [],
  })
  const done = await decideAndWrite(ports, hop.enrolmentId, (item) => deadLetter(item, hop, context()))
  const record = done?.stored?.enrolment.records[hop.step]
  if (record?.is === 'parked')
    await ports.desk.alert({
      kind: 'message-parked',
      text: `The message ${hop.step} of ${hop.enrolmentId} failed too often and was parked.`,
      at: record.at * 1000,
    })
  if (done === undefined) return
  await carryOn(ports, hop, done.stored)
  await answer(ports, hop.token, done.decision.act)
  const enrolment = done.stored?.enrolment
  if (enrolment && sequence) await doActs(ports, enrolment, actsBuried(sequence, enrolment, hop))
}, ports.log)
