import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { net, type Plan } from '../../src/index.js'
import { runs } from '../property/words.js'
import { Machine } from './machine.js'
import { DROP, s2 } from './plans.js'
import { planOf, randomLab } from './random-labs.js'
import { sameState } from './same-state.js'

const program = readFileSync(
  join(import.meta.dirname, '../../src/script/engine/netlink.pl'),
  'utf8',
)

/** Two namespaces that are alike: by netlink and by ip the same is to come of them. */
const TWINS = ['by-netlink', 'by-ip'] as const

const make = TWINS.map(
  (name) => `
  ip netns add ${name}
  ip netns exec ${name} sh -c 'echo 1 >/proc/sys/net/ipv6/conf/default/addr_gen_mode'
  ip -n ${name} link add eth0 address 02:00:00:00:00:01 type veth peer name eth1 address 02:00:00:00:00:02
  ip -n ${name} link set dev eth1 up`,
).join('\n')

const unmake = TWINS.map((name) => `ip netns del ${name}`).join('\n')

interface Twins {
  /** By netlink, on a machine that has no ip unless this says so; with another call of the kernel that only says that it went well. */
  netlink(
    lines: readonly string[],
    ip?: 'with ip',
    call?: 'no setns',
  ): Promise<{ told: string; said: string }>
  ip(lines: readonly string[]): Promise<string>
  /** All that is there, of the first and of the second. */
  states(): Promise<readonly [string, string]>
}

async function twinsOn(machine: Machine): Promise<Twins> {
  const path = machine.file('netlink.pl', program)
  const perl = await machine.ok('type -P perl')
  // and sched_yield, which returns 0 as well
  const [setns, other] = (await machine.ok('uname -m')) === 'x86_64' ? [308, 24] : [268, 124]
  const state = (name: string) =>
    machine.ok(`
      printf '%s\\n' 'link show' 'addr show' | ip -n ${name} -N -d -batch -
      for family in 4 6; do ip -n ${name} -$family -N -d route show table all; done
      ip netns exec ${name} grep -r '' /proc/sys/net/ipv4/conf /proc/sys/net/ipv6/conf | sort`)
  return {
    netlink: async (lines, ip, call) => {
      const block = machine.file('block', `7 ip ${TWINS[0]}\n${lines.join('\n')}`)
      const { stdout, stderr } = await machine.run(
        `${ip ? '' : 'PATH=/nowhere '}${perl} ${path} ${machine.folder} ${call ? other : setns} "$(<${block})"`,
      )
      return { told: stdout, said: stderr }
    },
    ip: async (lines) => {
      const block = machine.file('lines', `${lines.join('\n')}\n`)
      return (await machine.run(`ip -n ${TWINS[1]} -batch ${block}`)).stderr
    },
    states: async () => [await state(TWINS[0]), await state(TWINS[1])],
  }
}

test('each line that it knows makes what ip makes of it', async () => {
  await using machine = await Machine.open({ setup: make })
  const twins = await twinsOn(machine)
  const lines = [
    'link set dev lo group 965778469 up',
    'link set dev eth0 up',
    'addr add 10.0.1.2/24 dev eth0',
    'addr add 10.0.1.3/32 dev eth0',
    'addr add fd00:1::2/64 dev eth0 nodad',
    'addr add fd00:1::3/128 dev eth0',
    'addr add fe80::1/64 dev eth0 nodad',
    'route add default via 10.0.1.1 dev eth0 proto 78',
    'route add 10.0.2.0/24 via 169.254.1.1 dev eth0 proto 78 onlink',
    'route add 10.0.3.0/24 via 10.0.1.1 proto 78',
    'route add 10.0.4.0/24 dev eth0 proto 78',
    'route add 10.0.5.1/32 dev eth0 proto 78',
    'route add default via fd00:1::1 dev eth0 proto 78',
    'route add fd00:2::/64 via fe80::2 dev eth0 proto 78',
    'route add fd00:3::/64 via fd00:1::1 proto 78',
    'route add fd00:4::/64 dev eth0 proto 78',
    'route add fd00:5::1/128 via fd00:6::1 dev eth0 proto 78 onlink',
  ]
  expect(await twins.ip(lines)).toBe('')
  expect(await twins.netlink(lines)).toEqual({ told: '@ok 7', said: '\x1e' })
  const [ours, theirs] = await twins.states()
  expect(ours).toBe(theirs)
  expect(ours).toContain('fd00:5::1 via fd00:6::1')
})

const v4 = fc.tuple(fc.integer({ min: 1, max: 126 }), fc.nat(255), fc.nat(255), fc.nat(255))
const group = fc.oneof(fc.constant(0), fc.nat(0xffff))
const v6 = fc
  .tuple(fc.integer({ min: 0x2000, max: 0x3fff }), fc.array(group, { minLength: 7, maxLength: 7 }))
  .map(([first, rest]) => {
    const text = [first, ...rest].map((each) => each.toString(16)).join(':')
    return new URL(`http://[${text}]`).hostname.slice(1, -1)
  })
const cidr = fc.oneof(
  fc
    .tuple(v4, fc.integer({ min: 1, max: 32 }))
    .map(([parts, bits]) => `${parts.join('.')}/${bits}`),
  fc.tuple(v6, fc.integer({ min: 1, max: 128 })).map(([text, bits]) => `${text}/${bits}`),
)

