import { describe, expect, test } from 'vitest'
import { previewScoring } from '../../../../functions/rescore/preview.ts'
import { viewed } from '../../domain/lead-sample.ts'
import { raw, scoringText } from '../../domain/settings-sample.ts'
import { asker } from '../handoff/ask.ts'
import { bearer, capture, setup } from './support.ts'

const route = 'POST /v1/scoring/preview'
const keener = scoringText.replace('points: 12, at_most', 'points: 18, at_most')

const world = async (leads: number) => {
  const { memory, get } = setup()
  const ask = asker(memory, { [route]: (request) => previewScoring(memory.ports, request) })
  for (let i = 0; i < leads; i++) {
    const at = memory.now - (leads - i) * 1000
    const views = i % 2 === 0 ? [viewed(`v-${i}`, '/pricing', at + 1)] : []
    await capture(memory, `lead${i}@example.com`, at, views)
  }
  const preview = (body: unknown) =>
    ask(route, { headers: { ...bearer, 'content-type': 'application/json' }, body: JSON.stringify(body) })
  return { memory, preview, get }
}

describe('a preview of other rules', () => {
  test('counts all leads page by page, and changes nothing', async () => {
    const { memory, preview } = await world(230)
    const before = memory.snapshot()
    const pages: { leads: number; up: number; same: number; cursor: string | null }[] = []
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const { status, json } = await preview({ scoring: keener, cursor })
      expect(status).toBe(200)
      pages.push(json)
      cursor = json.cursor as string | null
    }
    expect(pages.map(({ leads }) => leads)).toEqual([100, 100, 30])
    expect(pages.reduce((sum, { up }) => sum + up, 0)).toBe(115)
    expect(pages.reduce((sum, { same }) => sum + same, 0)).toBe(115)
    expect(memory.snapshot()).toBe(before)
  })

  test('says whose score changes most', async () => {
    const { preview } = await world(2)
    const { json } = await preview({ scoring: keener })
    expect(json).toEqual({
      leads: 2,
      up: 1,
      down: 0,
      same: 1,
      cross: {},
      fall: {},
      most: [
        {
          leadId: expect.any(String),
          email: 'lead0@example.com',
          stage: 'lead',
          before: { fit: 0, engagement: 27, total: 27 },
          after: { fit: 0, engagement: 33, total: 33 },
        },
      ],
      cursor: null,
    })
  })

  test('takes the file as YAML, as JSON and as what it says', async () => {
    const { preview } = await world(3)
    const asYaml = await preview({ scoring: keener })
    const asJson = await preview({ scoring: JSON.stringify(raw(keener)) })
    const asObject = await preview({ scoring: raw(keener), cursor: null })
    expect(asJson.json).toEqual(asYaml.json)
    expect(asObject.json).toEqual(asYaml.json)
  })

  test.each([
    [{ scoring: keener.replace('points: 18', 'pionts: 18') }, 'did you mean'],
    [{ scoring: keener.replace('to: mql', 'to: mqll') }, 'unknown stage "mqll"; did you mean "mql"?'],
    [{ scoring: 'a: [1' }, 'scoring'],
    [{ scoring: `a: &a [1]\nb: *a` }, 'scoring'],
    [{ scoring: '['.repeat(30_000) }, 'scoring'],
    [{ scoring: '' }, 'scoring'],
    [{ scoring: 7 }, 'scoring'],
    [{}, 'scoring'],
    [{ scoring: keener, cursor: 'x' }, 'cursor'],
  ])('%#: what is not in order is a 422 that says where', async (body, words) => {
    const { memory, preview } = await world(0)
    const { status, json } = await preview(body)
    expect(status).toBe(422)
    expect(JSON.stringify(json.errors).replaceAll('\\"', '"')).toContain(words)
    expect(memory.faults).toEqual([])
  })

  test('needs the token', async () => {
    const { memory } = setup()
    const ask = asker(memory, { [route]: (request) => previewScoring(memory.ports, request) })
    expect((await ask(route)).status).toBe(401)
  })

  test('of more than 64 KB is a 413', async () => {
    const { preview } = await world(0)
    expect((await preview({ scoring: `${keener}#${' '.repeat(70_000)}` })).status).toBe(413)
  })
})

test('the score says which epoch it is of, and names its rules', async () => {
  const { memory, get } = await world(1)
  const [leadId = ''] = [...memory.log.keys()]
  const asked = () => get('leads/{leadId}/score', '', { leadId })
  expect((await asked()).json.epoch).toBeNull()
  memory.epoch = { number: 4, hash: 'h', at: 1, triggers: 't', rev: 7 }
  const { json } = await asked()
  expect(json.epoch).toBe(4)
  expect(json.entries[0]).toMatchObject({ rule: 'engagement:form.submitted', name: 'Filled in a form' })
})
