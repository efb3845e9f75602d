import { describe, expect, test } from 'vitest'
import { net } from '../../../src/index.js'
import { parseCidr } from '../../../src/ip/cidr.js'
import { Ledger } from '../../../src/plan/ledger.js'
import { expectRefusal } from '../refusal.js'
import { NODE02, NODE03 } from './fixtures.js'

const one = () => net.host('node03', NODE03).ns('demo01').ip('10.0.1.2/24').veth()

describe('names', () => {
  test('the same namespace twice on a host, and only there', () => {
    const plan = one()
    expectRefusal(() => plan.ns('demo01'), {
      code: 'DUPLICATE_NAME',
      value: 'demo01',
      says: /node03/,
    })
    expect(plan.host('node02').ns('demo01').commands()).not.toEqual([])
  })

  test('the same interface twice on a host, or in a namespace', () => {
    const plan = one().ns('demo02')
    expectRefusal(() => plan.veth('veth-demo01'), { code: 'DUPLICATE_NAME', value: 'veth-demo01' })
    expectRefusal(() => plan.at('demo01').veth('other', 'eth0'), {
      code: 'DUPLICATE_NAME',
      value: 'eth0',
    })
    // an inner name is the namespace's own: the host may have one like it
    expect(plan.veth('eth0', 'veth-demo01').ip('10.0.2.2/24').commands()).not.toEqual([])
  })

  test('the uplink of the host is taken', () => {
    expectRefusal(() => one().ns('b').veth('enp2s0'), { code: 'DUPLICATE_NAME', value: 'enp2s0' })
  })

  test('a host and a namespace of one name, in either order: a name means one place', () => {
    expectRefusal(() => one().ns('node03'), { code: 'DUPLICATE_NAME', value: 'node03' })
    expectRefusal(() => one().host('demo01'), { code: 'DUPLICATE_NAME', value: 'demo01' })
  })

  test('a host with options twice', () => {
    expectRefusal(() => one().host('node03', {}), { code: 'DUPLICATE_NAME', value: 'node03' })
  })
})

describe('addresses', () => {
  test('the same address twice, whatever its prefix or spelling', () => {
    const plan = one().ns('demo02')
    expectRefusal(() => plan.ip('10.0.1.2/24'), { code: 'DUPLICATE_ADDRESS', value: '10.0.1.2/24' })
    expectRefusal(() => plan.ip('10.0.1.2/32'), { code: 'DUPLICATE_ADDRESS', value: '10.0.1.2/32' })
    const six = plan.ip('fd00:1::2/64').veth()
    expectRefusal(() => six.ip('FD00:1:0::2/64'), {
      code: 'DUPLICATE_ADDRESS',
      value: 'fd00:1::2/64',
    })
    expectRefusal(() => plan.ip('10.0.2.2/24', '10.0.2.2/24'), {
      code: 'DUPLICATE_ADDRESS',
      value: '10.0.2.2/24',
    })
    expectRefusal(() => plan.ip('10.0.2.2/24').ip('10.0.2.2/24'), {
      code: 'DUPLICATE_ADDRESS',
      value: '10.0.2.2/24',
    })
  })

  test('the address of a host is taken too, in either order', () => {
    expectRefusal(() => one().ip('100.100.198.250/32'), {
      code: 'DUPLICATE_ADDRESS',
      value: '100.100.198.250/32',
    })
    expectRefusal(() => one().host('node02', { address: '10.0.1.2/24' }), {
      code: 'DUPLICATE_ADDRESS',
      value: '10.0.1.2/24',
    })
    expectRefusal(() => one().host('node02', { address: NODE03.address }), {
      code: 'DUPLICATE_ADDRESS',
      value: NODE03.address,
    })
  })

  test('a host has at most one address of each family', () => {
    for (const address of [
      ['10.0.0.1/24', '10.0.0.2/24'],
      ['10.0.0.1/24', '10.0.0.1/24'],
      ['fd00::1/64', 'fd01::1/64'],
      ['10.0.0.1/24', 'fd00::1/64', '10.0.1.1/24'],
    ]) {
      expectRefusal(() => net.host('a', { address }), { code: 'BAD_ARGUMENT', value: address })
    }
    expect(net.host('a', { address: ['10.0.0.1/24', 'fd00::1/64'] }).toJSON().hosts).toHaveLength(1)
  })
})

