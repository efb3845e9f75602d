import { describe, expect, test } from 'vitest'
import type { LiveExplainOptions } from '../../src/index.js'
import type { Agent } from './agent.js'
import { Machine } from './machine.js'

/** a 10.0.1.2 va -- ra 10.0.1.1 r 10.0.2.1 rb -- vb 10.0.2.2 b; r does not forward. */
const CHAIN = `
for n in a r b; do ip netns add $n; ip -n $n link set lo up; done
ip link add va netns a type veth peer name ra netns r
ip link add rb netns r type veth peer name vb netns b
for at in a:va:1.2 r:ra:1.1 r:rb:2.1 b:vb:2.2; do
  IFS=: read -r n link end <<<"$at"
  ip -n $n addr add 10.0.$end/24 dev $link
  ip -n $n addr add fd00:\${end/./::}/64 dev $link nodad
  ip -n $n link set $link up
done
ip -n a route add default via 10.0.1.1
ip -n b route add default via 10.0.2.1
ip -n a -6 route add default via fd00:1::1
ip -n b -6 route add default via fd00:2::1
`
const FORWARD = `
ip netns exec r sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
`

/** Until a link-local address has been checked for duplicates, a router does not ask by it. */
const READY = `
for ((i = 0; i < 50; i++)); do
  [[ -n $(ip -n a addr show tentative; ip -n r addr show tentative; ip -n b addr show tentative) ]] || break
  sleep 0.1
done
`

interface Scene {
  readonly machine: Machine
  readonly sdk: Agent
  /** The answer from a to b, in short: `return r REPLY_NOT_ESTABLISHED`. */
  said(options?: LiveExplainOptions): Promise<string>
  ping(words?: string): Promise<boolean>
}

async function scene(setup: string, work: (scene: Scene) => Promise<void>): Promise<void> {
  await using machine = await Machine.open({ setup })
  await using sdk = machine.sdk()
  const said = async (options?: LiveExplainOptions) => {
    const { reachability, cause } = await sdk.here('a', 'b', options)
    if (cause === undefined) return reachability
    return `${cause.direction} ${cause.node.replace('host/', '')} ${cause.code}`
  }
  const ping = async (words = '10.0.2.2') => {
    await machine.run('for n in a r b; do ip -n $n neigh flush all; done')
    return (await machine.run(`ip netns exec a ping -c1 -W1 ${words}`)).code === 0
  }
  await work({ machine, sdk, said, ping })
}

describe('C01: a router namespace has forwarding off', () => {
  test('it has the route, and the setting is named, not the route', () =>
    scene(CHAIN, async ({ machine, sdk, ping }) => {
      expect(await ping('10.0.2.1'), 'its far address answers').toBe(true)
      expect(await ping()).toBe(false)
      const { cause } = await sdk.here('a', 'b')
      expect(cause).toMatchObject({ code: 'FORWARDING_DISABLED', node: 'host/r' })
      expect(cause?.message).toContain('net.ipv4.ip_forward is 0')
      const all = cause?.mends.find(({ commands }) =>
        commands?.some((words) => words.includes('net.ipv4.ip_forward=1')),
      )
      for (const words of all?.commands ?? []) await machine.ok(words.join(' '))
      expect(all?.verified).toBe(true)
      expect(await ping()).toBe(true)
      expect((await sdk.here('a', '10.0.2.1')).reachability).toBe('REACHABLE')
    }))
})

describe('C02, C49: the policy of FORWARD is DROP', () => {
  test('the policy is named, with its chain; flushing does not help', () =>
    scene(`${CHAIN}${FORWARD}`, async ({ machine, sdk, said, ping }) => {
      expect(await said()).toBe('REACHABLE')
      await machine.ok('ip netns exec r iptables -P FORWARD DROP; ip netns exec r iptables -F')
      expect(await ping()).toBe(false)
      const { cause, forward } = await sdk.here('a', 'b')
      expect(cause).toMatchObject({ code: 'FILTER_POLICY_DROP', node: 'host/r' })
      expect(cause?.object).toEqual({ kind: 'policy', ref: 'filter FORWARD' })
      const steps = forward.hops.flatMap((hop) => hop.steps)
      expect(steps.find(({ causesDrop }) => causesDrop)).toMatchObject({ isPolicy: true })
    }))
})

describe('C04: a rule for one direction only', () => {
  test('the request is delivered, the reply dropped', () =>
    scene(`${CHAIN}${FORWARD}`, async ({ machine, sdk, said, ping }) => {
      await machine.ok(
        'ip netns exec r iptables -P FORWARD DROP; ip netns exec r iptables -A FORWARD -i ra -o rb -j ACCEPT',
      )
      expect(await ping()).toBe(false)
      const answer = await sdk.here('a', 'b')
      expect(answer.cause).toMatchObject({ code: 'REPLY_NOT_ESTABLISHED', direction: 'return' })
      expect(answer.text).toContain('delivered, but the reply is lost at host/r, FORWARD')
      await machine.ok(
        'ip netns exec r iptables -A FORWARD -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT',
      )
      expect(await said()).toBe('REACHABLE')
      expect(await ping()).toBe(true)
    }))
})

