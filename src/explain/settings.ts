import type { NodeState } from '../state/state.js'

const read = (node: NodeState, name: string) => Number(node.settings[name] ?? 0)

const of = (node: NodeState, link: string, name: string) =>
  read(node, `net.ipv4.conf.${link}.${name}`)

/** Of `all` and of the link the higher value counts (Documentation/networking/ip-sysctl.rst). */
export const highest = (
  node: NodeState,
  link: string,
  name: 'rp_filter' | 'arp_ignore' | 'arp_announce',
) => Math.max(of(node, 'all', name), of(node, link, name))

/** Either of `all` and of the link is enough. */
export const either = (
  node: NodeState,
  link: string,
  name:
    | 'accept_local'
    | 'arp_filter'
    | 'ignore_routes_with_linkdown'
    | 'proxy_arp'
    | 'route_localnet'
    | 'src_valid_mark',
) => of(node, 'all', name) !== 0 || of(node, link, name) !== 0

/** IPv4: of the link by which a packet came. */
export const forwards4 = (node: NodeState, link: string) => of(node, link, 'forwarding') !== 0

/** IPv6: of the whole namespace; a link of its own has no say, but for what newer kernels call `force_forwarding`. */
export const forwards6 = (node: NodeState, link: string) =>
  read(node, 'net.ipv6.conf.all.forwarding') !== 0 ||
  read(node, `net.ipv6.conf.${link}.force_forwarding`) !== 0

export const ignoresLinkdown6 = (node: NodeState, link: string) =>
  read(node, `net.ipv6.conf.${link}.ignore_routes_with_linkdown`) !== 0

export const proxiesNeighbours6 = (node: NodeState, link: string) =>
  read(node, 'net.ipv6.conf.all.proxy_ndp') !== 0 ||
  read(node, `net.ipv6.conf.${link}.proxy_ndp`) !== 0

export const ignoresEcho = (node: NodeState, family: 4 | 6) =>
  read(node, family === 4 ? 'net.ipv4.icmp_echo_ignore_all' : 'net.ipv6.icmp.echo_ignore_all') !== 0

/** Bridged frames pass the hooks of IP. */
export const bridgeCalls = (node: NodeState, family: 4 | 6) =>
  read(node, `net.bridge.bridge-nf-call-${family === 4 ? 'iptables' : 'ip6tables'}`) !== 0
