import { NetloomError } from '../errors.js'
import {
  addressOf,
  bits,
  type Cidr,
  cidrFrom,
  type Family,
  networkOf,
  parseCidr,
} from '../ip/cidr.js'
import type { Ledger } from '../plan/ledger.js'
import type { Line, Link } from '../plan/line.js'
import { acceptKey } from '../resource/accept.js'
import { type AddressResource, askingAddress, askingKey } from '../resource/address.js'
import type { Resource } from '../resource/index.js'
import { type End, keys } from '../resource/kind.js'
import { FORWARDING } from '../resource/setting.js'
import { callText } from './call.js'
import { type At, endAt, familiesOf, type Inside, insideOf, placeAt } from './inside.js'

/** An address that the plan is to choose. */
export const AUTO = 'auto'

/** Checks what is given for addresses; gives them in their canonical form. */
export function readAddresses(call: string, cidrs: readonly unknown[]): readonly string[] {
  if (cidrs.length === 0) {
    throw new NetloomError('BAD_ARGUMENT', `${call} has no address`, {
      value: cidrs,
      hint: `Give one, such as '10.0.1.2/24'.`,
    })
  }
  return cidrs.map((cidr) => (cidr === AUTO ? AUTO : parseCidr(cidr).text))
}

/** Addresses of the namespace's newest link; without a link they wait for it. */
export function ip(at: At, cidrs: readonly unknown[]): Link {
  const texts = readAddresses(`ip() of namespace ${placeAt(at)}`, cidrs)
  const inside = insideOf(at).at(-1)
  if (inside !== undefined) return { resources: placed(at, inside, texts, callText('ip', texts)) }
  const waiting = [...at.line.waitingAt(placeAt(at)), ...texts]
  const known = waiting.filter((text) => text !== AUTO)
  const addresses = known.map(addressOf)
  const twice = known.find((text, i) => addresses.indexOf(addressOf(text)) < i)
  if (twice !== undefined) {
    throw new NetloomError('DUPLICATE_ADDRESS', `${placeAt(at)} has the address ${twice} twice`, {
      value: twice,
      hint: 'Give it once; the addresses of one ip() and the next add up.',
    })
  }
  // They become addresses with the link; that they can is checked now, at the call that has them.
  const fixed = texts.filter((text) => text !== AUTO)
  at.line.ledger.canPlace(placeAt(at), fixed)
  return { waiting: [{ place: placeAt(at), cidrs: waiting }] }
}

/** The addresses that waited for a link, on it. */
export function landed(at: At, inside: Inside): Resource[] {
  const waiting = at.line.waitingAt(placeAt(at))
  return placed(at, inside, waiting, callText('ip', waiting))
}

/** Addresses on an interface; on one that leads into a switch, with the rules that switched frames need. */
export function placed(at: At, inside: Inside, texts: readonly string[], call: string): Resource[] {
  const { host, namespace } = at
  const { device, bridge, hostEnd } = inside
  const end = bridge === undefined ? endAt(at, device) : { place: host, device: bridge }
  const isAsking = at.line.ledger.has(keys.setting(placeAt(at), FORWARDING[6]))
  // on a pair of its own the host may want the first address
  const start = hostEnd !== undefined && bridge === undefined ? 2n : 1n
  const [cidrs = []] = resolved(at.line, end, [texts], start)
  return [
    ...cidrs.map((cidr) => ({ kind: 'address', host, namespace, device, cidr, call }) as const),
    ...(isAsking ? asking(at.line, endAt(at, device), cidrs, call) : []),
    ...(bridge === undefined ? [] : within(at, bridge, familiesOf(cidrs), call)),
  ]
}

/** What an interface of a router needs over IPv6, where it has not got it yet. */
export function asking(
  line: Line,
  end: End,
  cidrs: readonly string[],
  call: string,
): AddressResource[] {
  const has = line.ledger.has(askingKey(end))
  if (has || !familiesOf(cidrs).includes(6)) return []
  const [host = '', namespace] = end.place.split('/')
  const place = namespace === undefined ? { host } : { host, namespace }
  return [{ kind: 'address', ...place, device: end.device, cidr: askingAddress(end), call }]
}

/**
 * With br_netfilter, which Docker loads, frames from port to port of a switch pass the chain FORWARD as packets do, and
 * its policy drops them.
 */
function within(at: At, bridge: string, families: readonly Family[], call: string): Resource[] {
  const { line, host } = at
  if (line.ledger.bridge(host, bridge)?.isolated === true) return []
  return families
    .filter((family) => !line.ledger.has(acceptKey(host, family, 'within', bridge)))
    .map((family) => ({ kind: 'accept', host, family, direction: 'within', device: bridge, call }))
}

/**
 * Puts an address in the place of each `auto` of lists that are for one segment. Nothing is taken by that: an address is
 * taken when it stands in the plan.
 *
 * @param start where in its network the search for a free address begins
 */
export function resolved(
  line: Line,
  end: End,
  lists: readonly (readonly string[])[],
  start: bigint,
): readonly (readonly string[])[] {
  if (!lists.some((texts) => texts.includes(AUTO))) return lists
  const fixed = lists.flat().filter((text) => text !== AUTO)
  const networks = networksOn(line, end, fixed)
  const taken = new Set(fixed.map(addressOf))
  const one = (text: string) => (text === AUTO ? chosen(line, networks, taken, start) : [text])
  return lists.map((texts) => texts.flatMap(one))
}

/** The first network of each family on a segment. */
function networksOn(line: Line, end: End, fixed: readonly string[]): Map<Family, Cidr> {
  const networks = new Map<Family, Cidr>()
  for (const cidr of [...fixed.map(parseCidr), ...line.ledger.segments.cidrsOn(end)]) {
    if (cidr.first !== cidr.last && !networks.has(cidr.family)) networks.set(cidr.family, cidr)
  }
  return networks
}

/** An address of each family: in the network that the segment has, else in a new one of the pool. */
function chosen(
  line: Line,
  networks: Map<Family, Cidr>,
  taken: Set<string>,
  start: bigint,
): readonly string[] {
  for (const pool of line.ledger.pools) {
    if (!networks.has(pool.family)) networks.set(pool.family, pool.next())
  }
  if (networks.size === 0) {
    throw new NetloomError('BAD_ARGUMENT', `ip('auto') has no pool to take an address from`, {
      value: AUTO,
      hint: `Begin the plan with net.pool('10.50.0.0/16'). One that was read from JSON has no pool: give it the address.`,
    })
  }
  return [...networks.values()].map((network) => {
    const cidr = freeIn(line.ledger, network, taken, start)
    taken.add(cidr.address)
    return cidr.text
  })
}

/** The first address of a network that nobody has, from a start up; only where all of those are taken, before it. */
function freeIn(ledger: Ledger, network: Cidr, taken: Set<string>, start: bigint): Cidr {
  const { family, first, last, prefix } = network
  // a network of two has no address of its own and none for all (RFC 3021, RFC 6164)
  const isPair = prefix >= bits(family) - 1
  const end = family === 4 && !isPair ? last - 1n : last
  for (const from of new Set([start, isPair ? 0n : 1n])) {
    for (let value = ledger.freeFrom(network, first + from); value <= end; value++) {
      const cidr = cidrFrom(family, value, prefix)
      if (!taken.has(cidr.address) && !ledger.has(keys.address(cidr.address))) return cidr
    }
  }
  const { text } = networkOf(network)
  throw new NetloomError('POOL_EXHAUSTED', `the network ${text} has no address left`, {
    value: text,
    hint: 'Give the pool, or the bridge, a shorter prefix.',
  })
}
