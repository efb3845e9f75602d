import type { FilterRule, Hook, Match, Table } from '../../state/firewall.js'
import type { Packet, Position } from '../../state/packet.js'
import { withRules } from './change.js'
import type { Edit } from './edit.js'
import { within } from './words.js'

const INWARD: readonly Hook[] = ['prerouting', 'input', 'forward']
const OUTWARD: readonly Hook[] = ['forward', 'output', 'postrouting']

/** The links by which a packet passes a hook, as rules there may ask for them. */
export function linksAt(hook: Hook, position: Position, family: Table['family']): readonly Match[] {
  const isBridge = family === 'bridge'
  const [from, to] = isBridge
    ? [position.bridgeIn, position.bridgeOut]
    : [position.in, position.out]
  return [
    ...(from !== undefined && INWARD.includes(hook)
      ? [{ match: 'in', links: [from] } as const]
      : []),
    ...(to !== undefined && OUTWARD.includes(hook) ? [{ match: 'out', links: [to] } as const] : []),
  ]
}

/** As little as lets the flow pass: its ends, its protocol, and the port that does not change. */
export function flowAt({
  packet,
  isReply,
}: {
  packet: Packet
  isReply: boolean
}): readonly Match[] {
  const { source, destination, family, protocol, sourcePort, destinationPort } = packet
  const name = protocol === 'icmp' && family === 6 ? 'ipv6-icmp' : protocol
  const port = isReply ? sourcePort : destinationPort
  return [
    { match: 'source', networks: [source] },
    { match: 'destination', networks: [destination] },
    { match: 'protocol', protocols: [name] },
    ...(port === undefined
      ? []
      : [
          {
            match: isReply ? 'sourcePort' : 'destinationPort',
            ports: [[port, port]],
          } as const,
        ]),
  ]
}

export const ESTABLISHED: Match = { match: 'state', states: ['established', 'related'] }

/** A match as words of iptables. */
function iptablesWords(match: Match): readonly string[] {
  switch (match.match) {
    case 'in':
      return ['-i', match.links.join()]
    case 'out':
      return ['-o', match.links.join()]
    case 'source':
      return ['-s', match.networks.join()]
    case 'destination':
      return ['-d', match.networks.join()]
    case 'protocol':
      return ['-p', match.protocols.join()]
    case 'sourcePort':
      return ['--sport', String(match.ports[0]?.[0])]
    case 'destinationPort':
      return ['--dport', String(match.ports[0]?.[0])]
    case 'icmpType':
      return ['--icmpv6-type', String(match.types[0]?.[0])]
    case 'bridged':
      return ['-m', 'physdev', '--physdev-is-bridged']
    case 'state':
      return ['-m', 'conntrack', '--ctstate', match.states.join().toUpperCase()]
    default:
      return []
  }
}

/** Matches as words of nft. A port names its protocol itself. */
function nftWords(matches: readonly Match[], { family, protocol }: Packet): readonly string[] {
  const ip = family === 4 ? 'ip' : 'ip6'
  const hasPort = matches.some(({ match }) => match === 'sourcePort' || match === 'destinationPort')
  return matches.flatMap((match): readonly string[] => {
    switch (match.match) {
      case 'in':
        return ['iifname', `"${match.links.join()}"`]
      case 'out':
        return ['oifname', `"${match.links.join()}"`]
      case 'source':
        return [ip, 'saddr', match.networks.join()]
      case 'destination':
        return [ip, 'daddr', match.networks.join()]
      case 'protocol':
        return hasPort ? [] : ['meta', 'l4proto', match.protocols.join()]
      case 'sourcePort':
        return [protocol, 'sport', String(match.ports[0]?.[0])]
      case 'destinationPort':
        return [protocol, 'dport', String(match.ports[0]?.[0])]
      case 'icmpType':
        return ['icmpv6', 'type', String(match.types[0]?.[0])]
      case 'state':
        return ['ct', 'state', match.states.join()]
      default:
        return []
    }
  })
}

const LEGACY = { ip: 'iptables-legacy', ip6: 'ip6tables-legacy' } as const
const NFT = { ip: 'iptables', ip6: 'ip6tables' } as const

/** The tool that keeps a table, as typed in a namespace; nothing for one of nft. */
function iptablesOf({ backend, family }: Table): string | undefined {
  if (backend === 'nft' || (family !== 'ip' && family !== 'ip6')) return undefined
  return backend === 'iptables-legacy' ? LEGACY[family] : NFT[family]
}

/** Lets what matches pass: a rule at the top of a chain, by the tool that keeps it. */
export function insertAccept(
  node: string,
  table: Table,
  chain: string,
  matches: readonly Match[],
  packet: Packet,
): Edit {
  const iptables = iptablesOf(table)
  const words =
    iptables === undefined
      ? [...nftWords(matches, packet), 'accept']
      : [...matches.flatMap(iptablesWords), '-j', 'ACCEPT']
  const command =
    iptables === undefined
      ? ['nft', 'insert', 'rule', table.family, table.name, chain, ...words]
      : [iptables, '-w', '5', '-t', table.name, '-I', chain, '1', ...words]
  const rule: FilterRule = {
    number: 1,
    text: words.join(' '),
    parts: [...matches, { act: 'accept' }],
  }
  return {
    command: within(node, ...command),
    apply: (state) => withRules(state, node, table, chain, (rules) => [rule, ...rules]),
  }
}

/** Takes a rule away. */
export function deleteFilterRule(
  node: string,
  table: Table,
  chain: string,
  rule: FilterRule,
): Edit {
  const iptables = iptablesOf(table)
  const command =
    iptables === undefined
      ? ['nft', 'delete', 'rule', table.family, table.name, chain, 'handle', String(rule.handle)]
      : [iptables, '-w', '5', '-t', table.name, '-D', chain, String(rule.number)]
  return {
    command: within(node, ...command),
    apply: (state) =>
      withRules(state, node, table, chain, (rules) => rules.filter((each) => each !== rule)),
  }
}
