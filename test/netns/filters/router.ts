import type { NodeState } from '../../../src/state/state.js'
import type { Machine } from '../machine.js'

/** In which a and b note what they see. */
export const SETS = ['ping4', 'ping6', 'port4', 'port6']

/** a - r - b, with all neighbours known beforehand, so that no rule keeps them from each other. */
export const ROUTER = `
for ns in a r b; do ip netns add $ns; ip -n $ns link set dev lo up; done
ip link add dev va netns a address 02:00:00:00:00:01 type veth peer name ra netns r address 02:00:00:00:00:02
ip link add dev vb netns b address 02:00:00:00:00:04 type veth peer name rb netns r address 02:00:00:00:00:03
ip -n a -batch - <<END
link set dev va up
addr add 10.0.1.2/24 dev va
addr add fd00:1::2/64 dev va nodad
route add default via 10.0.1.1
route add default via fd00:1::1
neigh add 10.0.1.1 lladdr 02:00:00:00:00:02 dev va
neigh add fd00:1::1 lladdr 02:00:00:00:00:02 dev va
END
ip -n r -batch - <<END
link set dev ra up
link set dev rb up
addr add 10.0.1.1/24 dev ra
addr add fd00:1::1/64 dev ra nodad
addr add 10.0.2.1/24 dev rb
addr add fd00:2::1/64 dev rb nodad
neigh add 10.0.1.2 lladdr 02:00:00:00:00:01 dev ra
neigh add fd00:1::2 lladdr 02:00:00:00:00:01 dev ra
neigh add 10.0.2.2 lladdr 02:00:00:00:00:04 dev rb
neigh add fd00:2::2 lladdr 02:00:00:00:00:04 dev rb
END
ip -n b -batch - <<END
link set dev vb up
addr add 10.0.2.2/24 dev vb
addr add fd00:2::2/64 dev vb nodad
route add default via 10.0.2.1
route add default via fd00:2::1
neigh add 10.0.2.1 lladdr 02:00:00:00:00:03 dev vb
neigh add fd00:2::1 lladdr 02:00:00:00:00:03 dev vb
END
ip netns exec r bash -c 'echo 1 >/proc/sys/net/ipv4/ip_forward; echo 1 >/proc/sys/net/ipv6/conf/all/forwarding'
for ns in a b; do ip netns exec $ns nft -f - <<END
table inet seen {
  set ping4 {
    type ipv4_addr . ipv4_addr
    flags dynamic
    size 1000
  }
  set ping6 {
    type ipv6_addr . ipv6_addr
    flags dynamic
    size 1000
  }
  set port4 {
    type ipv4_addr . ipv4_addr . inet_proto . inet_service . inet_service
    flags dynamic
    size 1000
  }
  set port6 {
    type ipv6_addr . ipv6_addr . inet_proto . inet_service . inet_service
    flags dynamic
    size 1000
  }
  chain seen {
    type filter hook prerouting priority -400
    icmp type { echo-request, echo-reply } update @ping4 { ip saddr . ip daddr }
    icmpv6 type { echo-request, echo-reply } update @ping6 { ip6 saddr . ip6 daddr }
    meta nfproto ipv4 meta l4proto { tcp, udp } update @port4 { ip saddr . ip daddr . meta l4proto . th sport . th dport }
    meta nfproto ipv6 meta l4proto { tcp, udp } update @port6 { ip6 saddr . ip6 daddr . meta l4proto . th sport . th dport }
  }
}
END
done
`

/** The router as explain would know it, but for its filters. */
export const router: Omit<NodeState, 'tables'> = {
  node: 'r',
  links: [],
  addresses: (
    [
      ['ra', 4, '10.0.1.1', 24],
      ['ra', 6, 'fd00:1::1', 64],
      ['rb', 4, '10.0.2.1', 24],
      ['rb', 6, 'fd00:2::1', 64],
      ['lo', 4, '127.0.0.1', 8],
    ] as const
  ).map(([link, family, address, prefix]) => ({
    link,
    family,
    address,
    prefix,
    scope: link === 'lo' ? 'host' : 'global',
  })),
  rules: [],
  routes: [{ family: 6, table: 254, type: 'unicast', to: '::/0', metric: 0, device: 'rb' }],
  neighbours: [],
  settings: {},
  sockets: undefined,
  gaps: [],
}

/** Ports on which b takes connections. */
export const OPEN = [80, 443]

/** Listens in b until the machine ends. */
export async function listen(machine: Machine): Promise<void> {
  const program = `for (const port of [${OPEN}]) require('node:net').createServer().listen(port, '::')`
  await machine.ok(
    `ip netns exec b ${process.execPath} -e ${JSON.stringify(program)} >/dev/null 2>&1 &
    until [[ $(ip netns exec b ss -Hltn | wc -l) -eq ${OPEN.length} ]]; do sleep 0.02; done`,
  )
}

/** What a namespace has seen since it was last asked: `tcp 10.0.1.2 10.0.2.2 80`, with the port that is not of its choice. */
export function seenIn(listed: string): readonly string[] {
  const { nftables } = JSON.parse(listed) as { nftables: { set?: { elem?: unknown[] } }[] }
  return nftables.flatMap(({ set }) =>
    (set?.elem ?? []).map((elem) => {
      const { concat } = ((elem as { elem?: { val: unknown } }).elem?.val ?? elem) as {
        concat: (string | number)[]
      }
      const [from, to, protocol = 'icmp', sport, dport] = concat
      return [protocol, from, to, sport, dport].filter((word) => word !== undefined).join(' ')
    }),
  )
}
