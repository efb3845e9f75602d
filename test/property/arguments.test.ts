import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type HostPlan, type NamespacePlan, NetloomError, net, type Plan } from '../../src/index.js'
import { scriptsOf, stepsInScripts } from '../unit/script/read.js'
import { anyString, nearCidr, nearName, runs, seed, unsafeWords } from './words.js'

console.log(`fast-check seed: ${seed} (NETLOOM_SEED=N tries another)`)

/** An argument of a call that takes a string, and a plan that has it. */
interface Place {
  readonly arbitrary: fc.Arbitrary<string>
  readonly build: (value: string) => Plan
  /** False where nothing can be right. */
  readonly accepts?: false
}

const among = (...good: string[]) => fc.oneof(fc.constantFrom(...good), anyString)

/** An address alone, or what is nearly one. */
const nearAddress = nearCidr.map((text) => text.replace(/\/\d+$/, ''))

const uplink = (address: string) => ({ address, device: 'uplink' })
const ready = (plan: HostPlan): NamespacePlan =>
  plan.ns('ns').ip('198.51.100.2/24').veth('he', 'ne')
const two = () =>
  ready(net.host('first', uplink('192.0.2.1/24'))).host('second', uplink('192.0.2.2/24'))

const near = (...good: string[]) => fc.oneof(fc.constantFrom(...good), nearCidr, anyString)
const nearMac = fc.oneof(
  fc.constantFrom('02:00:00:00:00:01', '02:00:00:00:00:0A', 'ff:ff:ff:ff:ff:ff'),
  fc.tuple(fc.constant('02:00:00:00:00:01'), anyString).map(([a, b]) => a + b),
  anyString,
)
const nearSetting = fc.oneof(
  fc.constantFrom('net.ipv4.ip_default_ttl', 'net/ipv4/conf/ne/forwarding', 'net/../x', 'kernel.x'),
  nearName.map((name) => `net.ipv4.${name}`),
  nearName.map((name) => `net/ipv4/${name}`),
  fc
    .tuple(fc.constantFrom('net.ipv4.', 'net/', '/proc/sys/net/'), anyString)
    .map(([a, b]) => a + b),
)
const nearPort = fc.oneof(
  fc.constantFrom('80', '8080:80/tcp', '8000-8010:9000-9010', '192.0.2.1:8080:80', '[fd00::1]:80'),
  fc
    .tuple(fc.nat(70_000), fc.nat(70_000), fc.constantFrom('', '/tcp', '/udp', '/x'))
    .map(([a, b, protocol]) => `${a}:${b}${protocol}`),
  anyString,
)
const switched = () => net.host().bridge('br0', { ip: '198.51.100.1/24' })
const pair = () => net.host().ns('other').ns('ns').ip('198.51.100.2/24')

