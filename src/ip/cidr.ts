import { collapseIPv6Number, IPv4, IPv6 } from 'ip-num'
import { NetloomError, shown } from '../errors.js'

export type Family = 4 | 6

/** An address with its prefix, as `ip addr` takes it. Numbers are of the address space, 0 first. */
export interface Cidr {
  readonly family: Family
  /** The address alone, canonical (RFC 5952 for IPv6). */
  readonly address: string
  readonly prefix: number
  /** `address/prefix`. */
  readonly text: string
  readonly value: bigint
  /** The first and the last address of the network. */
  readonly first: bigint
  readonly last: bigint
}

const IPV4_WITH_PREFIX = /^(?:(?:0|[1-9]\d{0,2})\.){3}(?:0|[1-9]\d{0,2})\/(?:0|[1-9]\d?)$/
const IPV6_WITH_PREFIX = /^[0-9A-Fa-f:]*:[0-9A-Fa-f:]*\/(?:0|[1-9]\d{0,2})$/

/** The length of an address. */
export const bits = (family: Family) => (family === 4 ? 32 : 128)

/** True where a text has the form `address/prefix`; whether there is such an address is another question. */
export const hasForm = (text: string): boolean =>
  IPV4_WITH_PREFIX.test(text) || IPV6_WITH_PREFIX.test(text)

function refuse(value: unknown, why: string, hint: string, cause?: unknown): never {
  throw new NetloomError('BAD_CIDR', `the address ${shown(value)} ${why}`, { value, hint, cause })
}

const FORM = 'Write it as "10.0.1.2/24" or "fd00:1::2/64".'

/** Says what is wrong with a text that no pattern takes, in the words of the one who wrote it. */
function explainForm(value: string): never {
  if (!value.includes('/')) {
    const like = value.includes(':') ? `${value}/64` : `${value}/24`
    refuse(value, 'has no prefix length', `Write the length behind it, such as ${shown(like)}.`)
  }
  if (/(?:^|\.)0\d/.test(value)) {
    refuse(value, 'has a leading zero, which some programs read as octal', FORM)
  }
  if (value.includes('%')) refuse(value, 'has a zone', 'Leave the zone ("%eth0") away.')
  refuse(value, 'is no IPv4 or IPv6 address with a prefix length', FORM)
}

/** Ranges in which no interface of a plan can have its address. */
const IPV4_UNUSABLE: readonly [number, number, string][] = [
  [0, 0, 'belongs to "this network" (RFC 1122)'],
  [127, 127, 'is a loopback address'],
  [224, 255, 'is a multicast or reserved address'],
]

function checkUsable(value: string, cidr: Cidr): void {
  const { family, prefix } = cidr
  const otherAddress = 'Choose an address that one interface can have.'
  if (family === 4) {
    const high = Number(cidr.value >> 24n)
    for (const [from, to, why] of IPV4_UNUSABLE) {
      if (high >= from && high <= to) refuse(value, why, otherAddress)
    }
  } else {
    if (cidr.value >> 32n === 0n) refuse(value, 'is in the reserved range ::/96', otherAddress)
    if (cidr.value >> 120n === 0xffn) refuse(value, 'is a multicast address', otherAddress)
    if (cidr.value >> 118n === 0x3fan) {
      refuse(
        value,
        'is link-local, and each interface has such an address of its own already',
        'Use a unique local address, such as "fd00:1::2/64" (RFC 4193).',
      )
    }
  }
  if (prefix === 0) refuse(value, 'has the prefix 0, a network of all addresses', FORM)
  if (prefix >= bits(family) - 1) return
  if (cidr.value === cidr.first) {
    refuse(value, 'is the network address itself', `Take one of the addresses behind it.`)
  }
  if (family === 4 && cidr.value === cidr.last) {
    refuse(value, 'is the broadcast address of its network', 'Take one of the addresses before it.')
  }
}

/** ip-num reads the address; the bounds of its network are a mask away. */
function read(family: Family, address: string, prefix: number): Cidr {
  const number = family === 4 ? new IPv4(address) : IPv6.fromString(address)
  return cidrOf(family, number, prefix)
}