test('addresses by chance: those that ip takes, and no others', async () => {
  await using machine = await Machine.open()
  const twins = await twinsOn(machine)
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(cidr, { minLength: 20, maxLength: 40 }), async (cidrs) => {
      await machine.ok(make)
      const up = ['link set dev eth0 up']
      expect([await twins.ip(up), (await twins.netlink(up)).told]).toEqual(['', '@ok 7'])
      for (const each of cidrs) {
        const line = [`addr add ${each} dev eth0${each.includes(':') ? ' nodad' : ''}`]
        const refused = (await twins.ip(line)) !== ''
        expect([each, (await twins.netlink(line)).told === '']).toEqual([each, refused])
      }
      const [ours, theirs] = await twins.states()
      expect(ours).toBe(theirs)
      await machine.ok(unmake)
    }),
    runs(6),
  )
}, 180_000)

test('a line that it does not know goes to ip, with those behind it', async () => {
  await using machine = await Machine.open({ setup: make })
  const twins = await twinsOn(machine)
  const lines = [
    'link set dev eth0 up',
    'link add dev br0 address 02:00:00:00:00:03 type bridge',
    'link set dev br0 up',
    'addr add 127.0.0.2/8 dev lo',
    'addr add 10.0.1.2/24 dev br0',
    'route add prohibit 10.0.2.0/24 proto 78',
    'route add 10.0.3.0/24 via 10.0.1.1 dev br0 metric 7 proto 78',
  ]
  expect(await twins.ip(lines)).toBe('')
  expect(await twins.netlink(lines, 'with ip')).toEqual({ told: '@ok 7', said: '\x1e\x1e' })
  const [ours, theirs] = await twins.states()
  // timers of a bridge run
  const still = (text: string) => text.replace(/(_timer) +[\d.]+/g, '$1')
  expect(still(ours)).toBe(still(theirs))
})

test.each([
  ['an address that is there', 'addr add 10.0.1.2/24 dev eth0', /ddress already assigned/],
  ['a route that is there', 'route add 10.0.9.0/24 dev eth0 proto 78', /File exists/],
  ['a link that is not there', 'link set dev eth7 up', /Cannot find device "eth7"/],
  ['a gateway on no link', 'route add 10.0.2.0/24 via 10.9.9.9 proto 78', /invalid gateway/],
  ['an address that is none', 'addr add 10.0.300.2/24 dev eth0', /10\.0\.300\.2/],
  ['another one', 'addr add fd00::12345/64 dev eth0', /fd00::12345/],
  ['a prefix that is none', 'addr add 10.0.3.2/280 dev eth0', /10\.0\.3\.2\/280/],
])('%s: ip says so, and by its number which line it was', async (_, line, words) => {
  const first = [
    'link set dev eth0 up',
    'addr add 10.0.1.2/24 dev eth0',
    'route add 10.0.9.0/24 dev eth0 proto 78',
  ]
  await using machine = await Machine.open({ setup: make })
  const twins = await twinsOn(machine)
  const lines = [...first, line, 'addr add 10.0.8.2/24 dev eth0']
  const { told, said } = await twins.netlink(lines, 'with ip')
  expect(told).toBe('')
  const [, , complaint, end] = said.split('\x1e')
  expect(complaint).toMatch(words)
  expect(complaint?.trimEnd()).toBe((await twins.ip(lines)).replace(/ \S*:4$/, ' -:4'))
  expect(end).toMatch(/^7 [1-9]/)
  const [ours, theirs] = await twins.states()
  expect(ours).toBe(theirs)
})

test('where it is not inside after all, nothing is told to the place where it stands', async () => {
  await using machine = await Machine.open({ setup: make })
  await machine.ok('ip link add eth0 type veth peer name eth1')
  const before = await machine.digest('namespaces')
  const twins = await twinsOn(machine)
  const lines = ['link set dev eth0 up', 'addr add 10.0.1.2/24 dev eth0']
  expect(await twins.ip(lines)).toBe('')
  expect(await twins.netlink(lines, 'with ip', 'no setns')).toEqual({
    told: '@ok 7',
    said: '\x1e\x1e',
  })
  const [ours, theirs] = await twins.states()
  expect(ours).toBe(theirs)
  expect(await machine.ok('ip -o link show dev eth0 up; ip -o addr show dev eth0')).toBe('')
  expect((await machine.digest('namespaces')).split('#links by-')[0]).toBe(
    before.split('#links by-')[0],
  )
})

/** The same lab by Perl, and where Perl does not begin: what is there, and what was told. */
async function both(machine: Machine, plan: Plan) {
  await using sdk = machine.sdk()
  const usual = await machine.ok('echo "$PATH"')
  await machine.ok(`
    mkdir -p ${machine.folder}/bin
    printf '#!/bin/sh\\nexit 1\\n' >${machine.folder}/bin/perl
    chmod +x ${machine.folder}/bin/perl`)
  const outcomes = []
  for (const PATH of [usual, `${machine.folder}/bin:${usual}`]) {
    const { error, progress } = await sdk.up(plan, { PATH })
    expect(error).toBeUndefined()
    const state = sameState(await machine.digest('namespaces', 'processes'))
    outcomes.push({ state, progress: progress.toSorted() })
    expect((await sdk.down(plan)).error).toBeUndefined()
  }
  return outcomes
}

test('a lab that is made with Perl is the one that is made without', async () => {
  await using machine = await Machine.open({ setup: DROP })
  const routers = net
    .host('node03')
    .each(5, (host, i) =>
      host.ns(`r${i}`).router().ip(`10.0.${i}.2/24`, `fd00:${i}::2/64`).veth().routeBothWays(),
    )
  for (const plan of [s2, routers]) {
    const [one, other] = await both(machine, plan)
    expect(one).toEqual(other)
    expect(one?.progress.length).toBeGreaterThan(10)
  }
})

test('labs by chance, made with Perl and without', async () => {
  await using machine = await Machine.open({ setup: DROP })
  await fc.assert(
    fc.asyncProperty(randomLab, async (lab) => {
      const [one, other] = await both(machine, planOf(lab))
      expect(one).toEqual(other)
    }),
    runs(3),
  )
}, 180_000)
