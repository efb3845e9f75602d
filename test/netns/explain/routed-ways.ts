import type { Case } from './cases.js'

const ab = { from: 'a', to: 'b' } as const
const tcp = { ...ab, protocol: 'tcp', port: 80 } as const
const udp = { ...ab, protocol: 'udp', port: 53 } as const
const six = { family: 6 } as const

const none: readonly Case[] = [
  {
    ...{ ...ab, code: 'NO_ROUTE', at: 'h/a', says: '10.0.2.2' },
    before: 'ip -n a route add 10.0.3.0/24 via 100.100.198.250 dev eth0 onlink',
    fault: 'ip -n a route del default',
    mends: ['arrives'],
  },
  {
    ...{ ...tcp, code: 'NO_ROUTE', at: 'h' },
    before: 'ip route add 10.0.2.3/32 dev vb',
    fault: 'ip route del 10.0.2.2/32',
    mends: ['arrives'],
  },
  {
    ...{ ...udp, code: 'NO_ROUTE', back: true, at: 'h/b', says: '10.0.1.2' },
    fault: 'ip -n b route del default',
    mends: ['arrives'],
  },
  {
    ...{ ...ab, code: 'NO_ROUTE', back: true, at: 'h' },
    fault: 'ip route del 10.0.1.2/32',
    mends: ['arrives'],
  },
  {
    ...{ ...udp, ...six, code: 'NO_ROUTE', at: 'h/a' },
    fault: 'ip -n a -6 route del default',
    mends: ['arrives'],
  },
  {
    ...{ ...tcp, ...six, code: 'NO_ROUTE', back: true, at: 'h/b' },
    fault: 'ip -n b -6 route del default',
    mends: ['arrives'],
  },
  {
    ...{ ...ab, code: 'NO_ROUTE', at: 'h/a' },
    ...{ before: 'ip -n a route add throw 10.0.3.0/24', fault: 'ip -n a route del default' },
    mends: ['arrives'],
  },
]

const TYPES = ['blackhole', 'unreachable', 'prohibit'] as const
const CODES = {
  blackhole: 'ROUTE_BLACKHOLE',
  unreachable: 'ROUTE_UNREACHABLE',
  prohibit: 'ROUTE_PROHIBIT',
} as const

const ended: readonly Case[] = TYPES.flatMap((type, i): Case[] => [
  {
    ...{ ...[ab, tcp, udp][i], ...ab, code: CODES[type], at: 'h/a', says: `${type} 10.0.2.2` },
    before: `ip -n a route add ${type} 10.0.2.3/32`,
    fault: `ip -n a route add ${type} 10.0.2.2/32`,
    mends: ['arrives'],
  },
  {
    ...{ ...tcp, code: CODES[type], at: 'h', says: `table 100` },
    before: `ip rule add pref 100 lookup 100; ip route add ${type} 10.0.2.3/32 table 100`,
    fault: `ip route add ${type} 10.0.2.2/32 table 100`,
    mends: ['arrives'],
  },
  {
    ...{ ...udp, code: CODES[type], back: true, at: 'h/b', says: '10.0.1.0/24' },
    fault: `ip -n b route add ${type} 10.0.1.0/24`,
    mends: ['arrives'],
  },
  {
    ...{ ...ab, ...six, code: CODES[type], at: 'h', says: 'rule 100' },
    before: `ip -6 rule add pref 99 to fd00:2::3 ${type}`,
    fault: `ip -6 rule add pref 100 to fd00:2::2 ${type}`,
    mends: ['arrives'],
  },
])

/** A way for everything that the host does not know: out by its uplink. */
const DEFAULT = 'ip route add default via 100.100.198.1 dev enp2s0 onlink'
const DEFAULT6 = 'ip -6 route add default via fd00:100::1 dev enp2s0 onlink'