/** Switches, links, routes, rules, settings, pools. */
const newCalls: Record<string, Place> = {
  'bridge(name)': {
    arbitrary: nearName,
    build: (v) => net.host().bridge(v).ns('n').ip('198.51.100.2/24').attach(v).allowForward(),
  },
  'bridge({ ip })': {
    arbitrary: nearCidr,
    build: (v) =>
      net
        .host()
        .bridge('br0', { ip: v })
        .bridge('br1', { ip: ['198.51.100.1/24'] }),
  },
  'bridge({ mac })': {
    arbitrary: nearMac,
    build: (v) => net.host().bridge('br0', { mac: v }),
  },
  'attach(bridge)': { arbitrary: among('br0'), build: (v) => switched().ns('n').attach(v) },
  'attach({ hostEnd, nsEnd })': {
    arbitrary: nearName,
    build: (v) => switched().ns('n').ip('198.51.100.2/24').attach('br0', { hostEnd: v, nsEnd: v }),
  },
  'veth({ mac, hostMac })': {
    arbitrary: nearMac,
    build: (v) => net.host().ns('n').veth({ mac: v }).veth({ hostMac: v }),
  },
  'link(name)': { arbitrary: among('other', 'host/other'), build: (v) => pair().link(v as never) },
  'link({ device, peerDevice })': {
    arbitrary: nearName,
    build: (v) => pair().link('other', { device: v, peerDevice: v }),
  },
  'link({ ip })': {
    arbitrary: near('198.51.100.3/24', 'fd00::2/64'),
    build: (v) =>
      net
        .host()
        .ns('other')
        .ns('ns')
        .link('other', { ip: [v, ['198.51.100.4/24']] }),
  },
  'link({ mac, peerMac })': {
    arbitrary: nearMac,
    build: (v) => pair().link('other', { mac: v }).link('other', { peerMac: v }).ip('10.0.0.1/24'),
  },
  'route(to)': {
    arbitrary: near('10.0.0.0/8', 'default', '::/0', '10.0.0.1'),
    build: (v) => ready(net.host()).ip('fd00::2/64').route(v, { dev: 'ne' }),
  },
  'route(to, { type })': {
    arbitrary: among('blackhole', 'unreachable', 'prohibit'),
    build: (v) => ready(net.host()).route('10.0.0.0/8', { type: v as 'prohibit' }),
  },
  'route({ via })': {
    arbitrary: near('198.51.100.1', '198.51.100.9', 'fe80::1'),
    build: (v) => ready(net.host()).route('default', { via: v, dev: 'ne' }),
  },
  'route({ via, onlink })': {
    arbitrary: fc.oneof(fc.ipV4(), fc.ipV6(), anyString),
    build: (v) => ready(net.host()).route('default', { via: v, dev: 'ne', onlink: true }),
  },
  'route({ dev })': {
    arbitrary: fc.oneof(fc.constant('ne'), nearName),
    build: (v) => ready(net.host()).route('10.0.0.0/8', { dev: v }),
  },
  'rule({ from })': {
    arbitrary: near('10.0.0.0/8', '::/0', 'fd00::/8'),
    build: (v) => ready(net.host()).rule({ from: v, table: 5 }),
  },
  'rule({ to })': {
    arbitrary: near('10.0.0.0/8', '0.0.0.0/0', 'fd00::/8'),
    build: (v) => ready(net.host()).rule({ to: v, table: 5 }),
  },
  'rule({ iif })': {
    arbitrary: fc.oneof(fc.constantFrom('ne', 'lo'), nearName),
    build: (v) => ready(net.host()).rule({ iif: v, table: 5 }),
  },
  'sysctl(name)': { arbitrary: nearSetting, build: (v) => ready(net.host()).sysctl(v, 1) },
  'net.pool(cidr)': {
    arbitrary: near('10.0.0.0/8', '10.50.0.0/16', 'fd00::/48', '198.51.100.0/24'),
    build: (v) => net.pool(v).host().bridge('br0', { ip: 'auto' }).ns('n').ip('auto').attach('br0'),
  },
  'net.pool([cidr, cidr])': {
    arbitrary: near('fd00::/48', 'fd00::/8'),
    build: (v) => net.pool(['10.50.0.0/16', v]).host().ns('n').ip('auto').veth().routeBothWays(),
  },
  'an option of a new call that is not known': {
    arbitrary: anyString,
    accepts: false,
    build: (v) => pair().link('other', { [v]: v } as object),
  },
}

