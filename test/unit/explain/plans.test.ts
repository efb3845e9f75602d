import { describe, expect, test } from 'vitest'
import { type NamespacePlan, net, type Plan } from '../../../src/index.js'

/** Where a packet goes, and what becomes of it: the first line, the cause, and both ways. */
const said = (plan: Plan, from: string, to: string, options: object = {}) =>
  String((plan as NamespacePlan).explain(from as never, to as never, options))
    .split('\n')
    .filter((line) => !/^ {2}(?:mend|note|next): |^ {8}/.test(line))
const answer = (plan: Plan, from: string, to: string, options: object = {}) =>
  (plan as NamespacePlan).explain(from as never, to as never, options)
const calls = (plan: Plan, from: string, to: string) =>
  answer(plan, from, to).cause?.mends.flatMap(({ sdkChange }) => sdkChange ?? [])

describe('a switch', () => {
  const on = (options: object = {}) =>
    net
      .host('h')
      .bridge('br0', { ip: ['10.0.1.1/24', 'fd00:1::1/64'], ...options })
      .each(2, (host, i) =>
        host
          .ns(`n${i}`)
          .ip(`10.0.1.${i + 2}/24`, `fd00:1::${i + 2}/64`)
          .attach('br0'),
      )

  test('takes a packet from port to port, and between a port and the host', () => {
    expect(said(on(), 'n0', 'n1')).toEqual([
      'icmp from h/n0 (10.0.1.2) to 10.0.1.3: delivered, and answered',
      '  there: h/n0 (eth0) > h (veth-n0 -> veth-n1) > h/n1 (eth0)',
      '  back:  h/n1 (eth0) > h (veth-n1 -> veth-n0) > h/n0 (eth0)',
    ])
    expect(said(on(), 'n0', 'h')).toEqual([
      'icmp from h/n0 (10.0.1.2) to 10.0.1.1: delivered, and answered',
      '  there: h/n0 (eth0) > h (br0)',
      '  back:  h (br0) > h/n0 (eth0)',
    ])
    for (const [from, to] of [
      ['h', 'n1'],
      ['n1', 'h'],
      ['n1', 'n0'],
    ] as const) {
      for (const family of [4, 6]) {
        expect(answer(on(), from, to, { family }).reachability).toBe('REACHABLE')
      }
    }
  })

  test('with isolated ports keeps them from each other, and not from the host', () => {
    const plan = on({ isolated: true })
    expect(said(plan, 'n0', 'n1')).toEqual([
      'icmp from h/n0 (10.0.1.2) to 10.0.1.3: lost at h/n0, BRIDGE',
      "  BRIDGE_PORT_ISOLATED: veth-n0 and veth-n1 are isolated ports of the bridge br0 (h) (the lab's own)",
      '  there: h/n0 (eth0) x',
    ])
    expect(answer(plan, 'n0', 'h').reachability).toBe('REACHABLE')
    expect(answer(plan, 'h', 'n1').reachability).toBe('REACHABLE')
  })

  test('and another one: the host routes between them, where it may', () => {
    const both = on().bridge('br1', { ip: '10.0.2.1/24' }).ns('x').ip('10.0.2.2/24').attach('br1')
    expect(answer(both, 'n0', 'x').cause).toMatchObject({ code: 'NO_ROUTE', node: 'h/n0' })
    expect(calls(both, 'n0', 'x')).toEqual([`.at('n0').route('10.0.2.2', { via: '10.0.1.1' })`])
    const ways = both.at('n0').routeBothWays().at('x').routeBothWays()
    const { cause } = answer(ways, 'n0', 'x')
    expect(cause).toMatchObject({ code: 'FORWARDING_DISABLED', node: 'h' })
    // the rules are those of the switch, not of the port: what is routed comes from it
    const mends = cause?.mends.filter(({ sdkChange }) => sdkChange !== undefined) ?? []
    expect(mends).toMatchObject([
      { sdkChange: `.at('n0').allowForward()`, verified: true },
      { sdkChange: `.at('x').allowForward()`, verified: true },
    ])
    expect(mends[1]?.commands?.map((words) => words.join(' '))).toEqual([
      'sysctl -w net.ipv4.ip_forward=1',
      'iptables -w 5 -t filter -I FORWARD 1 -o br1 -j ACCEPT',
      'iptables -w 5 -t filter -I FORWARD 1 -i br1 -j ACCEPT',
    ])
    for (const name of ['n0', 'x'] as const) {
      expect(said(ways.at(name).allowForward(), 'n0', 'x')).toEqual([
        'icmp from h/n0 (10.0.1.2) to 10.0.2.2: delivered, and answered',
        '  there: h/n0 (eth0) > h (br0 -> br1) > h/x (eth0)',
        '  back:  h/x (eth0) > h (br1 -> br0) > h/n0 (eth0)',
      ])
    }
  })

  test('is no way out where the host has no address on it', () => {
    const plan = net.host('h').bridge('br0').ns('a').ip('10.0.1.2/24').attach('br0')
    const far = plan.ns('b').ip('10.0.2.2/24').veth()
    expect(answer(far, 'a', 'b').cause).toMatchObject({ code: 'NO_ROUTE', node: 'h/a' })
    expect(calls(far, 'a', 'b')).toEqual([])
  })
})

