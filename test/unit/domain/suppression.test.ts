import { describe, expect, it } from 'vitest'
import type { LeadEvent } from '../../../domain/event.ts'
import { isPermanent, suppressedBy, suppressionBySignal, suppressionOf } from '../../../domain/suppression.ts'
import { captured, start } from './lead-sample.ts'

const suppressed = (reason: 'complained' | 'unsubscribed' | 'erased', detail?: string): LeadEvent => ({
  type: 'suppressed',
  id: reason,
  at: start,
  reason,
  source: 'ses',
  ...(detail === undefined ? {} : { detail }),
})

describe('suppression', () => {
  it.each([
    [{ bounceType: 'Permanent', bounceSubType: 'General' }, true],
    [{ bounceType: 'Permanent', bounceSubType: 'OnAccountSuppressionList' }, true],
    [{ bounceType: 'Transient', bounceSubType: 'General', status: '5.1.1' }, true],
    [{ bounceType: 'Transient', bounceSubType: 'General', status: '5.7.1' }, true],
    [{ bounceType: 'Undetermined', bounceSubType: 'Undetermined', status: '5.1.10' }, true],
    [{ bounceType: 'Transient', bounceSubType: 'MailboxFull', status: '5.2.2' }, false],
    [{ bounceType: 'Transient', bounceSubType: 'ContentRejected', status: '5.6.1' }, false],
    [{ bounceType: 'Transient', bounceSubType: 'General', status: '4.2.2' }, false],
    [{ bounceType: 'Undetermined', bounceSubType: 'Undetermined' }, false],
  ])('a bounce like %j is permanent: %s', (bounce, is) => {
    expect(isPermanent(bounce)).toBe(is)
  })

  it('takes complaints seriously, except "not spam"', () => {
    expect(suppressionBySignal('email.complained', { complaintFeedbackType: 'abuse' })).toBe('complained')
    expect(suppressionBySignal('email.complained', {})).toBe('complained')
    expect(suppressionBySignal('email.complained', { complaintFeedbackType: 'not-spam' })).toBeUndefined()
    expect(suppressionOf(suppressed('complained', 'not-spam'))).toBeUndefined()
    expect(suppressionOf(suppressed('complained', 'abuse'))).toBe('complained')
  })

  it('knows the rest', () => {
    expect(suppressionBySignal('email.unsubscribed', {})).toBe('unsubscribed')
    expect(suppressionBySignal('email.bounced', { bounceType: 'Transient' })).toBeUndefined()
    expect(suppressionBySignal('email.clicked', {})).toBeUndefined()
    expect(suppressedBy([captured()])).toBe(false)
    expect(suppressedBy([captured(), suppressed('erased'), suppressed('unsubscribed')])).toBe('erased')
  })
})
