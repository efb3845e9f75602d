import { NetloomError, shown } from '../errors.js'
import { bits, type Cidr, familyOf, hasForm, networkOf, parseNetwork } from './cidr.js'

/** The networks of all addresses. */
export const DEFAULT_ROUTE = { 4: '0.0.0.0/0', 6: '::/0' } as const

export const isDefaultRoute = (to: string): boolean => to.endsWith('/0')

function refuse(value: unknown, why: string, hint: string, cause?: unknown): never {
  throw new NetloomError('BAD_CIDR', `${shown(value)} ${why}`, { value, hint, cause })
}

function read(value: unknown, hint: string): Cidr {
  if (typeof value !== 'string') refuse(value, 'is not a string', hint)
  const family = familyOf(value)
  const whole = value.includes('/') ? value : `${value}/${bits(family)}`
  if (!hasForm(whole)) refuse(value, 'is no address, and no network', hint)
  if (Number(whole.split('/')[1]) > bits(family)) {
    refuse(value, `has a prefix over ${bits(family)}`, hint)
  }
  try {
    return parseNetwork(whole)
  } catch (cause) {
    return refuse(value, 'is no address, and no network', hint, cause)
  }
}

const NETWORK = 'Write it as "10.0.1.0/24" or "fd00:1::/64"; an address alone means that address.'

/**
 * Reads the destination of a route: a network in its canonical form, or an address, which is a network of one.
 *
 * @throws NetloomError `BAD_CIDR`: no network, a prefix that is too long, bits behind the prefix, a multicast network,
 *   0.0.0.0 or :: alone
 */
export function parseDestination(value: unknown): Cidr {
  const cidr = read(value, NETWORK)
  if (cidr.value !== cidr.first) {
    const { text } = networkOf(cidr)
    refuse(value, 'has bits behind its prefix', `The network is ${text}.`)
  }
  if (cidr.last === 0n) {
    refuse(value, 'is the address that nobody has', 'All addresses are "0.0.0.0/0" or "::/0".')
  }
  const high = cidr.family === 4 ? cidr.value >> 28n : cidr.value >> 120n
  const isMulticast = cidr.family === 4 ? cidr.prefix >= 4 && high === 0xen : high === 0xffn
  if (isMulticast) refuse(value, 'is a multicast network', NETWORK)
  return cidr
}

/**
 * Reads the address of a gateway, without a prefix.
 *
 * @throws NetloomError `BAD_CIDR`
 */
export function parseAddress(value: unknown): Cidr {
  const hint = 'Write it as "10.0.1.1" or "fd00:1::1", without a prefix.'
  const cidr = read(value, hint)
  if (String(value).includes('/')) refuse(value, 'has a prefix, an address is meant', hint)
  const high = cidr.family === 4 ? cidr.value >> 24n : cidr.value >> 120n
  const isHost = cidr.family === 4 ? high !== 0n && high !== 127n && high < 224n : high !== 0xffn
  if (!isHost || cidr.value <= 1n) refuse(value, 'is no address of one host', hint)
  return cidr
}

/** True for a number in the range of loopback addresses, or one of IPv6 that stands for such an address of IPv4. */
const isLoopback = ({ family, value }: Cidr): boolean =>
  family === 4 ? value >> 24n === 127n : value === 1n || value >> 24n === 0xffff_7fn

/**
 * Reads the address of a name server, without a prefix.
 *
 * @throws NetloomError `BAD_CIDR`
 */
export function parseServer(value: unknown): Cidr {
  const cidr = read(value, 'Write it as "10.0.0.53" or "fd00::53".')
  if (isLoopback(cidr)) {
    refuse(
      value,
      'is a loopback address, and that of a namespace is its own: no name server of the host is there',
      'Give an address that the namespace can reach.',
    )
  }
  if (cidr.family === 6 && cidr.value >> 118n === 0x3fan) {
    refuse(
      value,
      'is link-local, and says nothing without an interface',
      'Give an address that the namespace can reach.',
    )
  }
  return parseAddress(value)
}

function canonical(read: (value: unknown) => Cidr, form: (cidr: Cidr) => string) {
  return (text: string): boolean => {
    try {
      return form(read(text)) === text
    } catch {
      return false
    }
  }
}

export const isCanonicalNetwork = canonical(parseDestination, ({ text }) => text)
export const isServer = canonical(parseServer, ({ address }) => address)
/** True for any address alone, in its canonical form. */
export const isAnyAddress = canonical(
  (value) => read(value, ''),
  ({ address }) => address,
)
export const isCanonicalAddress = canonical(parseAddress, ({ address }) => address)
