import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Machine } from './machine.js'

const ENGINE = join(import.meta.dirname, '../../src/script/engine/nft-words.bash')

/** A rule as `iptables-save` has it, and what nft is told. */
const FORWARD = {
  '-i veth-a -j ACCEPT': 'iifname "veth-a" accept',
  '! -i veth-a ! -o eth+ -j DROP': 'iifname != "veth-a" oifname != "eth*" drop',
  '-s 10.0.0.0/24 ! -d 10.0.1.2/32 -j RETURN':
    'ip saddr 10.0.0.0/24 ip daddr != 10.0.1.2/32 return',
  '! -s 10.0.0.0/24 -j USER': 'ip saddr != 10.0.0.0/24 jump USER',
  '-d 10.0.0.0/8 -g USER': 'ip daddr 10.0.0.0/8 goto USER',
  '-p tcp -j ACCEPT': 'meta l4proto 6 accept',
  '! -p udp -j ACCEPT': 'meta l4proto != 17 accept',
  '-p 47 -j ACCEPT': 'meta l4proto 47 accept',
  '-p icmp -j ACCEPT': 'meta l4proto 1 accept',
  '-p ipv6-icmp -j ACCEPT': 'meta l4proto 58 accept',
  '-p sctp -m sctp --dport 5 -j ACCEPT': 'sctp dport 5 accept',
  '-p tcp -m tcp --sport 1:9 --dport 80 -j ACCEPT': 'tcp sport 1-9 tcp dport 80 accept',
  '-p udp -m udp ! --dport 53 -j ACCEPT': 'udp dport != 53 accept',
  '-p udp -m udp --dport :53 -j ACCEPT': 'udp dport 0-53 accept',
  '-p icmp -m icmp --icmp-type 8 -j ACCEPT': 'icmp type 8 accept',
  '-p icmp -m icmp --icmp-type 3/4 -j ACCEPT': 'icmp type 3 icmp code 4 accept',
  '-p icmp -m icmp --icmp-type any -j ACCEPT': 'meta l4proto 1 accept',
  '-m conntrack --ctstate NEW -j ACCEPT': 'ct state new accept',
  '-m conntrack --ctstate INVALID -j DROP': 'ct state invalid drop',
  '-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT': 'ct state related,established accept',
  '-m conntrack ! --ctstate NEW,INVALID -j ACCEPT': 'ct state != { new, invalid } accept',
  '-d 10.0.1.2/32 -o veth-a -m conntrack --ctstate DNAT -m comment --comment netloom:x -j ACCEPT':
    'ip daddr 10.0.1.2/32 oifname "veth-a" ct status dnat accept',
  '-m conntrack ! --ctstate DNAT -j DROP': 'ct status & dnat == 0 drop',
  '-m addrtype --dst-type LOCAL -j ACCEPT': 'fib daddr type local accept',
  '-m addrtype ! --src-type LOCAL -j ACCEPT': 'fib saddr type != local accept',
  '-j REJECT': 'reject with icmp type port-unreachable',
  '-p tcp -j REJECT --reject-with tcp-reset': 'meta l4proto 6 reject with tcp reset',
  '-j REJECT --reject-with icmp-net-unreachable': 'reject with icmp type net-unreachable',
  '-j REJECT --reject-with icmp-host-unreachable': 'reject with icmp type host-unreachable',
  '-j REJECT --reject-with icmp-proto-unreachable': 'reject with icmp type prot-unreachable',
  '-j REJECT --reject-with icmp-net-prohibited': 'reject with icmp type net-prohibited',
  '-j REJECT --reject-with icmp-host-prohibited': 'reject with icmp type host-prohibited',
  '-j REJECT --reject-with icmp-admin-prohibited': 'reject with icmp type admin-prohibited',
}

const FORWARD6 = {
  '-s fd00::/64 -d fd00::2/128 -j ACCEPT': 'ip6 saddr fd00::/64 ip6 daddr fd00::2/128 accept',
  '-p ipv6-icmp -m icmp6 --icmpv6-type 128 -j ACCEPT': 'icmpv6 type 128 accept',
  '-p ipv6-icmp -m icmp6 --icmpv6-type 1/3 -j ACCEPT': 'icmpv6 type 1 icmpv6 code 3 accept',
  '-j REJECT': 'reject with icmpv6 type port-unreachable',
  '-j REJECT --reject-with icmp6-no-route': 'reject with icmpv6 type no-route',
  '-j REJECT --reject-with icmp6-adm-prohibited': 'reject with icmpv6 type admin-prohibited',
  '-j REJECT --reject-with icmp6-addr-unreachable': 'reject with icmpv6 type addr-unreachable',
  '-p tcp -j REJECT --reject-with tcp-reset': 'meta l4proto 6 reject with tcp reset',
}