const links: readonly Case[] = [
  {
    ...{ ...ab, code: 'ROUTE_LEAKS_TO_OTHER_IF', at: 'h', says: 'default via 100.100.198.1' },
    ...{ before: DEFAULT, fault: 'ip link set vb down' },
    mends: ['arrives', 'ROUTE_UNREACHABLE'],
  },
  {
    ...{ ...tcp, code: 'ROUTE_LEAKS_TO_OTHER_IF', back: true, at: 'h' },
    ...{ before: DEFAULT, fault: 'ip route del 10.0.1.2/32' },
    mends: ['arrives', 'ROUTE_UNREACHABLE'],
  },
  {
    ...{ ...udp, ...six, code: 'ROUTE_LEAKS_TO_OTHER_IF', at: 'h' },
    ...{ before: DEFAULT6, fault: 'ip -6 route del fd00:2::2/128' },
    mends: ['arrives', 'ROUTE_UNREACHABLE'],
  },
  {
    ...{ ...ab, code: 'LINK_ADMIN_DOWN', at: 'h/a', says: 'eth0' },
    fault: 'ip -n a link set eth0 down',
    mends: ['arrives'],
  },
  {
    ...{ ...tcp, code: 'LINK_ADMIN_DOWN', at: 'h', says: 'vb' },
    fault: 'ip link set vb down',
    mends: ['arrives'],
  },
  {
    ...{ ...ab, ...six, code: 'LINK_ADMIN_DOWN', at: 'h/a' },
    fault: 'ip -n a link set eth0 down',
    mends: ['arrives'],
  },
  {
    ...{ ...udp, code: 'LINK_NO_CARRIER', at: 'h', says: 'vb' },
    fault: 'ip -n b link set eth0 down',
    mends: ['arrives'],
  },
  {
    ...{ ...tcp, code: 'LINK_NO_CARRIER', at: 'h/a', says: 'eth0' },
    fault: 'ip link set va down',
    mends: ['arrives'],
  },
  {
    ...{ ...ab, ...six, code: 'LINK_NO_CARRIER', at: 'h' },
    fault: 'ip -n b link set eth0 down',
    mends: ['arrives'],
  },
  {
    ...{ from: 'a', to: '10.0.1.2', code: 'LO_DOWN', at: 'h/a' },
    fault: 'ip -n a link set lo down',
    mends: ['arrives'],
  },
  {
    ...{ from: 'b', to: 'fd00:2::2', protocol: 'tcp', port: 80, code: 'LO_DOWN', at: 'h/b' },
    fault: 'ip -n b link set lo down',
    mends: ['arrives'],
  },
]

const sources: readonly Case[] = [
  {
    ...{ ...ab, code: 'RP_FILTER_STRICT', at: 'h', says: 'rp_filter' },
    before: 'sysctl -qw net.ipv4.conf.va.rp_filter=1',
    fault: 'ip route replace 10.0.1.2/32 via 100.100.198.77 dev enp2s0 onlink',
    mends: ['arrives'],
  },
  {
    ...{ ...tcp, code: 'RP_FILTER_STRICT', at: 'h', says: 'rp_filter' },
    before: `sysctl -qw net.ipv4.conf.va.rp_filter=1
      ip -n a neigh add 100.100.198.250 lladdr $(</sys/class/net/va/address) dev eth0`,
    fault: 'ip route replace 10.0.1.2/32 via 100.100.198.77 dev enp2s0 onlink',
    mends: ['arrives'],
  },
  {
    ...{ ...udp, code: 'RP_FILTER_LOOSE', at: 'h', says: 'rp_filter' },
    before: 'sysctl -qw net.ipv4.conf.all.rp_filter=2',
    fault: 'ip route del 10.0.1.2/32',
    mends: ['arrives'],
  },
  {
    ...{ ...ab, code: 'SOURCE_IS_LOCAL', at: 'h', says: '10.0.1.2' },
    before: 'ip addr add 10.0.1.3/32 dev lo',
    fault: 'ip addr add 10.0.1.2/32 dev lo',
    mends: ['arrives'],
  },
  {
    ...{ ...tcp, code: 'SOURCE_IS_LOCAL', at: 'h/b', says: '10.0.1.2' },
    fault: 'ip -n b addr add 10.0.1.2/32 dev lo',
    mends: ['arrives'],
  },
  {
    ...{ ...ab, ...six, code: 'SOURCE_IS_LOCAL', back: true, at: 'h/b' },
    fault: 'ip -n b addr add fd00:1::2/128 dev lo',
    mends: ['arrives'],
  },
  {
    ...{ ...ab, code: 'SOURCE_MARTIAN', at: 'h/b', says: '127.0.0.9' },
    fault: 'iptables -t nat -A POSTROUTING -o vb -j SNAT --to-source 127.0.0.9',
    mends: [],
  },
]

const PERMANENT =
  'ip neigh replace 10.0.2.2 lladdr $(ip netns exec b cat /sys/class/net/eth0/address) dev vb nud permanent'

