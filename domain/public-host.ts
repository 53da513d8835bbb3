/** Whether a host is out in the public: what is not must never be called because a file or a lead names it. */

/** Endings of names that mean this machine or this network. */
const ownNames =
  /\.(?:localhost|local|localdomain|internal|intranet|lan|home|corp|private|test|invalid|arpa)$/

/** Blocks of addresses (IPv4) that are not public. */
const ownBlocks: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
]

const numberOf = (address: string): number =>
  address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)

function isPublicV4(address: string): boolean {
  const number = numberOf(address)
  return ownBlocks.every(([base, bits]) => {
    const size = 2 ** (32 - bits)
    return Math.floor(number / size) !== Math.floor(numberOf(base) / size)
  })
}

/** Global unicast but for what carries an IPv4 address in it (6to4, Teredo) or stands for examples. */
const isPublicV6 = (address: string): boolean =>
  /^[23][0-9a-f]{3}:/.test(address) && !/^(?:2002|2001:(?:0{0,4}|0?db8)):/.test(address)

/** A host as a parsed URL gives it: lower case, IPv4 in four decimal parts, IPv6 in brackets. */
export function isPublicHost(host: string): boolean {
  if (/^\d+(?:\.\d+){3}$/.test(host)) return isPublicV4(host)
  if (host.startsWith('[')) return isPublicV6(host.slice(1, -1))
  const name = host.endsWith('.') ? host.slice(0, -1) : host
  return name.includes('.') && !ownNames.test(name)
}
