import { describe, expect, test } from 'vitest'
import { net } from '../../src/index.js'
import { FRONTS, whole } from './fronts.js'
import { hops } from './hops.js'
import { Machine } from './machine.js'

/** A router in a namespace, between two others. */
const routed = net
  .host('node03')
  .ns('a')
  .ns('b')
  .ns('r')
  .link('a', {
    ip: [
      ['10.0.1.1/24', 'fd00:1::1/64'],
      ['10.0.1.2/24', 'fd00:1::2/64'],
    ],
  })
  .link('b', {
    ip: [
      ['10.0.2.1/24', 'fd00:2::1/64'],
      ['10.0.2.2/24', 'fd00:2::2/64'],
    ],
  })
  .router()
  .at('a')
  .route('default', { via: '10.0.1.1' })
  .route('default', { via: 'fd00:1::1' })
  .at('b')
  .route('default', { via: '10.0.2.1' })
  .route('default', { via: 'fd00:2::1' })

describe('C14: a host whose IPv6 default route comes by router advertisement', () => {
  test.each(FRONTS)('%s: a router in a namespace forwards, and does not touch it', (by) => {
    const setup = 'ip -6 route add default via fe80::2 dev enp2s0 proto ra'
    return whole({ by, plan: routed, setup }, async (machine) => {
      expect(await machine.ok('ip -6 route show default')).toContain('proto ra')
      expect(await machine.ok('cat /proc/sys/net/ipv6/conf/{all,enp2s0}/forwarding')).toBe('0\n0')
      expect(await hops(machine, 'a', 'fd00:2::2')).toBe('ttl=63')
      expect(await hops(machine, 'b', '10.0.1.2')).toBe('ttl=63')
    })
  })
})

describe('C30: /sys of the wrong namespace', () => {
  /** A network namespace with a /run of its own, which sees the /sys of the machine around it. */
  const WITHIN = `
    mount -t tmpfs tmpfs /run; mkdir -p /run/netns /run/lock
    ip link set dev lo up; exec "$@"`

  test('status, explain and up tell the truth where /sys/class/net lies', async () => {
    // around it there is an interface of the name that the plan gives to its own
    await using machine = await Machine.open({
      setup: 'ip link add dev vethhost01 type bridge; ip link add dev br0 type bridge',
    })
    const before = await machine.digest('processes')
    const plan = routed
      .bridge('br0')
      .ns('c')
      .ip('10.0.3.2/24')
      .attach('br0', { hostEnd: 'vethhost01' })
    await using sdk = machine.sdkIn(
      ...['unshare', '-n', '-m', '--propagation', 'private', 'bash', '-euc', WITHIN, 'bash'],
    )
    const inside = async (script: string) =>
      (await sdk.shell({ host: 'node03', script })).value?.stdout.trim()
    expect((await sdk.status(plan)).value?.map(({ state }) => state)).not.toContain('foreign')
    expect((await sdk.up(plan)).error).toBeUndefined()
    // the lie: the interfaces around it, none of those that are there
    expect(await inside('ls /sys/class/net')).toMatch(/enp2s0/)
    expect(await inside('ip -o link show dev vethhost01')).toMatch(/ master br0 /)
    const states = (await sdk.status(plan)).value ?? []
    expect(states.map(({ state }) => state)).toEqual(states.map(() => 'present'))
    expect((await sdk.here('a', 'b')).reachability).toBe('REACHABLE')
    expect((await sdk.here('a', 'b', { family: 6 })).reachability).toBe('REACHABLE')
    await inside('ip -n r link set dev eth1 down')
    expect((await sdk.here('a', 'b')).cause?.node).toBe('host/r')
    await inside('ip -n r link set dev eth1 up')
    expect((await sdk.down(plan)).error).toBeUndefined()
    expect(await machine.digest('processes')).toBe(before)
  })
})
