import { describe, expect, test } from 'vitest'
import { net } from '../../src/index.js'
import { FRONTS, heals, onMachine, whole } from './fronts.js'
import { hops } from './hops.js'
import type { Machine } from './machine.js'
import { sorted } from './words.js'

/** a -- r -- b, and a second router s between the same two; b and r refuse some destinations. */
const plan = net
  .host('node03')
  .ns('r')
  .ns('s')
  .ns('b')
  .ns('a')
  .link('r', {
    ip: [
      ['10.0.1.2/24', '10.0.1.3/24', 'fd00:1::2/64', 'fd00:1::3/64'],
      ['10.0.1.1/24', 'fd00:1::1/64'],
    ],
  })
  .link('s', {
    ip: [
      ['10.0.2.2/24', 'fd00:2::2/64'],
      ['10.0.2.1/24', 'fd00:2::1/64'],
    ],
  })
  .at('b')
  .link('r', {
    ip: [
      ['10.0.3.2/24', 'fd00:3::2/64'],
      ['10.0.3.1/24', 'fd00:3::1/64'],
    ],
  })
  .link('s', {
    ip: [
      ['10.0.4.2/24', 'fd00:4::2/64'],
      ['10.0.4.1/24', 'fd00:4::1/64'],
    ],
  })
  // b is at one address, whichever router a packet comes by
  .ip('10.0.9.9/32', 'fd00:9::9/128')
  .route('10.0.1.0/24', { via: '10.0.3.1' })
  .route('fd00:1::/64', { via: 'fd00:3::1' })
  .route('10.0.200.0/24', { type: 'blackhole' })
  .route('10.0.201.0/24', { type: 'unreachable' })
  .route('10.0.202.0/24', { type: 'prohibit' })
  .route('fd00:200::/64', { type: 'blackhole' })
  .route('fd00:201::/64', { type: 'unreachable' })
  .route('fd00:202::/64', { type: 'prohibit' })
  .at('r')
  .router()
  .route('10.0.9.9/32', { via: '10.0.3.2' })
  .route('fd00:9::9/128', { via: 'fd00:3::2' })
  .route('10.0.100.0/24', { type: 'blackhole' })
  .route('10.0.101.0/24', { type: 'unreachable' })
  .route('10.0.102.0/24', { type: 'prohibit' })
  .route('fd00:100::/64', { type: 'blackhole' })
  .route('fd00:101::/64', { type: 'unreachable' })
  .route('fd00:102::/64', { type: 'prohibit' })
  .at('s')
  .router()
  .route('10.0.9.9/32', { via: '10.0.4.2' })
  .route('10.0.1.0/24', { via: '10.0.2.2' })
  .route('fd00:9::9/128', { via: 'fd00:4::2' })
  .at('a')
  .route('default', { via: '10.0.1.1' })
  .route('default', { via: 'fd00:1::1' })
  .route('default', { via: '10.0.2.1', metric: 200 })
  .route('default', { via: '10.0.2.1', table: 100 })
  .route('default', { via: 'fd00:2::1', table: 100 })
  .rule({ from: '10.0.1.3/32', table: 100 })
  .rule({ from: 'fd00:1::3/128', table: 100 })
  .rule({ fwmark: 7, table: 100 })

/** Counts what a router forwards, of requests. */
const COUNT = ['r', 's']
  .map(
    (name) => `ip netns exec ${name} nft -f - <<'END'
table inet seen {
  chain forward {
    type filter hook forward priority 0
    icmp type echo-request counter
    icmpv6 type echo-request counter
  }
}
END`,
  )
  .join('\n')

/** How many requests each of the routers has forwarded: of r, of s. */
async function forwarded(machine: Machine): Promise<string> {
  const counts: number[] = []
  for (const name of ['r', 's']) {
    const text = await machine.ok(`ip netns exec ${name} nft list table inet seen`)
    counts.push([...text.matchAll(/packets (\d+)/g)].reduce((sum, [, n]) => sum + Number(n), 0))
  }
  return counts.join(' ')
}