describe('networks', () => {
  test('a subnet that covers the declared address of a host is refused at its call', () => {
    for (const cidr of ['100.100.198.2/24', '100.100.0.2/16', '100.100.198.249/30']) {
      expectRefusal(() => one().ip(cidr), {
        code: 'SUBNET_OVERLAP',
        value: cidr,
        says: /100\.100\.198\.250/,
      })
      expectRefusal(() => one().ns('b').ip(cidr), { code: 'SUBNET_OVERLAP', value: cidr })
    }
    const six = net.host('a', { address: 'fd00::1/64' }).ns('n')
    expectRefusal(() => six.ip('fd00::2/64'), { code: 'SUBNET_OVERLAP', value: 'fd00::2/64' })
  })

  test('a single address inside the network of the host is none', () => {
    expect(one().ip('100.100.198.7/32').commands()).not.toEqual([])
  })

  test('two namespaces in one network are refused when the plan is used', () => {
    const plan = one().ns('demo02').ip('10.0.1.3/24').veth()
    const uses = [
      () => plan.commands(),
      () => plan.toBash(),
      () => plan.toJSON(),
      () => String(plan),
    ]
    for (const use of uses) {
      expectRefusal(use, {
        code: 'SUBNET_OVERLAP',
        value: '10.0.1.3/24',
        says: /10\.0\.1\.3\/24 \(node03\/demo02 eth0\).*10\.0\.1\.2\/24 \(node03\/demo01 eth0\)/,
      })
    }
  })

  test('a network inside a larger one, whichever came first and on whichever host', () => {
    const small = one()
    expectRefusal(() => small.ns('b').ip('10.9.9.9/8').veth().commands(), {
      code: 'SUBNET_OVERLAP',
    })
    const large = net.host('a').ns('x').ip('10.9.9.9/8').veth()
    expectRefusal(() => large.host('b').ns('y').ip('10.0.1.2/24').veth().commands(), {
      code: 'SUBNET_OVERLAP',
    })
  })

  test("a host that is declared later stands in nobody else's network, not even with a /32", () => {
    for (const address of ['10.0.1.9/24', '10.0.1.9/32']) {
      expectRefusal(() => one().host('node02', { address }).commands(), {
        code: 'SUBNET_OVERLAP',
        value: expect.stringMatching(/^10\.0\.1\./),
      })
    }
  })

  test('what may share a network: hosts of one segment, addresses of one link, single addresses', () => {
    const hosts = one().host('node02', NODE02)
    const link = hosts.at('demo01').ip('10.0.1.3/24', '10.0.1.4/25')
    const single = link.host('node03').ns('b').ip('10.0.1.77/32').veth()
    expect(single.commands()).not.toEqual([])
  })

  test('neighbouring networks do not overlap, nor do IPv4 and IPv6', () => {
    const plan = net.host().each(20, (host, i) =>
      host
        .ns(`n${i}`)
        .ip(`10.0.${i}.2/24`, `fd00:0:0:${i + 1}::2/64`)
        .veth(),
    )
    expect(plan.commands()).toHaveLength(20 * 7)
  })

  test('two links of one namespace are two networks', () => {
    const plan = one().veth('second').ip('10.0.1.9/24')
    expectRefusal(() => plan.commands(), { code: 'SUBNET_OVERLAP', value: '10.0.1.9/24' })
  })
})

describe('routes and rules', () => {
  test('a second way out of one namespace', () => {
    const plan = one().routeBothWays()
    expectRefusal(() => plan.routeBothWays(), { code: 'DUPLICATE_ROUTE', value: '0.0.0.0/0' })
    const second = plan.veth('second').ip('10.0.2.2/24')
    expectRefusal(() => second.routeBothWays(), { code: 'DUPLICATE_ROUTE', value: '0.0.0.0/0' })
    // also where the gateway would be there twice
    const own = net.host().ns('a').ip('10.0.1.2/24', 'fd00:1::2/64').veth().routeBothWays()
    expectRefusal(() => own.routeBothWays(), { code: 'DUPLICATE_ROUTE', value: '0.0.0.0/0' })
  })

  test('the same accept rule twice', () => {
    const plan = one().allowForward({ direction: 'in' })
    expectRefusal(() => plan.allowForward(), { code: 'DUPLICATE_RULE', value: 'veth-demo01' })
    expect(plan.allowForward({ direction: 'out' }).commands()).toHaveLength(
      one().commands().length + 3,
    )
  })

  test('the same address routed to twice from one host', () => {
    const plan = one().host('node02', NODE02).routeTo('demo01')
    expectRefusal(() => plan.routeTo('demo01'), { code: 'DUPLICATE_ROUTE', value: '10.0.1.2/32' })
    expectRefusal(() => one().host('node02', NODE02).routeTo('demo01', 'node03/demo01'), {
      code: 'DUPLICATE_ROUTE',
    })
  })
})

