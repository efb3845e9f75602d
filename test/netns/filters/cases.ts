/** A rule set of the router, as bash text that makes it. */
export interface Case {
  readonly name: string
  readonly rules: string
}

/** They let all pass, and are here for that. */
export const IDLE: readonly string[] = [
  'equal priorities: the earlier last',
  'a dormant table',
  'another device',
  'a chain of nat drops nothing where connections are not tracked',
]

const nft = (text: string) => `nft -f - <<'END'\n${text}\nEND\n`

/** A table with a chain at a hook, and user chains before it. */
const table = (
  hook: string,
  rules: string,
  { family = 'inet', priority = '0', type = 'filter', policy = 'accept', before = '' } = {},
) =>
  nft(`table ${family} t {
${before}
  chain c {
    type ${type} hook ${hook} priority ${priority}; policy ${policy};
    ${rules}
  }
}`)

const chain = (name: string, rules: string) => `  chain ${name} {\n    ${rules}\n  }`
const iptables = (...rules: readonly string[]) => rules.map((rule) => `iptables ${rule}\n`).join('')
const ip6tables = (...rules: readonly string[]) =>
  rules.map((rule) => `ip6tables ${rule}\n`).join('')
const legacy = (...rules: readonly string[]) =>
  rules.map((rule) => `iptables-legacy ${rule}\n`).join('')

const of = (rules: Readonly<Record<string, string>>): readonly Case[] =>
  Object.entries(rules).map(([name, text]) => ({ name, rules: text }))

const forward = (rules: string, options = {}) => table('forward', rules, options)

const device = (hook: string, rules: string, policy = 'accept', name = 'ra') =>
  nft(`table netdev t {
  chain c {
    type filter hook ${hook} device "${name}" priority 0; policy ${policy};
    ${rules}
  }
}`)

