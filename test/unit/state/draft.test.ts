import { describe, expect, test } from 'vitest'
import { stateOf } from '../../../src/explain/from-plan.js'
import { type NamespacePlan, net, type Plan } from '../../../src/index.js'
import { linkOf, nodeOf } from '../../../src/state/state.js'

const node = (plan: Plan, name: string) => {
  const found = nodeOf(stateOf(plan.toJSON(), 'drop'), name)
  if (found === undefined) throw new Error(`the state has no ${name}`)
  return found
}

describe('what each kind adds to the state', () => {
  const switched = net
    .host('h')
    .bridge('br0', { ip: '10.0.1.1/24', mtu: 9000, isolated: true, mac: '02:00:00:00:00:0a' })
    .ns('a')
    .attach('br0', { hostMac: '02:00:00:00:00:0b', mac: '02:00:00:00:00:0c' })

  test('a bridge, its address, and a port of it', () => {
    const host = node(switched, 'h')
    expect(linkOf(host, 'br0')).toMatchObject({
      ...{ kind: 'bridge', up: true, carrier: true, mtu: 9000, mac: '02:00:00:00:00:0a' },
      bridge: { vlanFiltering: false, callIptables: false, callIp6tables: false },
    })
    expect(linkOf(host, 'veth-a')).toMatchObject({
      ...{ kind: 'veth', mtu: 9000, mac: '02:00:00:00:00:0b', master: 'br0' },
      port: { isolated: true, state: 'forwarding', hairpin: false },
    })
    expect(linkOf(node(switched, 'h/a'), 'eth0')).toMatchObject({
      ...{ mtu: 9000, mac: '02:00:00:00:00:0c', peer: { node: 'h', link: 'veth-a' } },
    })
    expect(host.addresses).toContainEqual({
      ...{ link: 'br0', family: 4, address: '10.0.1.1', prefix: 24, scope: 'global' },
    })
    expect(host.routes).toContainEqual(
      expect.objectContaining({ to: '10.0.1.1/24', device: 'br0', protocol: 'kernel' }),
    )
  })

  test('a bridge without ports has no carrier', () => {
    expect(linkOf(node(net.host('h').bridge('br0'), 'h'), 'br0')?.carrier).toBe(false)
  })

  test('a link, each end with the other as its peer', () => {
    const plan = net
      .host('h')
      .ns('b')
      .ns('a')
      .link('b', { device: 'x', peerDevice: 'y', mtu: 1400 })
    const common = { kind: 'veth', up: true, carrier: true, mtu: 1400 }
    const x = linkOf(node(plan, 'h/a'), 'x')
    const y = linkOf(node(plan, 'h/b'), 'y')
    expect(x).toMatchObject({ ...common, peer: { node: 'h/b', link: 'y' } })
    expect(y).toMatchObject({ ...common, peer: { node: 'h/a', link: 'x' } })
    expect(x?.mac).not.toBe(y?.mac)
  })

  test('routes with all that is said of them, and the metric that the kernel keeps', () => {
    const plan = net
      .host('h')
      .ns('a')
      .ip('10.0.1.2/24', 'fd00:1::2/64')
      .veth()
      .route('10.0.9.0/24', { via: '10.0.1.1', metric: 5, table: 7 })
      .route('fd00:9::/64', { type: 'prohibit' })
      .route('default', { via: '192.0.2.1', dev: 'eth0', onlink: true })
    const own = node(plan, 'h/a').routes.filter(({ protocol }) => protocol === '78')
    expect(own).toMatchObject([
      // by a gateway alone: the link on which it is
      { to: '10.0.9.0/24', gateway: '10.0.1.1', device: 'eth0', metric: 5, table: 7 },
      { to: 'fd00:9::/64', type: 'prohibit', metric: 1024, table: 254 },
      { to: '0.0.0.0/0', gateway: '192.0.2.1', device: 'eth0', onlink: true, metric: 0 },
    ])
    expect(own[1]?.device).toBeUndefined()
  })

  test('rules by their priority, among those of every namespace', () => {
    const plan = net
      .host('h')
      .ns('a')
      .rule({
        from: '10.0.0.0/8',
        to: '10.9.0.0/16',
        table: 7,
        priority: 2000,
        fwmark: 5,
        iif: 'lo',
      })
      .rule({ table: 8, priority: 1, family: 4 })
    expect(node(plan, 'h/a').rules.filter(({ family }) => family === 4)).toEqual([
      { family: 4, priority: 0, action: 'table', table: 255 },
      { family: 4, priority: 1, action: 'table', table: 8 },
      {
        ...{ family: 4, priority: 2000, from: '10.0.0.0/8', to: '10.9.0.0/16' },
        ...{ iif: 'lo', mark: 5, action: 'table', table: 7 },
      },
      { family: 4, priority: 32_766, action: 'table', table: 254 },
      { family: 4, priority: 32_767, action: 'table', table: 253 },
    ])
    expect(node(plan, 'h').rules.every(({ priority }) => priority % 32_766 < 2)).toBe(true)
  })
})

describe('settings of forwarding, as the kernel writes them', () => {
  const of = (build: (a: NamespacePlan) => NamespacePlan) => {
    const { settings } = node(build(net.host('h').ns('a').veth().veth()), 'h/a')
    const names = [
      'conf.all.forwarding',
      'ip_forward',
      'conf.eth0.forwarding',
      'conf.eth1.forwarding',
    ]
    return names.map((name) => settings[`net.ipv4.${name}`]).join('')
  }

  test.each([
    ['nothing', (a: NamespacePlan) => a, '0000'],
    ['router()', (a: NamespacePlan) => a.router(), '1111'],
    [
      'the other name of it',
      (a: NamespacePlan) => a.sysctl('net.ipv4.conf.all.forwarding', 1),
      '1111',
    ],
    ['one link', (a: NamespacePlan) => a.sysctl('net.ipv4.conf.eth1.forwarding', 1), '0001'],
    [
      'one link behind all',
      (a: NamespacePlan) => a.router().sysctl('net.ipv4.conf.eth0.forwarding', 0),
      '1101',
    ],
    [
      'all behind one link',
      (a: NamespacePlan) => a.sysctl('net.ipv4.conf.eth0.forwarding', 0).router(),
      '1111',
    ],
  ])('%s', (_, build, expected) => {
    expect(of(build)).toBe(expected)
  })

  test('of IPv6 there is one that counts; others are kept as they are written', () => {
    const plan = net.host('h').ns('a').router().sysctl('net.ipv4.conf.lo.rp_filter', 2)
    const { settings } = node(plan, 'h/a')
    expect(settings['net.ipv6.conf.all.forwarding']).toBe('1')
    expect(settings['net.ipv4.conf.lo.rp_filter']).toBe('2')
    expect(node(plan, 'h').settings['net.ipv6.conf.all.forwarding']).toBe('0')
  })

  test('of an interface with a dot in its name', () => {
    const plan = net.host('h').ns('a').veth({ nsEnd: 'e.7' }).router()
    const off = plan.sysctl('net/ipv4/conf/e.7/forwarding', 0)
    const value = (p: Plan) => node(p, 'h/a').settings['net.ipv4.conf.e.7.forwarding']
    expect([value(plan), value(off)]).toEqual(['1', '0'])
  })
})