const PREROUTING = {
  '-p tcp -m addrtype --dst-type LOCAL -m tcp --dport 8080 -m comment --comment netloom:x -j DNAT --to-destination 10.0.1.2:80':
    'fib daddr type local tcp dport 8080 dnat to 10.0.1.2:80',
  '-p udp -m udp --dport 1:9 -j DNAT --to-destination 10.0.1.2': 'udp dport 1-9 dnat to 10.0.1.2',
  '-i a -j USER': 'iifname "a" jump nat-USER',
}

const PREROUTING6 = {
  '! -d ::1/128 -p tcp -m tcp --dport 8080 -j DNAT --to-destination [fd00::2]:80':
    'ip6 daddr != ::1/128 tcp dport 8080 dnat to [fd00::2]:80',
  '-p tcp -m tcp --dport 80 -j DNAT --to-destination fd00::2': 'tcp dport 80 dnat to fd00::2',
}

const POSTROUTING = {
  '-s 10.0.1.0/24 -o enp2s0 -m comment --comment netloom:x -j MASQUERADE':
    'ip saddr 10.0.1.0/24 oifname "enp2s0" masquerade',
}

const CASES = [
  ['ip', 'filter', 'FORWARD', FORWARD],
  ['ip6', 'filter', 'FORWARD', FORWARD6],
  ['ip', 'nat', 'PREROUTING', PREROUTING],
  ['ip6', 'nat', 'PREROUTING', PREROUTING6],
  ['ip', 'nat', 'POSTROUTING', POSTROUTING],
] as const

/** Bash that prints "text" as it is when "nft_text" has been at it, and asks nft. */
const ASK = `
set -euo pipefail
. ${ENGINE}
text=$(</dev/stdin)
nft_text "$1" netloom-x || { echo unknown; exit 1; }
printf '%s' "$text"
nft -c -f - <<<"$text" 2>&1`

async function ask(machine: Machine, family: string, lines: readonly string[]) {
  const file = machine.file('ask.sh', ASK)
  const { stdout } = await machine.run(`bash ${file} ${family} <<'END'\n${lines.join('\n')}\nEND`)
  return stdout.split('\n').filter((line) => line !== '')
}

test('each form of a rule has its words, which nft takes', async () => {
  await using machine = await Machine.open()
  for (const [family, table, chain, cases] of CASES) {
    const lines = Object.keys(cases).map((spec) => `-A ${chain} ${spec}`)
    const answer = await ask(machine, family, [`*${table}`, '-N USER', ...lines, 'COMMIT'])
    const head = `add rule ${family} netloom-x ${table === 'nat' ? `nat-${chain}` : chain} `
    const rules = answer.filter((line) => line.startsWith(head))
    const plain = rules.map((line) =>
      line.slice(head.length).replace(/ comment "netloom:x [0-9a-f]{16}"$/, ''),
    )
    expect(plain).toEqual(Object.values(cases))
    // behind what was made of them nft says nothing
    expect(answer.filter((line) => !line.startsWith('add '))).toEqual([])
  }
})

test('policies and chains of both tables are one text, and what is not known is refused', async () => {
  await using machine = await Machine.open()
  const lines = ['*filter', ':INPUT DROP [0:0]', '-P OUTPUT DROP', '-N A', '-A INPUT -j A', '*nat']
  const answer = await ask(machine, 'ip', [...lines, '-A OUTPUT -j ACCEPT'])
  expect(answer.slice(0, -2).sort()).toEqual([
    'add chain ip netloom-x A',
    'add chain ip netloom-x INPUT { type filter hook input priority 0; policy drop; }',
    'add chain ip netloom-x OUTPUT { type filter hook output priority 0; policy drop; }',
    'add chain ip netloom-x nat-OUTPUT { type nat hook output priority -100; }',
    'add table ip netloom-x',
  ])
  expect(answer.slice(-2)).toEqual([
    'add rule ip netloom-x INPUT jump A',
    'add rule ip netloom-x nat-OUTPUT accept',
  ])
  for (const line of ['-A INPUT -j DNAT', '-A INPUT --dport 80 -j DROP', '-A INPUT -m a --b c']) {
    expect(await ask(machine, 'ip', [line])).toEqual(['unknown'])
  }
})

test('each name of a lab is one of a table, and each rule has its own number', async () => {
  await using machine = await Machine.open()
  for (const lab of ['1a', '-a', '.a', 'a.', 'a..b', 'a_b', 'a'.repeat(63)]) {
    await machine.ok(`nft add table ip netloom-${lab}`)
  }
  const text = readFileSync(ENGINE, 'utf8')
  const ids = await machine.ok(`${text}
    for i in {0..999}; do
      nft_id "filter FORWARD -i veth-$i -m comment --comment netloom:a -j ACCEPT"; echo "$REPLY"
      nft_id "filter FORWARD -o veth-$i -m comment --comment netloom:a -j ACCEPT"; echo "$REPLY"
    done`)
  expect(new Set(ids.split('\n')).size).toBe(2000)
})
