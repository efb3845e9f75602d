import { describe, expect, test } from 'vitest'
import { net } from '../../src/index.js'
import { FRONTS, heals, onMachine, whole } from './fronts.js'
import { DROP } from './plans.js'
import { sorted } from './words.js'

const plan = net
  .host('node03')
  .ns('a')
  .ip('10.0.1.2/24')
  .veth({ hostEnd: 'vethhost01', nsEnd: 'eth0.7' })
  .sysctl('net/ipv4/conf/eth0.7/rp_filter', 2)
  .sysctl('net.ipv4.conf.eth0/7.log_martians', 1)
  .sysctl('net.ipv4.ip_local_port_range', '10000 20000')
  .sysctl('net.ipv4.tcp_congestion_control', 'reno')

const READ =
  'cat /proc/sys/net/ipv4/conf/eth0.7/{rp_filter,log_martians} /proc/sys/net/ipv4/{ip_local_port_range,tcp_congestion_control}'

describe.each(FRONTS)('settings of a namespace, by %s', (by) => {
  test('by their path, on an interface with a dot too; the host keeps its own', () =>
    whole({ by, plan }, async (machine) => {
      expect(await machine.ok(`ip netns exec a bash -c '${READ}'`)).toBe('2\n1\n10000\t20000\nreno')
      expect(await machine.ok('cat /proc/sys/net/ipv4/ip_local_port_range')).not.toMatch(/^10000/)
      expect(await machine.ok('ls /proc/sys/net/ipv4/conf')).not.toContain('eth0.7')
    }))

  test('what somebody set to another value, or what went with its interface, is set again', () =>
    onMachine({ by, plan }, async (lab) => {
      expect((await lab.up()).said).toBe('')
      const before = sorted(await lab.machine.digest())
      const set = (path: string, value: string) =>
        `ip netns exec a bash -c 'echo ${value} >/proc/sys/net/${path}'`
      for (const [path, value, missing] of [
        ['ipv4/conf/eth0.7/rp_filter', '1', /^absent setting net\/ipv4\/conf\/eth0\.7\/rp_filter/],
        [
          'ipv4/ip_local_port_range',
          '30000 40000',
          /^absent setting net\/ipv4\/ip_local_port_range/,
        ],
      ] as const) {
        const done = await heals(lab, set(path, value), [missing])
        expect(done).toHaveLength(1)
      }
      await heals(lab, 'ip link del dev vethhost01', [
        /^absent veth pair/,
        /^absent address/,
        /^absent setting .*eth0\.7\/rp_filter/,
        /^absent setting .*eth0\.7\/log_martians/,
      ])
      expect(sorted(await lab.machine.digest())).toEqual(before)
      expect(await lab.down()).toBe('')
    }))

  test('what stands behind a setting is made behind it: links take over the defaults, an address needs IPv6', () => {
    const plan = net
      .host('node03')
      .ns('a')
      .veth('vethhost01')
      .sysctl('net.ipv6.conf.default.accept_dad', 0)
      .sysctl('net.ipv6.conf.default.disable_ipv6', 1)
      .ns('b')
      .link('a')
      .at('a')
      .sysctl('net.ipv6.conf.eth1.disable_ipv6', 0)
      .ip('fd00:1::2/64')
      .router()
    return whole({ by, plan }, async (machine) => {
      const read = (path: string) =>
        machine.ok(`ip netns exec a bash -c 'cat /proc/sys/net/${path}'`)
      // the pair was there before the defaults, the link was not
      expect(await read('ipv6/conf/{eth0,eth1}/accept_dad')).toBe('1\n0')
      expect(await read('ipv6/conf/{eth0,eth1}/disable_ipv6')).toBe('0\n0')
      expect(await machine.ok('ip -n a -6 addr show dev eth1')).toContain('fd00:1::2/64')
    })
  })

  /** A bridge, a pair, a link, a router, a table of its own; what follows it stands in the middle. */
  const middle = net
    .host('node03')
    .bridge('br0', { ip: '10.0.9.1/24' })
    .ns('b')
    .ip('10.0.9.2/24')
    .attach('br0')
    .routeBothWays()
    .allowForward()
    .ns('a')
    .router()
    .link('b', { ip: ['10.0.1.1/24', '10.0.1.2/24'] })
    .route('10.0.5.0/24', { via: '10.0.1.2', table: 100 })
    .rule({ from: '10.0.1.1/32', table: 100 })

  test.each([
    ['net.ipv4.tcp_congestion_control', 'sealed', 'No such file or directory'],
    ['net.ipv4.tcp_ecn', '1000', 'Invalid argument'],
    ['net.ipv4.nothing_of_that_name', '1', 'No such file or directory'],
  ])(
    '%s=%s is refused in the middle of a lab: the very command is named, and all is rolled back',
    (name, value, reason) => {
      const plan = middle.sysctl(name, value).ns('c').ip('10.0.9.3/24').attach('br0').router()
      const command = `ip netns exec a sysctl -w ${name.replaceAll('.', '/')}=${value}`
      return onMachine({ by, plan, setup: DROP }, async (lab) => {
        const before = await lab.machine.digest()
        const { said } = await lab.up()
        expect(said).toContain(
          by === 'the SDK'
            ? `STEP_FAILED ${command} failed with code 1 on host node03 (sysctl('${name}', '${value}'))`
            : `this step failed: ${command}\n`,
        )
        expect(said).toContain(reason)
        expect(said).not.toContain('-:1')
        expect(await lab.machine.digest()).toBe(before)
        // nothing of it is there, half or whole
        const lines = await lab.missing()
        expect(lines).toHaveLength(plan.toJSON().resources.length)
        expect(lines.filter((line) => !line.startsWith('absent '))).toEqual([])
      })
    },
  )
})