const neighbours: readonly Case[] = [
  {
    // nobody asks for the gateway on the way back: it has asked itself
    ...{ ...tcp, code: 'NO_LISTENER', at: 'h/b', instead: { port: 81 } },
    ...{ before: 'sysctl -qw net.ipv4.conf.vb.arp_ignore=1', fault: 'true', mends: ['words'] },
  },
  {
    ...{ ...ab, code: 'GATEWAY_ARP_IGNORED', at: 'h', says: 'arp_ignore' },
    fault: 'sysctl -qw net.ipv4.conf.all.arp_ignore=1',
    mends: ['arrives', 'arrives'],
  },
  {
    ...{ ...tcp, code: 'GATEWAY_ARP_IGNORED', back: true, at: 'h' },
    // a host that asks for the namespace by ARP tells it the gateway's MAC thereby
    before: PERMANENT,
    fault: 'sysctl -qw net.ipv4.conf.vb.arp_ignore=1',
    mends: ['arrives', 'arrives'],
  },
  {
    ...{ ...udp, code: 'GATEWAY_NOT_OWNED', at: 'h/a', says: '169.254.1.7' },
    fault: 'ip -n a route replace default via 169.254.1.7 dev eth0 onlink',
    mends: ['arrives'],
  },
  {
    ...{ ...ab, code: 'GATEWAY_NOT_OWNED', at: 'h/a', says: '169.254.1.7' },
    before: DEFAULT,
    fault: 'ip -n a route replace default via 169.254.1.7 dev eth0 onlink',
    mends: ['arrives', 'arrives'],
  },
  {
    ...{ ...tcp, code: 'GATEWAY_NOT_OWNED', back: true, at: 'h/b' },
    fault: 'ip -n b route replace default via 169.254.1.7 dev eth0 onlink',
    mends: ['arrives'],
  },
  {
    ...{ ...tcp, ...six, code: 'GATEWAY_NOT_OWNED', at: 'h/a', says: 'fe80::7' },
    fault: 'ip -n a -6 route replace default via fe80::7 dev eth0',
    mends: ['arrives'],
  },
  {
    ...{ ...ab, code: 'NEIGHBOR_WRONG_LLADDR', at: 'h', says: '10.0.2.2' },
    before: 'ip neigh replace 10.0.2.3 lladdr 02:00:00:00:00:99 dev vb nud permanent',
    fault: 'ip neigh replace 10.0.2.2 lladdr 02:00:00:00:00:99 dev vb nud permanent',
    mends: ['arrives'],
  },
  {
    ...{ ...udp, code: 'NEIGHBOR_WRONG_LLADDR', back: true, at: 'h', says: '10.0.1.2' },
    fault: 'ip neigh replace 10.0.1.2 lladdr 02:00:00:00:00:99 dev va nud permanent',
    mends: ['arrives'],
  },
  {
    ...{ ...tcp, ...six, code: 'NEIGHBOR_WRONG_LLADDR', at: 'h/a' },
    fault: 'ip -n a neigh replace fe80::1 lladdr 02:00:00:00:00:99 dev eth0 nud permanent',
    mends: ['arrives'],
  },
  {
    ...{ from: 'a', to: '10.0.2.9', code: 'NEIGHBOR_UNRESOLVED', at: 'h/b', says: 'arp_ignore' },
    before: 'ip -n b addr add 10.0.2.9/32 dev lo; ip route add 10.0.2.9/32 dev vb',
    fault: 'inside b sysctl -qw net.ipv4.conf.all.arp_ignore=1',
    mends: ['arrives', 'arrives'],
  },
  {
    ...{ from: 'a', to: '10.0.2.9', code: 'NEIGHBOR_UNRESOLVED', at: 'h', says: '10.0.2.9' },
    before: 'ip -n b addr add 10.0.2.9/32 dev lo; ip route add 10.0.2.9/32 dev vb',
    fault: 'ip -n b addr del 10.0.2.9/32 dev lo',
    mends: ['arrives'],
  },
  {
    ...{ from: 'a', to: '10.0.2.9', code: 'NEIGHBOR_UNRESOLVED', at: 'h/b', says: 'arp_filter' },
    before: `ip -n b addr add 10.0.2.9/32 dev lo; ip route add 10.0.2.9/32 dev vb
      ip -n b link add d0 type bridge; ip -n b link set d0 up; ip -n b route add 10.0.2.1/32 dev d0
      ip addr add 10.0.2.1/32 dev vb`,
    fault: 'inside b sysctl -qw net.ipv4.conf.eth0.arp_filter=1',
    mends: ['arrives'],
  },
  {
    ...{ ...tcp, ...six, code: 'NEIGHBOR_UNRESOLVED', at: 'h/b', says: 'neighbour solicitation' },
    before: 'inside b ip6tables -A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 128 -j DROP',
    fault: 'inside b ip6tables -A INPUT -p ipv6-icmp -j DROP',
    mends: ['arrives'],
  },
]

