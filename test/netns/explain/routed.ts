import { net } from '../../../src/index.js'
import type { Case } from './cases.js'
import type { Shape } from './lab.js'

/** Two namespaces that speak by their host, over both families; all of it the plan's own. */
export const routed: Shape = {
  plan: net
    .host('h', { address: ['100.100.198.250/24', 'fd00:100::250/64'], device: 'enp2s0' })
    .ns('a')
    .ip('10.0.1.2/24', 'fd00:1::2/64')
    .veth('va')
    .routeBothWays()
    .allowForward()
    .ns('b')
    .ip('10.0.2.2/24', 'fd00:2::2/64')
    .veth('vb')
    .routeBothWays()
    .allowForward(),
  servers: ['b'],
}

const ab = { from: 'a', to: 'b' } as const
const tcp = { ...ab, protocol: 'tcp', port: 80 } as const
const udp = { ...ab, protocol: 'udp', port: 53 } as const
const six = { family: 6 } as const

/** The policy of a machine that runs containers, with nothing that lets through. */
const closed = (tool: string) => `${tool} -F FORWARD; ${tool} -P FORWARD DROP`

const forwarding: readonly Case[] = [
  {
    ...{ ...ab, code: 'FORWARDING_DISABLED', at: 'h', says: 'net.ipv4.ip_forward=0' },
    fault: 'sysctl -qw net.ipv4.ip_forward=0',
    mends: ['arrives', 'arrives'],
  },
  {
    ...{ ...tcp, code: 'FORWARDING_DISABLED', at: 'h', says: 'net.ipv4.conf.va.forwarding=0' },
    fault: 'sysctl -qw net.ipv4.conf.va.forwarding=0',
    mends: ['arrives'],
  },
  {
    ...{ ...udp, code: 'FORWARDING_DISABLED', back: true, at: 'h' },
    says: 'net.ipv4.conf.vb.forwarding=0',
    fault: 'sysctl -qw net.ipv4.conf.vb.forwarding=0',
    mends: ['arrives'],
  },
  {
    ...{ ...ab, ...six, code: 'FORWARDING_DISABLED', at: 'h' },
    fault: 'sysctl -qw net.ipv6.conf.all.forwarding=0',
    mends: ['arrives'],
  },
]

const filters: readonly Case[] = [
  {
    ...{ ...tcp, code: 'FILTER_POLICY_DROP', at: 'h', says: 'filter FORWARD' },
    fault: closed('iptables'),
    mends: ['arrives', 'arrives'],
  },
  {
    ...{ ...udp, ...six, code: 'FILTER_POLICY_DROP', at: 'h' },
    fault: closed('ip6tables'),
    mends: ['arrives', 'arrives'],
  },
  {
    ...{ ...ab, code: 'FILTER_POLICY_DROP', back: true, at: 'h', says: 'mangle POSTROUTING' },
    fault:
      'iptables -t mangle -A POSTROUTING -o vb -j ACCEPT; iptables -t mangle -P POSTROUTING DROP',
    mends: ['arrives'],
  },
  {
    ...{ ...ab, code: 'FILTER_RULE_DROP', at: 'h', says: '-p icmp -j DROP' },
    before: `iptables -I FORWARD -p tcp -j DROP
      iptables -I FORWARD -i vb -p icmp -m icmp --icmp-type 8 -j DROP
      iptables -I FORWARD -s 10.0.1.3/32 -j DROP`,
    fault: 'iptables -I FORWARD 2 -p icmp -j DROP',
    mends: ['FILTER_RULE_DROP'],
  },
  {
    ...{ ...tcp, code: 'FILTER_RULE_DROP', back: true, at: 'h', says: '--sport 80' },
    before: 'iptables -I FORWARD -p tcp -m tcp --sport 81 -j DROP',
    fault: 'iptables -I FORWARD -i vb -p tcp -m tcp --sport 80 -j DROP',
    mends: ['arrives'],
  },
  {
    ...{ ...tcp, ...six, code: 'FILTER_RULE_DROP', at: 'h', says: '--dport 80' },
    before: 'ip6tables -I FORWARD -s fd00:1::3 -j DROP',
    fault: 'ip6tables -I FORWARD -p tcp -m tcp --dport 80 -j DROP',
    mends: ['arrives'],
  },
  {
    ...{ ...udp, ...six, code: 'FILTER_RULE_DROP', back: true, at: 'h', says: 'user' },
    fault: `ip6tables -N user; ip6tables -A user -j DROP
      ip6tables -I FORWARD -p udp -m udp --sport 53 -m comment --comment "to user" -j user`,
    mends: ['arrives'],
  },
  {
    ...{ ...tcp, code: 'FILTER_REJECT', at: 'h', says: 'REJECT' },
    fault: 'iptables -I FORWARD -o vb -j REJECT',
    mends: ['arrives'],
  },
  {
    ...{ ...udp, code: 'FILTER_REJECT', back: true, at: 'h' },
    fault: 'iptables -I FORWARD -i vb -j REJECT --reject-with icmp-admin-prohibited',
    mends: ['arrives'],
  },
  {
    ...{ ...ab, ...six, code: 'FILTER_REJECT', at: 'h' },
    fault: 'ip6tables -I FORWARD -i va -j REJECT',
    mends: ['arrives'],
  },
  {
    ...{ ...ab, code: 'FILTER_LEGACY_DROP', at: 'h', says: 'iptables-legacy' },
    before: 'iptables-legacy -A FORWARD -p tcp -j DROP',
    fault: 'iptables-legacy -P FORWARD DROP',
    mends: ['arrives'],
  },
  {
    ...{ ...tcp, code: 'FILTER_LEGACY_DROP', back: true, at: 'h' },
    fault: 'iptables-legacy -A FORWARD -i vb -j DROP',
    mends: ['arrives'],
  },
  {
    ...{ ...udp, ...six, code: 'FILTER_LEGACY_DROP', at: 'h' },
    fault: 'ip6tables-legacy -A FORWARD -o vb -j DROP',
    mends: ['arrives'],
  },
  {
    ...{ ...ab, code: 'FILTER_OTHER_TABLE_DROP', at: 'h', says: 'filter FORWARD' },
    before: 'iptables -t mangle -A FORWARD -j ACCEPT',
    fault: 'iptables -I FORWARD -i va -j DROP',
    mends: ['arrives'],
  },
  {
    ...{ ...udp, code: 'FILTER_OTHER_TABLE_DROP', back: true, at: 'h' },
    before: 'iptables -t mangle -A FORWARD -j ACCEPT',
    fault: 'iptables -I FORWARD -i vb -j DROP',
    mends: ['arrives'],
  },
  {
    ...{ ...tcp, ...six, code: 'FILTER_OTHER_TABLE_DROP', at: 'h' },
    before: 'ip6tables -t mangle -A FORWARD -j ACCEPT',
    fault: 'ip6tables -I FORWARD -i va -j DROP',
    mends: ['arrives'],
  },
]

