import { describe, expect, test } from 'vitest'
import { net, type Plan } from '../../../src/index.js'
import { expectRefusal } from '../refusal.js'

const last = (plan: Plan, count = 1) =>
  plan
    .commands()
    .slice(-count)
    .map(({ argv }) => argv.join(' '))
const bare = () => net.host('h').ns('a')
const a = () => bare().ip('10.0.1.2/24', 'fd00:1::2/64').veth()

describe('route', () => {
  test.each([
    ['10.0.9.0/24', { via: '10.0.1.1' }, '10.0.9.0/24 via 10.0.1.1 proto 78'],
    ['10.0.9.9', { via: '10.0.1.1' }, '10.0.9.9/32 via 10.0.1.1 proto 78'],
    ['10.0.9.0/24', { dev: 'eth0' }, '10.0.9.0/24 dev eth0 proto 78'],
    ['default', { via: '10.0.1.1' }, 'default via 10.0.1.1 proto 78'],
    ['default', { via: 'FD00:1::1' }, 'default via fd00:1::1 proto 78'],
    ['::/0', { via: 'fe80::1', dev: 'eth0' }, 'default via fe80::1 dev eth0 proto 78'],
    ['0.0.0.0/0', { dev: 'eth0' }, 'default dev eth0 proto 78'],
    ['::/0', { dev: 'eth0' }, '::/0 dev eth0 proto 78'],
    [
      '10.0.9.0/24',
      { via: '192.0.2.1', dev: 'eth0', onlink: true },
      '10.0.9.0/24 via 192.0.2.1 dev eth0 proto 78 onlink',
    ],
    [
      'fd00:9::/64',
      { via: 'fd00:1::1', metric: 5, table: 100 },
      'fd00:9::/64 via fd00:1::1 metric 5 table 100 proto 78',
    ],
    ['10.0.9.0/24', { via: '10.0.1.1', onlink: false }, '10.0.9.0/24 via 10.0.1.1 proto 78'],
    ['10.0.9.0/24', { type: 'unicast', via: '10.0.1.1' }, '10.0.9.0/24 via 10.0.1.1 proto 78'],
    ['10.0.0.0/8', { type: 'blackhole' }, 'blackhole 10.0.0.0/8 proto 78'],
    ['0.0.0.0/0', { type: 'unreachable' }, 'unreachable default proto 78'],
    ['::/0', { type: 'prohibit', metric: 7 }, 'prohibit ::/0 metric 7 proto 78'],
  ] as const)('to %s by %j', (to, options, words) => {
    expect(last(a().route(to, options))).toEqual([`ip -n a route add ${words}`])
  })

  test('by a gateway that is on no link', () => {
    for (const [via, dev] of [
      ['10.0.2.1', undefined],
      ['10.0.2.1', 'eth0'],
      ['fd00:2::1', undefined],
      // a link-local address is on each link: which one?
      ['fe80::1', undefined],
    ] as const) {
      const error = expectRefusal(() => a().route('default', { via, dev }), {
        ...{ code: 'GATEWAY_NOT_ON_LINK', value: via, says: /of h\/a is on no network/ },
      })
      expect(error.hint).toMatch(/onlink: true/)
    }
    expectRefusal(() => bare().veth().route('default', { via: '10.0.1.1' }), {
      ...{ code: 'GATEWAY_NOT_ON_LINK', value: '10.0.1.1', says: /no address/ },
    })
    // on the other link is not on this one
    const two = a().veth().ip('10.0.2.2/24')
    expectRefusal(() => two.route('default', { via: '10.0.1.1', dev: 'eth1' }), {
      ...{ code: 'GATEWAY_NOT_ON_LINK', value: '10.0.1.1', says: /the link eth1.*10\.0\.2\.2\/24/ },
    })
    expect(last(two.route('default', { via: '10.0.1.1', dev: 'eth0' }))).toHaveLength(1)
  })

  test('by a gateway of a network that has no link yet', () => {
    const plan = bare().ip('10.0.1.2/24')
    const error = expectRefusal(() => plan.route('default', { via: '10.0.1.1' }), {
      ...{ code: 'MISSING_LINK', value: ['10.0.1.2/24'], says: /h\/a has no link yet/ },
    })
    expect(error.hint).toMatch(/\.veth\(\), \.attach\(\) or \.link\(\) before it/)
    // what leads nowhere needs none
    const { resources } = plan.route('10.0.9.0/24', { type: 'blackhole' }).veth().toJSON()
    expect(resources.map(({ kind }) => kind)).toEqual(['namespace', 'route', 'veth', 'address'])
  })

  test('by a gateway that a route without a gateway reaches', () => {
    const plan = a().route('192.0.2.1', { dev: 'eth0' }).route('default', { via: '192.0.2.1' })
    expect(last(plan)).toEqual(['ip -n a route add default via 192.0.2.1 proto 78'])
    // what goes nowhere is no way to it
    const none = a().route('192.0.2.0/24', { type: 'blackhole' })
    expectRefusal(() => none.route('default', { via: '192.0.2.1' }), {
      ...{ code: 'GATEWAY_NOT_ON_LINK', value: '192.0.2.1' },
    })
  })

  test("by the namespace's own address", () => {
    for (const [to, via] of [
      ['default', '10.0.1.2'],
      ['fd00:9::/64', 'fd00:1::2'],
    ] as const) {
      for (const options of [{ via }, { via, dev: 'eth0', onlink: true }]) {
        const error = expectRefusal(() => a().route(to, options), {
          ...{ code: 'GATEWAY_NOT_ON_LINK', value: via, says: /of the namespace itself/ },
        })
        expect(error.hint).toMatch(/next router/)
      }
    }
  })

  test('by an interface of another namespace, of the host, or of nobody', () => {
    const plan = net.host('h').ns('b').veth({ nsEnd: 'x0' }).ns('a').ip('10.0.1.2/24').veth()
    const hints = {
      x0: 'x0 is an interface of h/b; h/a has eth0.',
      'veth-a': 'veth-a is an interface of h; h/a has eth0.',
      eth7: /\.veth\(\), \.attach\(\) or \.link\(\)/,
    }
    for (const [dev, hint] of Object.entries(hints)) {
      const error = expectRefusal(() => plan.route('10.0.9.0/24', { dev }), {
        ...{ code: 'MISSING_LINK', value: dev, says: /h\/a has no interface/ },
      })
      expect(error.hint).toMatch(hint)
    }
    expectRefusal(() => plan.route('10.0.9.0/24', { dev: 'a b' }), {
      ...{ code: 'BAD_NAME', value: 'a b' },
    })
  })

  test('twice in one table; another metric or table is another route', () => {
    const plan = a().route('10.0.9.0/24', { via: '10.0.1.1' })
    const error = expectRefusal(() => plan.route('10.0.9.0/24', { type: 'blackhole' }), {
      ...{ code: 'DUPLICATE_ROUTE', value: '10.0.9.0/24' },
    })
    expect(error.hint).toMatch(/metric or a table/)
    expectRefusal(() => plan.route('10.0.9.0/24', { via: '10.0.1.1', metric: 0, table: 254 }), {
      ...{ code: 'DUPLICATE_ROUTE', value: '10.0.9.0/24' },
    })
    expect(last(plan.route('10.0.9.0/24', { type: 'blackhole', metric: 9 }))).toHaveLength(1)
    expect(last(plan.route('10.0.9.0/24', { type: 'blackhole', table: 5 }))).toHaveLength(1)
    // what the kernel takes for none over IPv6
    const six = a().route('fd00:9::/64', { via: 'fd00:1::1' })
    for (const metric of [0, 1024]) {
      expectRefusal(() => six.route('fd00:9::/64', { via: 'fd00:1::1', metric }), {
        ...{ code: 'DUPLICATE_ROUTE', value: 'fd00:9::/64' },
      })
    }
    expectRefusal(() => a().routeBothWays().route('default', { via: '10.0.1.1' }), {
      ...{ code: 'DUPLICATE_ROUTE', value: '0.0.0.0/0' },
    })
  })

  test.each([
    ['10.0.9.0/24', {}, '10.0.9.0/24', /neither a gateway nor a device/],
    ['10.0.9.0/24', undefined, '10.0.9.0/24', /neither a gateway nor a device/],
    ['default', {}, 'default', /says no address family/],
    ['default', { dev: 'eth0' }, 'default', /says no address family/],
    ['default', { type: 'blackhole' }, 'default', /says no address family/],
    ['10.0.9.0/24', { via: 'fd00:1::1' }, 'fd00:1::1', /not of the family/],
    ['::/0', { via: '10.0.1.1' }, '10.0.1.1', /not of the family/],
    ['10.0.9.0/24', { type: 'blackhole', via: '10.0.1.1' }, 'blackhole', /leads nowhere/],
    ['10.0.9.0/24', { type: 'prohibit', dev: 'eth0' }, 'prohibit', /leads nowhere/],
    ['10.0.9.0/24', { via: '10.0.1.1', onlink: true }, true, /takes a gateway and a device/],
    ['10.0.9.0/24', { dev: 'eth0', onlink: true }, true, /takes a gateway and a device/],
  ] as const)('to %s by %j cannot be', (to, options, value, says) => {
    expectRefusal(() => a().route(to, options as never), { code: 'BAD_ARGUMENT', value, says })
  })

  test.each([
    { gateway: '10.0.1.1' },
    { via: 7 },
    { via: '10.0.1.1', metric: -1 },
    { via: '10.0.1.1', metric: 4294967296 },
    { via: '10.0.1.1', metric: 1.5 },
    { via: '10.0.1.1', table: 0 },
    { via: '10.0.1.1', table: 255 },
    { via: '10.0.1.1', table: 'main' },
    { via: '10.0.1.1', onlink: 'yes' },
    { type: 'throw' },
    null,
    '10.0.1.1',
  ])('%j is no options of it', (options) => {
    expectRefusal(() => a().route('10.0.9.0/24', options as never), {
      ...{ code: 'BAD_ARGUMENT', value: options },
    })
  })

  test.each(['10.0.9.1/24', '10.0.9.0/33', 'x', '', '224.0.0.0/4', undefined, 7])(
    '%j is no destination, and no gateway',
    (value) => {
      expectRefusal(() => a().route(value as string, { dev: 'eth0' }), { code: 'BAD_CIDR', value })
      if (typeof value !== 'string') return
      expectRefusal(() => a().route('10.0.9.0/24', { via: value }), { code: 'BAD_CIDR', value })
    },
  )

  test('a gateway with a prefix is no gateway', () => {
    expectRefusal(() => a().route('10.0.9.0/24', { via: '10.0.1.1/24' }), {
      ...{ code: 'BAD_CIDR', value: '10.0.1.1/24', says: /has a prefix/ },
    })
  })
})

