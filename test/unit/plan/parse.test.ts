import { describe, expect, test } from 'vitest'
import { NetloomError, net } from '../../../src/index.js'
import type { PlanJson } from '../../../src/plan/schema.js'
import { expectRefusal, refusal } from '../refusal.js'
import { dualStack, everyCall, firstOf, s3 } from './fixtures.js'

type Json = Record<string, unknown>
const dataOf = (plan: object): Json & { hosts: Json[]; resources: Json[] } =>
  JSON.parse(JSON.stringify(plan))

const findingsOf = (value: unknown) => {
  const error = refusal(() => net.parse(JSON.stringify(value)))
  expect(error.code).toBe('BAD_PLAN')
  return error.findings
}
const pathsOf = (value: unknown) => findingsOf(value).map(({ path }) => path)

describe('parse', () => {
  test('takes a text, the data, and a plan of the chain', () => {
    const plan = s3()
    const text = JSON.stringify(plan)
    for (const form of [text, JSON.parse(text), plan, plan.toJSON()]) {
      expect(JSON.stringify(net.parse(form))).toBe(text)
    }
  })

  test('does not hold on to the data that it was given', () => {
    const data = dataOf(s3())
    const plan = net.parse(data)
    data.resources.length = 0
    ;(data.hosts[0] as Json)['name'] = 'other'
    expect(JSON.stringify(plan)).toBe(JSON.stringify(s3()))
  })

  test('gives a plan whose insides cannot be written', () => {
    const plan = net.parse(JSON.stringify(s3()))
    const inside = plan.toJSON() as unknown as { hosts: unknown[]; resources: Json[] }
    expect(() => inside.resources.pop()).toThrow(TypeError)
    expect(() => inside.hosts.push({})).toThrow(TypeError)
    expect(() => Object.assign(inside.resources[0] as Json, { name: 'x' })).toThrow(TypeError)
    expect(JSON.stringify(plan)).toBe(JSON.stringify(s3()))
  })

  test('gives a plan that can be continued, and that still checks each call', () => {
    const grown = (plan: ReturnType<typeof net.parse>) =>
      plan
        .host('node03')
        .ns('demo03')
        .ip('10.0.3.2/24')
        .veth()
        .routeBothWays()
        .at('demo01')
        .ip('10.0.1.3/24')
    const parsed = net.parse(JSON.stringify(s3()))
    expect(JSON.stringify(grown(parsed))).toBe(JSON.stringify(grown(s3())))
    expectRefusal(() => parsed.host('node03').ns('demo01'), {
      code: 'DUPLICATE_NAME',
      value: 'demo01',
    })
    expectRefusal(() => parsed.host('node03').ns('x').ip('10.0.1.2/24').veth(), {
      code: 'DUPLICATE_ADDRESS',
      value: '10.0.1.2/24',
    })
    expect(JSON.stringify(parsed)).toBe(JSON.stringify(s3()))
  })

  test('the commands and the script of what was read are those of the plan', () => {
    for (const make of Object.values(everyCall)) {
      const [plan, parsed] = [make(), net.parse(JSON.stringify(make()))]
      expect(parsed.commands()).toEqual(plan.commands())
      for (const { name } of plan.toJSON().hosts) {
        expect(parsed.toBash({ host: name })).toBe((plan as typeof parsed).toBash({ host: name }))
      }
    }
  })
})

describe('a text that is no plan of this version', () => {
  const text = JSON.stringify(s3())

  test('a foreign format', () => {
    for (const value of [
      '{}',
      '[]',
      'null',
      '1',
      '"x"',
      '{"format":"docker-compose","version":1}',
    ]) {
      expectRefusal(() => net.parse(value), { code: 'BAD_PLAN', says: /no netloom plan/ })
    }
  })

  test('a newer version is named, with what to do; an older one that never was is a fault', () => {
    const newer = text.replace('"version":1', '"version":2')
    const error = expectRefusal(() => net.parse(newer), {
      code: 'BAD_PLAN',
      says: /version 2, .* up to 1/,
    })
    expect(error.hint).toMatch(/Update netloom/)
    for (const version of ['0', '-1', '"1"', 'null', '1.5', 'true']) {
      const error = refusal(() => net.parse(text.replace('"version":1', `"version":${version}`)))
      expect(error.code, version).toBe('BAD_PLAN')
    }
  })

  test('a text that was cut off, at every place', () => {
    for (let end = 0; end < text.length; end += 7) {
      const error = expectRefusal(() => net.parse(text.slice(0, end)), {
        code: 'BAD_PLAN',
        says: /no JSON: it may be cut off/,
      })
      expect(error.cause).toBeInstanceOf(SyntaxError)
    }
  })

  test.each([undefined, null, 1, true, Symbol('x'), 10n])(
    '%o is neither text nor object',
    (value) => {
      expectRefusal(() => net.parse(value as unknown as string), { code: 'BAD_PLAN' })
    },
  )
})