describe('links and routers', () => {
  /** a 10.0.1.2 -- 10.0.1.1 r 10.0.2.1 -- 10.0.2.2 c, and the same over IPv6. */
  const line = net
    .host('h')
    .ns('c')
    .ns('r')
    .ns('a')
    .link('r', {
      ip: [
        ['10.0.1.2/24', 'fd00:1::2/64'],
        ['10.0.1.1/24', 'fd00:1::1/64'],
      ],
    })
    .route('default', { via: '10.0.1.1' })
    .route('::/0', { via: 'fd00:1::1' })
    .at('r')
    .link('c', {
      ip: [
        ['10.0.2.1/24', 'fd00:2::1/64'],
        ['10.0.2.2/24', 'fd00:2::2/64'],
      ],
    })
    .at('c')
    .route('default', { via: '10.0.2.1' })
    .route('::/0', { via: 'fd00:2::1' })
    .at('r')
  const routed = line.router()

  test('a packet crosses them both ways', () => {
    expect(said(routed, 'a', 'c')).toEqual([
      'icmp from h/a (10.0.1.2) to 10.0.2.2: delivered, and answered',
      '  there: h/a (eth0) > h/r (eth0 -> eth1) > h/c (eth0)',
      '  back:  h/c (eth0) > h/r (eth1 -> eth0) > h/a (eth0)',
    ])
    expect(answer(routed, 'a', 'c', { family: 6 }).reachability).toBe('REACHABLE')
    expect(answer(routed, 'c', 'a', { protocol: 'tcp', port: 80 }).reachability).toBe('REACHABLE')
  })

  test.each([4, 6] as const)(
    'a router without router() is named, with the call: IPv%d',
    (family) => {
      const { cause } = answer(line, 'a', 'c', { family })
      expect(cause).toMatchObject({ code: 'FORWARDING_DISABLED', node: 'h/r' })
      const mends = cause?.mends.filter(({ sdkChange }) => sdkChange !== undefined)
      expect(mends).toMatchObject([{ sdkChange: `.at('r').router()`, verified: true }])
    },
  )

  test('a router that forwards one family only is told by its setting, and not to call router()', () => {
    const half = line.sysctl('net.ipv4.ip_forward', 1)
    expect(answer(half, 'a', 'c').reachability).toBe('REACHABLE')
    expect(answer(half, 'a', 'c', { family: 6 }).cause).toMatchObject({
      code: 'FORWARDING_DISABLED',
    })
    const six = String(answer(half, 'a', 'c', { family: 6 }))
    expect(six).toContain('net.ipv6.conf.all.forwarding is 0')
    expect(six).not.toContain('router()')
  })

  test('a link of the router that does not forward is named itself', () => {
    const off = routed.sysctl('net.ipv4.conf.eth0.forwarding', 0)
    expect(said(off, 'a', 'c').slice(0, 2)).toEqual([
      'icmp from h/a (10.0.1.2) to 10.0.2.2: lost at h/r, ROUTE_LOOKUP',
      expect.stringMatching(
        /^ {2}FORWARDING_DISABLED: h\/r does not forward .*net\.ipv4\.conf\.eth0\.forwarding is 0/,
      ),
    ])
    expect(answer(off, 'c', 'a').cause).toMatchObject({ code: 'FORWARDING_DISABLED' })
  })

  test.each([
    ['blackhole', 'ROUTE_BLACKHOLE'],
    ['unreachable', 'ROUTE_UNREACHABLE'],
    ['prohibit', 'ROUTE_PROHIBIT'],
  ] as const)('a route of the type %s decides where it stands', (type, code) => {
    for (const [to, from, where] of [
      ['10.0.2.2', 'r', 'h/r'],
      ['10.0.2.0/24', 'a', 'h/a'],
    ] as const) {
      const plan = routed.at(from).route(to, { type })
      expect(answer(plan, 'a', 'c').cause).toMatchObject({ code, node: where })
      // it is of one destination, and one family
      expect(answer(plan, 'a', 'r').reachability).toBe('REACHABLE')
      expect(answer(plan, 'a', 'c', { family: 6 }).reachability).toBe('REACHABLE')
    }
    const six = routed.route('fd00:2::/64', { type, metric: 1 })
    expect(answer(six, 'a', 'c', { family: 6 }).cause).toMatchObject({ code, node: 'h/r' })
    expect(answer(six, 'a', 'c').reachability).toBe('REACHABLE')
  })

  test('of two routes with one destination the lower metric decides', () => {
    const both = (metric: number) =>
      routed
        .at('a')
        .route('10.0.2.0/24', { type: 'blackhole', metric })
        .route('10.0.2.0/24', { via: '10.0.1.1', metric: 5 })
    expect(answer(both(4), 'a', 'c').cause?.code).toBe('ROUTE_BLACKHOLE')
    expect(answer(both(6), 'a', 'c').reachability).toBe('REACHABLE')
  })

  test('a rule sends the packets that it asks for to its table, and no others', () => {
    const closed = (rule: object) =>
      routed.rule({ table: 100, ...rule } as never).route('0.0.0.0/0', {
        ...{ type: 'prohibit', table: 100 },
      })
    const decides = (rule: object, options: object = {}) =>
      answer(closed(rule), 'a', 'c', options).cause?.code === 'ROUTE_PROHIBIT'
    expect(decides({ iif: 'eth0' })).toBe(true)
    expect(decides({ from: '10.0.1.0/24' })).toBe(true)
    expect(decides({ to: '10.0.2.2' })).toBe(true)
    expect(decides({})).toBe(true)
    // the reply comes from it, by the other link
    expect(decides({ from: '10.0.2.0/24' })).toBe(true)
    for (const rule of [
      { iif: 'lo' },
      { from: '10.0.7.0/24' },
      { to: '10.0.3.0/24' },
      { fwmark: 7 },
      { priority: 40_000 },
    ]) {
      expect(decides(rule), JSON.stringify(rule)).toBe(false)
    }
    expect(decides({}, { family: 6 })).toBe(false)
  })

  test('a rule by the source decides about those that have one, as in the kernel', () => {
    const closed = routed
      .at('a')
      .rule({ from: '10.0.1.2', table: 100 })
      .route('0.0.0.0/0', { type: 'blackhole', table: 100 })
    expect(answer(closed, '10.0.1.2', 'c').cause).toMatchObject({
      ...{ code: 'ROUTE_BLACKHOLE', node: 'h/a' },
    })
    const marked = routed
      .at('a')
      .rule({ fwmark: 7, table: 100, priority: 10 })
      .route('0.0.0.0/0', { type: 'unreachable', table: 100 })
    expect(answer(marked, 'a', 'c', { mark: 7 }).cause?.code).toBe('ROUTE_UNREACHABLE')
    expect(answer(marked, 'a', 'c').reachability).toBe('REACHABLE')
  })

  test('a link that is too narrow for the packet is named', () => {
    const narrow = net
      .host('h')
      .ns('c')
      .ns('r')
      .router()
      .ns('a')
      .link('r', { ip: ['10.0.1.2/24', '10.0.1.1/24'] })
      .route('default', { via: '10.0.1.1' })
      .at('r')
      .link('c', { ip: ['10.0.2.1/24', '10.0.2.2/24'], mtu: 1300 })
      .at('c')
      .route('default', { via: '10.0.2.1' })
    expect(answer(narrow, 'a', 'c').reachability).toBe('REACHABLE')
    expect(answer(narrow, 'a', 'c', { size: 1400 }).cause).toMatchObject({ node: 'h/r' })
  })

  test('where the way back is missing, the reply is lost', () => {
    const plan = net
      .host('h')
      .ns('c')
      .ns('r')
      .router()
      .ns('a')
      .link('r', { ip: ['10.0.1.2/24', '10.0.1.1/24'] })
      .route('default', { via: '10.0.1.1' })
      .at('r')
      .link('c', { ip: ['10.0.2.1/24', '10.0.2.2/24'] })
    expect(said(plan, 'a', 'c')).toEqual([
      'icmp from h/a (10.0.1.2) to 10.0.2.2: delivered, but the reply is lost at h/c, ROUTE_LOOKUP',
      '  NO_ROUTE: h/c has no route to 10.0.1.2 (as a kernel begins)',
      '  there: h/a (eth0) > h/r (eth0 -> eth1) > h/c (eth0)',
      '  back:  h/c x',
    ])
  })

  test('a namespace that is on a switch and on a link is a router between them', () => {
    const plan = net
      .host('h')
      .bridge('br0')
      .ns('c')
      .ns('r')
      .router()
      .ip('10.0.1.1/24')
      .attach('br0')
      .link('c', { ip: ['10.0.2.1/24', '10.0.2.2/24'] })
      .at('c')
      .route('default', { via: '10.0.2.1' })
      .ns('a')
      .ip('10.0.1.2/24')
      .attach('br0')
      .route('default', { via: '10.0.1.1' })
    expect(said(plan, 'a', 'c')).toEqual([
      'icmp from h/a (10.0.1.2) to 10.0.2.2: delivered, and answered',
      '  there: h/a (eth0) > h (veth-a -> veth-r) > h/r (eth0 -> eth1) > h/c (eth0)',
      '  back:  h/c (eth0) > h/r (eth1 -> eth0) > h (veth-r -> veth-a) > h/a (eth0)',
    ])
  })
})
