/** What is allowed, but hardly meant. Steps begin in line 7. */
import { describe, expect, test } from 'vitest'
import type { Settings } from '../../../domain/settings.ts'
import { settings } from '../domain/settings-sample.ts'
import { fileOf, problemsOf } from './helpers.ts'

const sample: Settings = { ...settings, consent: { ...settings.consent, expires: 720 * 86_400_000 } }
const said = (steps: string, more: Partial<Settings> = {}): string[] =>
  problemsOf(fileOf(steps), { settings: { ...sample, ...more } })
const warning = (place: string, text: string): string => `test.yaml:${place} warning: ${text}`

describe('more mails than the frequency cap allows', () => {
  const four = (wait: string): string =>
    ['one', 'two', 'three', 'four'].map((id) => `  - send: ${id}`).join(`\n  - wait: ${wait}\n`)
  const held = (place: string) =>
    warning(
      place,
      'settings.yaml allows 3 in 7 days, and more mails than that are planned up to here: it will be held back',
    )

  test('the first mail that is too much', () => {
    expect(said(four('2 days'))).toEqual([held('13:5')])
    expect(said(four('3 days'))).toEqual([])
    expect(said(four('2 days'), { sending: { days: [1], holidays: [], minGap: 0 } })).toEqual([])
  })

  test('the gap between mails counts, a mail that was asked for does not', () => {
    expect(said(four('1 hour'), { sending: { ...sample.sending, minGap: 3 * 86_400_000 } })).toEqual([])
    expect(said(four('2 days').replace('send: one', 'send: one\n    immediately: true'))).toEqual([])
    const counted: Settings['sending'] = {
      ...sample.sending,
      cap: { max: 3, per: 7 * 86_400_000, transactional: 'counted' },
    }
    expect(
      said(four('2 days').replace('send: one', 'send: one\n    immediately: true'), { sending: counted }),
    ).toEqual([held('14:5')])
  })

  test('the default path counts, up to its end', () => {
    const split = (first: string, last: string) =>
      `  - send: one\n  - wait: 1 day\n  - split: { id: s, paths: [ { name: A, share: 50%, steps: [ ${first} ] }, { name: B, share: 50%, steps: [ ${last} ] } ] }\n  - wait: 1 day\n  - send: two`
    const two = '{ send: three }, { wait: 1 day }, { send: four }'
    expect(said(split('{ tag: { add: a } }', two))).toEqual([held('11:5')])
    expect(said(split(two, '{ tag: { add: a } }'))).toEqual([])
    expect(said(split('{ tag: { add: a } }', `${two}, { end: done }`))).toEqual([])
  })

  test('a wait_for takes its time', () => {
    const wait = (timeout: string) =>
      `  - send: one\n  - wait_for: { id: w, event: a.b, timeout: ${timeout} }\n  - send: two\n  - wait: 1 day\n  - send: three\n  - wait: 1 day\n  - send: four`
    expect(said(wait('5 days'))).toEqual([])
    expect(said(wait('4 days'))).toEqual([held('13:5')])
  })
})

describe('mail later than a consent lasts', () => {
  const late = (place: string, days: number) =>
    warning(
      place,
      `this mail may come ${days} days after the lead entered; a consent lasts 720 days (settings.yaml)`,
    )

  test('by one wait, by many, by a date that is missing, on any path', () => {
    expect(said('  - send: one\n  - wait: 3 years\n  - send: two')).toEqual([late('9:5', 1080)])
    expect(
      said('  - send: one\n  - wait: 700 days\n  - send: two\n  - wait: 21 days\n  - send: three'),
    ).toEqual([late('11:5', 721)])
    expect(
      said('  - send: one\n  - wait: { until: { date: contract.end }, otherwise: 721 days }\n  - send: two'),
    ).toEqual([late('9:5', 721)])
    const paths = '{ name: A, share: 50%, steps: [ { wait: 2 years } ] }, { name: B, share: 50% }'
    expect(
      said(
        `  - send: one\n  - split: { id: s, paths: [ ${paths} ] }\n  - wait: { for: 1 day, then: "tue 10:00" }\n  - send: two`,
      ),
    ).toEqual([late('10:5', 728)])
  })

  test('not when nothing is mailed after it, nor when a consent lasts for ever', () => {
    expect(said('  - send: one\n  - wait: 3 years\n  - tag: { add: a }')).toEqual([])
    expect(said('  - send: one\n  - wait: 3 years\n  - send: two', { consent: settings.consent })).toEqual([])
  })
})

describe('mail before consent', () => {
  const asked = {
    forms: new Map([
      ['demo', new Set(['product'])],
      ['guide', new Set(['guides', 'product'])],
    ]),
    adForms: new Map([
      ['facebook 901', new Set(['product'])],
      ['linkedin *', new Set(['guides'])],
    ]),
  }
  const entered = (when: string, steps = '  - send: one'): string[] =>
    problemsOf(fileOf(steps).replace('when: { form: demo }', `when: ${when}`), { asked })
  const mute = 'for the topic "guides": who enters by it is not mailed (no consent)'

  test('an error when there is no other way in', () => {
    expect(entered('{ form: demo }')).toEqual([`test.yaml:5:16 the form "demo" does not ask ${mute}`])
    expect(entered('{ ad_form: { source: facebook, form_id: "901" } }')).toEqual([
      `test.yaml:5:16 the facebook form 901 does not ask ${mute}`,
    ])
    expect(entered('{ ad_form: { source: tiktok, form_id: "7" } }')).toEqual([
      `test.yaml:5:16 the tiktok form 7 is in no file of workflows/forms, so nothing asks ${mute}`,
    ])
  })

  test('a warning when there is', () => {
    expect(entered('[ { form: [ demo, guide ] }, api ]')).toEqual([
      warning('5:16', `the form "demo" does not ask ${mute}`),
    ])
  })

  test('nothing when the form asks, or nothing is mailed', () => {
    expect(entered('{ form: guide }')).toEqual([])
    expect(entered('{ ad_form: { source: linkedin, form_id: "6083" } }')).toEqual([])
    expect(entered('{ form: demo }', '  - notify: { to: maya, template: notice }')).toEqual([])
  })
})