describe('a plan that was tampered with', () => {
  const INJECTIONS = [
    ...[7, null, ['x'], {}, 'a\nb', '$(reboot)', '`id`', "'", '"', '-x', '..', '../../x', '', 'é'],
  ]
  const samples = {
    s3: dataOf(s3()),
    'dual stack': dataOf(dualStack()),
    host: dataOf(everyCall['a host with all options']()),
    switch: dataOf(everyCall['a switch with all options, and one without']()),
    links: dataOf(everyCall['pairs and links with all options']()),
    routers: dataOf(everyCall['routers, routes, rules and settings']()),
  }
  /** What can be left away, and there is a plan still. */
  const OPTIONAL = [
    ...['addresses', 'device', 'ssh', 'onlink', 'stp', 'isolated', 'mtu', 'txQueueLen', 'metric'],
    ...['mac', 'hostMac', 'peerMac', 'table', 'from', 'to', 'fwmark', 'iif', 'via'],
  ]
  /** Any words are the value of a setting; what they may be made of is the same as for a name, and a few signs more. */
  const isValue = (key: string, value: unknown) =>
    key === 'value' && typeof value === 'string' && /^[a-z./-]+$/.test(value)
  const shape = (r: Json) => `${r['kind']} ${Object.keys(r)}`
  /** Each object of a plan once for each kind, with the keys that it has: where it is, and its path. */
  const parts = Object.entries(samples).flatMap(([name, data]) => [
    { name: `${name}: host`, data, list: 'hosts' as const, index: 0 },
    ...[...new Set(data.resources.map(shape))].map((keys) => ({
      name: `${name}: ${keys}`,
      data,
      list: 'resources' as const,
      index: data.resources.findIndex((r) => shape(r) === keys),
    })),
  ])

  describe.each(parts)('$name', ({ data, list, index }) => {
    const part = data[list][index] as Json
    const path = `${list}[${index}]`
    const changed = (change: (part: Json) => void) => {
      const copy = structuredClone(data)
      change(copy[list][index] as Json)
      return copy
    }

    test.each(Object.keys(part))(
      '%s: another type or an injected text is a fault at its path',
      (key) => {
        for (const value of INJECTIONS) {
          // a call is shown in a comment, on one line: any printable text is one
          if (key === 'call' && typeof value === 'string' && /^[ -~]+$/.test(value)) continue
          if (isValue(key, value)) continue
          // another number may be as good
          const bent = typeof value === 'number' && typeof part[key] === 'number' ? 0.5 : value
          const tampered = changed((part) => Object.assign(part, { [key]: bent }))
          const paths = pathsOf(tampered)
          expect(
            paths.some((p) => p === path || p.startsWith(`${path}.${key}`)),
            `${JSON.stringify(value)}: ${paths}`,
          ).toBe(true)
        }
      },
    )

    test.each(Object.keys(part))(
      '%s: its absence is a fault, or makes another plan that is sound',
      (key) => {
        const tampered = changed((part) => delete part[key])
        const result = net.safeParse(JSON.stringify(tampered))
        if (result.success) expect(OPTIONAL).toContain(key)
        else {
          // without the MTU of a bridge, or of a pair, it is the port that does not fit
          const at = key === 'mtu' ? 'resources[' : path
          expect(result.error.findings.some((f) => f.path.startsWith(at))).toBe(true)
        }
      },
    )

    test('a key more is a fault', () => {
      for (const key of ['run', 'constructor', 'toString']) {
        expect(pathsOf(changed((part) => Object.assign(part, { [key]: 'reboot' })))).toEqual([path])
      }
      const text = JSON.stringify(changed((part) => Object.assign(part, { XXX: { a: 1 } })))
      const error = refusal(() => net.parse(text.replace('XXX', '__proto__')))
      expect(error.findings.map(({ path }) => path)).toEqual([path])
    })
  })

  test('every fault is listed, each once and by its path', () => {
    const data = dataOf(s3())
    Object.assign(data, { comment: 'x', name: 'a b' })
    Object.assign(data.hosts[0] as Json, { addresses: ['10.0.0.300/24', 7], device: 'a/b' })
    Object.assign(data.resources[0] as Json, { name: '$(reboot)' })
    Object.assign(data.resources[1] as Json, { hostEnd: 'x'.repeat(16), nsEnd: 'a\nb', evil: 1 })
    Object.assign(data.resources[4] as Json, { kind: 'command' })
    const findings = findingsOf(data)
    expect(findings.map(({ path }) => path).sort()).toEqual([
      'hosts[0].addresses[0]',
      'hosts[0].addresses[1]',
      'hosts[0].device',
      'name',
      'plan',
      'resources[0].name',
      'resources[1]',
      'resources[1].hostEnd',
      'resources[1].nsEnd',
      'resources[4].kind',
    ])
    const error = refusal(() => net.parse(data))
    expect(error.message).toMatch(/^the plan has 10 fault\(s\)\n/)
    for (const { path, message } of findings) {
      expect(error.message).toContain(`\n  ${path}: ${message}`)
      expect(message).not.toMatch(/\n/)
    }
  })

  test('more faults than can be told are one error', () => {
    const { resources, ...head } = dataOf(s3())
    const many = Array.from({ length: 400_000 }, () => 7)
    expectRefusal(() => net.parse({ ...head, resources: [...resources, ...many] }), {
      code: 'BAD_PLAN',
    })
  })

  test('faults of sense are listed beside faults of shape, and no consequence of either', () => {
    const data = dataOf(s3())
    const [first, second] = data.resources.flatMap((r, i) => (r['kind'] === 'namespace' ? [i] : []))
    Object.assign(data.resources[first as number] as Json, { name: 'a b' })
    data.resources.push({ ...(data.resources[second as number] as Json) })
    const paths = pathsOf(data)
    expect(paths).toEqual([`resources[${first}].name`, `resources[${data.resources.length - 1}]`])
  })

  test('what one resource needs of another is checked: order, names, addresses, networks', () => {
    const data = dataOf(s3())
    const at = (kind: 'veth' | 'address' | 'accept', n = 0) =>
      data.resources.flatMap((r, i) => (r['kind'] === kind ? [i] : []))[n] as number
    const tampered = structuredClone(data)
    Object.assign(tampered.resources[at('veth', 1)] as Json, { hostEnd: 'vethhost01' })
    Object.assign(tampered.resources[at('address', 0)] as Json, { cidr: '100.100.198.2/24' })
    Object.assign(tampered.resources[at('accept', 0)] as Json, { device: 'eth7' })
    const findings = findingsOf(tampered)
    const byPath = Object.fromEntries(findings.map(({ path, message }) => [path, message]))
    expect(byPath[`resources[${at('veth', 1)}]`]).toMatch(/has an interface vethhost01 already/)
    expect(byPath[`resources[${at('address', 0)}]`]).toMatch(/has the address 100.100.198.250/)
    expect(byPath[`resources[${at('accept', 0)}]`]).toMatch(/has no interface eth7 before it/)

    const swapped = structuredClone(data)
    swapped.resources.reverse()
    // all that stands on a link, and each link before its namespace
    expect(pathsOf(swapped).length).toBeGreaterThanOrEqual(2 * 5)
  })

  test('a route cannot be bent: its family, its place and its way are held together', () => {
    const data = dataOf(s3())
    const of = (change: Json, namespace: boolean) => {
      const copy = structuredClone(data)
      const i = copy.resources.findIndex(
        (r) => r['kind'] === 'route' && 'namespace' in r === namespace,
      )
      Object.assign(copy.resources[i] as Json, change)
      return pathsOf(JSON.parse(JSON.stringify(copy))).map((path) =>
        path.replace(`resources[${i}]`, ''),
      )
    }
    expect(of({ to: '10.9.9.1/24' }, true)).toEqual(['.to'])
    expect(of({ via: 'fe80::1' }, true)).toEqual(['.via'])
    expect(of({ via: undefined, device: undefined }, true)).toEqual(['.via', '.onlink'])
    expect(of({ to: '0.0.0.0/0' }, false)).toEqual(['.to'])
    expect(of({ device: undefined }, false)).toEqual(['.via'])
    expect(of({ to: '10.9.0.0/24', device: undefined, via: '10.0.1.1' }, false)).toEqual(['.to'])
    expect(of({ type: 'blackhole' }, true)).toEqual(['.via', '.device'])
    expect(of({ table: 5 }, false)).toEqual(['.table'])
    expect(of({ table: 255 }, true)).toEqual(['.table'])
    expect(of({ onlink: true }, false)).toEqual(['.onlink'])
  })

  /** What is said of a plan in which the first resource of a kind, or one that is asked for, was changed. */
  const bentOf =
    (plan: object) =>
    (kind: string, change: Json, which: Json = {}) => {
      const data = dataOf(plan)
      const i = data.resources.findIndex(
        (r) =>
          r['kind'] === kind && Object.entries(which).every(([key, value]) => r[key] === value),
      )
      expect(i, kind).toBeGreaterThanOrEqual(0)
      Object.assign(data.resources[i] as Json, change)
      const findings = findingsOf(data).filter(({ path }) => path.startsWith(`resources[${i}]`))
      return findings.map(
        ({ path, message }) =>
          `${path.replace(`resources[${i}]`, '')} ${message.replace(/ \(it is .*\)$/, '')}`,
      )
    }

  test('a bridge, a port and a link cannot be bent: each is held to what stands there', () => {
    const bent = bentOf(everyCall['a switch with all options, and one without']())
    expect(bent('port', { bridge: 'br9' })).toEqual([' host h has no bridge br9 before it'])
    // the uplink, a bridge, and what nobody made
    for (const device of ['enp2s0', 'br1', 'eth9']) {
      expect(bent('port', { device })).toEqual([` host h has no veth pair ${device} before it`])
    }
    expect(bent('port', { device: 'pb' }, { bridge: 'br0' })).toEqual([
      ' host h has no veth pair pb before it',
    ])
    expect(bent('port', { device: 'veth-a' }, { device: 'pb' })).toEqual([
      ' veth-a of host h is a port already',
    ])
    expect(bent('port', { bridge: 'br1' })).toEqual([
      expect.stringMatching(
        /^ the MTU of veth-a is 9000, that of the bridge br1 of host h is 1500/,
      ),
    ])
    expect(bent('bridge', { name: 'enp2s0' })).toEqual([' host h has an interface enp2s0 already'])
    expect(bent('bridge', { name: 'br0' }, { name: 'br1' })).toEqual([
      ' host h has an interface br0 already',
    ])
    for (const name of ['all', 'lo', 'a/b', 'x'.repeat(16)]) {
      expect(bent('bridge', { name })).toEqual([
        expect.stringMatching(/^\.name is not an interface/),
      ])
    }
    for (const change of [{ stp: false }, { isolated: false }, { mtu: 67 }, { mtu: 65_536 }]) {
      const [key = ''] = Object.keys(change)
      expect(bent('bridge', change)).toEqual([expect.stringMatching(new RegExp(`^\\.${key} `))])
    }
    for (const mac of ['02:00:00:00:00:0A', '01:00:5e:00:00:01', '00:00:00:00:00:00', '02-00']) {
      for (const [kind, key] of [
        ['bridge', 'mac'],
        ['veth', 'hostMac'],
      ] as const) {
        const which = kind === 'veth' ? { hostEnd: 'pb' } : {}
        expect(bent(kind, { [key]: mac }, which)).toEqual([
          expect.stringMatching(new RegExp(`^\\.${key} is no unicast MAC address`)),
        ])
      }
    }
  })

  test('a host has addresses on its bridges, and changes no other interface of its own', () => {
    const bent = bentOf(everyCall['a switch with all options, and one without']())
    for (const device of ['enp2s0', 'veth-a', 'eth9']) {
      expect(bent('address', { device })).toEqual([` host h has no bridge ${device} before it`])
    }
    expect(bent('address', { cidr: '169.254.1.1/32' })).toEqual([
      ' host h has no veth pair br0 before it',
    ])
    expect(bent('address', { cidr: '100.100.198.7/24' })).toEqual([
      expect.stringMatching(/has the address 100\.100\.198\.250\/24 of host h in it/),
    ])
  })

  test('a host routes by links of the lab only', () => {
    const bent = bentOf(s3())
    const own = { namespace: undefined, device: 'vethhost01' }
    expect(bent('route', { device: 'enp2s0' }, own)).toEqual([
      expect.stringMatching(/^ the interface enp2s0 of host node03 is not one that the plan makes/),
    ])
    expect(bent('route', { device: 'eth9' }, own)).toEqual([
      ' node03 has no interface eth9 before it',
    ])
    expect(bent('route', { to: '::/0' }, own)).toContain('.to is a default route, on a host')
  })

  test('a link between namespaces cannot be bent', () => {
    const bent = bentOf(everyCall['pairs and links with all options']())
    expect(bent('link', { peer: 'a' })).toEqual([' a link of namespace host/a to itself'])
    expect(bent('link', { peer: 'c' })).toEqual([' host host has no namespace c before it'])
    expect(bent('link', { namespace: 'c' })).toEqual([' host host has no namespace c before it'])
    expect(bent('link', { host: 'other' })).toEqual([' host other has no namespace a before it'])
    expect(bent('link', { device: 'n' })).toEqual([' namespace host/a has an interface n already'])
    expect(bent('link', { mtu: 1279 })).toEqual([])
    const [fault] = bentOf(everyCall['pairs and links with all options']())(
      'address',
      { cidr: '10.0.7.2/24' },
      { cidr: '10.0.2.2/24' },
    )
    expect(fault).toMatch(/10\.0\.2\.1\/24 at the other end of the link.*different subnets/)
  })

  test('routes, rules and settings of a namespace cannot be bent', () => {
    const bent = bentOf(everyCall['routers, routes, rules and settings']())
    const near = { to: '10.0.9.0/24' }
    expect(bent('route', { via: '10.0.7.1' }, near)).toEqual([
      expect.stringMatching(/^ the gateway 10\.0\.7\.1 of host\/r is on no network of any link/),
    ])
    expect(bent('route', { via: '10.0.1.1' }, near)).toEqual([
      expect.stringMatching(/is an address of the namespace itself/),
    ])
    expect(bent('route', { to: '10.0.8.0/24', via: '10.0.1.2' }, { type: 'blackhole' })).toEqual([
      '.via leads nowhere in a route of the type blackhole',
    ])
    expect(bent('route', { type: 'throw' }, near)).toEqual([expect.stringMatching(/^\.type /)])
    for (const to of [
      '10.0.9.1/24',
      '10.0.9.0',
      '010.0.0.0/8',
      'default',
      '224.0.0.0/4',
      'FD00::/8',
    ]) {
      expect(bent('route', { to }, near)[0]).toMatch(/^\.to is no network/)
    }
    for (const via of ['10.0.1.2/32', '127.0.0.1', 'FE80::1', '0.0.0.0']) {
      expect(bent('route', { via }, near)[0]).toMatch(/^\.via is no address/)
    }
    const rule = { from: '10.0.1.0/24' }
    expect(bent('rule', { to: 'fd00::/8' }, rule)).toEqual(['.to is not of the family of the rule'])
    expect(bent('rule', { family: 6 }, rule)).toEqual([
      '.from is not of the family of the rule',
      '.to is not of the family of the rule',
    ])
    expect(bent('rule', { iif: 'eth9' }, rule)).toEqual([
      ' namespace host/r has no interface eth9 before it',
    ])
    expect(bent('rule', { iif: 'all' }, rule)).toHaveLength(1)
    for (const [key, value] of [
      ['table', 0],
      ['table', 255],
      ['priority', 0],
      ['fwmark', 0],
      ['fwmark', 2 ** 32],
    ] as const) {
      expect(bent('rule', { [key]: value }, rule)).toEqual([
        expect.stringMatching(new RegExp(`^\\.${key} `)),
      ])
    }
    for (const path of [
      ...['net/../kernel/hostname', 'net/ipv4/..', './net/ipv4/x', '/proc/sys/net/ipv4/x', 'net'],
      ...['kernel/hostname', 'net//ipv4', 'net.ipv4.x', "net/ipv4/x'", 'net/ipv4/x=1', 'net/x y'],
    ]) {
      expect(bent('setting', { path })).toEqual(['.path is no setting below net'])
    }
    expect(bent('setting', { path: 'net/ipv4/conf/eth9/forwarding' })).toEqual([
      ' namespace host/r has no interface eth9 before it',
    ])
    // router() stands before the link
    expect(bent('setting', { path: 'net/ipv4/conf/eth0/rp_filter' })).toEqual([
      ' namespace host/r has no interface eth0 before it',
    ])
  })

  test('a host end takes the gateway addresses only, and a namespace never does', () => {
    const data = dualStack().toJSON() as PlanJson
    const gateway = data.resources.find((r) => r.kind === 'address' && r.namespace === undefined)
    const inside = firstOf(data.resources, 'address')
    const swap = (from: unknown, cidr: string) =>
      pathsOf({ ...data, resources: data.resources.map((r) => (r === from ? { ...r, cidr } : r)) })
    expect(swap(gateway, '10.7.7.7/24')).toContain(
      `resources[${data.resources.indexOf(gateway as never)}]`,
    )
    expect(swap(inside, '169.254.1.1/32')).toEqual([
      `resources[${data.resources.indexOf(inside)}].cidr`,
    ])
  })

  test('a plan without hosts, or without its lists, is none', () => {
    const { format, version } = s3().toJSON()
    expect(pathsOf({ format, version })).toEqual(['hosts', 'resources'])
    expect(pathsOf({ format, version, hosts: [], resources: [] })).toEqual(['hosts'])
    expect(pathsOf({ format, version, hosts: {}, resources: 'x' })).toEqual(['hosts', 'resources'])
    expect(pathsOf({ format, version, hosts: [null], resources: [null, 1, []] })).toEqual([
      'hosts[0]',
      'resources[0]',
      'resources[1]',
      'resources[2]',
    ])
  })
})

