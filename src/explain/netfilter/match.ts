import { boundsOf } from '../../ip/network.js'
import type { Match, Range } from '../../state/firewall.js'
import type { Packet } from '../../state/packet.js'
import { addressType } from './address-type.js'
import type { AtHook } from './types.js'

/** `unknown` where it cannot be told. */
export type Answer = boolean | 'unknown'

/** What asks for something that the packet has not; then neither the match nor its opposite holds. */
const MISSING = 'missing'

type Kind = Match['match']
type Of<K extends Kind> = Match & { readonly match: K }
type Reader<K extends Kind> = (match: Of<K>, at: AtHook) => Answer | typeof MISSING

/** Whether a match holds for a packet at a moment of its way through a hook. */
export function holds(match: Match, at: AtHook): Answer {
  const read = READERS[match.match] as Reader<Kind>
  const answer = read(match, at)
  if (answer === MISSING) return false
  if (answer === 'unknown') return answer
  return answer !== (match.not === true)
}

/** The number of a protocol by its name in filters; ICMP of the two families are two protocols there. */
const protocolOf = ({ protocol, family }: Packet): string =>
  protocol === 'icmp' && family === 6 ? 'ipv6-icmp' : protocol

const isIn = (value: number, ranges: readonly Range[]) =>
  ranges.some(([from, to]) => from <= value && value <= to)

/** A link that is not there has the empty name. */
const isLink = (name: string | undefined, links: readonly string[]) =>
  links.some((link) =>
    link.endsWith('*') ? (name ?? '').startsWith(link.slice(0, -1)) : name === link,
  )

function isAddress(address: string, networks: readonly string[]): Answer {
  const own = boundsOf(address)
  if (own === undefined) return 'unknown'
  let answer: Answer = false
  for (const network of networks) {
    const bounds = boundsOf(network)
    if (bounds === undefined) answer = 'unknown'
    else if (
      bounds.family === own.family &&
      bounds.first <= own.first &&
      own.first <= bounds.last
    ) {
      return true
    }
  }
  return answer
}

/** A packet without ports has none that could be among them. */
const hasPort = (port: number | undefined, ports: readonly Range[]) =>
  port !== undefined && isIn(port, ports)

const FLAGS = { syn: ['syn'], 'syn-ack': ['syn', 'ack'], rst: ['rst', 'ack'] } as const

function hasFlags(packet: Packet, mask: readonly string[], set: readonly string[]): Answer {
  if (packet.protocol !== 'tcp') return false
  if (packet.flags === undefined) return 'unknown'
  const flags: readonly string[] = FLAGS[packet.flags]
  return mask.every((flag) => flags.includes(flag) === set.includes(flag))
}

/** Requests and answers of echo have no other code than 0; of the rest it is not known. */
function hasCode({ protocol, icmpType }: Packet, codes: readonly Range[]): Answer {
  if (protocol !== 'icmp') return false
  return icmpType !== undefined && [0, 8, 128, 129].includes(icmpType) ? isIn(0, codes) : 'unknown'
}

const isTracked = ({ tracking: { state } }: AtHook) => state !== 'untracked' && state !== 'invalid'

const masked = (mark: number, mask: number) => (mark & mask) >>> 0

function direction({ tracking }: AtHook): 'original' | 'reply' | undefined {
  return tracking.direction ?? (tracking.state === 'new' ? 'original' : undefined)
}

/** At the hooks of a bridge, what names a link means a port. */
const inLink = ({ bridge, position }: AtHook) => (bridge ? position.bridgeIn : position.in)
const outLink = ({ bridge, position }: AtHook) => (bridge ? position.bridgeOut : position.out)

const READERS: { readonly [K in Kind]: Reader<K> } = {
  family: ({ family }, { packet }) => packet.family === family,
  in: ({ links }, at) => isLink(inLink(at), links),
  out: ({ links }, at) => isLink(outLink(at), links),
  bridgeIn: ({ links }, { position: { bridgeIn } }) =>
    bridgeIn !== undefined && isLink(bridgeIn, links),
  bridgeOut: ({ links }, { position: { bridgeOut } }) =>
    bridgeOut !== undefined && isLink(bridgeOut, links),
  bridged: (_, { position }) => position.bridgeIn !== undefined && position.bridgeOut !== undefined,
  source: ({ networks }, { packet }) => isAddress(packet.source, networks),
  destination: ({ networks }, { packet }) => isAddress(packet.destination, networks),
  protocol: ({ protocols }, { packet }) => protocols.includes(protocolOf(packet)),
  sourcePort: ({ ports }, { packet }) => hasPort(packet.sourcePort, ports),
  destinationPort: ({ ports }, { packet }) => hasPort(packet.destinationPort, ports),
  anyPort: ({ ports }, { packet }) =>
    hasPort(packet.sourcePort, ports) || hasPort(packet.destinationPort, ports),
  icmpType: ({ types }, { packet }) =>
    packet.protocol === 'icmp' && packet.icmpType !== undefined && isIn(packet.icmpType, types),
  icmpCode: ({ types }, { packet }) => hasCode(packet, types),
  syn: (_, { packet }) => hasFlags(packet, ['syn', 'ack', 'rst', 'fin'], ['syn']),
  flags: ({ mask, set }, { packet }) => hasFlags(packet, mask, set),
  state: ({ states }, at) =>
    states.some((state) =>
      state === 'snat' || state === 'dnat'
        ? isTracked(at) && at.tracking.translated?.[state] === true
        : at.tracking.state === state,
    ),
  direction: (match, at) => {
    if (!isTracked(at)) return MISSING
    const known = direction(at)
    return known === undefined ? 'unknown' : known === match.direction
  },
  translated: ({ how }, at) => (isTracked(at) ? at.tracking.translated?.[how] === true : MISSING),
  mark: ({ values, mask }, { packet }) => isIn(masked(packet.mark, mask), values),
  connectionMark: ({ values, mask }, at) =>
    isTracked(at) ? isIn(masked(at.tracking.mark, mask), values) : MISSING,
  length: ({ values }, { packet }) => isIn(packet.length, values),
  ttl: ({ values }, { packet }) => isIn(packet.ttl, values),
  sourceType: ({ types }, { node, packet }) =>
    types.includes(addressType(node, packet.family, packet.source)),
  destinationType: ({ types }, { node, packet }) =>
    types.includes(addressType(node, packet.family, packet.destination)),
  always: () => true,
  unknown: () => 'unknown',
}