export const NFT: readonly Case[] = of({
  'drop of all': forward('drop'),
  'policy drop': forward('udp dport 53 accept', { policy: 'drop' }),
  'iifname and oifname': forward('iifname "ra" oifname "rb" meta l4proto udp drop'),
  'iifname with *': forward('iifname "rb*" drop'),
  'iifname not': forward('iifname != "ra" drop'),
  'iif and oif': forward('iif "ra" oif "rb" tcp dport 80 drop'),
  'a set of links': forward('iifname { "r*", "x" } udp dport 53 drop'),
  'ip saddr': forward('ip saddr 10.0.1.0/24 tcp dport 81 drop'),
  'ip daddr not': forward('ip daddr != 10.0.2.2 drop'),
  'ip6 daddr': forward('ip6 daddr fd00:2::/64 drop'),
  'ip6 saddr not': forward('ip6 saddr != fd00:1::2 drop'),
  'a range of addresses': forward('ip saddr 10.0.1.1-10.0.1.9 ip protocol icmp drop'),
  'a set of addresses': forward('ip daddr { 10.0.2.2, 10.0.3.0/24 } udp dport 53 drop'),
  'a named set': forward('ip saddr @s tcp dport @p drop', {
    before: `  set s {
    type ipv4_addr
    flags interval
    elements = { 10.0.1.0/30, 10.9.0.0/16 }
  }
  set p {
    type inet_service
    elements = { 80, 81 }
  }`,
  }),
  'not in a named set': forward('ip saddr != @s drop', {
    before: '  set s {\n    type ipv4_addr\n    elements = { 10.0.1.2 }\n  }',
  }),
  'an empty set': forward('ip saddr @s accept\n ip daddr != @s drop', {
    before: '  set s {\n    type ipv4_addr\n  }',
  }),
  'tcp dport': forward('tcp dport 80 drop'),
  'tcp dport not, which is of tcp alone': forward('tcp dport != 80 drop'),
  'ports in a set': forward('tcp dport { 80, 400-500 } drop'),
  'ports not in a set': forward('udp dport != { 53, 55 } drop'),
  'ports compared': forward('tcp dport > 100 drop\n tcp dport <= 80 drop'),
  'th dport': forward('th dport 53-80 drop'),
  'meta l4proto not': forward('meta l4proto != tcp drop'),
  'meta l4proto range': forward('meta l4proto 6-17 drop'),
  'meta nfproto': forward('meta nfproto ipv6 drop'),
  'meta protocol': forward('meta protocol ip drop'),
  'ip protocol in inet is IPv4': forward('ip protocol { tcp, icmp } drop'),
  'ip6 nexthdr': forward('ip6 nexthdr ipv6-icmp drop'),
  'icmp type': forward('icmp type echo-request drop'),
  'icmp type not': forward('icmp type != echo-request drop'),
  'icmp code': forward('icmp code 0 drop'),
  'icmpv6 type': forward('icmpv6 type { echo-reply, nd-redirect } drop'),
  'ttl is less by one at forward': forward('ip ttl 63 drop\n ip6 hoplimit > 63 drop'),
  'ttl at prerouting': table('prerouting', 'ip ttl 64 meta l4proto udp drop', { priority: '-150' }),
  'ttl set':
    table('prerouting', 'ip ttl set 33', { priority: '-150' }) +
    nft(
      'table inet u {\n chain c {\n type filter hook forward priority 0\n ip ttl 32 udp dport 53 drop\n }\n}',
    ),
  length: forward('meta length 60 drop'),
  'ip length': forward('ip length 80-90 drop'),
  'flags syn': forward('tcp flags syn / fin,syn,rst,ack drop'),
  'flags any': forward('tcp flags & (syn|ack) == syn|ack drop'),
  'flags not': forward('tcp sport 80 tcp flags != syn / syn,ack drop'),
  'ct state new': forward('ct state new tcp dport 80 drop'),
  'ct state established': forward('ct state established drop'),
  'replies only': forward(
    'ct state established,related accept\n ct state new udp dport 53 accept',
    { policy: 'drop' },
  ),
  'no rule for replies': forward('iifname "ra" accept', { policy: 'drop' }),
  'ct state not': forward('ct state != new drop'),
  'ct state not one of a list': forward('ct state != established,related drop'),
  'ct state not one of a set': forward('ct state != { established, related } drop'),
  'ct state negated': forward('ct state ! established drop'),
  'ct direction': forward('ct direction reply drop'),
  'ct direction original': forward('ct direction original udp dport 53 drop'),
  'a map of states': forward(
    'ct state vmap { established : accept, new : jump u, invalid : drop }',
    {
      before: chain('u', 'udp dport 53 accept\n icmp type echo-request accept'),
      policy: 'drop',
    },
  ),
  'a map of ports': forward(
    'tcp dport vmap { 80 : drop, 81 : goto u, 443 : continue }\n tcp dport 443 drop\n tcp dport 81 drop',
    {
      before: chain('u', 'iifname "rb" drop'),
    },
  ),
  'a map with all the rest': forward('ip daddr vmap { 10.0.1.0/24 : accept, * : jump u }', {
    before: chain('u', 'udp dport 53 drop'),
  }),
  'a named map': forward('meta l4proto vmap @m', {
    before:
      '  map m {\n    type inet_proto : verdict\n    elements = { tcp : drop, udp : accept }\n  }',
  }),
  'jump and return': forward('jump u\n udp dport 54 drop', {
    before: chain('u', 'udp dport 54 return\n tcp dport 81 return\n drop'),
  }),
  'goto does not come back': forward('goto u\n drop', { before: chain('u', 'udp dport 53 drop') }),
  'goto out of a jump': forward('jump u\n udp dport 53 drop', {
    before: `${chain('v', 'udp dport 54 drop')}\n${chain('u', 'goto v\n drop')}`,
  }),
  'return of a base chain is its policy': forward('udp return\n accept', {
    policy: 'drop',
  }).replace('udp return', 'meta l4proto udp return'),
  'accept ends its chain alone':
    forward('accept') +
    nft(
      'table ip u {\n chain c {\n type filter hook forward priority 10\n udp dport 53 drop\n }\n}',
    ),
  priorities:
    table('prerouting', 'meta mark 1 drop', { priority: '-10' }) +
    nft(
      'table ip u {\n chain c {\n type filter hook prerouting priority -20\n udp dport 53 meta mark set 1\n }\n}',
    ),
  'equal priorities: the later first':
    table('prerouting', 'meta mark 1 drop') +
    nft(
      'table ip u {\n chain c {\n type filter hook prerouting priority 0\n udp dport 53 meta mark set 1\n }\n}',
    ),
  'equal priorities: the earlier last':
    nft(
      'table ip u {\n chain c {\n type filter hook prerouting priority 0\n udp dport 53 meta mark set 1\n }\n}',
    ) + table('prerouting', 'meta mark 1 drop'),
  'marks with masks':
    table(
      'prerouting',
      'udp dport 53 meta mark set 0x15\n udp dport 54 meta mark set 0x25\n tcp dport 80 meta mark set 0x11\n tcp dport 80 meta mark set meta mark & 0x0f | 0x4',
      { priority: '-150' },
    ) +
    nft(
      'table inet u {\n chain c {\n type filter hook forward priority 0\n meta mark & 0xf0 == 0x10 drop\n meta mark 5 drop\n meta mark 0x20-0x24 drop\n }\n}',
    ),
  'a mark that is turned': table(
    'prerouting',
    'meta mark set meta mark ^ 3\n udp dport 53 meta mark set meta mark | 4\n meta mark 7 drop\n meta mark != 3 drop',
    { priority: '-150' },
  ),
  'marks of connections':
    table(
      'prerouting',
      'ct state new udp dport 53 ct mark set 7\n ct state new tcp dport 80 ct mark set 5\n meta mark set ct mark',
      { priority: '-150' },
    ) +
    nft(
      'table inet u {\n chain c {\n type filter hook forward priority 0\n meta mark 5 iifname "rb" drop\n ct mark 7 drop\n }\n}',
    ),
  'a mark saved':
    table('prerouting', 'udp dport 53 meta mark set 0x31\n ct mark set meta mark', {
      priority: '-150',
    }) +
    nft(
      'table inet u {\n chain c {\n type filter hook forward priority 0\n ct mark & 0xf0 == 0x30 drop\n }\n}',
    ),
  reject: forward('udp dport 53 reject\n tcp dport 80 reject with tcp reset'),
  'reject with tcp reset is of tcp alone': forward('reject with tcp reset', { family: 'ip' }),
  'reject of one family': forward('reject with icmp host-prohibited'),
  'a table of ip sees no IPv6': forward('drop', { family: 'ip' }),
  'a table of ip6 sees no IPv4': forward('drop', { family: 'ip6' }),
  prerouting: table('prerouting', 'udp dport 53 drop'),
  postrouting: table('postrouting', 'oifname "rb" udp dport 53 drop\n iifname "ra" drop'),
  input: table('input', 'tcp dport 22 drop\n udp dport 53 drop'),
  'input policy': table('input', 'icmp type echo-request accept', { policy: 'drop' }),
  output: table('output', 'oifname "rb" udp dport 53 drop\n icmp type echo-request drop'),
  'output has no link to come in by': table('output', 'iifname != "ra" udp dport 53 drop'),
  'fib daddr type': table('prerouting', 'fib daddr type local drop'),
  'fib daddr type not': table('prerouting', 'fib daddr type != local meta l4proto udp drop'),
  'fib saddr type': table('output', 'fib saddr type local udp dport 53 drop'),
  notrack:
    table('prerouting', 'udp dport 53 notrack\n tcp dport 80 notrack', { priority: '-300' }) +
    nft(
      'table inet u {\n chain c {\n type filter hook forward priority 0\n ct state untracked drop\n }\n}',
    ),
  'replies of what is not tracked':
    table('prerouting', 'iifname "ra" notrack', { priority: '-300' }) +
    nft(
      'table inet u {\n chain c {\n type filter hook forward priority 0; policy drop;\n ct state established accept\n iifname "ra" accept\n }\n}',
    ),
  'notrack comes too late':
    table('prerouting', 'udp dport 53 notrack', { priority: '-150' }) +
    nft(
      'table inet u {\n chain c {\n type filter hook forward priority 0\n ct state untracked drop\n ct state established drop\n }\n}',
    ),
  'before conntrack all is invalid': table(
    'prerouting',
    'ct state invalid udp dport 53 drop\n ct state new drop',
    { priority: '-250' },
  ),
  'a dormant table': nft(
    'table inet t {\n flags dormant\n chain c {\n type filter hook forward priority 0; policy drop;\n }\n}',
  ),
  ingress: device('ingress', 'udp dport 53 drop\n meta protocol ip6 drop'),
  'ingress policy': device('ingress', 'meta l4proto tcp accept', 'drop'),
  egress: device('egress', 'tcp dport 80 drop\n icmp type echo-request drop', 'accept', 'rb'),
  'another device': device('ingress', 'drop', 'accept', 'lo'),
  'ingress of inet': nft(
    'table inet t {\n  chain c {\n    type filter hook ingress device "rb" priority 0;\n    ip saddr 10.0.2.2 drop\n  }\n}',
  ),
  'comments, counters and logs': forward(
    'counter log prefix "x " udp dport 53 counter drop comment "a \\"b"'.replace('\\"b', 'b'),
  ),
})