describe('rule', () => {
  test('is made for the family that a network tells, else for both', () => {
    expect(last(a().rule({ from: '10.0.1.2', table: 100 }))).toEqual([
      'ip -n a rule add priority 1000 from 10.0.1.2 table 100',
    ])
    expect(last(a().rule({ to: 'fd00:9::/64', table: 100, priority: 5 }))).toEqual([
      'ip -6 -n a rule add priority 5 from all to fd00:9::/64 table 100',
    ])
    expect(last(a().rule({ iif: 'lo', fwmark: 255, table: 100 }), 2)).toEqual([
      'ip -n a rule add priority 1000 from all fwmark 0xff iif lo table 100',
      'ip -6 -n a rule add priority 1000 from all fwmark 0xff iif lo table 100',
    ])
    expect(last(a().rule({ table: 100, family: 6 }))).toEqual([
      'ip -6 -n a rule add priority 1000 from all table 100',
    ])
  })

  test('of all addresses says so as the kernel does, which keeps no network for it', () => {
    const all = a().rule({ from: '0.0.0.0/0', to: '0.0.0.0/0', table: 100 })
    expect(last(all)).toEqual(['ip -n a rule add priority 1000 from all table 100'])
    expectRefusal(() => all.rule({ family: 4, table: 100, priority: 1000 }), {
      ...{ code: 'DUPLICATE_RULE', value: '1000' },
    })
  })

  test('comes behind those before it: a rule of both families is one', () => {
    const priorities = (plan: Plan) =>
      plan
        .toJSON()
        .resources.flatMap((r) => (r.kind === 'rule' ? [`${r.family}: ${r.priority}`] : []))
    const plan = a()
      .rule({ table: 1 })
      .rule({ from: '10.0.0.0/8', table: 2 })
      .rule({ priority: 1003, table: 3, family: 6 })
      .rule({ table: 4, family: 4 })
      .rule({ table: 5, family: 4 })
    expect(priorities(plan)).toEqual([
      ...['4: 1000', '6: 1000', '4: 1001', '6: 1003'],
      // three are before it, and 1003 is taken
      ...['4: 1004', '4: 1005'],
    ])
    // of another namespace they are others
    expect(priorities(plan.ns('b').rule({ table: 1, family: 4 })).at(-1)).toBe('4: 1000')
  })

  test('twice with one priority; other packets, or another priority, are another rule', () => {
    const plan = a().rule({ from: '10.0.0.0/8', table: 5, priority: 7 })
    const error = expectRefusal(() => plan.rule({ from: '10.0.0.0/8', table: 6, priority: 7 }), {
      ...{ code: 'DUPLICATE_RULE', value: '7', says: /h\/a/ },
    })
    expect(error.hint).toMatch(/Leave one/)
    expect(last(plan.rule({ from: '10.0.0.0/9', table: 5, priority: 7 }))).toHaveLength(1)
    expect(last(plan.rule({ from: '10.0.0.0/8', table: 5, priority: 8 }))).toHaveLength(1)
  })

  test('of networks of two families', () => {
    for (const options of [
      { from: '10.0.0.0/8', to: 'fd00::/8', table: 5 },
      { from: '10.0.0.0/8', family: 6, table: 5 },
      { to: 'fd00::/8', family: 4, table: 5 },
    ] as const) {
      const error = expectRefusal(() => a().rule(options), {
        ...{ code: 'BAD_ARGUMENT', value: options, says: /not of one family/ },
      })
      expect(error.hint).toMatch(/make two of it/)
    }
  })

  test('by an interface that the namespace has not', () => {
    for (const iif of ['eth7', 'veth-a']) {
      expectRefusal(() => a().rule({ iif, table: 5 }), {
        ...{ code: 'MISSING_LINK', value: iif, says: /h\/a has no interface/ },
      })
    }
    expectRefusal(() => a().rule({ iif: 'all', table: 5 }), { code: 'BAD_NAME', value: 'all' })
    expect(last(a().rule({ iif: 'eth0', table: 5, family: 4 }))).toEqual([
      'ip -n a rule add priority 1000 from all iif eth0 table 5',
    ])
  })

  test.each([
    {},
    undefined,
    null,
    { table: 0 },
    { table: 255 },
    { table: 'main' },
    { table: 5, fwmark: 0 },
    { table: 5, fwmark: 4294967296 },
    { table: 5, priority: 0 },
    { table: 5, priority: 1.5 },
    { table: 5, family: 5 },
    { table: 5, oif: 'eth0' },
  ])('%j is no options of it', (options) => {
    expectRefusal(() => a().rule(options as never), { code: 'BAD_ARGUMENT', value: options })
  })

  test.each(['10.0.0.1/8', 'default', 'all', ''])('%j is no network', (value) => {
    expectRefusal(() => a().rule({ from: value, table: 5 }), { code: 'BAD_CIDR', value })
    expectRefusal(() => a().rule({ to: value, table: 5 }), { code: 'BAD_CIDR', value })
  })
})