/** An address by its number. */
export const cidrFrom = (family: Family, value: bigint, prefix: number): Cidr =>
  cidrOf(family, family === 4 ? new IPv4(value) : new IPv6(value), prefix)

function cidrOf(family: Family, number: IPv4 | IPv6, prefix: number): Cidr {
  const text = number.toString()
  const canonical = family === 4 ? text : collapseIPv6Number(text)
  const rest = BigInt(bits(family) - prefix)
  const first = (number.value >> rest) << rest
  return {
    family,
    address: canonical,
    prefix,
    text: `${canonical}/${prefix}`,
    value: number.value,
    first,
    last: first | ((1n << rest) - 1n),
  }
}

/**
 * Reads `address/prefix`. The result is canonical, so that two spellings of one address are one text.
 *
 * @throws NetloomError `BAD_CIDR`: no prefix, an octet over 255 or with a leading zero, a prefix that
 *   is too long, a zone, a network, broadcast, multicast, loopback or link-local address.
 */
export function parseCidr(value: unknown): Cidr {
  if (typeof value !== 'string') refuse(value, 'is not a string', FORM)
  const known = recent.get(value)
  if (known !== undefined) return known
  const cidr = Object.freeze(readCidr(value))
  if (recent.size >= RECENT_LIMIT) recent.clear()
  recent.set(value, cidr)
  return cidr
}

// One address is read by each check that speaks of it, all within a moment.
const RECENT_LIMIT = 1000
const recent = new Map<string, Cidr>()

function readCidr(value: string): Cidr {
  const isV4 = IPV4_WITH_PREFIX.test(value)
  if (!isV4 && !IPV6_WITH_PREFIX.test(value)) explainForm(value)
  const slash = value.indexOf('/')
  const address = value.slice(0, slash)
  const prefix = Number(value.slice(slash + 1))
  const family = isV4 ? 4 : 6
  if (prefix > bits(family)) {
    refuse(value, `has a prefix over ${bits(family)}`, `Write a prefix of at most ${bits(family)}.`)
  }
  let cidr: Cidr
  try {
    cidr = read(family, address, prefix)
  } catch (cause) {
    refuse(value, isV4 ? 'has an octet over 255' : 'is no IPv6 address', FORM, cause)
  }
  checkUsable(value, cidr)
  return cidr
}

/** Reads the destination of a route as `ip route` prints it: a network, or an address without prefix. */
export function parseNetwork(text: string): Cidr {
  const family = familyOf(text)
  const [address = '', prefix = bits(family)] = text.split('/')
  return read(family, address, Number(prefix))
}

/** True where the two networks have an address in common. */
export const overlap = (a: Cidr, b: Cidr): boolean =>
  a.family === b.family && a.first <= b.last && b.first <= a.last

/** True where the text is an address with a prefix in the very form that {@link parseCidr} gives. */
export function isCanonicalCidr(value: string): boolean {
  try {
    return parseCidr(value).text === value
  } catch {
    return false
  }
}

/** The family of a canonical address, with or without prefix. */
export const familyOf = (text: string): Family => (text.includes(':') ? 6 : 4)

/** The address of `address/prefix`. */
export const addressOf = (text: string): string => text.slice(0, text.indexOf('/'))

/** A network as `ip` prints it: one of a single address without its prefix. */
export const bare = (network: string): string =>
  network.endsWith(`/${bits(familyOf(network))}`) ? addressOf(network) : network

/** `10.0.1.2/24` -> `10.0.1.2/32`: the one address, as a destination. */
export const hostPrefix = (text: string): string => `${addressOf(text)}/${bits(familyOf(text))}`

/** `10.0.1.2/24` -> `10.0.1.0/24`: the network that an address is of. */
export const networkOf = ({ family, first, prefix }: Cidr): Cidr => cidrFrom(family, first, prefix)

/** True where both are of one network, with one prefix. */
export const sameNetwork = (a: Cidr, b: Cidr): boolean =>
  a.family === b.family && a.prefix === b.prefix && a.first === b.first

/** True where the network of `a` has the address of `b` in it. */
export const covers = (a: Cidr, b: Cidr): boolean =>
  a.family === b.family && a.first <= b.value && b.value <= a.last
