import { net } from '../../../src/index.js'
import type { Case } from './cases.js'
import type { Shape } from './lab.js'

/** Two namespaces on a bridge of their host, which has an address there itself. */
export const bridged: Shape = {
  plan: net.host('h').ns('c').ns('d'),
  servers: ['d'],
  build: `
    ip -batch - <<'END'
link add br0 type bridge
link add pc type veth peer name eth0 netns c
link add pd type veth peer name eth0 netns d
link set pc master br0 up
link set pd master br0 up
link set br0 up
addr add 10.0.9.254/24 dev br0
addr add fd00:9::254/64 dev br0 nodad
END
    for each in c:1 d:2; do
      ip -n "\${each%:*}" -batch - <<END
addr add 10.0.9.\${each#*:}/24 dev eth0
addr add fd00:9::\${each#*:}/64 dev eth0 nodad
link set eth0 up
END
    done
    for port in pc pd; do
      until [[ $(cat /sys/class/net/$port/brport/state) == 3 ]]; do sleep 0.01; done
    done`,
}

const cd = { from: 'c', to: '10.0.9.2' } as const
const cd6 = { from: 'c', to: 'fd00:9::2' } as const
const tcp = { ...cd, protocol: 'tcp', port: 80 } as const
const udp = { ...cd, protocol: 'udp', port: 53 } as const

const SHOW = 'sysctl -qw net.bridge.bridge-nf-call-iptables=1'

/** Who has the MAC of the other already asks nobody. */
const KNOWN = (of: string, address: string, at: string) =>
  `inside ${at} ip neigh replace ${address} lladdr $(ip netns exec ${of} cat /sys/class/net/eth0/address) dev eth0 nud permanent`

const TABLE = (hook: string) =>
  `nft 'add table bridge f; add chain bridge f c { type filter hook ${hook} priority 0; }'`

const BRIDGE_TABLE = `nft 'add table bridge f; add chain bridge f c { type filter hook forward priority 0; }'
  nft add rule bridge f c iifname br0 drop`

