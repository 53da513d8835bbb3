import { describe, expect, test } from 'vitest'
import { signal, viewed } from '../../domain/lead-sample.ts'
import { capture, setup } from './support.ts'

const minute = 60_000

/** Ten leads, one a minute; every third is hot, every second with sales. */
const many = async () => {
  const all = setup()
  const { memory } = all
  const start = memory.now - 60 * minute
  const leadIds: string[] = []
  for (let i = 0; i < 10; i++) {
    const at = start + i * minute
    const hot = i % 3 === 0 ? [1, 2].map((n) => viewed(`v-${i}-${n}`, '/pricing', at + n)) : []
    const more = i % 3 === 0 ? [signal(`r-${i}`, 'email.replied', at + 3)] : []
    const moved = i % 2 === 0 ? [moveOf(i, at + 4)] : []
    leadIds.push(await capture(memory, `lead${i}@example.com`, at, [...hot, ...more, ...moved]))
  }
  return { ...all, leadIds, newest: leadIds.toReversed() }
}

const moveOf = (i: number, at: number) =>
  ({
    type: 'stage.changed',
    id: 'stage-0001',
    at,
    from: 'lead',
    to: 'opportunity',
    reason: `by hand ${i}`,
    actor: 'console',
    total: 0,
  }) as const

const ids = (answer: { json: { leads: { leadId: string }[] } }) =>
  answer.json.leads.map(({ leadId }) => leadId)

/** All pages of a list. */
const walk = async (get: ReturnType<typeof setup>['get'], query: string): Promise<string[][]> => {
  const pages: string[][] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const answer = await get('leads', `${query}${cursor === '' ? '' : `&cursor=${cursor}`}`)
    expect(answer.status).toBe(200)
    pages.push(ids(answer))
    cursor = answer.json.cursor as string | null
    if (pages.length > 20) throw new Error('the pages do not end')
  }
  return pages
}

describe('lists', () => {
  test('unfiltered: the newest first, whatever their stage, page by page', async () => {
    const { get, newest } = await many()
    expect(await walk(get, 'limit=4')).toEqual([newest.slice(0, 4), newest.slice(4, 8), newest.slice(8)])
    expect(await walk(get, 'limit=10')).toEqual([newest])
    expect((await get('leads')).json.cursor).toBeNull()
  })

  test('a lead that moves to another stage between two pages is neither lost nor shown twice', async () => {
    const { get, newest, memory } = await many()
    const first = await get('leads', 'limit=5')
    for (const leadId of [newest[2], newest[7]]) {
      const item = memory.item(leadId ?? '')
      if (item.head) item.head = { ...item.head, state: { ...item.head.state, stage: 'customer' } }
    }
    const second = await get('leads', `limit=5&cursor=${first.json.cursor}`)
    expect([...ids(first), ...ids(second)]).toEqual(newest)
  })

  test('by stage, by temperature, by both', async () => {
    const { get, newest } = await many()
    const rest = (keep: (i: number) => boolean) => newest.filter((_, n) => keep(9 - n))
    expect(await walk(get, 'stage=opportunity&limit=3')).toEqual([
      rest((i) => i % 2 === 0).slice(0, 3),
      rest((i) => i % 2 === 0).slice(3),
    ])
    expect((await walk(get, 'temperature=hot&limit=3')).flat()).toEqual(rest((i) => i % 3 === 0))
    expect((await walk(get, 'temperature=hot&limit=1')).flat()).toEqual(rest((i) => i % 3 === 0))
    expect((await walk(get, 'stage=opportunity&temperature=hot')).flat()).toEqual(rest((i) => i % 6 === 0))
    expect((await get('leads', 'temperature=cold')).json.leads).toEqual([])
    expect((await get('leads', 'stage=nowhere')).json).toEqual({ leads: [], cursor: null })
  })

  test('a walk past very many leads pauses with a cursor', async () => {
    const { memory, get } = setup()
    const head = async () => {
      const leadId = await capture(memory, 'lead@example.com', memory.now)
      return memory.item(leadId).head
    }
    const one = await head()
    if (one === undefined) throw new Error('no head')
    const letters = 'abcdefghijklmnopqrstuvwxyz'
    for (let i = 0; i < 1200; i++) {
      const id =
        `${letters[Math.floor(i / 26 / 26)]}${letters[Math.floor(i / 26) % 26]}${letters[i % 26]}`.padEnd(
          26,
          'x',
        )
      memory.item(id).head = { ...one, state: { ...one.state, createdAt: memory.now - i - 1 } }
    }
    const pages = await walk(get, 'temperature=hot')
    expect(pages.flat()).toEqual([])
    expect(pages).toHaveLength(3)
  })

  test('by owner', async () => {
    const { memory, get } = setup()
    const at = memory.now - minute
    const handed = { type: 'handed-off', id: 'h', at, handoffId: 'h', owner: 'jo@example.com' } as const
    const leadId = await capture(memory, 'a@example.com', at, [handed])
    await capture(memory, 'b@example.com', at)
    const answer = await get('leads', 'owner=jo@example.com')
    expect(ids(answer)).toEqual([leadId])
    expect(answer.json.leads[0].owner).toBe('jo@example.com')
    expect((await get('leads', 'owner=nobody@example.com')).json.leads).toEqual([])
  })
})

