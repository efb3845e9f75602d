import { describe, expect, test } from 'vitest'
import type { FilterTexts } from '../../../../src/explain/live/filters.js'
import type { Parts } from '../../../../src/explain/live/host.js'
import { parseNode } from '../../../../src/explain/live/parse.js'
import { heard, noFilters, readHost, recorded } from './outputs.js'

const place = { node: 'node03', host: 'node03' }
const parsed = (parts: Parts) => parseNode(place, parts, noFilters).state

describe('a host with a bridge', () => {
  const { state } = readHost()
  const link = (name: string) => state.links.find((each) => each.name === name)

  test('nothing that it has is unknown', () => {
    expect(state.gaps).toEqual([])
  })

  test('links, ports and bridges', () => {
    expect(state.links.map(({ name, kind }) => `${name} ${kind}`)).toEqual([
      'lo loopback',
      'va veth',
      'vb veth',
      'br0 bridge',
      'x2 veth',
      'x1 veth',
      'vx0 vxlan',
      'e.101 veth',
      'e.100 veth',
    ])
    expect(link('vb')).toMatchObject({
      index: 3,
      up: true,
      carrier: true,
      mtu: 1500,
      group: 0,
      master: 'br0',
      port: { isolated: true, state: 'forwarding', hairpin: false },
    })
    expect(link('va')?.port).toEqual({ isolated: false, state: 'forwarding', hairpin: false })
    expect(link('va')?.mac).toMatch(/^(?:[0-9a-f]{2}:){5}[0-9a-f]{2}$/)
    expect(link('lo')).not.toHaveProperty('mac')
    expect(link('br0')?.bridge).toEqual({
      callIptables: false,
      callIp6tables: false,
      vlanFiltering: false,
    })
    expect(link('br0')).not.toHaveProperty('port')
    expect(link('e.100')).toMatchObject({ up: true, carrier: false })
    expect(link('x1')).toMatchObject({ up: false, carrier: false })
  })

  test('a pair within the namespace is known by its name', () => {
    expect(link('x1')?.peer).toEqual({ node: 'node03', link: 'x2' })
    expect(link('e.101')?.peer).toEqual({ node: 'node03', link: 'e.100' })
  })

  test('programs on the way', () => {
    expect(state.links.filter(({ programs }) => programs).map(({ name }) => name)).toEqual(['va'])
    expect(link('va')?.programs).toEqual(['tc clsact'])
  })

  test('addresses', () => {
    const on = (name: string) => state.addresses.filter((each) => each.link === name)
    expect(on('br0').map(({ address, prefix, scope }) => [address, prefix, scope])).toEqual([
      ['10.0.0.1', 24, 'global'],
      ['fd00::1', 64, 'global'],
      ['fe80::1', 64, 'link'],
      expect.arrayContaining([64, 'link']),
    ])
    expect(on('lo')).toEqual([
      { link: 'lo', family: 4, address: '127.0.0.1', prefix: 8, scope: 'host' },
      { link: 'lo', family: 6, address: '::1', prefix: 128, scope: 'host' },
    ])
    expect(on('br0').at(-1)).toHaveProperty('tentative', true)
  })

  test('rules of both families, by priority', () => {
    const rule = (priority: number, family = 4) =>
      state.rules.find((each) => each.priority === priority && each.family === family)
    expect(state.rules.map(({ family, priority }) => `${family} ${priority}`)).toEqual([
      '4 0',
      '6 0',
      '6 40',
      '4 50',
      '4 51',
      '4 52',
      '4 53',
      '4 60',
      '4 61',
      '4 71',
      '4 72',
      '4 32766',
      '6 32766',
      '4 32767',
    ])
    expect(rule(0)).toEqual({ family: 4, priority: 0, action: 'table', table: 255 })
    expect(rule(40, 6)).toMatchObject({ from: 'fd00::/64', oif: 'br0', action: 'blackhole' })
    expect(rule(50)).toMatchObject({ from: '10.0.0.2/32', action: 'table', table: 100 })
    expect(rule(51)).toMatchObject({ mark: 1, mask: 255 })
    expect(rule(52)).toMatchObject({ iif: 'va', to: '10.3.0.0/16', action: 'prohibit' })
    expect(rule(53)).toEqual({
      family: 4,
      priority: 53,
      not: true,
      from: '10.0.0.9/32',
      protocol: 'tcp',
      sourcePorts: [5, 5],
      destinationPorts: [80, 90],
      action: 'goto',
      goto: 60,
    })
    expect(rule(60)).toMatchObject({ action: 'nop', unknown: 'tos 0x10, uid_start 0' })
    expect(rule(61)).toMatchObject({ table: 254, suppressPrefix: 0 })
    expect(rule(71)).toMatchObject({ sourcePorts: [5, 7], unknown: 'ipproto 132' })
    expect(rule(72)).toMatchObject({ mark: 5, action: 'unreachable' })
    expect(rule(72)).not.toHaveProperty('mask')
  })

  test('routes of all tables and both families', () => {
    const to = (network: string) => state.routes.filter((route) => route.to === network)
    expect(to('10.8.0.0/16')).toMatchObject([{ table: 100, type: 'prohibit', protocol: 'boot' }])
    expect(to('10.9.0.0/16')).toMatchObject([{ table: 254, type: 'blackhole' }])
    expect(to('10.7.0.0/16')).toMatchObject([{ type: 'throw' }])
    const [unreachable] = to('fd09::/64')
    expect(unreachable).toMatchObject({ family: 6, type: 'unreachable', metric: 1024 })
    expect(unreachable).not.toHaveProperty('device')
    expect(to('10.0.0.0/24')).toEqual([
      {
        family: 4,
        table: 254,
        type: 'unicast',
        to: '10.0.0.0/24',
        device: 'br0',
        metric: 0,
        source: '10.0.0.1',
        protocol: 'kernel',
        scope: 'link',
      },
    ])
    expect(to('10.0.0.1/32')).toMatchObject([{ table: 255, type: 'local', device: 'br0' }])
    expect(to('fd00::1/128')).toMatchObject([{ family: 6, table: 255, type: 'local' }])
    expect(to('10.20.0.0/16')[0]?.nexthops).toEqual([
      { gateway: '10.0.0.2', device: 'br0' },
      { gateway: '10.0.0.3', device: 'br0' },
    ])
    expect(to('10.21.0.0/16')).toMatchObject([{ family: 4, gateway: 'fd00::5', device: 'br0' }])
    expect(to('10.22.0.0/16')).toMatchObject([
      { gateway: '1.2.3.4', onlink: true, metric: 5, source: '10.0.0.1', mtu: 1400 },
    ])
  })

  test('neighbours and proxies, without those of groups', () => {
    expect(state.neighbours).toEqual([
      {
        link: 'br0',
        family: 4,
        address: '10.0.0.51',
        mac: '02:00:00:00:00:02',
        state: 'NOARP',
      },
      {
        link: 'br0',
        family: 4,
        address: '10.0.0.50',
        mac: '02:00:00:00:00:01',
        state: 'PERMANENT',
      },
      { link: 'br0', family: 4, address: '10.0.0.60', state: '', proxy: true },
      { link: 'br0', family: 6, address: 'fd00::99', state: '', proxy: true },
    ])
  })

  test('settings keep the dots of a name', () => {
    expect(state.settings).toMatchObject({
      'net.ipv4.ip_forward': '0',
      'net.ipv4.ip_default_ttl': '64',
      'net.ipv4.conf.all.rp_filter': expect.stringMatching(/^[012]$/),
      'net.ipv4.conf.e.100.arp_ignore': '0',
      'net.ipv6.conf.e.100.disable_ipv6': '0',
      'net.ipv6.icmp.echo_ignore_all': '0',
      'net.bridge.bridge-nf-call-iptables': expect.stringMatching(/^[01]$/),
    })
  })

  test('sockets that listen', () => {
    expect(state.sockets).toHaveLength(5)
  })

  test('what the tools of filters print is handed over as it is', () => {
    const seen: FilterTexts[] = []
    const { state: own } = parseNode(place, recorded.get(0) ?? [], (texts) => {
      seen.push(texts)
      return { tables: [{ backend: 'nft', family: 'ip', name: 'filter', chains: [] }], gaps: ['g'] }
    })
    expect(Object.keys(seen[0] ?? {})).toEqual(['nft', 'iptables', 'legacy4'])
    expect(seen[0]?.nft).toMatch(/^\{"nftables": /)
    expect(seen[0]?.legacy4).toContain('-A INPUT -j ACCEPT')
    expect(own.tables.map(({ name }) => name)).toEqual(['filter'])
    expect(own.gaps).toEqual(['g'])
  })
})

describe('what could not be read', () => {
  test('a tool that is missing', () => {
    const state = parsed([
      ['missing nft', ''],
      ['missing iptables-legacy-save', ''],
      ['end', ''],
    ])
    expect(state.gaps).toEqual([
      'nft is missing: tables of nftables are not known',
      'iptables-legacy-save is missing: rules of iptables (legacy) are not known, though there are some',
    ])
  })

  test('a tool that refuses says why, on one line', () => {
    const state = parsed([
      ['failed nft', 'Operation not permitted (you must be root)\nnetlink: Error\n'],
      ['end', ''],
    ])
    expect(state.gaps).toEqual([
      'tables of nftables could not be read: Operation not permitted (you must be root); netlink: Error',
    ])
  })

  test('a namespace that cannot be entered, and one that was left in the middle', () => {
    const said = 'nsenter: cannot open /run/netns/none: No such file or directory'
    expect(parsed([['failed place', `${said}\n`]]).gaps).toEqual([
      `the namespace could not be read: ${said}`,
    ])
    const whole = recorded.get(1) ?? []
    expect(parsed(whole.slice(0, 3)).gaps).toEqual(['the namespace was not read to its end'])
    expect(parsed([]).gaps).toEqual(['the namespace was not read to its end'])
  })

  test('sockets are unknown, not absent, where they were not read', () => {
    expect(parsed([['end', '']]).sockets).toBeUndefined()
    expect(
      parsed([
        ['sockets', ''],
        ['failed sockets', 'no'],
        ['end', ''],
      ]).sockets,
    ).toBeUndefined()
    expect(
      parsed([
        ['sockets', ''],
        ['end', ''],
      ]).sockets,
    ).toEqual([])
  })
})

describe('an ip that says something else', () => {
  test.each([
    ['text', 'BusyBox v1.36 multi-call binary'],
    ['half an array', '[{"ifindex":1,"ifname":"lo"'],
  ])('%s is no crash', (_, text) => {
    const state = parsed([
      ['ip', text],
      ['end', ''],
    ])
    expect(state.links).toEqual([])
    expect(state.gaps).toEqual([
      'ip printed something that is no JSON: it is not that of iproute2, or an old one',
    ])
  })

  test('objects of any shape are no crash', () => {
    const state = heard(
      {},
      { ifname: 'odd' },
      { ifname: 7, ifindex: 'x', flags: 3, linkinfo: [], addr_info: {} },
      { ifname: 'e0', ifindex: 2, addr_info: [null, 5, {}, { local: 5 }], linkinfo: 'x' },
      { priority: {}, src: [] },
      { priority: 7, action: 'nat', src: 'all' },
      { dst: 5, type: {}, table: [] },
      { dst: 'default', type: '77', dev: 'e0' },
      { dst: '10.0.0.0/8', type: '1', nexthops: 'x', metrics: [[]], flags: 1, encap: 'mpls' },
      { dst: null, dev: 'e0', state: [] },
      { surprise: 1 },
    )
    expect(state.links.map(({ name }) => name)).toEqual(['e0'])
    expect(state.rules).toEqual([{ family: 4, priority: 7, action: 'nop', unknown: 'action nat' }])
    expect(state.routes.map(({ to }) => to)).toEqual(['5/32', '10.0.0.0/8'])
    expect(state.gaps).toEqual([
      'ip told of something unknown: surprise',
      'the route to 0.0.0.0/0 in table 254 has type 77, which is not modelled',
      'the route to 10.0.0.0/8 in table 254 has encap, which is not modelled',
    ])
  })

  test('a part of something that is no bridge', () => {
    const state = heard({
      ifindex: 2,
      ifname: 'e0',
      master: 'blue',
      flags: ['UP'],
      linkinfo: { info_kind: 'veth', info_slave_kind: 'vrf' },
    })
    expect(state.links[0]).not.toHaveProperty('master')
    expect(state.gaps).toEqual([
      'e0 is part of blue, which is no bridge: what that does to a packet is not modelled',
    ])
  })

  test('words where this one writes numbers', () => {
    const state = heard(
      {
        dst: 'default',
        type: 'unicast',
        gateway: 'fe80::1',
        dev: 'e0',
        table: '254',
        pref: 'medium',
      },
      { dst: '10.1.0.0/16', type: 'prohibit', protocol: 'static', scope: 'global' },
      { priority: 5, src: 'all', action: 'unreachable', ipproto: 'udp' },
      {
        ifindex: 2,
        ifname: 'e0',
        flags: [],
        master: 'br0',
        linkinfo: { info_slave_kind: 'bridge', info_slave_data: { state: '3', isolated: 0 } },
      },
    )
    expect(state.routes).toMatchObject([
      { family: 6, to: '::/0', gateway: 'fe80::1' },
      { family: 4, type: 'prohibit', protocol: 'static', scope: 'global' },
    ])
    expect(state.rules).toMatchObject([{ action: 'unreachable', protocol: 'udp' }])
    expect(state.links[0]?.port).toEqual({ isolated: false, state: 'forwarding', hairpin: false })
  })
})

test('a tunnel has no MAC', () => {
  const tunnel = { ifindex: 3, ifname: 'sit0', link_type: '[776]', address: '0.0.0.0' }
  const port = { ifindex: 4, ifname: 'e0', link_type: 'ether', address: '02:00:00:00:00:01' }
  expect(heard(tunnel, port).links.map(({ mac }) => mac)).toEqual([undefined, '02:00:00:00:00:01'])
})

test('addresses with all that one can say of them', () => {
  const info = {
    family: 'inet',
    local: '10.0.0.1',
    address: '10.0.0.2',
    prefixlen: 32,
    scope: '253',
  }
  const failed = {
    family: 'inet6',
    local: 'fd00::1',
    prefixlen: 64,
    tentative: true,
    dadfailed: true,
  }
  const late = { family: 'inet6', local: 'fd00::2', prefixlen: 64, scope: '0', deprecated: true }
  const second = { family: 'inet', local: '10.0.0.9', prefixlen: 24, secondary: true }
  const state = heard({ ifindex: 2, ifname: 'e0', addr_info: [info, failed, late, second] })
  expect(state.addresses).toEqual([
    { link: 'e0', family: 4, address: '10.0.0.1', prefix: 32, scope: 'link', peer: '10.0.0.2' },
    {
      ...{ link: 'e0', family: 6, address: 'fd00::1', prefix: 64, scope: 'global' },
      ...{ tentative: true, dadFailed: true },
    },
    { link: 'e0', family: 6, address: 'fd00::2', prefix: 64, scope: 'global', deprecated: true },
    { link: 'e0', family: 4, address: '10.0.0.9', prefix: 24, scope: 'global', secondary: true },
  ])
})
