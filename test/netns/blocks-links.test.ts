import { describe, expect, test } from 'vitest'
import { net } from '../../src/index.js'
import { FRONTS, heals, onMachine, whole } from './fronts.js'
import { hops } from './hops.js'
import { sorted } from './words.js'

/** Two links between a and b, one from a to c, and one from a to the host. */
const plan = net
  .host('node03')
  .ns('b')
  .ns('c')
  .ns('a')
  .link('b', {
    ip: [
      ['10.0.1.1/30', 'fd00:1::1/64'],
      ['10.0.1.2/30', 'fd00:1::2/64'],
    ],
    mtu: 1400,
    txQueueLen: 77,
    mac: '02:00:00:00:00:0a',
    peerMac: '02:00:00:00:00:0b',
  })
  .link('b', { ip: ['10.0.2.1/30', '10.0.2.2/30'], device: 'second', peerDevice: 'zweite' })
  .link('c', { ip: ['10.0.3.1/30', '10.0.3.2/30'], mtu: 9000 })
  .veth({ hostEnd: 'vethhost01', mtu: 1500 })
  .ip('10.0.4.2/24')
  .routeBothWays()

const GONE = `
ip netns del c
for ((i = 0; i < 500; i++)); do
  ip -n a link show dev eth2 >/dev/null 2>&1 || break
  sleep 0.01
done`

