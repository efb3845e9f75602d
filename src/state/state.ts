import type { Family } from '../ip/cidr.js'
import type { Table } from './firewall.js'

/**
 * What decides the way of a packet, in the same words whether a plan tells it or a kernel. Plain data: a copy with a
 * change is another state.
 */
export interface NetState {
  readonly nodes: readonly NodeState[]
}

/** One network namespace. */
export interface NodeState {
  /** The place in the plan: `node03`, or `node03/demo01`. */
  readonly node: string
  readonly links: readonly LinkState[]
  readonly addresses: readonly AddressState[]
  /** Policy routing, by priority. */
  readonly rules: readonly RuleState[]
  readonly routes: readonly RouteState[]
  readonly neighbours: readonly NeighbourState[]
  /** Settings below /proc/sys, by their names (`net.ipv4.ip_forward`). */
  readonly settings: Readonly<Record<string, string>>
  /** All packet filters: nft, iptables-nft, iptables-legacy. */
  readonly tables: readonly Table[]
  /** Open sockets that receive; `undefined` where nothing is known of them. */
  readonly sockets: readonly SocketState[] | undefined
  /** What could not be read, or is not modelled, in words. */
  readonly gaps: readonly string[]
  /** Those of them that may decide: rules or routes that are there, and could not be read. */
  readonly unread?: readonly string[] | undefined
  /** Only what a plan adds to it is known: a host as a plan sees it. */
  readonly partial?: boolean | undefined
}

export interface LinkState {
  readonly name: string
  readonly index: number
  /** As `ip -d link` names it: `veth`, `bridge`, `vxlan`, `loopback`; empty for a device of hardware. */
  readonly kind: string
  /** The flag UP: it was set up. */
  readonly up: boolean
  /** The flag LOWER_UP: the other side is up as well. */
  readonly carrier: boolean
  readonly mac?: string | undefined
  readonly mtu: number
  readonly group: number
  /** The other end of a veth pair; without `node` where it is in no namespace that is known. */
  readonly peer?: { readonly node?: string | undefined; readonly link: string } | undefined
  /** The bridge of which it is a port. */
  readonly master?: string | undefined
  readonly port?: PortState | undefined
  readonly bridge?: BridgeState | undefined
  /** Programs on its way that are not modelled: `xdp`, `tc ingress`. */
  readonly programs?: readonly string[] | undefined
}

export interface PortState {
  readonly isolated: boolean
  /** `forwarding`, `disabled`, `listening`, `learning`, `blocking` (STP). */
  readonly state: string
  readonly hairpin: boolean
}

export interface BridgeState {
  /** Bridged frames pass the hooks of IPv4 (IPv6), whatever the setting of the namespace says. */
  readonly callIptables: boolean
  readonly callIp6tables: boolean
  readonly vlanFiltering: boolean
}

export interface AddressState {
  readonly link: string
  readonly family: Family
  /** Without prefix. */
  readonly address: string
  readonly prefix: number
  /** `global`, `link`, `host`. */
  readonly scope: string
  /** IPv6, while duplicate address detection runs; with `dadFailed` for ever. */
  readonly tentative?: boolean | undefined
  readonly dadFailed?: boolean | undefined
  readonly deprecated?: boolean | undefined
  /** The one at the other end of a point-to-point address. */
  readonly peer?: string | undefined
  readonly secondary?: boolean | undefined
}

/** A rule of `ip rule`. */
export interface RuleState {
  readonly family: Family
  readonly priority: number
  readonly not?: boolean | undefined
  /** Networks, as `10.0.0.0/8`; absent: all. */
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly iif?: string | undefined
  readonly oif?: string | undefined
  readonly mark?: number | undefined
  readonly mask?: number | undefined
  readonly protocol?: 'tcp' | 'udp' | 'icmp' | undefined
  readonly sourcePorts?: readonly [number, number] | undefined
  readonly destinationPorts?: readonly [number, number] | undefined
  readonly action: 'table' | 'goto' | 'nop' | 'blackhole' | 'unreachable' | 'prohibit'
  /** With `table`: which, as a number (254 is main). */
  readonly table?: number | undefined
  /** With `goto`: the priority. */
  readonly goto?: number | undefined
  /** Routes with a prefix of at most this length do not count (`suppress_prefixlength`). */
  readonly suppressPrefix?: number | undefined
  /** What else it asks for, which is not modelled (`uidrange`, `tos`, `tun_id`, `l3mdev`). */
  readonly unknown?: string | undefined
}

export type RouteType =
  | 'unicast'
  | 'local'
  | 'broadcast'
  | 'anycast'
  | 'multicast'
  | 'blackhole'
  | 'unreachable'
  | 'prohibit'
  | 'throw'

export interface RouteState {
  readonly family: Family
  readonly table: number
  readonly type: RouteType
  /** A network: `10.0.1.2/32`, `0.0.0.0/0`. */
  readonly to: string
  readonly gateway?: string | undefined
  readonly device?: string | undefined
  readonly metric: number
  readonly source?: string | undefined
  readonly onlink?: boolean | undefined
  /** As the kernel marks a route whose link has no carrier, or is down. */
  readonly linkdown?: boolean | undefined
  readonly dead?: boolean | undefined
  readonly mtu?: number | undefined
  /** Who made it: `kernel`, `ra`, `78`. */
  readonly protocol?: string | undefined
  readonly scope?: string | undefined
  /** More next hops than one: which is taken is not modelled. */
  readonly nexthops?: readonly { readonly gateway?: string; readonly device?: string }[] | undefined
}

export interface NeighbourState {
  readonly link: string
  readonly family: Family
  readonly address: string
  readonly mac?: string | undefined
  /** `PERMANENT`, `NOARP`, `REACHABLE`, `STALE`, `INCOMPLETE`, `FAILED` and so on. */
  readonly state: string
  readonly proxy?: boolean | undefined
}

export interface SocketState {
  /** 6 with `v6only` unset takes IPv4 as well. */
  readonly family: Family
  readonly protocol: 'tcp' | 'udp'
  /** Where it listens; `0.0.0.0` or `::` for every address. */
  readonly address: string
  readonly port: number
  readonly v6only: boolean
  /** The link to which it is bound. */
  readonly link?: string | undefined
}

export function nodeOf(state: NetState, name: string): NodeState | undefined {
  return state.nodes.find(({ node }) => node === name)
}

export const linkOf = (node: NodeState, name: string): LinkState | undefined =>
  node.links.find((link) => link.name === name)
