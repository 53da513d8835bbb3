/** What is said when a step that does something without a mail is misused. Steps begin in line 7. */
import { describe, expect, test } from 'vitest'
import { misuse, said } from './helpers.ts'

describe('score, tag, set, stage', () => {
  misuse([
    ['  - score: { add: 0, reason: Why }', '7:19 add: found 0; nothing would change'],
    ['  - score: { add: 101, reason: Why }', '7:19 add: found 101; allowed: at most 100'],
    [
      '  - score: { add: ten, part: fitness }',
      '7:12 "reason" is missing; expected a text',
      '7:19 add: expected a number, found "ten"',
      '7:30 part: found "fitness"; allowed: engagement, fit',
    ],
    ['  - tag: reader', '7:10 tag: expected a block of keys (add, remove, id, name), found "reader"'],
    ['  - tag: {}', '7:10 which tag? write { add: <tag> } or { remove: <tag> }'],
    [
      '  - tag: { add: "a*" }',
      '7:17 add: found "a*"; a tag is a short text without "*", commas, brackets and quotes, at most 60 characters',
    ],
    ['  - tag: { add: [ a, b ], remove: b }', '7:35 "b" is added and removed at once'],
    ['  - set: {}', '7:10 set what? write { <field>: <value> }'],
    [
      '  - set: { email: x@example.com }',
      '7:12 "email" cannot be set by a sequence: it comes from the lead itself',
    ],
    [
      '  - set: { First Name: x, plan: pro }',
      '7:12 found "First Name"; a field is letters, digits, "_", "." and "-"',
    ],
    [
      '  - set: { firstName: x, Stage: lead, tag: a, score: 3 }',
      '7:12 "firstName" cannot be set by a sequence: it comes from the lead itself',
      '7:26 "Stage" is not a field; write the step stage: { to: …, reason: … }',
      '7:39 "tag" is not a field; write the step tag: { add: … }',
      '7:47 "score" is not a field; write the step score: { add: …, reason: … }',
    ],
    ['  - set: { plan: [ a ] }', '7:18 plan: expected a text or a number or true or false, found a list'],
    ['  - set: { fields: { plan: pro }, idd: x }', '7:35 unknown key "idd"; did you mean "id"?'],
    ['  - stage: { to: custmer, reason: Why }', '7:18 unknown stage "custmer"; did you mean "customer"?'],
    ['  - stage: customer', '7:12 stage: expected a block of keys (to, reason, id, name), found "customer"'],
  ])
})

describe('webhook', () => {
  const help = 'a secret is named by capital letters, digits and "_", like "secret:CRM_WEBHOOK"'
  const own = 'is not a public host: nothing inside a network is called'
  misuse([
    [
      '  - webhook: { url: "http://crm.example.com/x" }',
      '7:21 url: found "http://crm.example.com/x"; it must begin with https://',
    ],
    [
      '  - webhook: { url: "https://localhost/x" }',
      `7:21 url: found "https://localhost/x"; "localhost" ${own}`,
    ],
    ['  - webhook: { url: "https://0x7f.1/x" }', `7:21 url: found "https://0x7f.1/x"; "127.0.0.1" ${own}`],
    ['  - webhook: { url: "https://[::1]/x" }', `7:21 url: found "https://[::1]/x"; "[::1]" ${own}`],
    [
      '  - webhook: { url: "https://a:b@crm.example.com" }',
      '7:21 url: found "https://a:b@crm.example.com"; keep the password out of the file: put the whole URL in a secret',
    ],
    ['  - webhook: { url: "secret:crm-hook" }', `7:21 url: found "secret:crm-hook"; ${help}`],
    [
      '  - webhook: { url: CRM_WEBHOOK }',
      '7:21 url: found "CRM_WEBHOOK"; write "https://…" or "secret:NAME"',
    ],
    [
      '  - webhook: { url: "secret:CRM", secret: whsec_abc }',
      `7:43 secret: a secret is named, never written down: ${help}`,
    ],
    ['  - webhook: { url: "secret:CRM", secret: "secret:a" }', `7:43 secret: ${help}`],
    [
      '  - webhook: { url: "secret:CRM", event: "Lead Created" }',
      '7:42 event: found "Lead Created"; lower case words with dots between, like lead.webinar',
    ],
    [
      '  - webhook: { url: "secret:CRM", body: { a: "{{ lead.email", b: [ 1, "{% nope %}" ], c: { d: "{{ x | shout }}" } } }',
      '7:46 Liquid: output "{{ lead.email" not closed',
      '7:71 Liquid: tag "nope" not found',
      '7:95 Liquid: undefined filter: shout',
    ],
    ['  - webhook: { url: "secret:CRM", body: text }', '7:41 body: expected a block of keys, found "text"'],
  ])

  test('a body that is a file of its own', () => {
    expect(said(`  - webhook: { url: "secret:CRM", body: { text: "${'x'.repeat(20_000)}" } }`)).toEqual([
      'test.yaml:7:41 the body has 20011 characters; allowed: 16384',
    ])
  })
})
