/** A sequence, and what marketers do to it while leads are on their way. */
import type { Path, Removal, Sequence, Step } from '../../../domain/sequence.ts'
import { versionOf } from '../../../workflows/compiler/version.ts'

export const send = (id: string, template = id): Step => ({ kind: 'send', id, template, immediately: false })
const notify = (id: string): Step => ({ kind: 'notify', id, template: id, to: 'maya' })
export const days = (count: number): Step => ({ kind: 'wait', wait: { for: `P${count}D` } })
const tag = (id: string): Step => ({ kind: 'act', id, action: { do: 'tag', add: [id], remove: [] } })
const end: Step = { kind: 'end', id: 'end', outcome: 'finished' }
const path = (id: string, steps: readonly Step[]): Path => ({ id, name: id, steps })
const isBig = { field: 'company.size', is: { atLeast: 200 } }

const branch = (id: string, ...paths: readonly (readonly [string, ...Step[]])[]): Step => ({
  kind: 'branch',
  id,
  paths: paths.map(([name, ...steps], index) => ({
    ...path(`${id}.${name}`, steps),
    ...(index < paths.length - 1 && { if: isBig }),
  })),
})
const split = (id: string, ...paths: readonly (readonly [string, ...Step[]])[]): Step => ({
  kind: 'split',
  id,
  paths: paths.map(([name, ...steps]) => ({ ...path(`${id}.${name}`, steps), share: 10_000 / paths.length })),
})
const clicked = (yes: readonly Step[], no: readonly Step[]): Step => ({
  kind: 'wait_for',
  id: 'clicked',
  event: { name: 'email.clicked' },
  timeout: 'P4D',
  yes: path('clicked.yes', yes),
  no: path('clicked.no', no),
})

export const sequenceOf = (steps: readonly Step[], more: Partial<Sequence> = {}): Sequence => {
  const content = {
    id: 'test',
    name: 'Test',
    topic: 'guides',
    priority: 50,
    enrol: { when: [], again: 'never' },
    exits: [],
    steps: steps.at(-1)?.kind === 'end' || steps.at(-1)?.kind === 'next' ? steps : [...steps, end],
    ...more,
  }
  return { ...content, version: versionOf(content) }
}

const removed = (id: string, removal: Removal): Partial<Sequence> => ({ removed: { [id]: removal } })
const size = (big: readonly Step[], rest: readonly Step[]): Step =>
  branch('size', ['big', ...big], ['rest', ...rest])
const [a, b, c1, c2, d, e, f] = [...['a', 'b', 'c1', 'c2', 'd', 'e', 'f']].map((id) => send(id)) as [
  Step,
  Step,
  Step,
  Step,
  Step,
  Step,
  Step,
]
const big = [c1, days(1), c2]
const [head, tail] = [
  [a, days(2), b, days(3)],
  [days(2), e, days(5), f],
]

export const base = sequenceOf([...head, size(big, [d]), ...tail])