/** By which router a request went, and whether it was answered with the hops of one router. */
async function way(machine: Machine, words: string): Promise<string> {
  const before = (await forwarded(machine)).split(' ').map(Number)
  const { stdout } = await machine.run(`ip netns exec a ping -n -c1 -W1 ${words}`)
  const after = (await forwarded(machine)).split(' ').map(Number)
  const by = ['r', 's'].filter((_, i) => (after[i] ?? 0) > (before[i] ?? 0)).join('+')
  return `${by} ${/ttl=\d+/.exec(stdout)?.[0] ?? 'lost'}`
}

/** What a program is told at once that sends from b. */
const refusedAtOnce = async (machine: Machine, to: string) =>
  (await machine.run(`ip netns exec b bash -c 'echo >/dev/udp/${to}/9'`)).stderr
    .split('\n')[0]
    ?.replace(/.*connect: /, '')

/** What a router says to a. */
async function refusedByRouter(machine: Machine, to: string): Promise<string> {
  const { stdout } = await machine.run(`ip netns exec a ping -n -c1 -W1 ${to}`)
  return /From \S+ icmp_seq=1 (.*)/.exec(stdout)?.[1] ?? 'nothing'
}

describe.each(FRONTS)('routers and routes, by %s', (by) => {
  test('a router forwards both families, and a rule, a mark or a metric says by which of two', () =>
    whole({ by, plan }, async (machine) => {
      await machine.ok(COUNT)
      expect(await way(machine, '10.0.9.9')).toBe('r ttl=63')
      expect(await way(machine, 'fd00:9::9')).toBe('r ttl=63')
      // what has the other source goes by the other router; the reply comes by the first one
      expect(await way(machine, '-I 10.0.1.3 10.0.9.9')).toBe('s ttl=63')
      expect(await way(machine, '-I fd00:1::3 fd00:9::9')).toBe('s ttl=63')
      // a mark of ping itself
      expect(await way(machine, '-m 7 -I 10.0.1.2 10.0.9.9')).toBe('s ttl=63')
      expect(await way(machine, '-m 8 -I 10.0.1.2 10.0.9.9')).toBe('r ttl=63')
      // a mark of a packet filter, on what the namespace sends
      await machine.ok('ip netns exec a iptables -t mangle -A OUTPUT -p icmp -j MARK --set-mark 7')
      expect(await way(machine, '-I 10.0.1.2 10.0.9.9')).toBe('s ttl=63')
      await machine.ok('ip netns exec a iptables -t mangle -F')
      // the lower metric is taken; when its route has gone, the other one
      expect(await machine.ok('ip -n a route get 10.0.9.9')).toContain('via 10.0.1.1 dev eth0')
      await machine.ok('ip -n a route del default via 10.0.1.1')
      expect(await machine.ok('ip -n a route get 10.0.9.9')).toContain('via 10.0.2.1 dev eth1')
      await machine.ok('ip -n a route add default via 10.0.1.1 proto 78')
      // and nothing of it is the host's
      expect(await machine.ok('cat /proc/sys/net/ipv4/ip_forward')).toBe('0')
      expect(await machine.ok('cat /proc/sys/net/ipv6/conf/all/forwarding')).toBe('0')
    }))

  test('what is refused: by the sender itself, and by a router', () =>
    whole({ by, plan }, async (machine) => {
      const own: (string | undefined)[] = []
      const byRouter: string[] = []
      for (const i of [0, 1, 2]) {
        own.push(await refusedAtOnce(machine, `10.0.20${i}.1`))
        own.push(await refusedAtOnce(machine, `fd00:20${i}::1`))
        byRouter.push(await refusedByRouter(machine, `10.0.10${i}.1`))
        byRouter.push(await refusedByRouter(machine, `fd00:10${i}::1`))
      }
      // EINVAL, EHOSTUNREACH, EACCES
      expect(own).toEqual([
        ...['Invalid argument', 'Invalid argument'],
        ...['No route to host', 'No route to host'],
        ...['Permission denied', 'Permission denied'],
      ])
      expect(byRouter).toEqual([
        ...['nothing', 'nothing'],
        ...['Destination Host Unreachable', 'Destination unreachable: No route'],
        // ICMP 3/13 and ICMPv6 1/1
        ...['Packet filtered', 'Destination unreachable: Administratively prohibited'],
      ])
    }))

  test('a route or a rule that was deleted is made again, and one of another metric is not mistaken for it', () =>
    onMachine({ by, plan }, async (lab) => {
      expect((await lab.up()).said).toBe('')
      const before = sorted(await lab.machine.digest())
      for (const [damage, ...missing] of [
        [
          'ip -n a route del default metric 200',
          /^absent route of node03\/a to default by 10\.0\.2\.1$/,
        ],
        [
          'ip -n a route del default metric 0',
          /^absent route of node03\/a to default by 10\.0\.1\.1$/,
        ],
        [
          'ip -n a route del default table 100',
          /^absent .* to default by 10\.0\.2\.1 in table 100$/,
        ],
        ['ip -n a -6 route del default table 100', /^absent .* by fd00:2::1 in table 100$/],
        ['ip -n b route del 10.0.200.0/24', /^absent .* to 10\.0\.200\.0\/24 blackhole$/],
        ['ip -n r -6 route del fd00:102::/64', /^absent .* to fd00:102::\/64 prohibit$/],
        ['ip -n a rule del from 10.0.1.3', /^absent routing rule .* IPv4 from 10\.0\.1\.3 /],
        ['ip -n a -6 rule del from fd00:1::3', /^absent routing rule .* IPv6 from fd00:1::3 /],
        ['ip -n a -6 rule del fwmark 7', /^absent routing rule .* IPv6 from all fwmark 0x7 /],
      ] as const) {
        const done = await heals(lab, damage, missing)
        expect([damage, done.length]).toEqual([damage, 1])
      }
      expect(sorted(await lab.machine.digest())).toEqual(before)
      expect(await lab.down()).toBe('')
    }))

  test('iif: what comes in by one interface asks a table of its own; onlink: a gateway that no address tells of', () => {
    const plan = net
      .host('node03')
      .ns('a')
      .ns('b')
      .ns('c')
      .ns('r')
      .link('a', { ip: ['10.0.1.1/24', '10.0.1.2/24'] })
      .link('b', { ip: ['10.0.2.1/24', '10.0.2.2/24'] })
      .link('c', { ip: ['192.0.2.1/32', '192.0.2.2/32'] })
      .router()
      // what comes from a goes to c, which has no address of a network of r's
      .route('default', { via: '192.0.2.2', dev: 'eth2', onlink: true, table: 100 })
      .rule({ iif: 'eth0', table: 100, family: 4 })
      .at('a')
      .route('default', { via: '10.0.1.1' })
      .at('c')
      .ip('10.0.9.9/32')
      .route('10.0.1.0/24', { via: '192.0.2.1', dev: 'eth0', onlink: true })
      .at('b')
      .route('default', { via: '10.0.2.1' })
    return whole({ by, plan }, async (machine) => {
      expect(await hops(machine, 'a', '10.0.9.9')).toBe('ttl=63')
      const asked = (words: string) => machine.run(`ip -n r route get 10.0.9.9 ${words}`)
      expect((await asked('from 10.0.1.2 iif eth0')).stdout).toMatch(
        /via 192\.0\.2\.2 dev eth2 table 100/,
      )
      // by another interface, and from r itself, there is no way
      expect((await asked('from 10.0.2.2 iif eth1')).stderr).toMatch(/unreachable/)
      expect((await asked('')).stderr).toMatch(/unreachable/)
      expect(await hops(machine, 'b', '10.0.9.9')).toBe('lost')
    })
  })

  test.each([
    [
      'another gateway',
      'ip -n a route replace default via 10.0.1.9 proto 78',
      'node03/a to default by 10.0.1.1',
    ],
    [
      'another type',
      'ip -n b route replace prohibit 10.0.200.0/24 proto 78',
      'node03/b to 10.0.200.0/24 blackhole',
    ],
  ])('%s in its place is told as another shape, and mended', (_, damage, what) =>
    onMachine({ by, plan }, async (lab) => {
      expect((await lab.up()).said).toBe('')
      const before = await lab.machine.digest()
      const done = await heals(lab, damage, [new RegExp(`^different route of ${what}`)])
      expect(done).toHaveLength(1)
      expect(await lab.machine.digest()).toBe(before)
      expect(await lab.down()).toBe('')
    }),
  )
})