describe('a wait_for on a mail that is not the one before it', () => {
  const waitFor = (step: string) =>
    `  - wait_for: { id: w, event: { name: email.clicked, step: ${step} }, timeout: 1 day }`
  const notBefore = (place: string, step: string) =>
    warning(
      place,
      `"${step}" is not the mail before this step; what happens before this step is reached does not count: put it right behind "${step}"`,
    )

  test('another mail lies between', () => {
    expect(said(`  - send: one\n  - send: two\n${waitFor('one')}\n  - send: three`)).toEqual([
      notBefore('9:21', 'one'),
    ])
  })

  test('it comes later', () => {
    expect(said(`  - send: one\n${waitFor('two')}\n  - send: two`)).toEqual([notBefore('8:21', 'two')])
  })

  test('acts, waits and forks may lie between; one of the named mails is enough', () => {
    expect(
      said(`  - send: one\n  - wait: 1 day\n  - tag: { add: a }\n${waitFor('one')}\n  - send: two`),
    ).toEqual([])
    expect(said(`  - send: one\n  - send: two\n${waitFor('[ one, two ]')}\n  - send: three`)).toEqual([])
    const split =
      '  - split: { id: s, paths: [ { name: A, share: 50%, steps: [ { send: two } ] }, { name: B, share: 50%, steps: [ { tag: { add: a } } ] } ] }'
    expect(said(`  - send: one\n${split}\n${waitFor('one')}\n  - send: three`)).toEqual([])
    expect(said(`  - send: one\n${split}\n${waitFor('two')}\n  - send: three`)).toEqual([])
    const repeat = `  - repeat: { id: r, times: 3, steps: [ { send: one }, {${waitFor('one').slice(3)} }, { wait: 9 days } ] }`
    expect(said(repeat)).toEqual([])
  })
})

describe('"immediately" on a mail that is not the first', () => {
  const late = warning('9:9', '')

  test('is warned of', () => {
    expect(said('  - send: one\n  - send: two\n    id: second\n    immediately: true')).toEqual([
      `${late}"immediately" on a mail that is not the first: only a mail that was just asked for should ignore quiet hours and the frequency cap`,
    ])
  })

  test('not where it is the first of its path', () => {
    const arm = (id: string) => `{ name: ${id}, share: 50%, steps: [ { send: ${id}, immediately: true } ] }`
    expect(said(`  - wait: 1 hour\n  - split: { id: s, paths: [ ${arm('one')}, ${arm('two')} ] }`)).toEqual(
      [],
    )
  })
})

test('a path that an earlier one takes away', () => {
  const path = (name: string, condition: string, id: string) =>
    `        - { name: ${name}, if: ${condition}, steps: [ { send: ${id} } ] }\n`
  const branch = (...paths: string[]) =>
    said(
      `  - branch:\n      id: b\n      paths:\n${paths.join('')}        - { name: Rest, else: true, steps: [ { send: six } ] }`,
    )
  expect(
    branch(path('A', '{ fit: 3, stage: lead }', 'one'), path('B', '{ stage: lead, fit: 3 }', 'two')),
  ).toEqual([])
  expect(
    branch(
      path('A', '{ fit: ">= 3" }', 'one'),
      path('B', '{ fit: "< 3" }', 'two'),
      path('C', '{ score: { fit: ">= 3" } }', 'three'),
    ),
  ).toEqual([warning('12:26', 'this path is never taken: "A" has the same condition and comes first')])
})

describe('a stage that ends all sequences', () => {
  const ended = (place: string) =>
    warning(
      place,
      'the steps behind "customer" are never reached: that stage ends all sequences (settings.yaml)',
    )
  const stage = '{ stage: { to: customer, reason: Bought } }'

  test('has steps behind it', () => {
    expect(said(`  - send: one\n  - ${stage}\n  - wait: 1 day\n  - send: two`)).toEqual([ended('8:5')])
    const split = `  - split: { id: s, paths: [ { name: A, share: 50%, steps: [ ${stage} ] }, { name: B, share: 50% } ] }`
    expect(said(`${split}\n  - send: two`)).toEqual([ended('7:62')])
  })

  test('or nothing', () => {
    expect(said(`  - send: one\n  - ${stage}\n  - wait: 1 day\n  - end: won`)).toEqual([])
    const split = `  - split: { id: s, paths: [ { name: A, share: 50%, steps: [ ${stage}, { end: won } ] }, { name: B, share: 50% } ] }`
    expect(said(`${split}\n  - send: two`)).toEqual([])
    expect(said('  - send: one\n  - stage: { to: lead, reason: Why }\n  - send: two')).toEqual([])
  })
})

test('half of the leads held out', () => {
  const held = (share: string) => problemsOf(fileOf('  - send: one', `holdout: ${share}`))
  expect(held('50%')).toEqual([
    warning('8:10', 'half of the leads or more get nothing; a tenth is enough to compare with'),
  ])
  expect(held('49.99%')).toEqual([])
})