describe('look-ups', () => {
  test.each([
    'email=ines.duarte@example.com',
    'email=Ines.Duarte%40EXAMPLE.com',
    'email=%20ines.duarte@example.com%20',
    'email=i.duarte@example.com',
    'sourceLeadId=901',
    'sourceLeadId=902',
    'sourceLeadId=903&source=generic:partner',
    'sourceLeadId=904',
  ])('%s', async (query) => {
    const { memory, get } = setup()
    const leadId = await capture(memory, 'ines.duarte@example.com', memory.now - minute)
    const hash = await (await import('../../../../functions/shared/identity.ts')).addressHash(
      memory.ports.secrets,
      'i.duarte@example.com',
    )
    memory.aliases.set(`email ${hash}`, leadId)
    const { pointers } = memory
    pointers.set('facebook 901', leadId)
    pointers.set('typeform 902', leadId)
    pointers.set('generic:partner 903', leadId)
    pointers.set('form:warehouse-guide 904', leadId)
    const answer = await get('leads', query)
    expect(answer.status).toBe(200)
    expect(ids(answer)).toEqual([leadId])
    expect(answer.json.cursor).toBeNull()
  })

  test('a plus that was not escaped is still a plus', async () => {
    const { memory, get } = setup()
    const leadId = await capture(memory, 'ines+test@example.com', memory.now)
    expect(ids(await get('leads', 'email=ines+test@example.com'))).toEqual([leadId])
    expect(ids(await get('leads', 'email=ines%2Btest@example.com'))).toEqual([leadId])
  })

  test.each([
    'email=nobody@example.com',
    'email=not-an-address',
    'sourceLeadId=0',
    'sourceLeadId=1&source=api:x',
  ])('%s is nobody: 200 and an empty list', async (query) => {
    const answer = await setup().get('leads', query)
    expect([answer.status, answer.json]).toEqual([200, { leads: [], cursor: null }])
  })
})

describe('refusals', () => {
  test.each([
    'stage=lead&owner=jo@example.com',
    'email=a@example.com&stage=lead',
    'owner=jo@example.com&temperature=hot',
    'email=a@example.com&sourceLeadId=1',
    'source=facebook',
    'name=Ines',
    'pk) OR attribute_exists(pk=1',
    'stage=lead&stage=mql',
    'stage=',
    'temperature=boiling',
    'limit=0',
    'limit=101',
    'limit=ten',
    'limit=-1',
    'cursor=',
    'cursor=x',
    `cursor=${Buffer.from('{"before":"STAGE#lead"}').toString('base64url')}`,
    `cursor=${Buffer.from('null').toString('base64url')}`,
  ])('%s', async (query) => {
    const { status, headers, json } = await setup().get('leads', query)
    expect(status).toBe(400)
    expect(headers['content-type']).toContain('application/problem+json')
    expect(json).toMatchObject({
      type: 'about:blank',
      title: 'Bad request',
      status: 400,
      errors: [{ message: expect.any(String) }],
    })
  })
})
