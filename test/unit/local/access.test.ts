import { expect, test } from 'vitest'
import { requireOwnPage } from '../../../local/access.ts'

const publicUrl = 'https://leads.example.com'

test.each([
  [{ host: 'localhost:3000' }],
  [{ host: 'LOCALHOST' }],
  [{ host: '127.0.0.1:3000' }],
  [{ host: '[::1]:3000' }],
  [{ host: 'leads.example.com' }],
  [{ host: 'localhost:3000', origin: 'http://localhost:3000' }],
  [{ host: 'localhost', origin: 'http://localhost' }],
  [{ host: '[::1]:3000', origin: 'http://[::1]:3000' }],
  [{ host: 'leads.example.com', origin: 'https://leads.example.com' }],
  [{ host: 'localhost:3000', origin: 'https://leads.example.com' }],
])('%o is let in', (headers) => {
  expect(() => requireOwnPage(headers, publicUrl)).not.toThrow()
})

test.each([
  [{}],
  [{ host: '' }],
  [{ host: 'rebound.example.com:3000' }],
  [{ host: 'localhost.example.com' }],
  [{ host: 'leads.example.com.site.example.com' }],
  [{ host: 'site.example.com@localhost' }],
  [{ host: '192.0.2.1' }],
  [{ host: '0.0.0.0:3000' }],
  [{ host: 'localhost:3000', origin: 'null' }],
  [{ host: 'localhost:3000', origin: '' }],
  [{ host: 'localhost:3000', origin: 'https://site.example.com' }],
  [{ host: 'localhost:3000', origin: 'http://localhost:4000' }],
  [{ host: 'localhost:3000', origin: 'file://localhost:3000' }],
  [{ host: 'localhost:3000', origin: 'http://localhost:3000.site.example.com' }],
])('%o is refused', (headers) => {
  expect(() => requireOwnPage(headers, publicUrl)).toThrow(expect.objectContaining({ status: 403 }))
})

test('without a public URL only the names of this machine are let in', () => {
  expect(() => requireOwnPage({ host: 'localhost:3000' }, undefined)).not.toThrow()
  expect(() => requireOwnPage({ host: 'leads.example.com' }, undefined)).toThrow()
})