describe('C05: strict rp_filter and two paths', () => {
  const SECOND = `
ip link add va2 netns a type veth peer name ra2 netns r
ip -n a addr add 10.0.3.2/24 dev va2; ip -n a link set va2 up
ip -n r addr add 10.0.3.1/24 dev ra2; ip -n r link set ra2 up
ip -n a route add 10.0.2.2/32 via 10.0.3.1 src 10.0.1.2
ip netns exec r sysctl -qw net.ipv4.conf.all.rp_filter=1
`
  test('the higher value counts: 0 on the link changes nothing, 2 does, and is what is offered', () =>
    scene(`${CHAIN}${FORWARD}${SECOND}`, async ({ machine, sdk, said, ping }) => {
      const set = (value: number) =>
        machine.ok(`ip netns exec r sysctl -qw net.ipv4.conf.ra2.rp_filter=${value}`)
      for (const value of [1, 0]) {
        await set(value)
        expect(await ping()).toBe(false)
        const { cause } = await sdk.here('a', 'b')
        expect(cause).toMatchObject({ code: 'RP_FILTER_STRICT', node: 'host/r' })
        expect(cause?.message).toMatch(/ra2/)
        const commands = cause?.mends.flatMap((mend) => mend.commands ?? []).flat()
        expect(commands).toContain('net.ipv4.conf.ra2.rp_filter=2')
        expect(commands?.filter((word) => /rp_filter=0/.test(word))).toEqual([])
      }
      await set(2)
      expect(await said()).toBe('REACHABLE')
      expect(await ping()).toBe(true)
    }))
})

describe('C07: the loopback of a namespace is down', () => {
  test('its own addresses do not answer, others do', () =>
    scene(`${CHAIN}${FORWARD}ip -n a link set lo down`, async ({ sdk, ping }) => {
      expect(await ping('10.0.1.2')).toBe(false)
      expect(await ping()).toBe(true)
      expect((await sdk.here('a', '10.0.1.2')).cause).toMatchObject({
        code: 'LO_DOWN',
        node: 'host/a',
      })
      expect((await sdk.here('a', '127.0.0.1')).cause?.code).toBe('LO_DOWN')
      expect((await sdk.here('a', 'b')).reachability).toBe('REACHABLE')
    }))
})

const BRIDGE = `
ip link add br0 type bridge; ip link set br0 up
for n in a b c; do
  ip netns add $n; ip -n $n link set lo up
  ip link add p$n type veth peer name eth0 netns $n
  ip link set p$n master br0 up; ip -n $n link set eth0 up
done
ip -n a addr add 10.0.5.1/24 dev eth0; ip -n b addr add 10.0.5.2/24 dev eth0
`

describe('C11: one address twice on a link', () => {
  test('both owners are named', () =>
    scene(`${BRIDGE}ip -n c addr add 10.0.5.2/24 dev eth0`, async ({ sdk }) => {
      const { caveats } = await sdk.here('a', '10.0.5.2')
      expect(caveats.join()).toMatch(/host\/[bc] answers for 10\.0\.5\.2 on eth0 as well/)
    }))
})

describe('C12: an address of IPv6 that is tentative, or dadfailed', () => {
  test('is named as such', () =>
    scene(BRIDGE, async ({ machine, sdk }) => {
      await machine.ok(`
ip -n a addr add fd00:5::1/64 dev eth0 nodad
ip -n b addr add fd00:5::2/64 dev eth0 nodad
ip -n c addr add fd00:5::2/64 dev eth0
for ((i = 0; i < 50; i++)); do
  [[ $(ip -n c addr show dev eth0) != *dadfailed* ]] || break
  sleep 0.1
done
ip -n b addr flush dev eth0`)
      const { cause } = await sdk.here('a', 'fd00:5::2')
      expect(cause).toMatchObject({ code: 'NEIGHBOR_UNRESOLVED', node: 'host/c' })
      expect(cause?.message).toContain('dadfailed')
    }))
})