const pooled = net
  .pool(['10.50.0.0/16', 'fd00:50::/48'])
  .host('node03')
  .bridge('br0', { ip: 'auto' })
  .ns('a')
  .ip('auto')
  .attach('br0')
  .ns('b')
  .ip('auto')
  .attach('br0')
  .ns('c')
  .ip('auto')
  .veth()
  .routeBothWays()
  .link('b', { ip: 'auto' })

describe.each(FRONTS)('addresses of a pool, by %s', (by) => {
  test('the lab comes up, and its parts reach each other at what they were given', () =>
    whole({ by, plan: pooled, setup: DROP }, async (machine) => {
      const own = pooled.toJSON().resources.flatMap((r) => (r.kind === 'address' ? [r] : []))
      const at = (namespace: string | undefined, device: string) =>
        own
          .filter((r) => r.namespace === namespace && r.device === device)
          .map(({ cidr }) => cidr.replace(/\/.*/, ''))
          .filter((address) => !address.startsWith('fe80'))
      for (const [from, addresses] of [
        ['a', at('b', 'eth0')],
        ['a', at(undefined, 'br0')],
        ['', at('c', 'eth0')],
        ['c', at('b', 'eth1')],
      ] as const) {
        expect(addresses).toHaveLength(2)
        for (const address of addresses) {
          expect([from, address, await machine.ping(from, address)]).toEqual([
            from,
            address,
            'answers',
          ])
        }
      }
    }))
})

describe('a pool of which the machine has a network already', () => {
  test.each([
    ['a route', 'ip route add 10.50.0.0/20 via 100.100.198.1', '10.50.0.0/20'],
    ['an address', 'ip addr add fd00:50::77/64 dev enp2s0', 'fd00:50::/64'],
  ])('by %s: refused, and nothing is changed', (_, setup, said) =>
    onMachine({ by: 'the SDK', plan: pooled, setup }, async (lab) => {
      const before = await lab.machine.digest()
      const answer = await lab.up()
      expect(answer.said).toContain(said)
      expect(answer.said).toMatch(/^PREFLIGHT /)
      expect(answer.done).toEqual([])
      expect(await lab.machine.digest()).toBe(before)
    }),
  )
})
