/**
 * Where a URL leads, decided once: the host is resolved here, every address of it must be public, and the request is
 * then made to one of these addresses, whatever the name resolves to a moment later (contracts: reliability S15).
 */
import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { isPublicHost } from '../../domain/public-host.ts'

export interface Address {
  readonly address: string
  readonly family: number
}

/** All addresses of a name. */
export type Resolve = (host: string) => Promise<readonly Address[]>

export type Target =
  | { readonly is: 'found'; readonly url: URL; readonly address: Address }
  | { readonly is: 'refused'; readonly detail: string }
  | { readonly is: 'unknown'; readonly detail: string }

export const resolveAll: Resolve = (host) => lookup(host, { all: true })

const isLoopback = ({ address }: Address): boolean =>
  address === '::1' || /^127(?:\.\d{1,3}){3}$/.test(address)
const isPublic = ({ address, family }: Address): boolean =>
  isPublicHost(family === 6 ? `[${address}]` : address)

/** The host without the brackets of IPv6; a parsed URL has put odd spellings of addresses right. */
const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '')

const refused = (detail: string): Target => ({ is: 'refused', detail })
const notPublic = refused('its address is not public: nothing inside a network is called')
const noHttps = refused('it must begin with https://')

const addressesOf = async (host: string, resolve: Resolve): Promise<readonly Address[]> => {
  const family = isIP(host)
  if (family !== 0) return [{ address: host, family }]
  try {
    return await resolve(host)
  } catch {
    return []
  }
}

/** IPv4 where there is a choice: networks without IPv6 are more common than those without IPv4. */
const foundOf = (url: URL, addresses: readonly Address[]): Target => {
  const address = addresses.find(({ family }) => family === 4) ?? addresses[0]
  return address ? { is: 'found', url, address } : { is: 'unknown', detail: 'its name does not resolve' }
}

/** This machine, in one of the ways it may be written: only where the local runtime says so. */
const ownTarget = async (url: URL, resolve: Resolve): Promise<Target> => {
  const addresses = await addressesOf(hostOf(url), resolve)
  return addresses.every(isLoopback) ? foundOf(url, addresses) : notPublic
}

const isOwn = ({ hostname }: URL): boolean =>
  /^(?:(?:[^.]+\.)*localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(hostname)

/** `allowLoopback` lets this machine be called, and by http too. */
export const targetOf = async (
  text: string,
  { resolve, allowLoopback }: { readonly resolve: Resolve; readonly allowLoopback: boolean },
): Promise<Target> => {
  if (!URL.canParse(text)) return refused('its address is no URL')
  const url = new URL(text)
  if (!['https:', 'http:'].includes(url.protocol)) return noHttps
  if (allowLoopback && isOwn(url)) return ownTarget(url, resolve)
  if (url.protocol !== 'https:') return noHttps
  if (!isPublicHost(url.hostname)) return notPublic
  const addresses = await addressesOf(hostOf(url), resolve)
  return addresses.every(isPublic) ? foundOf(url, addresses) : notPublic
}
