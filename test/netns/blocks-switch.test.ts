import { describe, expect, test } from 'vitest'
import { type BridgeOptions, net } from '../../src/index.js'
import { FRONTS, whole } from './fronts.js'
import { hops } from './hops.js'
import type { Machine } from './machine.js'
import { DOCKER, DROP } from './plans.js'

const HOST = ['10.0.1.1/24', 'fd00:1::1/64'] as const

/** Two namespaces at one switch, at which the host has addresses. */
const onSwitch = (options: BridgeOptions = {}) =>
  net
    .host('node03')
    .bridge('br0', { ip: HOST, ...options })
    .ns('a')
    .ip('10.0.1.2/24', 'fd00:1::2/64')
    .attach('br0')
    .ns('b')
    .ip('10.0.1.3/24', 'fd00:1::3/64')
    .attach('br0')

const fromTo = async (machine: Machine, ways: readonly (readonly [string, string])[]) => {
  const all: string[] = []
  for (const [from, to] of ways) all.push(`${from} ${to} ${await hops(machine, from, to)}`)
  return all
}

/** Without a router between, an answer comes with all of its 64 hops. */
const SWITCHED = [
  ['a', '10.0.1.3'],
  ['b', '10.0.1.2'],
  ['a', 'fd00:1::3'],
  ['a', '10.0.1.1'],
  ['b', 'fd00:1::1'],
  ['', '10.0.1.2'],
  ['', 'fd00:1::3'],
] as const

const macOf = (machine: Machine, link: string, inside = '') =>
  machine.ok(
    `ip ${inside} -o link show dev ${link} | { read -r line; line=\${line#*link/ether }; echo "\${line%% *}"; }`,
  )

const within = '-i br0 -o br0 -m comment --comment netloom:node03-a -j ACCEPT'

