import { describe, expect, it } from 'vitest'
import { isPublicHost } from '../../../domain/public-host.ts'

const hostOf = (url: string): string => new URL(url).hostname

describe('a host that may be called', () => {
  it.each([
    ...['crm.example.com', 'CRM.Example.COM', 'example.com.', 'local.example.com', 'xn--bcher-kva.example'],
    ...['8.8.8.8', '9.255.255.255', '11.0.0.0', '100.63.255.255', '100.128.0.0', '172.15.0.1', '172.32.0.1'],
    ...['192.167.1.1', '192.169.1.1', '223.255.255.255', '[2606:4700::1111]', '[2001:4860:4860::8888]'],
  ])('%s', (host) => {
    expect(isPublicHost(hostOf(`https://${host}/`))).toBe(true)
  })
})

describe('a host that may not', () => {
  it.each([
    ...['localhost', 'LOCALHOST', 'localhost.', 'a.localhost', 'crm', 'crm.local', 'db.internal', 'nas.lan'],
    ...[
      'metadata.google.internal',
      'a.home.arpa',
      '127.0.0.1',
      '127.1',
      '2130706433',
      '0x7f000001',
      '017700000001',
    ],
    ...[
      '0.0.0.0',
      '10.0.0.1',
      '100.64.0.1',
      '100.127.255.255',
      '169.254.169.254',
      '172.16.0.1',
      '172.31.255.255',
    ],
    ...['192.0.0.8', '192.168.0.1', '198.18.0.1', '224.0.0.1', '255.255.255.255'],
    ...[
      '[::]',
      '[::1]',
      '[::ffff:127.0.0.1]',
      '[::ffff:8.8.8.8]',
      '[fc00::1]',
      '[fd12:3456::1]',
      '[fe80::1]',
      '[ff02::1]',
    ],
    ...['[2002:7f00:1::]', '[2001::1]', '[2001:0:53aa::1]', '[2001:db8::1]', '[64:ff9b::7f00:1]'],
  ])('%s', (host) => {
    expect(isPublicHost(hostOf(`https://${host}/`))).toBe(false)
  })
})