export const NAT: readonly Case[] = of({
  masquerade: table('postrouting', 'oifname "rb" masquerade', { type: 'nat', priority: '100' }),
  'masquerade of one protocol': table('postrouting', 'oifname "rb" meta l4proto tcp masquerade', {
    type: 'nat',
    priority: '100',
  }),
  snat: table('postrouting', 'tcp dport 80 snat ip to 10.0.2.1', { type: 'nat', priority: '100' }),
  'dnat to a port': table('prerouting', 'iifname "ra" tcp dport 8080 dnat ip to 10.0.2.2:80', {
    type: 'nat',
    priority: '-100',
  }),
  'dnat of IPv6': table('prerouting', 'iifname "ra" tcp dport 8080 dnat ip6 to [fd00:2::2]:80', {
    type: 'nat',
    priority: '-100',
  }),
  'dnat of the port alone': table('prerouting', 'tcp dport 81 dnat to :80', {
    type: 'nat',
    priority: '-100',
  }),
  redirect: table('prerouting', 'tcp dport 80 redirect to :22', { type: 'nat', priority: '-100' }),
  'what is redirected goes to input':
    table('prerouting', 'tcp dport 80 redirect to :22', { type: 'nat', priority: '-100' }) +
    nft(
      'table inet u {\n chain c {\n type filter hook input priority 0\n tcp dport 22 drop\n }\n}',
    ),
  'forward sees what was translated':
    table('prerouting', 'tcp dport 8080 dnat ip to 10.0.2.2:80', {
      type: 'nat',
      priority: '-100',
      family: 'ip',
    }) +
    nft(
      'table inet u {\n chain c {\n type filter hook forward priority 0\n ct status dnat accept\n tcp dport 80 drop\n }\n}',
    ),
  'forward sees not what is yet to be':
    table('postrouting', 'masquerade', { type: 'nat', priority: '100', family: 'ip' }) +
    nft(
      'table inet u {\n chain c {\n type filter hook forward priority 0; policy drop;\n ip saddr 10.0.1.2 accept\n ip daddr 10.0.1.2 accept\n }\n}',
    ),
  'the first chain that translates wins':
    table('prerouting', 'tcp dport 8080 dnat ip to 10.0.2.2:80', {
      type: 'nat',
      priority: '-101',
    }) +
    nft(
      'table ip u {\n chain c {\n type nat hook prerouting priority -100\n tcp dport 8080 dnat to 10.0.2.2:81\n }\n}',
    ),
  'a chain of nat is asked where the kernel translates':
    table('prerouting', 'tcp dport 8080 dnat ip to 10.0.2.2:80', { type: 'nat', priority: '-50' }) +
    nft(
      'table ip u {\n chain c {\n type filter hook prerouting priority -80\n tcp dport 80 ip daddr 10.0.2.2 drop\n }\n}',
    ),
  'a chain of nat sees the first packet alone': table(
    'prerouting',
    'iifname "rb" drop\n ct state new tcp dport 81 drop',
    {
      type: 'nat',
      priority: '-100',
    },
  ),
  'a chain of nat drops nothing where connections are not tracked': table(
    'postrouting',
    'udp dport 53 drop',
    {
      type: 'nat',
      priority: '100',
    },
  ),
  'a chain of nat drops': table('postrouting', 'ct state new udp dport 53 drop', {
    type: 'nat',
    priority: '100',
  }),
  'dnat and snat':
    table('prerouting', 'tcp dport 8080 dnat ip to 10.0.2.2:80', {
      type: 'nat',
      priority: '-100',
    }) +
    nft(
      'table ip u {\n chain c {\n type nat hook postrouting priority 100\n ct status dnat masquerade\n }\n}',
    ),
  'dnat where it begins': table('output', 'udp dport 53 dnat ip to 10.0.2.2:54', {
    type: 'nat',
    priority: '-100',
  }),
  // both ways: from the middle of a connection on, an answer would be tracked as the first packet of one
  'what is not tracked is not translated':
    table('prerouting', 'tcp dport 80 notrack\n tcp sport 80 notrack', { priority: '-300' }) +
    nft('table ip u {\n chain c {\n type nat hook postrouting priority 100\n masquerade\n }\n}'),
  'iptables: MASQUERADE': iptables('-t nat -A POSTROUTING -s 10.0.1.0/24 ! -o ra -j MASQUERADE'),
  'iptables: SNAT': iptables('-t nat -A POSTROUTING -o rb -p tcp -j SNAT --to-source 10.0.2.1'),
  'iptables: DNAT': iptables(
    '-t nat -A PREROUTING -d 10.0.1.1 -p tcp --dport 8080 -j DNAT --to-destination 10.0.2.2:443',
  ),
  'iptables: REDIRECT': iptables(
    '-t nat -A PREROUTING -i ra -p tcp --dport 80 -j REDIRECT --to-ports 8080',
  ),
  'iptables: --ctstate DNAT': iptables(
    '-t nat -A PREROUTING -p tcp --dport 8080 -j DNAT --to-destination 10.0.2.2:80',
    '-A FORWARD -p tcp -m conntrack ! --ctstate DNAT -j DROP',
  ),
  'legacy: DNAT and MASQUERADE': legacy(
    '-t nat -A PREROUTING -p tcp --dport 8080 -j DNAT --to-destination 10.0.2.2:80',
    '-t nat -A POSTROUTING -o rb -j MASQUERADE',
  ),
})