describe.each(FRONTS)('a switch, by %s', (by) => {
  test('with a FORWARD that drops and br_netfilter, all answer through the ports; without its rule none does', () =>
    whole({ by, plan: onSwitch(), setup: DROP }, async (machine) => {
      // else the chain FORWARD would not be asked, and the test would prove nothing
      expect(await machine.ok('cat /proc/sys/net/bridge/bridge-nf-call-ip{,6}tables')).toBe('1\n1')
      expect(await fromTo(machine, SWITCHED)).toEqual(
        SWITCHED.map(([from, to]) => `${from} ${to} ttl=64`),
      )
      const entries = await machine.ok('bridge fdb show br br0')
      for (const name of ['a', 'b']) {
        const mac = await macOf(machine, 'eth0', `-n ${name}`)
        expect(entries).toMatch(new RegExp(`^${mac} dev veth-${name} master br0`, 'm'))
      }
      for (const [tool, to] of [
        ['iptables', '10.0.1.3'],
        ['ip6tables', 'fd00:1::3'],
      ] as const) {
        await machine.ok(`${tool} -D FORWARD ${within}`)
        expect(await hops(machine, 'a', to)).toBe('lost')
        await machine.ok(`${tool} -A FORWARD ${within}`)
        expect(await hops(machine, 'a', to)).toBe('ttl=64')
      }
    }))

  test("with Docker's chains the rule stands where it counts", () =>
    whole({ by, plan: onSwitch(), setup: DOCKER }, async (machine) => {
      expect(await hops(machine, 'a', '10.0.1.3')).toBe('ttl=64')
      expect(await machine.ok('iptables -S DOCKER-USER')).toContain('-i br0 -o br0')
    }))

  test('its MTU is that of its ports: a packet of that size passes, a longer one is refused', () =>
    whole({ by, plan: onSwitch({ mtu: 1400 }), setup: DROP }, async (machine) => {
      const links = await machine.ok(
        'ip -o link show dev br0; ip -o link show dev veth-a; ip -n a -o link show dev eth0',
      )
      expect(links.match(/ mtu 1400 /g)).toHaveLength(3)
      const ping = (size: number, to: string) =>
        machine.run(`ip netns exec a ping -n -c1 -W1 -M do -s ${size} ${to}`)
      // 20 and 8 bytes are headers, 40 and 8 over IPv6
      expect((await ping(1372, '10.0.1.3')).code).toBe(0)
      expect((await ping(1373, '10.0.1.3')).stderr).toMatch(/message too long/i)
      expect((await ping(1352, 'fd00:1::3')).code).toBe(0)
      expect((await ping(1353, 'fd00:1::3')).stderr).toMatch(/message too long/i)
    }))

  test('it keeps its MAC when a port with a lower one joins; the ports have those that were asked for', () => {
    const plan = net
      .host('node03')
      .bridge('br0', { mac: '02:00:00:00:10:00' })
      .ns('a')
      .ip('10.0.1.2/24')
      .attach('br0', { mac: '02:00:00:00:00:02', hostMac: '02:00:00:00:00:01' })
      .bridge('br1')
      .ns('b')
      .attach('br1', { hostMac: '02:00:00:00:00:03' })
    return whole({ by, plan }, async (machine) => {
      expect(await macOf(machine, 'br0')).toBe('02:00:00:00:10:00')
      expect(await macOf(machine, 'veth-a')).toBe('02:00:00:00:00:01')
      expect(await macOf(machine, 'eth0', '-n a')).toBe('02:00:00:00:00:02')
      // its own is derived, of addresses that are given out locally
      const derived = await macOf(machine, 'br1')
      await machine.ok(`
        ip link add dev low address 00:00:00:00:00:01 type veth peer name other
        ip link set dev low master br1`)
      expect(await macOf(machine, 'br1')).toBe(derived)
      await machine.ok('ip link del dev low')
    })
  })

  test('isolated: the ports reach the host, and not each other', () =>
    whole({ by, plan: onSwitch({ isolated: true }) }, async (machine) => {
      expect(await fromTo(machine, SWITCHED)).toEqual(
        SWITCHED.map(([from, to], i) => `${from} ${to} ${i < 3 ? 'lost' : 'ttl=64'}`),
      )
    }))

  test('STP: a port forwards after twice two seconds, and a loop of two switches is cut', () => {
    const plan = onSwitch({ stp: true }).bridge('br1', { stp: true })
    return whole({ by, plan, setup: DROP }, async (machine) => {
      expect(await machine.ok('ip -d -o link show dev br0')).toMatch(
        / forward_delay 200 .* stp_state 1 /,
      )
      const until = (states: string) =>
        machine.ok(`
          for ((i = 0; i < 400; i++)); do
            states=$(bridge link show | sed -n 's/.* state \\([a-z]*\\) .*/\\1/p' | sort | uniq -c)
            [[ $(echo $states) != '${states}' ]] || exit 0
            sleep 0.05
          done
          echo "$states"; exit 1`)
      await until('2 forwarding')
      expect(await hops(machine, 'a', '10.0.1.3')).toBe('ttl=64')
      await machine.ok(`
        for i in 1 2; do
          ip link add dev left$i type veth peer name right$i
          ip link set dev left$i master br0 up; ip link set dev right$i master br1 up
        done`)
      await until('1 blocking 5 forwarding')
      await machine.ok('ip link del dev left1; ip link del dev left2')
    })
  })

  test('a namespace at two switches is the router between them', () => {
    const plan = net
      .host('node03')
      .bridge('br0')
      .bridge('br1')
      .ns('r')
      .ip('10.0.1.1/24', 'fd00:1::1/64')
      .attach('br0')
      .attach('br1')
      .ip('10.0.2.1/24', 'fd00:2::1/64')
      .router()
      .ns('a')
      .ip('10.0.1.2/24', 'fd00:1::2/64')
      .attach('br0')
      .route('10.0.2.0/24', { via: '10.0.1.1' })
      .route('fd00:2::/64', { via: 'fd00:1::1' })
      .ns('b')
      .ip('10.0.2.2/24', 'fd00:2::2/64')
      .attach('br1')
      .route('10.0.1.0/24', { via: '10.0.2.1' })
      .route('fd00:1::/64', { via: 'fd00:2::1' })
    return whole({ by, plan, setup: DROP }, async (machine) => {
      const counted = `ip netns exec r nft -f - <<'END'
table inet seen {
  chain forward {
    type filter hook forward priority 0
    iifname eth0 oifname eth1 counter
    iifname eth1 oifname eth0 counter
  }
}
END`
      await machine.ok(counted)
      expect(await hops(machine, 'a', '10.0.1.1')).toBe('ttl=64')
      expect(await hops(machine, 'a', '10.0.2.2')).toBe('ttl=63')
      expect(await hops(machine, 'b', 'fd00:1::2')).toBe('ttl=63')
      // there and back, over both families
      const seen = await machine.ok('ip netns exec r nft list table inet seen')
      expect(seen.match(/packets 2 /g)).toHaveLength(2)
      // and the host has no part in it
      expect(await machine.ok('cat /proc/sys/net/ipv4/ip_forward')).toBe('0')
    })
  })

  test('routeBothWays() and allowForward() lead from the switch to a namespace behind the host', () => {
    const plan = onSwitch()
      .routeBothWays()
      .allowForward()
      .ns('c')
      .ip('10.0.3.2/24', 'fd00:3::2/64')
      .veth()
      .routeBothWays()
      .allowForward()
    return whole({ by, plan, setup: DROP }, async (machine) => {
      const ways = [
        ['b', '10.0.3.2'],
        ['b', 'fd00:3::2'],
        ['c', '10.0.1.3'],
        ['c', 'fd00:1::3'],
      ] as const
      expect(await fromTo(machine, ways)).toEqual(ways.map(([x, to]) => `${x} ${to} ttl=63`))
      // who is at the same switch has no route beyond it
      expect(await hops(machine, 'a', '10.0.3.2')).toBe('lost')
      // each rule of the switch saw packets of both ways, and the bridge's own rule none
      const rules = await machine.ok('iptables -vnxL FORWARD')
      const seen = (way: string) => new RegExp(`^ *(\\d+) .* ${way} `, 'm').exec(rules)?.[1]
      expect(['br0 +\\*', '\\* +br0', 'br0 +br0'].map(seen)).toEqual(['2', '2', '0'])
    })
  })
})
