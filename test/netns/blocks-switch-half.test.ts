import { describe, expect, test } from 'vitest'
import { net } from '../../src/index.js'
import { FRONTS, heals, onMachine } from './fronts.js'
import { DROP } from './plans.js'
import { sorted } from './words.js'

const plan = net
  .host('node03')
  .bridge('br0', { ip: ['10.0.1.1/24', 'fd00:1::1/64'], isolated: true })
  .bridge('br1', { mtu: 1400 })
  .ns('a')
  .ip('10.0.1.2/24', 'fd00:1::2/64')
  .attach('br0')
  .routeBothWays()
  .allowForward()
  .ns('b')
  .ip('10.0.2.2/24')
  .attach('br1')
  .ns('c')
  .ip('10.0.2.3/24')
  .attach('br1')

describe.each(FRONTS)('a switch of which a part has gone, by %s', (by) => {
  test('status says which, up makes it again and nothing else, and down goes as ever', () =>
    onMachine({ by, plan, setup: DROP }, async (lab) => {
      expect((await lab.up()).said).toBe('')
      const before = sorted(await lab.machine.digest())
      const again = await heals(lab, 'ip link del dev veth-a', [
        /^absent veth pair veth-a /,
        /^absent port veth-a /,
        /^absent address 10\.0\.1\.2/,
        /^absent address fd00:1::2/,
        /^absent route of node03\/a to default/,
        /^absent route of node03\/a to default/,
      ])
      expect(again.filter((line) => / br[01] up|type bridge$/.test(line))).toEqual([])
      await heals(lab, 'ip link set dev veth-a nomaster', [/^absent port veth-a /])
      await heals(lab, 'ip link set dev veth-a type bridge_slave isolated off', [
        /^different port veth-a /,
      ])
      await heals(lab, 'ip link set dev veth-b master br0', [/^absent port veth-b /])
      await heals(lab, 'ip addr flush dev br0 scope global', [
        /^absent address 10\.0\.1\.1/,
        /^absent address fd00:1::1/,
      ])
      // the kernel gives a switch without ports an MTU of its own, unless it was set behind its creation
      await heals(lab, 'ip link del dev veth-b; ip link del dev veth-c', [
        /^absent veth pair veth-b /,
        /^absent port veth-b /,
        /^absent address 10\.0\.2\.2/,
        /^absent veth pair veth-c /,
        /^absent port veth-c /,
        /^absent address 10\.0\.2\.3/,
      ])
      await heals(lab, 'ip link set dev br1 down', [/^different bridge br1 /])
      await heals(lab, 'ip link set dev br1 mtu 1300', [/^different bridge br1 /])
      await heals(lab, 'ip link del dev br0', [
        /^absent bridge br0 /,
        /^absent address 10\.0\.1\.1/,
        /^absent address fd00:1::1/,
        /^absent address fe80::/,
        /^absent port veth-a /,
      ])
      await heals(
        lab,
        'iptables -D FORWARD -i br1 -o br1 -m comment --comment netloom:node03-a -j ACCEPT',
        [/^absent rule of node03: forward IPv4 within br1/],
      )
      expect(sorted(await lab.machine.digest())).toEqual(before)
      expect(await lab.down()).toBe('')
    }))

  test.each([
    [
      'without its spanning tree',
      net.host('node03').bridge('br1', { stp: true }).ns('a'),
      'ip link set dev br1 type bridge stp_state 0',
    ],
  ])('a switch of another shape is told, and mended: %s', (_, plan, damage) =>
    onMachine({ by, plan, setup: DROP }, async (lab) => {
      expect((await lab.up()).said).toBe('')
      const before = await lab.machine.digest()
      await heals(lab, damage, [/^different bridge br1 of node03/])
      expect(await lab.machine.digest()).toBe(before)
      expect(await lab.down()).toBe('')
    }),
  )

  test.each([
    ['a bridge of somebody else', 'ip link add dev br1 type bridge stp_state 1'],
    ['an interface of another kind', 'ip link add dev br1 type veth peer name other'],
  ])('%s has its name: refused, nothing changed, and down leaves it', (_, setup) =>
    onMachine({ by, plan, setup: `${DROP}; ${setup}` }, async (lab) => {
      const before = await lab.machine.digest()
      const { said, done } = await lab.up()
      expect(said).toMatch(/an interface br1 is there already/)
      if (by === 'the SDK') expect(said).toMatch(/^NAME_TAKEN /)
      expect(done).toEqual([])
      expect(await lab.machine.digest()).toBe(before)
      expect(await lab.down()).toBe('')
    }),
  )

  test('a bridge of somebody else that took the place of a lost one: neither up nor down touches it', () =>
    onMachine({ by, plan, setup: DROP }, async (lab) => {
      expect((await lab.up()).said).toBe('')
      await lab.machine.ok('ip link del dev br1; ip link add dev br1 type bridge')
      expect((await lab.missing())[0]).toBe('foreign bridge br1 of node03')
      expect((await lab.up()).said).toMatch(/an interface br1 is there already/)
      expect(await lab.down()).toBe('')
      await lab.machine.ok('ip link show dev br1 && ip link del dev br1')
    }))
})