export const IPTABLES: readonly Case[] = of({
  'policy DROP': iptables('-P FORWARD DROP', '-A FORWARD -p udp --dport 53 -j ACCEPT'),
  'one direction alone': iptables('-P FORWARD DROP', '-A FORWARD -i ra -o rb -j ACCEPT'),
  'one direction and what is established': iptables(
    '-P FORWARD DROP',
    '-A FORWARD -i ra -o rb ! -p udp -j ACCEPT',
    '-A FORWARD -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT',
  ),
  'not -s, not -p': iptables('-A FORWARD ! -s 10.0.2.0/24 ! -p tcp -j DROP'),
  'not -i, and +': iptables('-A FORWARD ! -i ra -p tcp -j DROP', '-A FORWARD -i r+ -p udp -j DROP'),
  multiport: iptables('-A FORWARD -p tcp -m multiport --dports 80,400:500 -j DROP'),
  'multiport not': iptables('-A FORWARD -p tcp -i ra -m multiport ! --dports 80,443 -j DROP'),
  'multiport of either port': iptables(
    '-A FORWARD -p tcp -m multiport --ports 80 -m conntrack --ctstate ESTABLISHED -j DROP',
  ),
  state: iptables('-A FORWARD -m state --state ESTABLISHED -j DROP'),
  'ctstate not': iptables('-A FORWARD -m conntrack ! --ctstate NEW,RELATED -j DROP'),
  ctdir: iptables('-A FORWARD -m conntrack --ctdir REPLY -j DROP'),
  syn: iptables('-A FORWARD -p tcp --syn --dport 80 -j DROP'),
  'not syn': iptables('-A FORWARD -p tcp ! --syn -j DROP'),
  'icmp type': iptables('-A FORWARD -p icmp --icmp-type echo-request -j DROP'),
  'icmp type with code': iptables('-A FORWARD -p icmp --icmp-type 0/0 -j DROP'),
  'user chains': iptables(
    '-N one',
    '-N two',
    '-A one -p udp -j RETURN',
    '-A one -g two',
    '-A two -p tcp --dport 80 -j DROP',
    '-A FORWARD -j one',
    '-A FORWARD -p udp --dport 53 -j DROP',
  ),
  'a comment with words of options': `iptables -A FORWARD -m comment --comment 'a -j ACCEPT "x" -p udp' -p tcp --dport 80 -j DROP\n`,
  addrtype: iptables('-t raw -A PREROUTING -m addrtype --dst-type LOCAL -j DROP'),
  'addrtype not': iptables('-t mangle -A PREROUTING -p udp -m addrtype ! --dst-type LOCAL -j DROP'),
  iprange: iptables('-A FORWARD -p tcp -m iprange --dst-range 10.0.2.1-10.0.2.3 -j DROP'),
  'lists of addresses': iptables('-A FORWARD -s 10.0.1.2,10.9.9.9 -p udp -j DROP'),
  'physdev of what is routed': iptables(
    '-A FORWARD -m physdev ! --physdev-is-bridged -p udp -j DROP',
    '-A FORWARD -m physdev --physdev-is-bridged -j DROP',
  ),
  ttl: iptables(
    '-A FORWARD -p udp -m ttl --ttl-eq 63 -j DROP',
    '-A FORWARD -m ttl --ttl-lt 63 -j DROP',
    '-A FORWARD -p icmp -m ttl --ttl-gt 62 -j DROP',
  ),
  length: iptables(
    '-A FORWARD -m length --length 80:90 -j DROP',
    '-A FORWARD -m length ! --length 30:90 -j DROP',
  ),
  'MARK and mark': iptables(
    '-t mangle -A PREROUTING -p udp -j MARK --set-mark 0x13',
    '-t mangle -A PREROUTING -p udp --dport 54 -j MARK --and-mark 0xf0',
    '-t mangle -A PREROUTING -p tcp -j MARK --set-xmark 0x23/0xff',
    '-t mangle -A PREROUTING -p tcp --dport 80 -j MARK --xor-mark 0x30',
    '-A FORWARD -m mark --mark 0x13/0xff -j DROP',
  ),
  CONNMARK: iptables(
    '-t mangle -A PREROUTING -p tcp -m conntrack --ctstate NEW -j CONNMARK --set-mark 9',
    '-t mangle -A PREROUTING -j CONNMARK --restore-mark',
    '-t mangle -A PREROUTING -p udp -j CONNMARK --set-xmark 5/0xf',
    '-A FORWARD -m connmark --mark 5 -j DROP',
    '-A FORWARD -i rb -m mark --mark 9 -j DROP',
  ),
  'CONNMARK saved': iptables(
    '-t mangle -A PREROUTING -p udp -j MARK --set-mark 0x77',
    '-t mangle -A PREROUTING -j CONNMARK --save-mark --nfmask 0x70 --ctmask 0xff',
    '-A FORWARD -m connmark --mark 0x70 -j DROP',
    '-A FORWARD -p icmp -m connmark ! --mark 1 -j DROP',
  ),
  'raw and NOTRACK': iptables(
    '-t raw -A PREROUTING -p udp --dport 53 -j CT --notrack',
    '-A FORWARD -m conntrack --ctstate UNTRACKED -j DROP',
  ),
  'connmark of what is not tracked': iptables(
    '-t raw -A PREROUTING -p udp --dport 53 -j NOTRACK',
    '-A FORWARD -p udp -m connmark ! --mark 1 -j DROP',
  ),
  'before conntrack all is invalid': iptables(
    '-t raw -A PREROUTING -p udp -m conntrack --ctstate INVALID -j DROP',
    '-t raw -A PREROUTING -p tcp -m conntrack ! --ctstate INVALID -j DROP',
  ),
  'tables by their priorities': iptables(
    '-t mangle -A FORWARD -p udp --dport 53 -j ACCEPT',
    '-t mangle -A FORWARD -p udp --dport 54 -j DROP',
    '-A FORWARD -p udp --dport 53 -j DROP',
    '-t security -A FORWARD -p tcp --dport 80 -j DROP',
  ),
  REJECT: iptables(
    '-A FORWARD -p udp -j REJECT --reject-with icmp-host-prohibited',
    '-A FORWARD -p tcp --dport 80 -j REJECT --reject-with tcp-reset',
  ),
  'LOG and NFLOG do nothing': iptables(
    '-A FORWARD -j LOG',
    '-A FORWARD -j NFLOG',
    '-A FORWARD -p udp -j DROP',
  ),
  'TTL set': iptables(
    '-t mangle -A PREROUTING -p udp -j TTL --ttl-set 11',
    '-A FORWARD -m ttl --ttl-eq 10 -j DROP',
  ),
  'INPUT and OUTPUT': iptables(
    '-A INPUT -p tcp --dport 22 -j DROP',
    '-A OUTPUT -p udp -j DROP',
    '-A OUTPUT -p tcp --sport 8080 -j DROP',
  ),
  pkttype: iptables(
    '-A FORWARD -m pkttype --pkt-type unicast -p udp -j DROP',
    '-A FORWARD -m pkttype --pkt-type multicast -j DROP',
  ),
  fragments: iptables('-A FORWARD -f -j DROP', '-A FORWARD ! -f -p udp -j DROP'),
  IPv6: ip6tables(
    '-A FORWARD -p icmpv6 --icmpv6-type echo-request -j DROP',
    '-A FORWARD -s fd00:1::/64 -p udp --dport 53 -j DROP',
    '-A FORWARD -p tcp -m multiport --dports 80 -j REJECT --reject-with tcp-reset',
  ),
  'IPv6 policy': ip6tables(
    '-P FORWARD DROP',
    '-A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT',
    '-A FORWARD -d fd00:2::2 -p tcp -j ACCEPT',
    '-A FORWARD -m hl --hl-eq 63 -p ipv6-icmp -j ACCEPT',
  ),
  'a rule of nft among those of iptables':
    iptables('-A FORWARD -p tcp -m multiport --dports 80 -j DROP') +
    'nft add rule ip filter FORWARD ip daddr { 10.0.2.2, 10.0.3.3 } udp dport 53 drop\n' +
    iptables('-A FORWARD -p tcp -m multiport --dports 81 -j DROP'),
  'a chain of nft in a table of iptables':
    iptables('-A FORWARD -p tcp -m multiport --dports 80 -j ACCEPT') +
    nft(
      'table ip filter {\n chain more {\n type filter hook forward priority 5\n udp dport 53 drop\n }\n}',
    ),
  'iptables and nft both': iptables('-A FORWARD -j ACCEPT') + forward('udp dport 53 drop'),
})

