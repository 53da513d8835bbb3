/** What is live and who is under way by it, for `tendril publish --dry-run`: ids and instants, nothing of a person. */
import type { Enrolment } from '../../domain/enrolment.ts'
import type { Sequence } from '../../domain/sequence.ts'
import { json, type Request } from '../shared/http.ts'
import { Problem } from '../shared/problem.ts'
import type { ApiPorts } from './ports.ts'
import { readParams } from './query.ts'

/** All that a plan goes by; a task's token is nobody else's business. */
const compact = ({ token: _, intent: __, ...enrolment }: Enrolment): Enrolment => enrolment

const pageOf = async (ports: ApiPorts, live: Sequence, cursor: string | undefined) => {
  const { machineArn } = await ports.content.sequence(live.id, live.version)
  const page = await ports.releases.underWay(machineArn, cursor)
  const enrolments = page.enrolments.map(compact)
  const pinned = [...new Set(enrolments.map(({ version }) => version))]
  const versions = await Promise.all(
    pinned.map(async (version) => [version, (await ports.content.sequence(live.id, version)).sequence]),
  )
  return { versions: Object.fromEntries(versions), enrolments, cursor: page.cursor ?? null }
}

/**
 * `GET /v1/publish/live`: the live sequences, and whether the content `hash` was live before. With `sequence`, page by
 * page, the enrolments that are under way in it, and the versions that they go by.
 */
export const livePublication = async (ports: ApiPorts, request: Request) => {
  const params = readParams(request.query, ['hash', 'sequence', 'cursor'])
  const { hash, sequences } = await ports.content.live()
  const id = params.get('sequence')
  if (id === undefined) {
    const asked = params.get('hash')
    const wasPublished = asked !== undefined && (await ports.releases.wasPublished(asked))
    const now = new Date(ports.clock.now()).toISOString()
    return json(200, { now, hash, wasPublished, sequences })
  }
  const live = Object.hasOwn(sequences, id) ? sequences[id] : undefined
  if (live === undefined) throw new Problem(404, 'There is no such sequence.')
  return json(200, await pageOf(ports, live, params.get('cursor')))
}
