import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { signedHeaders } from '../../../../functions/webhook/signature.ts'

/** As a receiver does it (Standard Webhooks): any signature of the list by its own secret. */
const isSigned = (headers: Readonly<Record<string, string>>, body: string, secret: string): boolean => {
  const content = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`
  const right = createHmac('sha256', Buffer.from(secret.slice(6), 'base64'))
    .update(content)
    .digest()
  return (headers['webhook-signature'] ?? '')
    .split(' ')
    .map((text) => Buffer.from(text.replace(/^v1,/, ''), 'base64'))
    .some((given) => given.length === right.length && timingSafeEqual(given, right))
}
const fresh = () => `whsec_${randomBytes(32).toString('base64')}`

describe('the signature', () => {
  it.each([
    [
      'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
      'msg_p5jXN8AQM9LWM0D4loKWxJek',
      1_614_265_330,
      '{"test": 2432232314}',
      'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    ],
    [
      'c2hhcmVkLXN0YW5kYXJkLXdlYmhvb2sh',
      'msg_1',
      1_795_209_245,
      '{}',
      'v1,nqyDo2vvofGv35KYQvMFcEKilINiUgrO/SCTVqy+9OA=',
    ],
  ])('with %s is that of the specification’s libraries', (secret, id, seconds, body, signature) => {
    expect(signedHeaders(secret, id, seconds, body)).toEqual({
      'webhook-id': id,
      'webhook-timestamp': String(seconds),
      'webhook-signature': signature,
    })
  })

  it('convinces whoever has one of the secrets, and nobody once a character is changed', () => {
    fc.assert(
      fc.property(fc.string(), fc.stringMatching(/^[\w.-]{1,40}$/), fc.nat(), (body, id, seconds) => {
        const [old, current] = [fresh(), fresh()]
        const headers = signedHeaders(`${current} ${old}`, id, seconds, body) ?? {}
        expect(isSigned(headers, body, old)).toBe(true)
        expect(isSigned(headers, body, current)).toBe(true)
        expect(isSigned(headers, `${body} `, current)).toBe(false)
        expect(isSigned({ ...headers, 'webhook-id': `${id}x` }, body, current)).toBe(false)
        expect(isSigned({ ...headers, 'webhook-timestamp': String(seconds + 1) }, body, current)).toBe(false)
        expect(isSigned(headers, body, fresh())).toBe(false)
      }),
      { numRuns: 50 },
    )
  })

  it.each(['', 'whsec_', 'whsec_short', 'whsec_not base64!', `${fresh()} nonsense`])(
    'is refused for the secret "%s"',
    (secret) => {
      expect(signedHeaders(secret, 'msg', 1, '{}')).toBeUndefined()
    },
  )
})