export const LEGACY: readonly Case[] = of({
  'legacy: policy': legacy('-P FORWARD DROP', '-A FORWARD -p udp -j ACCEPT'),
  'legacy: beside nft that accepts':
    forward('accept') + legacy('-A FORWARD -p udp --dport 53 -j DROP'),
  'legacy: beside iptables-nft':
    iptables('-A FORWARD -p udp --dport 54 -j DROP') +
    legacy('-A FORWARD -p udp --dport 53 -j DROP'),
  'legacy: user chains': legacy(
    '-N one',
    '-A one -p udp --dport 53 -j RETURN',
    '-A one -p udp -j DROP',
    '-A FORWARD -g one',
  ),
  'legacy: input': legacy('-A INPUT -s 10.0.1.2 -p tcp -j DROP'),
  'legacy: marks and notrack': legacy(
    '-t raw -A PREROUTING -p udp --dport 53 -j CT --notrack',
    '-t mangle -A PREROUTING -p udp --dport 54 -j MARK --set-mark 4',
    '-A FORWARD -m conntrack --ctstate UNTRACKED -j DROP',
    '-A FORWARD -m mark --mark 4 -j DROP',
  ),
  'legacy: multiport and state': legacy(
    '-A FORWARD -p tcp -m multiport --dports 80,81 -m state --state NEW -j DROP',
    '-A FORWARD -p icmp -m icmp --icmp-type 0 -j DROP',
  ),
})

export const UNKNOWN: readonly Case[] = of({
  'limit before a drop': forward('limit rate 100/second accept', { policy: 'drop' }),
  'limit that decides nothing': forward(
    'udp dport 53 limit rate 1/hour accept\n udp dport 54 drop',
  ),
  'limit of one protocol': forward(
    'tcp dport 80 limit rate over 100/second drop\n udp dport 53 drop',
  ),
  'a set of pairs': forward('ip saddr . tcp dport { 10.0.1.2 . 80 } drop'),
  'a set that fills up': forward('udp dport 53 update @s { ip saddr }\n ip saddr @s drop', {
    before: '  set s {\n    type ipv4_addr\n    flags dynamic\n    size 10\n  }',
  }),
  random: forward('numgen random mod 2 0 udp dport 53 drop'),
  'iptables: limit': iptables(
    '-P FORWARD DROP',
    '-A FORWARD -p udp -m limit --limit 5/min -j ACCEPT',
    '-A FORWARD -p tcp -j ACCEPT',
  ),
  'iptables: owner': iptables('-A OUTPUT -m owner --uid-owner 0 -p udp -j DROP'),
})