const sizes: readonly Case[] = [
  {
    ...{ ...ab, size: 1500, code: 'MTU_EXCEEDED', at: 'h', says: 'vb' },
    fault: 'ip link set vb mtu 1400; ip -n b link set eth0 mtu 1400',
    mends: ['arrives'],
  },
  {
    ...{ ...ab, ...six, size: 1500, code: 'MTU_EXCEEDED', at: 'h', says: 'vb' },
    fault: 'ip link set vb mtu 1400',
    mends: ['arrives'],
  },
  {
    ...{ ...ab, ...six, size: 1400, code: 'MTU_EXCEEDED', back: true, at: 'h', says: 'va' },
    fault: 'ip link set va mtu 1396',
    mends: ['arrives'],
  },
  {
    ...{ ...tcp, code: 'TTL_EXPIRED', at: 'h' },
    fault: 'iptables -t mangle -A PREROUTING -i va -j TTL --ttl-set 1',
    mends: [],
  },
  {
    ...{ ...udp, code: 'TTL_EXPIRED', back: true, at: 'h' },
    fault: 'iptables -t mangle -A PREROUTING -i vb -j TTL --ttl-set 1',
    mends: [],
  },
  {
    ...{ ...ab, code: 'TTL_EXPIRED', at: 'h', instead: { ttl: 1 } },
    ...{ fault: 'true', mends: [] },
  },
  {
    ...{ ...ab, code: 'TTL_EXPIRED', at: 'h', says: 'circle' },
    before: `inside a sysctl -qw net.ipv4.ip_forward=1; inside a sysctl -qw net.ipv4.conf.eth0.accept_local=1
      sysctl -qw net.ipv4.conf.va.send_redirects=0`,
    fault: 'ip route replace 10.0.2.2/32 via 10.0.1.2 dev va onlink',
    mends: [],
  },
]

/** A place beside the lab, of which nothing is known: it has a way back to the host, and no other. */
const EXT = `ip link add ext type veth peer name eth0 netns ext; ip addr add 203.0.113.1/24 dev ext; ip link set ext up
  ip -n ext addr add 203.0.113.9/24 dev eth0; ip -n ext link set eth0 up; ip -n ext link set lo up
  iptables -I FORWARD -i ext -j ACCEPT`
const MAKE_EXT = `ip netns del ext 2>/dev/null || true; ip netns add ext; ${EXT}`

const outside: readonly Case[] = [
  {
    ...{ from: 'a', to: '203.0.113.9', code: 'NAT_MISSING', at: 'h', says: '10.0.1.2' },
    before: `${MAKE_EXT}; iptables -t nat -A POSTROUTING -o ext -j MASQUERADE`,
    fault: 'iptables -t nat -F POSTROUTING',
    ...{ base: 'UNDETERMINED', result: 'UNDETERMINED', mends: ['UNDETERMINED_OUTSIDE'] },
  },
  {
    ...{ ...ab, code: 'UNDETERMINED_OUTSIDE', at: 'h', says: 'ext' },
    ...{ before: MAKE_EXT, fault: 'true', instead: { from: 'h', to: '203.0.113.9' } },
    ...{ result: 'UNDETERMINED', probe: 'luck', mends: [] },
  },
  {
    ...{ ...ab, code: 'UNDETERMINED_TC_OR_XDP', at: 'h', says: 'va' },
    fault: 'tc qdisc add dev va ingress',
    ...{ result: 'UNDETERMINED', probe: 'luck', mends: [] },
  },
  {
    ...{ ...tcp, ...six, code: 'UNDETERMINED_TC_OR_XDP', back: true, at: 'h', says: 'vb' },
    fault: 'tc qdisc add dev vb ingress',
    ...{ result: 'UNDETERMINED', probe: 'luck', mends: [] },
  },
  {
    ...{ ...ab, code: 'UNDETERMINED_FOREIGN_MATCH', at: 'h', says: 'statistic' },
    fault: 'iptables -I FORWARD -m statistic --mode random --probability 0.5 -j DROP',
    ...{ result: 'UNDETERMINED', mends: [], probe: 'luck' },
  },
]

export const wayCases: readonly Case[] = [...none, ...ended, ...links]
export const neighbourCases: readonly Case[] = [...sources, ...neighbours, ...sizes, ...outside]
