import { describe, expect, test } from 'vitest'
import { net, type Plan } from '../../src/index.js'
import { FRONTS, type LabOn, onMachine } from './fronts.js'
import { s2WithoutHostAddress } from './plans.js'

/** The networks 10.0.1.0/24 and fd00:1::/64, and those of the second namespace. */
const plan = s2WithoutHostAddress

/** A lab beside it: its networks are the next ones, and it shares forwarding. */
const near = net.host().ns('near').ip('10.0.0.2/24', 'fd00:0:0:1::2/64').veth().routeBothWays()

const OF_4 = 'the network of 10.0.1.2/24 overlaps a route of this host: '
const OF_4_TOO = 'the network of 10.0.2.2/24 overlaps a route of this host: '
const OF_6 = 'the network of fd00:1::2/64 overlaps a route of this host: '
const OF_6_TOO = 'the network of fd00:2::2/64 overlaps a route of this host: '

/** A route of the host, and what is refused by it. */
const cases: readonly [what: string, route: string, refused: readonly string[]][] = [
  ['an equal one', '10.0.1.0/24 dev enp2s0', [OF_4]],
  ['a narrower one', '10.0.1.128/25 dev enp2s0', [OF_4]],
  ['a single address', '10.0.1.77 dev enp2s0', [OF_4]],
  ['a wider one', '10.0.0.0/16 dev enp2s0', [OF_4, OF_4_TOO]],
  ['one of another table', '10.0.1.0/24 dev enp2s0 table 77', [OF_4]],
  ['one that throws away', 'blackhole 10.0.1.0/24', [OF_4]],
  ['an equal one of IPv6', 'fd00:1::/64 dev enp2s0', [OF_6]],
  ['a narrower one of IPv6', 'fd00:1::8000:0:0:0/65 dev enp2s0', [OF_6]],
  ['one of IPv6 that ends within a word', 'fd00::/29 dev enp2s0', [OF_6, OF_6_TOO]],
  ['one of IPv6 of another table', 'fd00:1::/48 dev enp2s0 table 77', [OF_6]],
  ['one of IPv6 that throws away', 'blackhole fd00:1::7', [OF_6]],
  ['those next to it', '10.0.0.0/24 dev enp2s0', []],
  ['those behind it', '10.0.3.0/24 dev enp2s0', []],
  ['the next one of IPv6', 'fd00:1:0:1::/64 dev enp2s0', []],
  ['the one before it of IPv6', 'fd00:0:ffff:ffff::/64 dev enp2s0', []],
  ['default, of another table', 'default dev enp2s0 table 77', []],
  ['default, of IPv6', '-6 default via fd00:100::1', []],
  ['a link-local one', '169.254.1.0/24 dev enp2s0', []],
]

/** What an up says of overlaps, without the words around. */
const overlapsIn = (said: string) =>
  said
    .split('\n')
    .map((line) => line.slice(Math.max(0, line.indexOf('the network of'))))
    .filter((line) => line.startsWith('the network of'))

const expectUp = async (lab: LabOn) => {
  const { said, done } = await lab.up()
  expect(said).toBe('')
  return done
}

describe.each(FRONTS)('networks that the host reaches elsewhere, by %s', (by) => {
  test(
    'are refused, and nothing is changed',
    () =>
      onMachine({ by, plan }, async ({ machine, up, down }) => {
        for (const [what, route, refused] of cases) {
          const family = route.includes(':') && !route.startsWith('-') ? '-6 ' : ''
          const [, flag = family, words = route] = /^(-6 )(.*)$/.exec(route) ?? []
          await machine.ok(`ip ${flag}route add ${words}`)
          const before = await machine.digest()
          const { said, done } = await up()
          const lines = overlapsIn(said)
          const heads = lines.map((line) => line.slice(0, line.indexOf(': ') + 2))
          expect([what, heads]).toEqual([what, refused])
          if (refused.length > 0) {
            expect([what, done]).toEqual([what, []])
            expect(await machine.digest()).toBe(before)
          } else {
            expect([what, said]).toEqual([what, ''])
            expect([what, await down()]).toEqual([what, ''])
          }
          await machine.ok(`ip ${flag}route del ${words}`)
        }
      }),
    120_000,
  )

  test('are no reason once they are up, unless something is to be made again', () =>
    onMachine({ by, plan }, async (lab) => {
      expect((await expectUp(lab)).length).toBeGreaterThan(0)
      await lab.machine.ok('ip route add 10.0.0.0/16 dev enp2s0')
      expect(await expectUp(lab)).toEqual([])
      await lab.machine.ok('ip -n demo01 route del default')
      const { said } = await lab.up()
      expect(overlapsIn(said)).toEqual(
        [OF_4, OF_4_TOO].map((head) => `${head}10.0.0.0/16 dev enp2s0 table 254`),
      )
      await lab.machine.ok('ip route del 10.0.0.0/16 dev enp2s0')
      expect(await expectUp(lab)).toHaveLength(1)
      expect(await lab.down()).toBe('')
    }))

  test('are not those of the lab itself, nor of another lab that is near', () =>
    onMachine({ by, plan }, async (lab) => {
      await using other = lab.machine.sdk()
      expect((await other.up(near)).error).toBeUndefined()
      expect((await expectUp(lab)).length).toBeGreaterThan(0)
      // its own routes, and the networks of its links, stand there now
      await lab.machine.ok('ip netns del demo02')
      expect((await expectUp(lab)).length).toBeGreaterThan(0)
      expect(await lab.missing()).toEqual([])
      expect(await lab.down()).toBe('')
      expect((await other.down(near)).error).toBeUndefined()
    }))

  test('are those of another lab, where they are the same', () =>
    onMachine({ by, plan }, async (lab) => {
      await using other = lab.machine.sdk()
      const same: Plan = net.host().ns('same').ip('10.0.1.9/28').veth().routeBothWays()
      expect((await other.up(same)).error).toBeUndefined()
      const { said, done } = await lab.up()
      expect(overlapsIn(said)).toEqual([expect.stringContaining(`${OF_4}10.0.1.9 dev `)])
      expect(done).toEqual([])
      expect((await other.down(same)).error).toBeUndefined()
    }))
})

test('both fronts refuse in the same words', async () => {
  const said: string[][] = []
  for (const by of FRONTS) {
    await onMachine(
      { by, plan, setup: 'ip route add 10.0.0.0/16 dev enp2s0; ip route add fd00::/16 dev enp2s0' },
      async (lab) => {
        said.push(overlapsIn((await lab.up()).said))
      },
    )
  }
  expect(said[1]).toHaveLength(4)
  expect(said[0]).toEqual(said[1])
})
