import { NetloomError, shown } from '../errors.js'
import { type Family, familyOf } from '../ip/cidr.js'
import { contains, network } from '../ip/network.js'
import type { Packet, Protocol } from '../state/packet.js'
import type { NetState, NodeState } from '../state/state.js'
import { addressesOf, ownAddress } from './addresses.js'
import type { Start } from './origin.js'
import { lookup, sourceFor } from './routing.js'
import type { ExplainOptions } from './types.js'

/** Sizes of the packets that a probe sends: a ping with 56 bytes, a SYN, a datagram. */
const LENGTHS: { readonly [P in Protocol]: number } = { icmp: 84, tcp: 60, udp: 32 }
const SOURCE_PORT = 40_000

interface End {
  readonly node?: NodeState | undefined
  /** What was given as an address. */
  readonly address?: string | undefined
}

const isAddress = (text: string) => /^(?:\d{1,3}\.){3}\d{1,3}$/.test(text) || text.includes(':')

function canonical(text: string): string {
  try {
    return network(text).address
  } catch (cause) {
    throw new NetloomError('BAD_ARGUMENT', `${shown(text)} is no address`, {
      value: text,
      cause,
      hint: 'Write it without a prefix: "10.0.1.2" or "fd00:1::2".',
    })
  }
}

const unknown = (name: string, known: readonly string[]) =>
  new NetloomError('UNKNOWN_NAME', `there is no place ${shown(name)}`, {
    value: name,
    hint: `There are: ${known.join(', ')}. An address is taken as well.`,
  })

/** A place by its name, alone or behind that of its host; or an address, and who has it. */
function endOf(state: NetState, name: unknown): End {
  if (typeof name !== 'string') {
    throw new NetloomError(
      'BAD_ARGUMENT',
      `explain() takes names and addresses, not ${shown(name)}`,
      {
        value: name,
        hint: `Write explain('demo01', 'demo02') or explain('demo01', '10.0.2.2').`,
      },
    )
  }
  if (isAddress(name)) {
    const address = canonical(name)
    return { address, node: state.nodes.find((node) => ownAddress(node, address) !== undefined) }
  }
  const exact = state.nodes.find(({ node }) => node === name)
  const found =
    exact === undefined ? state.nodes.filter(({ node }) => node.endsWith(`/${name}`)) : [exact]
  const [node, other] = found
  const names = state.nodes.map((each) => each.node).filter((each) => !each.startsWith('('))
  if (node === undefined) throw unknown(name, names)
  if (other !== undefined) {
    throw new NetloomError('UNKNOWN_NAME', `several hosts have a namespace ${name}`, {
      value: name,
      hint: `Write ${found.map((each) => `'${each.node}'`).join(' or ')}.`,
    })
  }
  return { node }
}

/** The addresses by which others speak to a node: those that are only gateways come last. */
function speakable(node: NodeState, family: Family): readonly string[] {
  const own = addressesOf(node, family).filter(
    (a) => a.scope === 'global' && a.link !== 'lo' && !contains('fe80::/10', a.address),
  )
  const isGateway = (address: string) => contains('169.254.0.0/16', address)
  return [...own]
    .sort((a, b) => Number(isGateway(a.address)) - Number(isGateway(b.address)))
    .map(({ address }) => address)
}

function familyFor(from: End, to: End, wanted: Family | undefined): Family {
  const given = to.address ?? from.address
  if (given !== undefined) return familyOf(given)
  if (wanted !== undefined) return wanted
  const both = (family: Family) =>
    [from, to].every(({ node }) => node === undefined || speakable(node, family).length > 0)
  return both(4) || !both(6) ? 4 : 6
}

function addressFor({ node, address }: End, family: Family, wanted: NetState | undefined): string {
  if (address !== undefined) return address
  // IPv6 addresses go where a link goes down: asked is for the one that there should be
  const plan = node && wanted?.nodes.find((each) => each.node === node.node)
  const [first] = [node, plan].flatMap((each) => (each ? speakable(each, family) : []))
  if (first !== undefined) return first
  throw new NetloomError('MISSING_ADDRESS', `${node?.node} has no IPv${family} address`, {
    value: node?.node,
    hint: 'Give it one, or name the family that is meant: { family: 6 }.',
  })
}

function protocolOf({ protocol, port }: ExplainOptions): Protocol {
  const wanted = protocol ?? (port === undefined ? 'icmp' : 'tcp')
  if ((wanted === 'icmp') === (port === undefined)) return wanted
  throw new NetloomError('BAD_ARGUMENT', 'a port goes with tcp and udp, and these with a port', {
    value: { protocol, port },
    hint: "Write { protocol: 'tcp', port: 80 }.",
  })
}

/** Where the packet begins, and what it is; with where it should arrive. */
export function endsOf(
  state: NetState,
  from: unknown,
  to: unknown,
  options: ExplainOptions,
  wanted?: NetState,
): Start & { readonly to?: string | undefined } {
  const protocol = protocolOf(options)
  const [sender, receiver] = [endOf(state, from), endOf(state, to)]
  const family = familyFor(sender, receiver, options.family)
  const { node } = sender
  if (node === undefined)
    throw unknown(
      String(from),
      state.nodes.map((each) => each.node),
    )
  const destination = addressFor(receiver, family, wanted)
  if (
    familyOf(destination) !== family ||
    (sender.address ?? destination).includes(':') !== (family === 6)
  ) {
    throw new NetloomError(
      'BAD_ARGUMENT',
      `${sender.address} and ${destination} are of two families`,
      {
        value: [from, to],
        hint: 'Give two addresses of IPv4, or two of IPv6.',
      },
    )
  }
  const { mark = 0, ttl = 64, size = LENGTHS[protocol] } = options
  const ports =
    protocol === 'icmp'
      ? {}
      : { sourcePort: options.sourcePort ?? SOURCE_PORT, destinationPort: options.port }
  const question = { destination, in: 'lo', mark, protocol, ...ports }
  const found = sender.address === undefined ? lookup(node, question) : undefined
  const chosen = found?.found === 'route' ? sourceFor(node, found.route, destination) : undefined
  const source =
    sender.address ?? chosen ?? speakable(node, family)[0] ?? (family === 4 ? '0.0.0.0' : '::')
  const packet: Packet = {
    family,
    protocol,
    source,
    destination,
    ...ports,
    ...(protocol === 'icmp' ? { icmpType: family === 4 ? 8 : 128 } : {}),
    ...(protocol === 'tcp' ? { flags: 'syn' } : {}),
    mark,
    ttl,
    length: size,
    dontFragment: true,
  }
  const sourceFixed = sender.address !== undefined || protocol !== 'icmp'
  return { node: node.node, packet, sourceFixed, to: receiver.node?.node }
}