const tracked: readonly Case[] = [
  ...[ab, tcp, udp].map(
    (flow): Case => ({
      ...{ ...flow, code: 'REPLY_NOT_ESTABLISHED', back: true, at: 'h', says: 'filter FORWARD' },
      fault: `${closed('iptables')}; iptables -A FORWARD -i va -j ACCEPT`,
      mends: ['arrives', 'arrives'],
    }),
  ),
  {
    ...{ ...tcp, ...six, code: 'REPLY_NOT_ESTABLISHED', back: true, at: 'h' },
    fault: `${closed('ip6tables')}; ip6tables -A FORWARD -i va -j ACCEPT`,
    mends: ['arrives', 'arrives'],
  },
  ...(['va', 'vb'] as const).map(
    (link): Case => ({
      ...{ ...ab, code: 'CT_UNTRACKED_REPLY', back: true, at: 'h' },
      before: `${closed('iptables')}; iptables -A FORWARD -i va -j ACCEPT
        iptables -A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT`,
      fault: `iptables -t raw -A PREROUTING -i ${link} -j CT --notrack`,
      mends: ['arrives'],
    }),
  ),
  {
    ...{ ...tcp, ...six, code: 'CT_UNTRACKED_REPLY', back: true, at: 'h' },
    before: `${closed('ip6tables')}; ip6tables -A FORWARD -i va -j ACCEPT
      ip6tables -A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT`,
    fault: 'ip6tables -t raw -A PREROUTING -i va -j CT --notrack',
    mends: ['arrives'],
  },
]

const local: readonly Case[] = [
  {
    ...{ ...tcp, code: 'INPUT_DROP', at: 'h/b', says: '--dport 80' },
    before: 'inside b iptables -A INPUT -p tcp -m tcp --dport 81 -j DROP',
    fault: 'inside b iptables -A INPUT -p tcp -m tcp --dport 80 -j DROP',
    mends: ['arrives'],
  },
  {
    ...{ ...ab, code: 'INPUT_DROP', back: true, at: 'h/a', says: 'filter INPUT' },
    fault: 'inside a iptables -P INPUT DROP',
    mends: ['arrives'],
  },
  {
    ...{ ...udp, ...six, code: 'INPUT_DROP', at: 'h/b' },
    fault: 'inside b ip6tables -A INPUT -p udp -j DROP',
    mends: ['arrives'],
  },
  {
    ...{ ...udp, code: 'OUTPUT_DROP', at: 'h/a' },
    fault: 'inside a iptables -A OUTPUT -p udp -j DROP',
    mends: ['arrives'],
  },
  {
    ...{ ...tcp, code: 'OUTPUT_DROP', back: true, at: 'h/b' },
    fault: 'inside b iptables -P OUTPUT DROP',
    mends: ['arrives'],
  },
  {
    ...{ ...ab, ...six, code: 'OUTPUT_DROP', back: true, at: 'h/b' },
    fault: 'inside b ip6tables -A OUTPUT -p ipv6-icmp -m icmp6 --icmpv6-type 129 -j DROP',
    mends: ['arrives'],
  },
  {
    ...{ ...tcp, code: 'NO_LISTENER', at: 'h/b', says: 'tcp port 81' },
    ...{ fault: 'true', instead: { port: 81 }, mends: ['words'] },
  },
  {
    ...{ ...udp, ...six, code: 'NO_LISTENER', at: 'h/b', says: 'udp port 54' },
    ...{ fault: 'true', instead: { port: 54 }, mends: ['words'] },
  },
  {
    ...{ ...ab, code: 'ECHO_IGNORED', at: 'h/b' },
    fault: 'inside b sysctl -qw net.ipv4.icmp_echo_ignore_all=1',
    mends: ['arrives'],
  },
  {
    ...{ ...ab, ...six, code: 'ECHO_IGNORED', at: 'h/b' },
    fault: 'inside b sysctl -qw net.ipv6.icmp.echo_ignore_all=1',
    mends: ['arrives'],
  },
]

const legacy: readonly Case[] = [
  {
    ...{ ...tcp, code: 'REPLY_NOT_ESTABLISHED', back: true, at: 'h', says: 'iptables-legacy' },
    fault: 'iptables-legacy -P FORWARD DROP; iptables-legacy -A FORWARD -i va -j ACCEPT',
    mends: ['arrives'],
  },
]

export const filterCases: readonly Case[] = [
  ...forwarding,
  ...filters,
  ...tracked,
  ...legacy,
  ...local,
]