describe('sysctl', () => {
  test.each([
    ['net.ipv4.conf.eth0.rp_filter', 2, 'net/ipv4/conf/eth0/rp_filter=2'],
    ['net/ipv4/conf/eth0/rp_filter', '2', 'net/ipv4/conf/eth0/rp_filter=2'],
    ['/proc/sys/net/ipv4/ip_default_ttl', 7, 'net/ipv4/ip_default_ttl=7'],
    ['net.ipv4.conf.all.forwarding', 0, 'net/ipv4/conf/all/forwarding=0'],
    ['net.ipv6.conf.default.accept_ra', -1, 'net/ipv6/conf/default/accept_ra=-1'],
    ['net.ipv4.conf.lo.forwarding', 1, 'net/ipv4/conf/lo/forwarding=1'],
    ['net.ipv4.tcp_congestion_control', 'reno', 'net/ipv4/tcp_congestion_control=reno'],
    ['net.ipv4.ping_group_range', '0 65535', 'net/ipv4/ping_group_range=0 65535'],
  ])('%s as %j', (name, value, words) => {
    expect(last(a().sysctl(name, value))).toEqual([`ip netns exec a sysctl -w ${words}`])
  })

  test('of an interface whose name has a dot: as sysctl(8) takes it', () => {
    const plan = bare().veth({ nsEnd: 'eth0.7' })
    const expected = ['ip netns exec a sysctl -w net/ipv4/conf/eth0.7/forwarding=1']
    expect(last(plan.sysctl('net/ipv4/conf/eth0.7/forwarding', 1))).toEqual(expected)
    expect(last(plan.sysctl('net.ipv4.conf.eth0/7.forwarding', 1))).toEqual(expected)
  })

  test('of an interface that the namespace has not', () => {
    for (const name of ['net.ipv4.conf.eth7.forwarding', 'net/ipv6/neigh/eth7/gc_stale_time']) {
      const error = expectRefusal(() => a().sysctl(name, 1), {
        ...{ code: 'MISSING_LINK', value: 'eth7', says: /h\/a has no interface eth7/ },
      })
      expect(error.hint).toMatch(/\.veth\(\)/)
    }
  })

  test.each([
    ...['kernel.hostname', 'net', 'net.', 'net..ipv4', '', 'net.ipv4.x=1', 'net.ipv4.x y'],
    ...['net/ipv4/../../kernel/hostname', 'net/./ipv4', 'net.ipv4/../x', '../net/ipv4/x'],
    ...['/proc/sys/kernel/hostname', '/proc/sys//proc/sys/net/x', 'net.ipv4.x\n', 'net.ipv4.$(id)'],
    ...['-net.ipv4.x', `net.${'a'.repeat(150)}`, 'net.a.b.c.d.e.f.g.h.i.j', 7, undefined, null],
  ])('%j is no setting', (value) => {
    const error = expectRefusal(() => a().sysctl(value as string, 1), {
      ...{ code: 'BAD_ARGUMENT', value, says: /no setting below net/ },
    })
    expect(error.hint).toMatch(/net\.ipv4\.conf\.eth0\.rp_filter/)
  })

  test.each([
    ...['', ' ', 'a  b', ' 1', '1 ', '1\n', '1;reboot', '$(id)', "'", '"', '\\', 'é', '\t', '::'],
    ...[
      Number.NaN,
      Number.POSITIVE_INFINITY,
      1.5,
      1e21,
      true,
      null,
      undefined,
      {},
      '9'.repeat(151),
    ],
  ])('%j is no value', (value) => {
    expectRefusal(() => a().sysctl('net.ipv4.x', value as string), {
      ...{ code: 'BAD_ARGUMENT', value, says: /no value of net\/ipv4\/x/ },
    })
  })

  test('twice, however it is written, and beside router()', () => {
    const value = 'net/ipv4/ip_forward'
    const plan = a().sysctl('net.ipv4.ip_forward', 0)
    for (const call of [
      () => plan.sysctl('net/ipv4/ip_forward', 0),
      () => plan.router(),
      () => a().router().sysctl('net.ipv4.ip_forward', 1),
      () => a().router().router(),
    ]) {
      const error = expectRefusal(call, { code: 'DUPLICATE_SETTING', value, says: /h\/a/ })
      expect(error.hint).toMatch(/Leave one/)
    }
    // each namespace has its own
    expect(last(plan.ns('b').sysctl('net.ipv4.ip_forward', 1))).toHaveLength(1)
  })
})