describe.each(FRONTS)('links between namespaces, by %s', (by) => {
  test('several in one namespace: each end is the peer of the other, and what is sent goes by it', () =>
    whole({ by, plan }, async (machine) => {
      const linksOf = async (name: string) => {
        const lines = await machine.ok(`ip -n ${name} -o link show type veth`)
        return lines.split('\n').map((line) => {
          const [, device, mtu, queue, mac, to] =
            /^\d+: ([^@]+)@.* mtu (\d+) .* qlen (\d+)\\ +link\/ether (\S+) .*?(?: link-netns (\S+))?$/.exec(
              line,
            ) ?? []
          return [device, mtu, queue, mac?.slice(0, 2), to].join(' ')
        })
      }
      expect((await linksOf('a')).sort()).toEqual([
        'eth0 1400 77 02 b',
        'eth2 9000 1000 02 c',
        'eth3 1500 1000 02 ',
        'second 1500 1000 02 b',
      ])
      expect((await linksOf('b')).sort()).toEqual(['eth0 1400 77 02 a', 'zweite 1500 1000 02 a'])
      expect(await linksOf('c')).toEqual(['eth0 9000 1000 02 a'])
      // none of them is anything of the host's
      expect(await machine.ok('ls /sys/class/net')).toBe('enp2s0\nlo\nvethhost01')
      for (const to of ['10.0.1.2', 'fd00:1::2', '10.0.2.2', '10.0.3.2']) {
        expect([to, await hops(machine, 'a', to)]).toEqual([to, 'ttl=64'])
      }
      const neighbours = await machine.ok(
        'ip -n b neigh show dev eth0; ip -n a neigh show dev eth0',
      )
      expect(neighbours).toContain('10.0.1.1 lladdr 02:00:00:00:00:0a')
      expect(neighbours).toContain('10.0.1.2 lladdr 02:00:00:00:00:0b')
      const packets = async (device: string) =>
        JSON.parse(await machine.ok(`ip -n b -s -j link show dev ${device}`))[0].stats64.rx.packets
      const before = [await packets('eth0'), await packets('zweite')]
      await machine.ok('ip netns exec a ping -n -c5 -i0.01 10.0.2.2')
      const after = [await packets('eth0'), await packets('zweite')]
      expect(after[0] - before[0]).toBeLessThan(5)
      expect(after[1] - before[1]).toBeGreaterThanOrEqual(5)
    }))

  test('a packet as long as the MTU passes both ways, and one byte more is refused at either end', () =>
    whole({ by, plan }, async (machine) => {
      const ping = async (from: string, size: number, address: string) => {
        const command = `ip netns exec ${from} ping -n -c1 -W1 -M do -s ${size} ${address}`
        const { code, stderr } = await machine.run(command)
        return code === 0 ? 'answers' : stderr
      }
      // of headers, IPv4 has 20 bytes, IPv6 40, and ICMP 8
      for (const [from, to, size] of [
        ['a', '10.0.1.2', 1400 - 28],
        ['b', '10.0.1.1', 1400 - 28],
        ['a', 'fd00:1::2', 1400 - 48],
        ['b', 'fd00:1::1', 1400 - 48],
        ['a', '10.0.2.2', 1500 - 28],
        ['a', '10.0.3.2', 9000 - 28],
        ['c', '10.0.3.1', 9000 - 28],
      ] as const) {
        expect([from, to, await ping(from, size, to)]).toEqual([from, to, 'answers'])
        expect([from, to, await ping(from, size + 1, to)]).toEqual([
          from,
          to,
          expect.stringMatching(/message too long/i),
        ])
      }
    }))

  test('a link that was deleted, or is down, is made again; the others are left', () =>
    onMachine({ by, plan }, async (lab) => {
      expect((await lab.up()).said).toBe('')
      const before = sorted(await lab.machine.digest())
      const lost = [
        /^absent link node03\/a eth0 <-> node03\/b eth0/,
        /^absent address 10\.0\.1\.1/,
        /^absent address fd00:1::1/,
        /^absent address 10\.0\.1\.2/,
        /^absent address fd00:1::2/,
      ]
      for (const end of ['-n a link del dev eth0', '-n b link del dev eth0']) {
        const done = await heals(lab, `ip ${end}`, lost)
        expect(done.filter((line) => line.includes('link add'))).toHaveLength(1)
      }
      await heals(lab, 'ip -n b link set dev zweite down', [/^different link .* second /])
      await heals(lab, 'ip -n c link set dev lo down', [/^different namespace node03\/c/])
      // what was inside is gone a moment later
      await heals(lab, GONE, [
        /^absent namespace node03\/c/,
        /^absent link .* eth2 <-> node03\/c eth0/,
        /^absent address 10\.0\.3\.1/,
        /^absent address 10\.0\.3\.2/,
      ])
      expect(sorted(await lab.machine.digest())).toEqual(before)
      expect(await lab.down()).toBe('')
    }))

  test.each([
    [
      'an MTU by hand, at the end that the plan names first',
      'ip -n a link set dev eth0 mtu 1300',
      /eth0 <-> node03\/b eth0/,
    ],
    [
      'a MAC by hand',
      'ip -n b link set dev eth0 address 02:00:00:00:00:01',
      /eth0 <-> node03\/b eth0/,
    ],
    ['the same at the other end', 'ip -n b link set dev eth0 mtu 1300', /eth0 <-> node03\/b eth0/],
    [
      'a link of another kind in its place',
      'ip -n a link del dev second; ip -n a link add dev second type bridge; ip -n a link set dev second up',
      /second <-> node03\/b zweite/,
    ],
    [
      'an MTU by hand, inside, of a pair to the host',
      'ip -n a link set dev eth3 mtu 1300',
      /^\S+ veth pair vethhost01 /,
    ],
    [
      'an interface in the place of the inner end of such a pair',
      'ip link del dev vethhost01; ip -n a link add dev eth3 type bridge',
      /^\S+ veth pair vethhost01 /,
    ],
    [
      'an interface in the place of its other end',
      'ip -n a link del dev second; ip -n b link add dev zweite type bridge; ip -n b link set dev zweite up',
      /second <-> node03\/b zweite/,
    ],
  ])('%s: told as another shape, and mended', (_, damage, what) =>
    onMachine({ by, plan }, async (lab) => {
      expect((await lab.up()).said).toBe('')
      const before = sorted(await lab.machine.digest())
      await lab.machine.ok(damage)
      const missing = await lab.missing()
      expect(missing.filter((line) => what.test(line))).toHaveLength(1)
      expect(missing.find((line) => what.test(line))).toMatch(/^different /)
      expect((await lab.up()).said).toBe('')
      expect(await lab.missing()).toEqual([])
      expect(sorted(await lab.machine.digest())).toEqual(before)
      expect(await lab.down()).toBe('')
    }),
  )
})
