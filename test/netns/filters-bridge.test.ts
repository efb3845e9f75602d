import { afterAll, beforeAll, expect, test } from 'vitest'
import { readFilters } from '../../src/explain/live/filters.js'
import { pass } from '../../src/explain/netfilter/pass.js'
import type { AtHook } from '../../src/explain/netfilter/types.js'
import type { Packet } from '../../src/state/packet.js'
import type { NodeState } from '../../src/state/state.js'
import { quoted } from './filters/probes.js'
import { router } from './filters/router.js'
import { Machine } from './machine.js'

/** a and b at the ports pa and pb of a bridge of s, whose frames pass the hooks of IPv4. */
const BRIDGE = `
for ns in a b s; do ip netns add $ns; ip -n $ns link set dev lo up; done
ip -n s link add dev br0 type bridge
ip -n s link set dev br0 up
for ns in a b; do
  ip link add dev eth0 netns $ns type veth peer name p$ns netns s
  ip -n $ns link set dev eth0 up
  ip -n s link set dev p$ns master br0 up
done
ip -n a addr add 10.0.5.1/24 dev eth0
ip -n b addr add 10.0.5.2/24 dev eth0
ip netns exec s bash -c 'echo 1 >/proc/sys/net/bridge/bridge-nf-call-iptables'
ip netns exec a ping -n -c1 -W2 10.0.5.2
`

let machine: Machine

beforeAll(async () => {
  machine = await Machine.open({ setup: BRIDGE })
})

afterAll(() => machine[Symbol.asyncDispose]())

const bridge = (rules: string) =>
  `nft -f - <<'END'\ntable bridge t {\n  chain c {\n    type filter hook forward priority 0\n    ${rules}\n  }\n}\nEND`

const CASES: readonly (readonly [name: string, rules: string, answers: boolean])[] = [
  ['nothing', 'true', true],
  ['a port of the bridge family', bridge('iifname "pb" oifname "pa" ether type ip drop'), false],
  ['the bridge is no port', bridge('iifname "br0" drop'), true],
  [
    'an address of the bridge family',
    bridge('ip saddr != 10.0.5.0/24 drop\n    ip daddr 10.0.5.2 drop'),
    false,
  ],
  ['ICMP of the bridge family', bridge('icmp type echo-reply drop'), false],
  ['the policy of FORWARD', 'iptables -P FORWARD DROP', false],
  ['by the bridge', 'iptables -P FORWARD DROP; iptables -A FORWARD -i br0 -o br0 -j ACCEPT', true],
  ['by the port it is not', 'iptables -P FORWARD DROP; iptables -A FORWARD -i pa -j ACCEPT', false],
  [
    'bridged',
    'iptables -P FORWARD DROP; iptables -A FORWARD -m physdev --physdev-is-bridged -j ACCEPT',
    true,
  ],
  ['not bridged', 'iptables -A FORWARD -m physdev ! --physdev-is-bridged -j DROP', true],
  ['in by a port', 'iptables -A FORWARD -m physdev --physdev-in pb -j DROP', false],
  [
    'out by another',
    'iptables -A FORWARD -m physdev --physdev-in pa --physdev-out pa -j DROP',
    true,
  ],
  ['in by any port', 'iptables -t raw -A PREROUTING -m physdev --physdev-is-in -j DROP', false],
  ['legacy', 'iptables-legacy -A FORWARD -m physdev --physdev-in pa -j DROP', false],
]

const request: Packet = {
  family: 4,
  protocol: 'icmp',
  source: '10.0.5.1',
  destination: '10.0.5.2',
  icmpType: 8,
  mark: 0,
  ttl: 64,
  length: 84,
  dontFragment: false,
}
const reply: Packet = { ...request, source: '10.0.5.2', destination: '10.0.5.1', icmpType: 0 }

function passes(node: NodeState, packet: Packet, from: string, to: string): boolean {
  const tracking = { state: packet.icmpType === 8 ? 'new' : 'established', mark: 0 } as const
  const came = { in: 'br0', bridgeIn: from }
  const goes = { ...came, out: 'br0', bridgeOut: to }
  const hooks: readonly Partial<AtHook>[] = [
    { hook: 'prerouting', position: came },
    { hook: 'forward', bridge: true, position: goes },
    { hook: 'forward', position: goes },
    { hook: 'postrouting', position: goes },
  ]
  return hooks.every(
    (one) => pass({ node, packet, tracking, ...one } as AtHook).outcome === 'accept',
  )
}

test.each(CASES)('%s: frames of a bridge go as the filters say', async (_, rules, answers) => {
  const cut = '=====\n'
  const [nft, iptables, legacy4, code] = (
    await machine.ok(`nsenter --net=/run/netns/s bash -ec ${quoted(`nft flush ruleset
${rules}
nft -j list ruleset; echo; echo =====
iptables-save -c 2>/dev/null; echo =====
[[ -z $(</proc/net/ip_tables_names) ]] || iptables-legacy-save -c; echo =====`)}
code=0; ip netns exec a ping -n -c1 -W0.2 10.0.5.2 >/dev/null || code=$?; echo $code`)
  ).split(cut)
  const { tables } = readFilters({
    nft,
    iptables,
    ip6tables: undefined,
    legacy4,
    legacy6: undefined,
  })
  const node = { ...router, tables }
  const says = passes(node, request, 'pa', 'pb') && passes(node, reply, 'pb', 'pa')
  expect({ says, answers: code?.trim() === '0' }).toEqual({ says: answers, answers })
})
