import type { Case } from './cases.js'

const ab = { from: 'a', to: 'b' } as const
const tcp = { ...ab, protocol: 'tcp', port: 80 } as const
const udp = { ...ab, protocol: 'udp', port: 53 } as const
const six = { family: 6 } as const

/** A table with one base chain, and the rules in it. */
const table = (hook: string, policy: 'accept' | 'drop', ...rules: readonly string[]) => `
nft -f - <<'END'
table inet f {
  chain c {
    type filter hook ${hook} priority 10; policy ${policy};
    ${rules.join('\n    ')}
  }
}
END`

const add = (rule: string) => `nft add rule inet f c ${rule}`

/** Rules of nft itself; in routed labs. */
export const nftCases: readonly Case[] = [
  {
    ...{ ...ab, code: 'FILTER_OTHER_TABLE_DROP', at: 'h', says: 'inet f c' },
    // netloom's own rules accept it before
    fault: table('forward', 'drop'),
    mends: ['arrives'],
  },
  {
    ...{ ...tcp, code: 'FILTER_RULE_DROP', at: 'h', says: 'dport 80' },
    before: `iptables -F FORWARD\n${table('forward', 'accept', 'tcp dport 81 drop', 'iifname "vx" drop comment "not here"')}`,
    fault: add('iifname va tcp dport 80 drop'),
    mends: ['arrives'],
  },
  {
    ...{ ...udp, code: 'FILTER_RULE_DROP', back: true, at: 'h', says: 'sport 53' },
    before: `iptables -F FORWARD\n${table('forward', 'accept')}`,
    fault: add('iifname vb meta l4proto udp udp sport 53 drop'),
    mends: ['arrives'],
  },
  {
    ...{ ...ab, ...six, code: 'FILTER_POLICY_DROP', at: 'h', says: 'inet f c' },
    before: 'ip6tables -F FORWARD',
    fault: table('forward', 'drop', 'ip6 saddr fd00:1::3 accept'),
    mends: ['arrives'],
  },
  {
    ...{ ...tcp, code: 'FILTER_REJECT', at: 'h', says: 'reject' },
    before: `iptables -F FORWARD\n${table('forward', 'accept')}`,
    fault: add('ip daddr 10.0.2.2 tcp dport 80 reject with tcp reset'),
    mends: ['arrives'],
  },
  {
    ...{ ...tcp, code: 'REPLY_NOT_ESTABLISHED', back: true, at: 'h', says: 'inet f c' },
    before: 'iptables -F FORWARD',
    fault: table('forward', 'drop', 'iifname "va" accept'),
    mends: ['arrives'],
  },
  {
    ...{ ...udp, code: 'CT_UNTRACKED_REPLY', back: true, at: 'h' },
    before: `iptables -F FORWARD\n${table('forward', 'drop', 'iifname "va" accept', 'ct state established accept')}
      nft 'add table ip early; add chain ip early c { type filter hook prerouting priority -300; }'`,
    fault: 'nft add rule ip early c udp dport 53 notrack',
    mends: ['arrives'],
  },
  {
    ...{ ...tcp, ...six, code: 'INPUT_DROP', at: 'h/b', says: 'dport 80' },
    fault: `inside b ${table('input', 'accept', 'tcp dport 80 drop').trim()}`,
    mends: ['arrives'],
  },
  {
    ...{ ...ab, code: 'OUTPUT_DROP', back: true, at: 'h/b', says: 'echo-reply' },
    fault: `inside b ${table('output', 'accept', 'icmp type echo-reply drop').trim()}`,
    mends: ['arrives'],
  },
  {
    ...{ ...ab, code: 'NETDEV_INGRESS_DROP', at: 'h' },
    before: `nft 'add table netdev n; add chain netdev n c { type filter hook ingress device va priority 0; }; add rule netdev n c tcp dport 80 drop'`,
    fault: 'nft add rule netdev n c ip protocol icmp drop',
    mends: ['arrives'],
  },
  {
    ...{ ...udp, code: 'NETDEV_INGRESS_DROP', back: true, at: 'h' },
    before: `nft 'add table netdev n; add chain netdev n c { type filter hook ingress device vb priority 0; }'`,
    fault: 'nft add rule netdev n c udp sport 53 drop',
    mends: ['arrives'],
  },
  {
    ...{ ...tcp, ...six, code: 'NETDEV_INGRESS_DROP', at: 'h/b' },
    before: `inside b nft 'add table netdev n; add chain netdev n c { type filter hook ingress device eth0 priority 0; }'`,
    fault: 'inside b nft add rule netdev n c ip6 saddr fd00:1::2 tcp dport 80 drop',
    mends: ['arrives'],
  },
  {
    ...{ ...ab, code: 'UNDETERMINED_FOREIGN_MATCH', at: 'h' },
    before: `iptables -F FORWARD\n${table('forward', 'accept')}`,
    fault: add('icmp type echo-request limit rate over 1/hour drop'),
    ...{ result: 'UNDETERMINED', probe: 'luck', mends: [] },
  },
]
