/** The models that the check explores. */
import { arrive, deadLetter } from '../../../domain/arbiter.ts'
import { decided } from '../../../domain/arbiter-decide.ts'
import { diverted, exited } from '../../../domain/arbiter-divert.ts'
import { begun, moved } from '../../../domain/arbiter-move.ts'
import { reconciled, settle } from '../../../domain/arbiter-settle.ts'
import type { Stop } from '../../../domain/enrolment.ts'
import { type Budget, catching, type Model, type Rules, type Shape } from './world.ts'

export const rules: Rules = {
  arrive,
  deadLetter,
  settle,
  reconciled,
  diverted,
  decided,
  exited,
  moved,
  begun,
}

const quiet: Budget = {
  crash: 0,
  dup: 0,
  refuse: 0,
  skip: 0,
  unclear: 0,
  redrive: 0,
  lost: 0,
  click: 0,
  replan: 0,
  exit: 0,
  unsubscribe: 0,
  erase: 0,
  publish: 0,
  decide: 0,
}

const stop = (id: string, path?: 'x' | 'default', more: Partial<Stop> = { open: ['b'] }): Stop => ({
  id,
  on: path === undefined ? [] : [{ branch: 'b', path, isDefault: path === 'default' }],
  last: false,
  ...more,
})

/** Email 1, then email 2 or (at a click) email x, then email 3. */
const rejoining = {
  route: [
    stop('e1'),
    stop('e2', 'default'),
    stop('ex', 'x'),
    stop('e3', undefined, { meets: ['b'], last: true }),
  ],
  order: ['e1', 'e2', 'ex', 'e3'],
  next: { e1: 'e2', e2: 'e3', ex: 'e3' },
}

/** The same, with the branch's paths in the other order of the file. */
const mirrored = {
  ...rejoining,
  route: [
    stop('e1'),
    stop('ex', 'x'),
    stop('e2', 'default'),
    stop('e3', undefined, { meets: ['b'], last: true }),
  ],
}

/** The branch's default path is empty, and an email follows the rejoin. */
const detour = {
  route: [
    stop('e1'),
    stop('ex', 'x'),
    stop('e2', undefined, { meets: ['b'] }),
    stop('e3', undefined, { last: true }),
  ],
  order: ['e1', 'ex', 'e2', 'e3'],
  next: { e1: 'e2', ex: 'e2', e2: 'e3' },
}

/** The last email is followed by a wait: the sequence listens until its end. */
const listening = {
  route: [
    ...rejoining.route.slice(0, 3),
    stop('e3', undefined, { meets: ['b'] }),
    stop('end', undefined, { last: true, silent: true }),
  ],
  order: rejoining.order,
  next: { ...rejoining.next, e3: 'end' },
}

/** The paths do not meet again. */
const parting = {
  route: [
    stop('e1'),
    stop('e2', 'default', { open: ['b'], last: true }),
    stop('ex', 'x', { open: ['b'], last: true }),
  ],
  order: ['e1', 'e2', 'ex'],
  next: { e1: 'e2' },
}

/** An email more before the branch. */
const grown = {
  route: [
    stop('e1', undefined, {}),
    stop('en'),
    stop('e2', 'default'),
    stop('ex', 'x'),
    stop('e3', undefined, { meets: ['b'], last: true }),
  ],
  order: ['e1', 'en', 'e2', 'ex', 'e3'],
  next: { e1: 'en', en: 'e2', e2: 'e3', ex: 'e3' },
}

/** The default path's email is taken out. */
const shrunk = {
  route: [stop('e1'), stop('ex', 'x'), stop('e3', undefined, { meets: ['b'], last: true })],
  order: ['e1', 'ex', 'e3'],
  next: { e1: 'e3', ex: 'e3' },
}

/** The third email comes before the branch now. */
const reordered = {
  route: [
    stop('e1', undefined, {}),
    stop('e3'),
    stop('e2', 'default'),
    stop('ex', 'x'),
    stop('e4', undefined, { meets: ['b'], last: true }),
  ],
  order: ['e1', 'e3', 'e4'],
  next: { e1: 'e3', e3: 'e2', e2: 'e4', ex: 'e4' },
}

const held: Partial<Model> = { start: 'hold', landing: 'hold' }

/** The run goes on by another version. */
const into = (shape: Shape, map: Readonly<Record<string, string>> = {}): Partial<Model> => ({
  edition: { shape, map },
})

export const model = (
  name: string,
  shape: Shape,
  budget: Partial<Budget>,
  more: Partial<Model> = {},
): Model => ({
  name,
  ...shape,
  catches: catching(shape.route),
  start: 'email',
  landing: 'email',
  repeats: false,
  budget: { ...quiet, ...budget },
  rules,
  ...more,
})

export const shapes = { rejoining, mirrored, detour, parting }

/** The branch is on score or field: a message decides it. */
const decisions: readonly Model[] = [
  model('decision', rejoining, { decide: 1, crash: 1, refuse: 1, replan: 1 }),
  model('decision, hold first', mirrored, { decide: 1, crash: 1, redrive: 1 }, held),
  model('decision, endings', detour, { decide: 1, crash: 1, exit: 1, unsubscribe: 1 }),
  model('decision, duplicates', parting, { decide: 1, crash: 1, dup: 1 }),
  model('decision, lost answers', rejoining, { decide: 1, lost: 1, unclear: 1 }),
]

const largeDecisions: readonly Model[] = [
  model('decision', rejoining, { decide: 1, crash: 2, refuse: 1, replan: 1 }),
  model('decision, hold first', mirrored, { decide: 1, crash: 2, redrive: 1, replan: 1 }, held),
  model('decision, endings', detour, { decide: 1, crash: 2, exit: 1, unsubscribe: 1 }),
  model('decision, duplicates', parting, { decide: 1, crash: 1, dup: 2 }),
  model('decision, lost answers', rejoining, { decide: 1, lost: 2, unclear: 1, crash: 1 }),
]