describe('what must stand before', () => {
  const call = 'x'
  const ledger = () => {
    const made = new Ledger()
    made.addHost({ name: 'h' })
    made.add({ kind: 'namespace', host: 'h', name: 'n', call })
    return made
  }

  test('is named itself, with a way out', () => {
    const port = { kind: 'port', host: 'h', device: 'p', bridge: 'br0', call } as const
    expect(
      expectRefusal(() => ledger().add(port), { code: 'UNKNOWN_NAME', value: 'br0' }).hint,
    ).toBe('Add it first: .host(), .ns() or .bridge().')
    const bridged = ledger()
    bridged.add({ kind: 'bridge', host: 'h', name: 'br0', call })
    const missing = expectRefusal(() => bridged.add(port), { code: 'MISSING_LINK', value: 'p' })
    expect(missing.hint).toBe('Make the link first: .veth(), .attach() or .link().')
    const inside = { kind: 'namespace', host: 'other', name: 'n', call } as const
    expectRefusal(() => ledger().add(inside), { code: 'UNKNOWN_NAME', value: 'other' })
    const rule = {
      kind: 'rule',
      host: 'h',
      namespace: 'o',
      family: 4,
      priority: 1,
      table: 5,
      call,
    } as const
    expectRefusal(() => ledger().add(rule), { code: 'UNKNOWN_NAME', value: 'h/o' })
  })

  test('a bridge is no end of a pair, and a pair no bridge', () => {
    const made = ledger()
    made.add({ kind: 'bridge', host: 'h', name: 'br0', call })
    made.add({ kind: 'veth', host: 'h', namespace: 'n', hostEnd: 'v', nsEnd: 'e', call })
    const gateway = { kind: 'address', host: 'h', device: 'br0', cidr: 'fe80::1/64', call } as const
    expectRefusal(() => made.add(gateway), { code: 'MISSING_LINK', value: 'br0' })
    const own = { kind: 'address', host: 'h', device: 'v', cidr: '10.0.1.1/24', call } as const
    expectRefusal(() => made.add(own), { code: 'MISSING_LINK', value: 'v' })
    made.add({ ...gateway, device: 'v' })
    made.add({ ...own, device: 'br0' })
    expect(made.addressesAt('h').map(({ cidr, end }) => `${end.device} ${cidr.text}`)).toEqual([
      'br0 10.0.1.1/24',
    ])
  })
})

describe('what is connected', () => {
  const plan = net
    .host('h')
    .bridge('br0', { ip: '10.0.1.1/24' })
    .ns('a')
    .ip('10.0.1.2/24')
    .attach('br0')
    .ns('b')
    .link('a', { ip: ['10.0.2.1/30', '10.0.2.2/30'], mtu: 1400 })
  const ledger = new Ledger()
  for (const host of plan.toJSON().hosts) ledger.addHost(host)
  for (const resource of plan.toJSON().resources) ledger.add(resource)

  test('a link is at both of its places, and each end knows the other', () => {
    const kinds = (place: string) => ledger.at(place).map(({ kind }) => kind)
    expect(kinds('h/b')).toEqual(['link', 'address'])
    expect(kinds('h/a')).toEqual(['veth', 'address', 'link', 'address'])
    expect(ledger.peerOf({ place: 'h/a', device: 'eth1' })).toEqual({
      place: 'h/b',
      device: 'eth0',
    })
    expect(ledger.peerOf({ place: 'h/b', device: 'eth0' })).toEqual({
      place: 'h/a',
      device: 'eth1',
    })
    // the other end of a pair to the host is on the host
    expect(ledger.peerOf({ place: 'h/a', device: 'eth0' })).toBeUndefined()
  })

  test('a port knows its bridge, each interface its MTU, and the plan which it makes', () => {
    expect([ledger.bridgeOf('h', 'veth-a'), ledger.bridgeOf('h', 'br0')]).toEqual([
      'br0',
      undefined,
    ])
    expect(ledger.bridge('h', 'br0')?.name).toBe('br0')
    expect(ledger.bridge('other', 'br0')).toBeUndefined()
    expect(['eth1', 'eth0'].map((device) => ledger.mtuOf({ place: 'h/a', device }))).toEqual([
      ...[1400, 1500],
    ])
    expect(
      ['br0', 'veth-a', 'enp2s0'].map((device) => ledger.makes({ place: 'h', device })),
    ).toEqual([true, true, false])
  })
})

test('the first free address is the same, however often one asks, until somebody has it', () => {
  const ledger = new Ledger()
  ledger.addHost({ name: 'h', addresses: ['10.0.1.3/24'] })
  const network = parseCidr('10.0.1.3/24')
  const free = (from: bigint) =>
    Number(ledger.freeFrom(network, network.first + from) - network.first)
  expect([free(2n), free(2n), free(3n), free(1n)]).toEqual([2, 2, 4, 1])
  ledger.addHost({ name: 'i', addresses: ['10.0.1.2/24'] })
  expect([free(2n), free(3n), free(1n)]).toEqual([4, 4, 1])
})

test('an entry that was refused leaves nothing behind', () => {
  const ledger = new Ledger()
  const call = 'x'
  ledger.addHost({ name: 'a', addresses: ['10.0.0.1/24'] })
  ledger.add({ kind: 'namespace', host: 'a', name: 'n', call })
  const pair = { kind: 'veth', host: 'a', namespace: 'n', hostEnd: 'h', nsEnd: 'e', call } as const
  ledger.add(pair)
  const half = { ...pair, hostEnd: 'h2' }
  expectRefusal(() => ledger.add(half), { code: 'DUPLICATE_NAME', value: 'e' })
  expect(ledger.has('device a h2')).toBe(false)
  expectRefusal(() => ledger.addHost({ name: 'b', addresses: ['fd00::1/64', '10.0.0.1/24'] }), {
    code: 'DUPLICATE_ADDRESS',
  })
  expect([ledger.has('address fd00::1'), ledger.hosts.has('b')]).toEqual([false, false])
})
