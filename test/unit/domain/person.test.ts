import { describe, expect, it } from 'vitest'
import {
  deliverable,
  emailKind,
  isDisposable,
  isDummyValue,
  normaliseEmail,
  normalisePhone,
  splitName,
} from '../../../domain/person.ts'
import { countryCode } from '../../../domain/person-country.ts'
import { punycode } from '../../../domain/person-domain.ts'

describe('normaliseEmail', () => {
  it('lower-cases the whole address, composes it and keeps what was typed', () => {
    expect(normaliseEmail('  João.Silva+demo@Example.com ')).toEqual({
      ok: true,
      email: 'joão.silva+demo@example.com',
      original: 'João.Silva+demo@Example.com',
    })
    const decomposed = normaliseEmail('joa\u0303o@example.com')
    expect(decomposed).toMatchObject({ ok: true, email: 'joão@example.com' })
  })

  it('writes an international domain in punycode', () => {
    expect(normaliseEmail('info@Bücher.example')).toMatchObject({ email: 'info@xn--bcher-kva.example' })
    expect(punycode('münchen-ost')).toBe('mnchen-ost-9db')
    expect(punycode('例え')).toBe('r8jz45g')
    expect(punycode('правда')).toBe('80aafi6cg')
  })

  it.each([
    'a@b.example,c@evil.example',
    '"x"@y.example',
    '(z)@evil.example',
    'a@b.example\r\nRCPT',
    'Group: a@b.example;',
    'Ann <a@b.example>',
    'a b@example.com',
    'a@@example.com',
    'a@example',
    '@example.com',
    'a@',
    'a.@example.com',
    '.a@example.com',
    'a..b@example.com',
    'a@-example.com',
    'a@example.123',
    'a@exa_mple.com',
    'a@[127.0.0.1]',
    'a\u0000@example.com',
    'a\u2028@example.com',
    'a\u200b@example.com',
    `${'a'.repeat(65)}@example.com`,
    `a@${'b'.repeat(64)}.example`,
    `a@${'bcd.'.repeat(62)}example.com`,
    '',
  ])('refuses %j', (text) => {
    expect(normaliseEmail(text).ok).toBe(false)
  })

  it('answers a hostile text at once', () => {
    const begun = performance.now()
    expect(normaliseEmail(`${'a.'.repeat(50_000)}@`).ok).toBe(false)
    expect(normaliseEmail(' '.repeat(100_000)).ok).toBe(false)
    expect(performance.now() - begun).toBeLessThan(50)
  })
})

describe('addresses', () => {
  it('cannot be mailed with a non-ASCII local part', () => {
    expect(deliverable('joão@example.com')).toBe(false)
    expect(deliverable('ines@xn--bcher-kva.example')).toBe(true)
  })

  it('tells free mail and throw-away mail from company mail', () => {
    expect(emailKind('a@gmail.com')).toBe('free-mail')
    expect(emailKind('a@example.com')).toBe('company')
    expect(isDisposable('a@mailinator.com')).toBe(true)
    expect(isDisposable('a@example.com')).toBe(false)
  })

  it("knows Meta's dummy values", () => {
    expect(isDummyValue('<test lead: dummy data for full_name>')).toBe(true)
    expect(isDummyValue('Test@meta.com')).toBe(true)
    expect(isDummyValue('test@fb.com')).toBe(true)
    expect(isDummyValue('test@example.com')).toBe(false)
  })
})

describe('normalisePhone', () => {
  it('writes E.164', () => {
    expect(normalisePhone('+49 (0)30 901820')).toEqual({ ok: true, phone: '+4930901820', country: 'DE' })
    expect(normalisePhone('030 901820', 'de')).toMatchObject({ phone: '+4930901820' })
  })

  it('needs a country for a national number', () => {
    expect(normalisePhone('030 901820').ok).toBe(false)
    expect(normalisePhone('<test lead: dummy data for phone_number>').ok).toBe(false)
    expect(normalisePhone('12', 'DE').ok).toBe(false)
  })
})

describe('splitName', () => {
  it('takes the first word as first name, or what follows the comma', () => {
    expect(splitName(' Ines  Duarte ')).toEqual({
      name: 'Ines Duarte',
      firstName: 'Ines',
      lastName: 'Duarte',
    })
    expect(splitName('Duarte, Ines')).toEqual({ name: 'Ines Duarte', firstName: 'Ines', lastName: 'Duarte' })
    expect(splitName('Ana')).toEqual({ name: 'Ana', firstName: 'Ana' })
    expect(splitName('Ana,')).toEqual({ name: 'Ana', firstName: 'Ana' })
    expect(splitName(' \u0000 ')).toEqual({})
  })
})

describe('countryCode', () => {
  it('reads codes and names', () => {
    expect(countryCode('Deutschland')).toBe('DE')
    expect(countryCode('uk')).toBe('GB')
    expect(countryCode('pt')).toBe('PT')
    expect(countryCode('somewhere')).toBeUndefined()
  })
})