/** What was sequence, in words, and what it becomes. */
export const edits: Readonly<Record<string, Sequence>> = {
  'another template': sequenceOf([a, days(2), send('b', 'b-new'), days(3), size(big, [d]), ...tail]),
  'a mail before the first': sequenceOf([send('n'), days(1), ...head, size(big, [d]), ...tail]),
  'a mail in between': sequenceOf([a, days(1), send('n'), days(2), b, days(3), size(big, [d]), ...tail]),
  'a mail right before the branch': sequenceOf([...head, send('n'), days(2), size(big, [d]), ...tail]),
  'a mail on the default path': sequenceOf([...head, size(big, [send('n'), days(2), d]), ...tail]),
  'a mail on the other path': sequenceOf([...head, size([...big, days(1), send('n')], [d]), ...tail]),
  'a mail at the end': sequenceOf([...head, size(big, [d]), ...tail, days(2), send('n')]),
  'the first taken out, on to the second': sequenceOf(
    [b, days(3), size(big, [d]), ...tail],
    removed('a', { map: 'b' }),
  ),
  'the second taken out, on to a path': sequenceOf(
    [a, days(2), size(big, [d]), ...tail],
    removed('b', { map: 'd' }),
  ),
  'the second taken out, back to the first': sequenceOf(
    [a, days(2), size(big, [d]), ...tail],
    removed('b', { map: 'a' }),
  ),
  'the second taken out, with its leads': sequenceOf(
    [a, days(2), size(big, [d]), ...tail],
    removed('b', 'exit'),
  ),
  'the second taken out, its leads stay': sequenceOf(
    [a, days(2), size(big, [d]), ...tail],
    removed('b', 'pin'),
  ),
  'the second taken out, nothing said': sequenceOf([a, days(2), size(big, [d]), ...tail]),
  'the branch taken out': sequenceOf([...head, ...tail], {
    removed: { size: { map: 'e' }, c1: { map: 'c2' }, c2: { map: 'e' }, d: { map: 'e' } },
  }),
  'a path taken out': sequenceOf([...head, size([], [d]), ...tail], {
    removed: { c1: { map: 'e' }, c2: { map: 'e' } },
  }),
  'the last taken out': sequenceOf([...head, size(big, [d]), days(2), e], removed('f', { map: 'end' })),
  'two swapped': sequenceOf([a, days(2), e, days(3), size(big, [d]), days(2), b, days(5), f]),
  'the branch later': sequenceOf([...head, ...tail, days(1), size(big, [d])]),
  'the last one first': sequenceOf([f, days(1), ...head, size(big, [d]), days(2), e]),
  'shorter waits': sequenceOf([a, days(1), b, days(1), size(big, [d]), days(1), e, days(1), f]),
  'longer waits': sequenceOf([a, days(9), b, days(9), size(big, [d]), days(9), e, days(9), f]),
  'another branch before the end': sequenceOf([
    ...head,
    size(big, [d]),
    days(2),
    e,
    branch('late', ['big', send('n')], ['rest']),
    days(5),
    f,
  ]),
  'a branch around a mail': sequenceOf([
    a,
    days(2),
    branch('early', ['big', send('n')], ['rest', b]),
    days(3),
    size(big, [d]),
    ...tail,
  ]),
  'a branch that is decided ahead': sequenceOf([
    ...head,
    size([days(1), c1, days(1), c2], [days(4), d]),
    ...tail,
  ]),
  'a wait for a click': sequenceOf([a, clicked([send('n')], []), b, days(3), size(big, [d]), ...tail]),
  'an even split around a mail': sequenceOf([
    ...head,
    size(big, [d]),
    days(2),
    split('test', ['one', e], ['two', send('n')]),
    days(5),
    f,
  ]),
  'an uneven split around a mail': sequenceOf([
    a,
    days(2),
    split('test', ['one', send('n'), days(1), send('n2')], ['two', b]),
    days(3),
    size(big, [d]),
    ...tail,
  ]),
  'a path more': sequenceOf([
    ...head,
    branch('size', ['big', ...big], ['mid', send('n')], ['rest', d]),
    ...tail,
  ]),
  'the paths turned round': sequenceOf([...head, branch('size', ['rest', d], ['big', ...big]), ...tail]),
  'a mail out of its path': sequenceOf([...head, size(big, []), days(1), d, ...tail]),
  'a mail into a path': sequenceOf([a, days(2), size([b, days(1), ...big], [d]), ...tail]),
  'acts in between': sequenceOf([
    a,
    tag('t1'),
    days(2),
    tag('t2'),
    b,
    days(3),
    tag('t3'),
    size(big, [d]),
    ...tail,
  ]),
  'an act of its own': sequenceOf([a, days(1), tag('t'), days(1), b, days(3), size(big, [d]), ...tail]),
  'a mail to our own people': sequenceOf([a, days(2), notify('b'), days(3), size(big, [d]), ...tail]),
  'a path that ends': sequenceOf([
    ...head,
    size([...big, { kind: 'end', id: 'end-2', outcome: 'left' }], [d]),
    ...tail,
  ]),
  'a listening end': sequenceOf([...head, size(big, [d]), ...tail, days(7)]),
  'on to another sequence': sequenceOf([
    ...head,
    size(big, [d]),
    ...tail,
    days(3),
    { kind: 'next', id: 'go-on', sequence: 'other' },
  ]),
  'leads in flight stay': sequenceOf([a, days(1), send('n'), days(2), b, size(big, [d]), ...tail], {
    pinned: true,
  }),
}