describe('C15: a gateway on no interface', () => {
  const QUIET = `
ip netns add a; ip -n a link set lo up
ip link add vq type veth peer name eth0 netns a; ip link set vq up; ip -n a link set eth0 up
ip -n a addr add 10.60.0.5/32 dev eth0
ip -n a route add 169.254.1.1 dev eth0 scope link; ip -n a route add default via 169.254.1.1
ip route add 10.60.0.5/32 dev vq
`
  test('answers with proxy_arp, forwarding, and a route to it by another link, all three', () =>
    scene(QUIET, async ({ machine, sdk }) => {
      const code = async () => (await sdk.here('a', '100.100.198.250')).cause?.code
      const pings = async () =>
        (await machine.run('ip netns exec a ping -c1 -W2 100.100.198.250')).code === 0
      for (const step of [':', 'sysctl -qw net.ipv4.conf.vq.proxy_arp=1']) {
        await machine.ok(step)
        expect(await code()).toBe('GATEWAY_NOT_OWNED')
        expect(await pings()).toBe(false)
      }
      await machine.ok('sysctl -qw net.ipv4.ip_forward=1; ip -n a neigh flush all')
      expect(await code()).toBeUndefined()
      expect(await pings()).toBe(true)
    }))
})

describe('C18: iptables-legacy and iptables-nft both hold rules', () => {
  test('the tool is named', () =>
    scene(`${CHAIN}${FORWARD}`, async ({ machine, sdk, ping }) => {
      await machine.ok('ip netns exec b iptables-legacy -I INPUT -s 10.0.1.2 -j DROP')
      await machine.ok('ip netns exec b iptables -A INPUT -s 10.0.1.2 -j ACCEPT')
      expect(await ping()).toBe(false)
      const { cause } = await sdk.here('a', 'b')
      expect(cause).toMatchObject({ code: 'INPUT_DROP', node: 'host/b' })
      expect(cause?.message).toContain('iptables-legacy')
      expect(cause?.mends[0]?.commands?.flat()).toContain('iptables-legacy')
    }))
})

describe('C20: iptables-nft tells a rule of nft wrongly', () => {
  test('what nft means counts', () =>
    scene(`${CHAIN}${FORWARD}`, async ({ machine, said, ping }) => {
      await machine.ok(`
ip netns exec r nft add table ip filter
ip netns exec r nft 'add chain ip filter FORWARD { type filter hook forward priority 0; policy drop; }'
ip netns exec r nft 'add rule ip filter FORWARD ip saddr { 10.1.0.0/16, 10.2.0.0/16 } accept'`)
      expect((await machine.run('ip netns exec r iptables -S FORWARD')).stdout).toContain(
        '-A FORWARD -j ACCEPT',
      )
      expect(await ping()).toBe(false)
      expect(await said()).toBe('forward r FILTER_POLICY_DROP')
    }))
})

describe('C21: a namespace without masquerade, or with one on the wrong link', () => {
  const OUT = `
ip netns add a; ip -n a link set lo up
ip link add vq type veth peer name eth0 netns a; ip link set vq up; ip -n a link set eth0 up
ip addr add 10.50.0.1/24 dev vq; ip -n a addr add 10.50.0.2/24 dev eth0
ip -n a route add default via 10.50.0.1
sysctl -qw net.ipv4.ip_forward=1
`
  test('it leaves with a private source, which is said', () =>
    scene(OUT, async ({ machine, sdk }) => {
      const answer = async () => await sdk.here('a', '203.0.113.1')
      const missing = { code: 'NAT_MISSING', node: 'host' }
      expect((await answer()).cause).toMatchObject(missing)
      await machine.ok('iptables -t nat -A POSTROUTING -o eth9 -j MASQUERADE')
      const { cause, reachability } = await answer()
      expect(cause).toMatchObject(missing)
      expect(cause?.message).toContain('it leaves enp2s0 of host with the private source 10.50.0.2')
      expect(reachability).toBe('UNDETERMINED')
      await machine.ok('iptables -t nat -A POSTROUTING -o enp2s0 -j MASQUERADE')
      expect((await answer()).cause?.code).toBe('UNDETERMINED_OUTSIDE')
    }))
})

describe('C28: ip6tables drops neighbour discovery', () => {
  test('the chain that drops it is named; accepting its types cures', () =>
    scene(`${CHAIN}${FORWARD}${READY}`, async ({ machine, sdk, said, ping }) => {
      const six: LiveExplainOptions = { family: 6 }
      await machine.ok(`
ip netns exec b ip6tables -P INPUT DROP
ip netns exec b ip6tables -A INPUT -p icmpv6 --icmpv6-type echo-request -j ACCEPT`)
      expect(await ping('fd00:2::2')).toBe(false)
      const { cause } = await sdk.here('a', 'b', six)
      expect(cause).toMatchObject({ code: 'NEIGHBOR_UNRESOLVED', node: 'host/b' })
      expect(cause?.message).toContain('drops the neighbour solicitation')
      expect(await said(), 'IPv4 has no such trouble').toBe('REACHABLE')
      await machine.ok(`
for type in 135 136; do ip netns exec b ip6tables -A INPUT -p icmpv6 --icmpv6-type $type -j ACCEPT; done`)
      expect(await said(six)).toBe('REACHABLE')
      expect(await ping('fd00:2::2')).toBe(true)
    }))
})