/** A run is moved on its way: by a year that has passed, or by an edit. */
const moves: readonly Model[] = [
  model('moved', rejoining, { publish: 1, crash: 1 }, into(rejoining)),
  model('moved, click', mirrored, { publish: 1, click: 1 }, into(mirrored)),
  model('moved, hold first', rejoining, { publish: 1, click: 1 }, { ...into(rejoining), ...held }),
  model('moved, endings', rejoining, { publish: 1, exit: 1, unsubscribe: 1 }, into(rejoining)),
  model('moved, grown', rejoining, { publish: 1, crash: 1 }, into(grown)),
  model('moved, shrunk', rejoining, { publish: 1, crash: 1 }, into(shrunk, { e2: 'e3' })),
  model('moved, reordered', rejoining, { publish: 1, crash: 1 }, into(reordered)),
  model('moved, lost answers', rejoining, { publish: 1, lost: 1, replan: 1 }, into(rejoining)),
]

const largeMoves: readonly Model[] = [
  model('moved', rejoining, { publish: 1, crash: 2 }, into(rejoining)),
  model('moved, click', mirrored, { publish: 1, crash: 1, click: 1 }, into(mirrored)),
  model('moved, hold first', rejoining, { publish: 1, crash: 1, click: 1 }, { ...into(rejoining), ...held }),
  model('moved, endings', rejoining, { publish: 1, crash: 1, exit: 1, unsubscribe: 1 }, into(rejoining)),
  model('moved, grown', rejoining, { publish: 1, crash: 1, refuse: 1 }, into(grown)),
  model('moved, shrunk', rejoining, { publish: 1, crash: 1, click: 1 }, into(shrunk, { e2: 'e3' })),
  model('moved, reordered', rejoining, { publish: 1, crash: 1, unclear: 1 }, into(reordered)),
  model('moved, redriven', rejoining, { publish: 1, crash: 1, redrive: 1 }, into(rejoining)),
  model('moved, duplicates', rejoining, { publish: 1, dup: 1, crash: 1 }, into(rejoining)),
  model('moved, lost answers', rejoining, { publish: 1, lost: 1, crash: 1, replan: 1 }, into(rejoining)),
]

/** About a million worlds: seconds. */
export const models: readonly Model[] = [
  model('crashes', rejoining, { crash: 2, refuse: 1, unclear: 1, skip: 1 }),
  model('click and new plan', rejoining, { crash: 1, click: 1, replan: 1 }),
  model('hold first', mirrored, { crash: 1, click: 1, replan: 1 }, { start: 'hold', landing: 'hold' }),
  model('endings', rejoining, { crash: 1, exit: 1, unsubscribe: 1, erase: 1 }),
  model('click and exit', mirrored, { crash: 1, click: 1, exit: 1, skip: 1 }),
  model('detour', detour, { crash: 1, click: 1, replan: 1, refuse: 1 }),
  model('parting', parting, { crash: 1, click: 1, replan: 1, dup: 1 }),
  model('redrive', rejoining, { crash: 1, redrive: 1, refuse: 1, click: 1 }),
  model('duplicates', mirrored, { crash: 1, dup: 2 }),
  model('listening end', listening, { crash: 1, click: 1, refuse: 1 }),
  model('one more attempt', rejoining, { crash: 2, unclear: 1 }, { repeats: true }),
  model('lost answers', rejoining, { lost: 2, crash: 1, refuse: 1 }),
  model('lost answers and signals', mirrored, { lost: 1, click: 1, replan: 1, refuse: 1 }),
  model('lost answers and endings', rejoining, { lost: 1, exit: 1, unsubscribe: 1, erase: 1 }),
  model('lost answers, one more attempt', rejoining, { lost: 1, unclear: 1, crash: 1 }, { repeats: true }),
  ...decisions,
  ...moves,
]

/** Many millions: some ten minutes. */
export const largeModels: readonly Model[] = [
  model('crashes', rejoining, { crash: 3, refuse: 2, unclear: 1, skip: 1 }),
  model('click and new plan', rejoining, { crash: 2, click: 1, replan: 1, refuse: 1 }),
  model('hold first', mirrored, { crash: 2, click: 1, replan: 1 }, { start: 'hold', landing: 'hold' }),
  model('endings', rejoining, { crash: 2, exit: 1, unsubscribe: 1, erase: 1 }),
  model('click and exit', mirrored, { crash: 2, click: 1, exit: 1, unsubscribe: 1, skip: 1 }),
  model('detour', detour, { crash: 1, click: 1, replan: 1, dup: 1 }),
  model('parting', parting, { crash: 2, click: 1, replan: 1, exit: 1 }),
  model('redrive', rejoining, { crash: 2, redrive: 1, refuse: 1, click: 1 }),
  model('duplicates', mirrored, { crash: 2, dup: 1, click: 1 }),
  model('listening end', listening, { crash: 2, click: 1, exit: 1 }),
  model('one more attempt', rejoining, { crash: 1, unclear: 1, click: 1, replan: 1 }, { repeats: true }),
  model('lost answers', rejoining, { lost: 2, crash: 2, refuse: 1, unclear: 1 }),
  model('lost answers and signals', mirrored, { lost: 2, crash: 1, click: 1, replan: 1 }),
  model('lost answers and endings', rejoining, { lost: 2, exit: 1, unsubscribe: 1, erase: 1 }),
  model('lost answers, one more attempt', rejoining, { lost: 2, unclear: 1, click: 1 }, { repeats: true }),
  ...largeDecisions,
  ...largeMoves,
]