const places: Record<string, Place> = {
  'net.host(name)': { arbitrary: nearName, build: (v) => ready(net.host(v)).routeBothWays() },
  'host(name)': { arbitrary: nearName, build: (v) => two().host(v).ns('n2').veth() },
  'host address': {
    arbitrary: nearCidr,
    build: (v) =>
      ready(net.host('h', { address: v }))
        .routeBothWays()
        .host('o')
        .routeTo('ns' as never),
  },
  'host addresses': {
    arbitrary: nearCidr,
    build: (v) => ready(net.host('h', { address: ['192.0.2.1/24', v] })).routeBothWays(),
  },
  'host device': { arbitrary: nearName, build: (v) => ready(net.host('h', { device: v })) },
  'host ssh': { arbitrary: nearName, build: (v) => ready(net.host('h', { ssh: v })) },
  'named(name)': { arbitrary: nearName, build: (v) => ready(net.host()).allowForward().named(v) },
  'ns(name)': {
    arbitrary: nearName,
    build: (v) =>
      net.host().ns(v).ip('198.51.100.2/24', 'fd00::2/64').veth().routeBothWays().allowForward(),
  },
  'at(name)': { arbitrary: among('ns', 'first/ns'), build: (v) => two().at(v as never) },
  'routeTo(name)': { arbitrary: among('ns', 'first/ns'), build: (v) => two().routeTo(v as never) },
  'ip(cidr)': {
    arbitrary: nearCidr,
    build: (v) => net.host().ns('n').ip(v).veth().routeBothWays().allowForward(),
  },
  'ip(cidr, cidr)': {
    arbitrary: nearCidr,
    build: (v) => ready(net.host()).ip('198.51.100.3/24', v).routeBothWays(),
  },
  'veth(hostEnd)': {
    arbitrary: nearName,
    build: (v) => net.host().ns('n').ip('198.51.100.2/24').veth(v).routeBothWays().allowForward(),
  },
  'veth(, nsEnd)': {
    arbitrary: nearName,
    build: (v) => net.host().ns('n').ip('198.51.100.2/24').veth('h', v).routeBothWays(),
  },
  'veth({ hostEnd, nsEnd })': {
    arbitrary: nearName,
    build: (v) =>
      net.host().ns('n').ip('198.51.100.2/24').veth({ hostEnd: v, nsEnd: v }).routeBothWays(),
  },
  'masquerade({ via })': {
    arbitrary: nearName,
    build: (v) => ready(net.host()).masquerade({ via: v }),
  },
  'dns(server)': { arbitrary: nearAddress, build: (v) => ready(net.host()).dns(v) },
  'dns([server, server], { search })': {
    arbitrary: among('lab.test', 'a.b', 'host'),
    build: (v) => ready(net.host()).dns(['192.0.2.53', 'fd00::53'], { search: ['x', v] }),
  },
  'hosts() of ns(name)': {
    arbitrary: nearName,
    build: (v) => net.host().ns(v).ip('198.51.100.2/24').veth('he').hosts(),
  },
  'hosts() of host(name)': {
    arbitrary: nearName,
    build: (v) => ready(net.host(v, uplink('192.0.2.1/24'))).hosts(),
  },
  'publish(port)': {
    arbitrary: nearPort,
    build: (v) => ready(net.host()).publish('7:7/udp', v),
  },
  'allow({ from, to })': {
    arbitrary: fc.oneof(nearAddress, nearCidr, among('n', 'host')),
    build: (v) =>
      ready(net.host())
        .allow({ from: [v as 'n', '10.0.0.0/8'] })
        .deny({ to: v as 'n' }),
  },
  'deny({ port })': {
    arbitrary: among('80', '80-90', '8000-8010'),
    build: (v) => ready(net.host()).deny({ port: [v, 7] }),
  },
  'policy(verdict)': {
    arbitrary: among('allow', 'deny'),
    build: (v) => ready(net.host()).policy(v as 'deny', { hooks: ['output'] }),
  },
  'allowForward({ direction })': {
    arbitrary: among('in', 'out', 'both'),
    build: (v) => ready(net.host()).allowForward({ direction: v as 'in' }),
  },
  'an unknown option': {
    arbitrary: anyString,
    accepts: false,
    build: (v) => ready(net.host('h', { [v]: v } as object)).allowForward({ [v]: v } as object),
  },
  ...newCalls,
  'each(items)': {
    arbitrary: nearName,
    build: (v) => net.host().each([v], (host, name) => ready(host).ns(name).veth('other')),
  },
}

/** The plan, or undefined where it was refused as it should be. */
function built(build: () => Plan): Plan | undefined {
  try {
    const plan = build()
    plan.commands()
    return plan
  } catch (error) {
    if (!(error instanceof NetloomError)) throw error
    expect(error.hint, error.message).not.toBe('')
    return undefined
  }
}

describe('any string at any argument is refused, or carried as one literal word', () => {
  test.each(Object.entries(places))('%s', (_, { arbitrary, build, accepts = true }) => {
    let refused = 0
    const accepted: Plan[] = []
    fc.assert(
      fc.property(arbitrary, (value) => {
        const plan = built(() => build(value))
        if (plan === undefined) {
          refused++
          return
        }
        expect(unsafeWords(plan)).toEqual([])
        accepted.push(plan)
      }),
      runs(100),
    )
    // one bash reads all the scripts of this place
    const scripts = accepted.flatMap((plan) => scriptsOf(plan).map((s) => ({ ...s, plan })))
    const read = stepsInScripts(scripts.map(({ script }) => script))
    expect(read).toHaveLength(scripts.length)
    scripts.forEach(({ host, plan }, i) => {
      const steps = plan.commands().filter((step) => step.host === host)
      expect(read[i]).toMatchObject(
        steps.map(({ argv, undo }) => ({ argv, undo: 'argv' in undo ? undo.argv : [] })),
      )
    })
    // a property that refuses all, or takes all, would hold for the wrong reason
    expect([accepted.length > 0, refused > 0]).toEqual([accepts, true])
  })
})

describe('any string in a script outside of its commands stays what it is', () => {
  const headOf = (plan: Plan) => plan.toBash().split('\nplan() {')[0] ?? ''

  test('names of host and lab stand in comments, each on its line, and in one literal assignment', () => {
    const lines = headOf(net.host('h').named('l').ns('n')).split('\n').length
    const labs: string[] = []
    const heads: string[] = []
    fc.assert(
      fc.property(nearName, nearName, (host, lab) => {
        const plan = built(() => net.host(host).named(lab).ns('n'))
        if (plan === undefined) return
        expect(headOf(plan).split('\n')).toHaveLength(lines)
        labs.push(lab)
        heads.push(headOf(plan))
      }),
      runs(100),
    )
    const input = heads.map((head) => `(\n${head}\nprintf '%s\\n' "$lab"\n)`).join('\n')
    const out = execFileSync('/bin/bash', ['--norc', '-s'], { input, encoding: 'utf8' })
    expect(labs.length).toBeGreaterThan(10)
    expect(out.split('\n').slice(0, -1)).toEqual(labs)
  })
})