export const bridgeCases: readonly Case[] = [
  {
    ...{ ...cd, code: 'BRIDGE_NF_DROP', at: 'h', says: 'filter FORWARD' },
    ...{ before: SHOW, fault: 'iptables -P FORWARD DROP' },
    mends: ['BRIDGE_NF_DROP', 'arrives'],
  },
  {
    ...{ ...tcp, code: 'BRIDGE_NF_DROP', at: 'h', says: '--dport 80' },
    before: `${SHOW}; iptables -A FORWARD -p tcp -m tcp --dport 81 -j DROP`,
    fault: 'iptables -A FORWARD -p tcp -m tcp --dport 80 -j DROP',
    mends: ['arrives', 'arrives'],
  },
  {
    ...{ ...udp, code: 'BRIDGE_NF_DROP', back: true, at: 'h', says: '--sport 53' },
    before: 'ip link set br0 type bridge nf_call_iptables 1',
    fault: 'iptables -A FORWARD -m physdev --physdev-in pd -p udp -m udp --sport 53 -j DROP',
    mends: ['arrives', 'arrives'],
  },
  {
    ...{ ...cd6, code: 'BRIDGE_NF_DROP', at: 'h' },
    before: 'sysctl -qw net.bridge.bridge-nf-call-ip6tables=1',
    fault: 'ip6tables -A FORWARD -p ipv6-icmp -m icmp6 --icmpv6-type 128 -j DROP',
    mends: ['arrives', 'arrives'],
  },
  {
    ...{ ...cd, code: 'BRIDGE_PORT_ISOLATED', at: 'h', says: 'pd' },
    before: 'bridge link set dev pc isolated on',
    fault: 'bridge link set dev pd isolated on',
    mends: ['arrives'],
  },
  {
    ...{ ...cd6, protocol: 'tcp', port: 80, code: 'BRIDGE_PORT_ISOLATED', at: 'h' },
    before: 'bridge link set dev pd isolated on',
    fault: 'bridge link set dev pc isolated on',
    mends: ['arrives'],
  },
  {
    ...{ ...tcp, code: 'BRIDGE_NOT_MEMBER', at: 'h', says: 'pd' },
    fault: 'ip link set pd nomaster',
    mends: ['arrives'],
  },
  {
    ...{ ...cd6, code: 'BRIDGE_NOT_MEMBER', at: 'h', says: 'pd' },
    fault: 'ip link set pd nomaster',
    mends: ['arrives'],
  },
  {
    ...{ ...udp, code: 'BRIDGE_DOWN', at: 'h', says: 'br0' },
    fault: 'ip link set br0 down',
    mends: ['arrives'],
  },
  {
    ...{ ...cd6, code: 'BRIDGE_DOWN', at: 'h', says: 'br0' },
    fault: 'ip link set br0 down',
    mends: ['arrives'],
  },
  {
    ...{ ...cd, code: 'BRIDGE_DOWN', at: 'h', says: 'pd' },
    fault: 'ip link set br0 type bridge stp_state 1; ip link set pd down; ip link set pd up',
    mends: ['arrives'],
  },
  {
    ...{ ...cd, code: 'LINK_ADMIN_DOWN', at: 'h', says: 'pd' },
    fault: 'ip link set pd down',
    mends: ['arrives'],
  },
  {
    ...{ ...tcp, code: 'LINK_NO_CARRIER', at: 'h', says: 'pd' },
    fault: 'ip -n d link set eth0 down',
    mends: ['arrives'],
  },
  {
    ...{ ...cd, code: 'NEIGHBOR_UNRESOLVED', at: 'h/c', says: '10.0.9.77' },
    ...{ fault: 'true', instead: { to: '10.0.9.77' }, mends: ['arrives'] },
  },
  {
    ...{ ...cd6, code: 'NEIGHBOR_UNRESOLVED', at: 'h/c', says: 'fd00:9::77' },
    ...{ fault: 'true', instead: { to: 'fd00:9::77' }, mends: ['arrives'] },
  },
  {
    ...{ ...tcp, code: 'NEIGHBOR_UNRESOLVED', back: true, at: 'h/c', says: 'arp_ignore' },
    before: KNOWN('d', '10.0.9.2', 'c'),
    fault: 'inside c sysctl -qw net.ipv4.conf.all.arp_ignore=8',
    mends: ['arrives'],
  },
  {
    ...{ from: '10.8.8.8', to: '10.0.9.2', code: 'ARP_SOURCE_OFF_SUBNET', at: 'h/d' },
    before: 'ip -n c addr add 10.8.8.8/32 dev lo; ip -n d route add 10.8.8.8/32 via 10.0.9.1',
    fault: 'inside d sysctl -qw net.ipv4.conf.all.arp_ignore=2',
    mends: ['arrives'],
  },
  {
    ...{ from: 'c', to: '10.8.8.9', protocol: 'tcp', port: 80, back: true },
    ...{ code: 'ARP_SOURCE_OFF_SUBNET', at: 'h/c', says: 'arp_ignore' },
    before: `ip -n d addr add 10.8.8.9/32 dev lo; ip -n c route add 10.8.8.9/32 via 10.0.9.2
      ${KNOWN('d', '10.0.9.2', 'c')}`,
    fault: 'inside c sysctl -qw net.ipv4.conf.eth0.arp_ignore=2',
    mends: ['arrives'],
  },
  {
    ...{ ...cd, code: 'NEIGHBOR_WRONG_LLADDR', at: 'h/c', says: '10.0.9.2' },
    fault: 'ip -n c neigh replace 10.0.9.2 lladdr 02:00:00:00:00:99 dev eth0 nud permanent',
    mends: ['arrives'],
  },
  {
    ...{ ...cd, code: 'NEIGHBOR_WRONG_LLADDR', back: true, at: 'h/d', says: '10.0.9.1' },
    fault: 'ip -n d neigh replace 10.0.9.1 lladdr 02:00:00:00:00:99 dev eth0 nud permanent',
    mends: ['arrives'],
  },
  {
    // it is the answer to the question for a neighbour that goes astray already
    ...{ ...cd6, code: 'NEIGHBOR_WRONG_LLADDR', at: 'h/d', says: 'fd00:9::1' },
    fault: 'ip -n d neigh replace fd00:9::1 lladdr 02:00:00:00:00:99 dev eth0 nud permanent',
    mends: ['arrives'],
  },
  {
    ...{ ...cd, code: 'SOURCE_IS_LOCAL', at: 'h/d', says: '10.0.9.1' },
    fault: 'ip -n d addr add 10.0.9.1/32 dev lo',
    mends: ['arrives'],
  },
  {
    ...{ ...tcp, code: 'BRIDGE_NF_DROP', at: 'h', says: 'raw PREROUTING' },
    before: `${SHOW}; iptables -t raw -A PREROUTING -i pc -j DROP`,
    fault: 'iptables -t raw -A PREROUTING -i br0 -p tcp -j DROP',
    mends: ['BRIDGE_NF_DROP', 'arrives'],
  },
  {
    ...{ ...cd, code: 'BRIDGE_NF_DROP', back: true, at: 'h', says: 'mangle POSTROUTING' },
    before: SHOW,
    fault: 'iptables -t mangle -A POSTROUTING -o br0 -p icmp -m icmp --icmp-type 0 -j DROP',
    mends: ['arrives', 'arrives'],
  },
  {
    ...{ ...udp, code: 'BRIDGE_NF_DROP', at: 'h', says: 'filter FORWARD' },
    before: `${SHOW}; iptables -P FORWARD DROP
      iptables -A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT; iptables -A FORWARD -p udp -j ACCEPT`,
    fault: 'iptables -D FORWARD -p udp -j ACCEPT',
    mends: ['arrives', 'arrives'],
  },
  {
    ...{ ...tcp, code: 'FILTER_RULE_DROP', at: 'h', says: 'bridge f c' },
    before: BRIDGE_TABLE,
    fault: 'nft add rule bridge f c iifname pc tcp dport 80 drop',
    mends: ['arrives'],
  },
  {
    ...{ ...cd, code: 'FILTER_RULE_DROP', back: true, at: 'h', says: 'bridge f c' },
    before: BRIDGE_TABLE,
    fault: 'nft add rule bridge f c oifname pc icmp type echo-reply drop',
    mends: ['arrives'],
  },
  {
    ...{ ...cd, code: 'NETDEV_INGRESS_DROP', at: 'h' },
    before: `nft 'add table netdev n; add chain netdev n c { type filter hook ingress device pc priority 0; }'`,
    fault: 'nft add rule netdev n c ip protocol icmp drop',
    mends: ['arrives'],
  },
  {
    ...{ ...cd, code: 'UNDETERMINED_TC_OR_XDP', at: 'h', says: 'pc' },
    fault: 'tc qdisc add dev pc ingress',
    ...{ result: 'UNDETERMINED', probe: 'luck', mends: [] },
  },
  {
    ...{ from: 'c', to: '10.0.9.254', code: 'FILTER_RULE_DROP', at: 'h', says: 'bridge f c' },
    before: TABLE('prerouting'),
    fault: 'nft add rule bridge f c iifname pc icmp type echo-request drop',
    mends: ['arrives'],
  },
  {
    ...{ from: 'c', to: '10.0.9.254', code: 'OUTPUT_DROP', back: true, at: 'h' },
    ...{ says: 'bridge f c', before: TABLE('output') },
    fault: 'nft add rule bridge f c oifname pc icmp type echo-reply drop',
    mends: ['arrives'],
  },
  {
    ...{ from: 'c', to: '10.0.9.254', code: 'NETDEV_INGRESS_DROP', at: 'h' },
    before: `nft 'add table netdev n; add chain netdev n c { type filter hook ingress device pc priority 0; }'`,
    fault: 'nft add rule netdev n c ip protocol icmp drop',
    mends: ['arrives'],
  },
  {
    ...{ ...cd, size: 1400, code: 'MTU_EXCEEDED', at: 'h', says: 'pd' },
    ...{ fault: 'ip link set pd mtu 1300', mends: ['arrives'] },
  },
]