describe('safeParse', () => {
  test('gives the plan, or the error that parse throws', () => {
    const good = net.safeParse(JSON.stringify(s3()))
    expect(good.success && JSON.stringify(good.plan)).toBe(JSON.stringify(s3()))
    const bad = net.safeParse('{"format":"netloom-plan","version":1}')
    expect(bad.success).toBe(false)
    if (bad.success) return
    expect(bad.error).toBeInstanceOf(NetloomError)
    expect(bad.error).toEqual(refusal(() => net.parse('{"format":"netloom-plan","version":1}')))
  })

  test('a plan of the chain that is not finished is an error too, not a throw', () => {
    const result = net.safeParse(net.host().ns('a').ip('10.0.1.2/24'))
    expect(result.success ? undefined : result.error.code).toBe('MISSING_LINK')
  })
})

describe('the places that a plan must have', () => {
  const text = JSON.stringify(net.host('a').ns('x').host('b').ns('x').ns('y'))

  test('hosts, namespaces, and namespaces by their host', () => {
    const places = ['a', 'b', 'y', 'a/x', 'b/x', 'b/y'] as const
    expect(JSON.stringify(net.parse(text, { places }))).toBe(text)
  })

  test('each that lacks is listed, and an ambiguous one is told apart from an absent one', () => {
    const error = expectRefusal(
      () => net.parse(text, { places: ['a/y', 'c', 'x', 'y'] as string[] }),
      {
        code: 'BAD_PLAN',
        value: ['a/y', 'c', 'x', 'y'],
      },
    )
    expect(error.findings.map(({ path }) => path)).toEqual(['a/y', 'c', 'x'])
    expect(error.findings[2]?.message).toMatch(/several hosts have a namespace/)
  })

  test('an argument of another shape is refused, not ignored', () => {
    for (const expect of [{}, { places: 'a' }, { places: ['a'], place: 1 }, null, 'a']) {
      expectRefusal(() => net.parse(text, expect as never), { code: 'BAD_ARGUMENT', value: expect })
    }
  })
})