test('router() turns forwarding of both families on, in the namespace alone', () => {
  expect(last(bare().router(), 2)).toEqual([
    'ip netns exec a sysctl -w net/ipv4/ip_forward=1',
    'ip netns exec a sysctl -w net/ipv6/conf/all/forwarding=1',
  ])
})

test('a refused call leaves the plan as it was', () => {
  const plan = a().router().rule({ table: 5, family: 6 }).route('10.0.9.0/24', { via: '10.0.1.1' })
  const before = JSON.stringify(plan)
  for (const call of [
    () => plan.router(),
    // the rule of IPv4 is new, that of IPv6 is there
    () => plan.rule({ table: 6, priority: 1000 }),
    () => plan.route('10.0.9.0/24', { via: '10.0.1.1' }),
    () => plan.sysctl('net.ipv4.ip_forward', 0),
  ]) {
    expect(call).toThrow()
    expect(JSON.stringify(plan)).toBe(before)
  }
  expect(last(plan.rule({ table: 6, priority: 1000, family: 4 }))).toEqual([
    'ip -n a rule add priority 1000 from all table 6',
  ])
})

describe('routeBothWays and allowForward at a switch', () => {
  const at = () => net.host('h').bridge('br0', { ip: ['10.0.1.1/24', 'fd00:1::1/64'] })

  test("go by the host's address there; the host has its way back with it", () => {
    const plan = at().ns('a').ip('10.0.1.2/24', 'fd00:1::2/64').attach('br0').routeBothWays()
    expect(last(plan, 2)).toEqual([
      'ip -n a route add default via 10.0.1.1 dev eth0 proto 78',
      'ip -n a route add default via fd00:1::1 dev eth0 proto 78',
    ])
  })

  test('need an address of the host in the network of the namespace', () => {
    for (const plan of [
      net.host('h').bridge('br0').ns('a').ip('10.0.1.2/24').attach('br0'),
      at().ns('a').ip('10.0.2.2/24').attach('br0'),
      at().ns('a').ip('10.0.1.2/25').attach('br0'),
    ]) {
      const error = expectRefusal(() => plan.routeBothWays(), {
        ...{ code: 'MISSING_ADDRESS', value: 'br0', says: /namespace h\/a/ },
      })
      expect(error.hint).toMatch(/\.bridge\('br0', \{ ip: /)
    }
  })

  test('let the host forward what comes from the switch, once for all of its ports', () => {
    const plan = at()
      .each(2, (host, i) =>
        host
          .ns(`n${i}`)
          .ip(`10.0.1.${i + 2}/24`)
          .attach('br0')
          .allowForward(),
      )
      .commands()
      .flatMap(({ argv }) => (argv[0] === 'iptables' ? [argv.slice(7, 11).join(' ')] : []))
    expect(plan).toEqual(['-i br0 -o br0', '-o br0 -m comment', '-i br0 -m comment'])
  })

  test('ask for a link to the host', () => {
    const plan = net
      .host('h')
      .ns('b')
      .ns('a')
      .link('b', { ip: ['10.0.1.1/30', '10.0.1.2/30'] })
    for (const call of ['routeBothWays', 'allowForward'] as const) {
      const error = expectRefusal(() => plan[call](), {
        ...{ code: 'MISSING_LINK', value: 'eth0', says: /leads to another namespace/ },
      })
      expect(error.hint).toMatch(/\.route\(\)/)
    }
  })
})

test('in plain JavaScript, a call of a namespace on a host says what it needs', () => {
  const host = net.host('h').bridge('br0') as unknown as Record<
    string,
    (...args: unknown[]) => unknown
  >
  for (const call of ['attach', 'link', 'router', 'route', 'rule', 'sysctl']) {
    const error = expectRefusal(() => host[call]?.('br0', 1), {
      ...{ code: 'BAD_ARGUMENT', says: new RegExp(`^${call}\\(\\) needs a namespace`) },
    })
    expect(error.hint).toBe(`Call .ns('demo01') or .at('demo01') before it.`)
  }
  const none = net.parse(JSON.stringify(net.host('h'))) as unknown as typeof host
  expectRefusal(() => none['bridge']?.('br0'), { code: 'BAD_ARGUMENT', says: /needs a host/ })
})