describe('a setting of any value', () => {
  test('is refused, or is one word of the command and of the script', () => {
    const lines: string[] = []
    const expected: string[] = []
    fc.assert(
      fc.property(
        fc.oneof(fc.constantFrom('1', '0 65535', '4096 87380 6291456'), anyString),
        (v) => {
          const plan = built(() => net.host().ns('n').sysctl('net.ipv4.x', v))
          if (plan === undefined) return
          expect(plan.commands().at(-1)?.argv.at(-1)).toBe(`net/ipv4/x=${v}`)
          expected.push(v)
          lines.push(...scriptsOf(plan).map(({ script }) => script))
        },
      ),
      runs(200),
    )
    const read = stepsInScripts(lines)
    expect(new Set(expected).size).toBeGreaterThan(5)
    expect(read.map((steps) => steps.at(-1)?.argv.at(-1))).toEqual(
      expected.map((v) => `net/ipv4/x=${v}`),
    )
  })
})

describe('numbers of any kind', () => {
  const number = fc.oneof(
    fc.integer(),
    fc.double(),
    fc.constantFrom(0, -0, 1, 68, 1500, 254, 255, 65535, 2 ** 32 - 1, 2 ** 32, Number.NaN),
  )
  const at = () => net.host().ns('o').ns('a').ip('10.0.1.2/24').veth()
  test.each([
    ['mtu', (n: number) => at().link('o', { mtu: n, ip: ['10.0.2.1/30', '10.0.2.2/30'] })],
    ['mtu of a bridge', (n: number) => at().bridge('br0', { mtu: n })],
    [
      'txQueueLen',
      (n: number) => at().bridge('br0').attach('br0', { txQueueLen: n }).ip('10.0.3.2/24'),
    ],
    ['metric', (n: number) => at().route('10.0.9.0/24', { via: '10.0.1.1', metric: n })],
    ['table', (n: number) => at().route('10.0.9.0/24', { via: '10.0.1.1', table: n })],
    ['priority', (n: number) => at().rule({ table: 5, priority: n })],
    ['fwmark', (n: number) => at().rule({ table: 5, fwmark: n })],
    ['the table of a rule', (n: number) => at().rule({ table: n })],
    ['a setting', (n: number) => at().sysctl('net.ipv4.x', n)],
    ['the prefix of a pool', (n: number) => net.pool('10.0.0.0/8', { prefix: n }).host()],
  ] as const)('%s', (_, build) => {
    let [taken, refused] = [0, 0]
    fc.assert(
      fc.property(number, (n) => {
        const plan = built(() => build(n))
        if (plan === undefined) {
          refused++
          return
        }
        taken++
        expect(unsafeWords(plan)).toEqual([])
        expect(JSON.stringify(net.parse(JSON.stringify(plan)))).toBe(JSON.stringify(plan))
      }),
      runs(150),
    )
    expect([taken > 0, refused > 0]).toEqual([true, true])
  })
})

test('a call that was refused leaves nothing behind, whatever it was given', () => {
  const start = () =>
    net
      .pool(['10.50.0.0/16', 'fd00:50::/48'])
      .host()
      .bridge('br0', { ip: 'auto' })
      .ns('o')
      .ip('auto')
      .attach('br0')
      .ns('a')
      .ip('auto')
  const next = (plan: NamespacePlan) =>
    JSON.stringify(
      (plan.link('o' as never) as NamespacePlan).ip('auto').router().rule({ table: 5 }),
    )
  const expected = next(start() as unknown as NamespacePlan)
  let refused = 0
  fc.assert(
    fc.property(fc.anything(), anyString, (value, text) => {
      const plan = start() as unknown as NamespacePlan
      const calls = [
        () => plan.bridge('br1', { ip: ['auto', value] } as never),
        () => plan.bridge(text, { ip: 'auto', mtu: value } as never),
        () => plan.attach('br0', { hostEnd: text, mac: value } as never),
        () => plan.link('o' as never, { ip: ['auto', [text, value]] } as never),
        () => plan.link(value as never, { ip: 'auto' }),
        () => plan.link('o' as never, { ip: value, device: text } as never),
        () => plan.route(text, value as never),
        () => plan.rule(value as never),
        () => plan.sysctl(text, value as never),
      ]
      for (const call of calls) {
        try {
          call()
        } catch (error) {
          refused++
          expect(error).toBeInstanceOf(NetloomError)
        }
      }
      expect(next(plan)).toBe(expected)
    }),
    runs(100),
  )
  expect(refused).toBeGreaterThan(500)
})
