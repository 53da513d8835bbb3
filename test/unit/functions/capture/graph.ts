/** Graph as a stand-in: what it answers, and one read. */
import type { World } from './support.ts'

export const upstream = (status: number, body: unknown, headers: Record<string, string> = {}) => [
  { match: { method: 'GET', urlRegex: '.' }, response: { status, headers, body } },
]
export const failure = (code: number, subcode?: number) =>
  upstream(400, {
    error: { code, ...(subcode !== undefined && { error_subcode: subcode }), message: 'secret' },
  })
export const lead = (fields: Record<string, string[]>, more: object = {}) =>
  upstream(200, {
    field_data: Object.entries(fields).map(([name, values]) => ({ name, values })),
    ...more,
  })
export const read = async (world: World, answers: ReturnType<typeof upstream>, tries = 0): Promise<World> => {
  world.upstream = answers
  const at = world.clock
  world.queue.push({ v: 1, kind: 'read', source: 'facebook', sourceLeadId: '7', hints: {}, at, tries })
  await world.drain()
  return world
}
