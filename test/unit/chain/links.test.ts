import { describe, expect, test } from 'vitest'
import { type HostPlan, net, type Plan } from '../../../src/index.js'
import { firstOf } from '../plan/fixtures.js'
import { expectRefusal } from '../refusal.js'

const lines = (plan: Plan) =>
  plan.commands().map(({ argv }) => argv.join(' ').replaceAll(/ (?:..:){5}../g, ' MAC'))
const switched = () => net.host('h').bridge('br0', { ip: '10.0.1.1/24' })
const two = () => net.host('h').ns('b').ns('a')

describe('a bridge', () => {
  test('with all that can be said of it', () => {
    const plan = net
      .host('h')
      .named('lab')
      .bridge('br0', {
        ip: ['10.0.1.1/24', 'fd00:1::1/64'],
        stp: true,
        isolated: true,
        mtu: 9000,
        mac: '02:00:00:00:00:0A',
      })
    const { resources } = plan.toJSON()
    expect(firstOf(resources, 'bridge')).toMatchObject({
      ...{ name: 'br0', stp: true, isolated: true, mtu: 9000, mac: '02:00:00:00:00:0a' },
    })
    const [add, mtu] = plan.commands().map(({ argv }) => argv.join(' '))
    expect(add).toMatch(
      /^ip link add dev br0 address 02:00:00:00:00:0a group \d+ type bridge stp_state 1 forward_delay 200$/,
    )
    expect(mtu).toBe('ip link set dev br0 mtu 9000')
  })

  test('of which nothing is said, or only what is not the case, is plain', () => {
    const plain = net.host('h').bridge('br0')
    const spelt = net.host('h').bridge('br0', { stp: false, isolated: false, ip: undefined })
    const of = (plan: Plan) => ({ ...firstOf(plan.toJSON().resources, 'bridge'), call: '' })
    expect(of(spelt)).toEqual(of(plain))
    expect(Object.keys(of(plain))).toEqual(['kind', 'host', 'name', 'call'])
  })

  test('has a name that nothing else on the host has', () => {
    const plan = switched().ns('a').veth('va')
    for (const value of ['br0', 'va']) {
      expectRefusal(() => plan.bridge(value), { code: 'DUPLICATE_NAME', value })
    }
    expectRefusal(() => plan.veth('br0'), { code: 'DUPLICATE_NAME', value: 'br0' })
    const uplink = net.host('h', { device: 'enp2s0' })
    expectRefusal(() => uplink.bridge('enp2s0'), { code: 'DUPLICATE_NAME', value: 'enp2s0' })
    // each host has its own
    expect(lines(plan.host('other').bridge('br0'))).toHaveLength(lines(plan).length + 2)
  })

  test.each([
    [{ ips: '10.0.1.1/24' }, /Unrecognized key: "ips"/],
    [{ stp: 'yes' }, /stp/],
    [{ isolated: 1 }, /isolated/],
    [{ mtu: 67 }, /mtu/],
    [{ mtu: 65536 }, /mtu/],
    [{ mtu: 1500.5 }, /mtu/],
    [{ ip: [] }, /ip/],
    [{ ip: 7 }, /ip/],
    [null, /object/],
    ['10.0.1.1/24', /object/],
  ])('%j is no options of it', (options, says) => {
    const plan = net.host('h')
    expectRefusal(() => plan.bridge('br0', options as never), {
      ...{ code: 'BAD_ARGUMENT', value: options, says },
    })
    expect(lines(plan.bridge('br0'))).toHaveLength(2)
  })

  test('takes addresses as a namespace does', () => {
    expectRefusal(() => net.host().bridge('br0', { ip: '10.0.1.1' }), {
      ...{ code: 'BAD_CIDR', value: '10.0.1.1' },
    })
    expectRefusal(() => net.host().bridge('br0', { ip: ['10.0.1.1/24', '10.0.1.1/24'] }), {
      ...{ code: 'DUPLICATE_ADDRESS', value: '10.0.1.1/24' },
    })
    expectRefusal(() => switched().bridge('br1', { ip: '10.0.1.1/24' }), {
      ...{ code: 'DUPLICATE_ADDRESS', value: '10.0.1.1/24' },
    })
    const uplink = net.host('h', { address: '192.0.2.1/24' })
    expectRefusal(() => uplink.bridge('br0', { ip: '192.0.2.2/24' }), {
      ...{ code: 'SUBNET_OVERLAP', value: '192.0.2.2/24' },
    })
  })

  test.each(['a'.repeat(16), '', 'a b', 'a/b', '-a', '..', '$(reboot)', 'all', 'lo', 7, null])(
    '%j is no name of one',
    (value) => {
      expectRefusal(() => net.host().bridge(value as string), { code: 'BAD_NAME', value })
      expectRefusal(
        () =>
          switched()
            .ns('a')
            .attach(value as string),
        { code: 'BAD_NAME', value },
      )
    },
  )
})

describe('attach', () => {
  test('makes a pair, and a port of its end on the host', () => {
    expect(lines(switched().ns('a').ip('10.0.1.2/24').attach('br0')).slice(5)).toEqual([
      expect.stringMatching(
        /^ip link add dev veth-a address MAC group \d+ type veth peer name eth0 address MAC netns a$/,
      ),
      'ip link set dev veth-a up',
      'ip -n a link set dev eth0 up',
      'ip link set dev veth-a master br0',
      'ip -n a addr add 10.0.1.2/24 dev eth0',
      'iptables -w 5 -t filter -A FORWARD -i br0 -o br0 -m comment --comment netloom:h-a -j ACCEPT',
    ])
  })

  test('takes the options of a pair', () => {
    const options = {
      ...{ hostEnd: 'p1', nsEnd: 'e1', txQueueLen: 7 },
      ...{ mac: '02:00:00:00:00:01', hostMac: '02:00:00:00:00:02' },
    }
    const { resources } = switched().ns('a').attach('br0', options).toJSON()
    expect(firstOf(resources, 'veth')).toMatchObject(options)
    expect(firstOf(resources, 'port')).toMatchObject({ device: 'p1', bridge: 'br0' })
  })

  test('what is switched passes FORWARD once for each family, and not at all between isolated ports', () => {
    const rules = (plan: Plan) =>
      plan.toJSON().resources.flatMap((r) => (r.kind === 'accept' ? [r.family] : []))
    const plan = (host: HostPlan) =>
      host
        .ns('a')
        .ip('10.0.1.2/24')
        .attach('br0')
        .ip('fd00:1::2/64')
        .ns('b')
        .ip('10.0.1.3/24', 'fd00:1::3/64')
        .attach('br0')
    expect(rules(plan(switched()))).toEqual([4, 6])
    const isolated = plan(net.host('h').bridge('br0', { isolated: true }))
    expect(rules(isolated)).toEqual([])
    expect(lines(isolated).filter((line) => line.endsWith('isolated on'))).toHaveLength(2)
  })

  test('to a bridge that is not there, or is on another host', () => {
    const plan = switched().host('other').ns('a').ip('10.0.2.2/24')
    for (const value of ['br0', 'br1']) {
      const error = expectRefusal(() => plan.attach(value), {
        ...{ code: 'UNKNOWN_NAME', value, says: /host other has no bridge/ },
      })
      expect(error.hint).toBe(`Add it with .bridge('${value}') first.`)
    }
    // an interface is no bridge
    expectRefusal(() => net.host().ns('a').veth('va').attach('va'), {
      ...{ code: 'UNKNOWN_NAME', value: 'va' },
    })
    expect(lines(plan.bridge('br0').attach('br0'))).toHaveLength(13)
  })

  test('with another MTU than the bridge has; it has that of the bridge where none is given', () => {
    const jumbo = () => net.host('h').bridge('br0', { mtu: 9000 }).ns('a')
    expect(firstOf(jumbo().attach('br0').toJSON().resources, 'veth').mtu).toBe(9000)
    const error = expectRefusal(() => jumbo().attach('br0', { mtu: 1500 }), {
      ...{ code: 'MTU_MISMATCH', value: 1500, says: /veth-a is 1500.*br0 of host h is 9000/ },
    })
    expect(error.hint).toMatch(/the same MTU/)
    expectRefusal(() => switched().ns('a').attach('br0', { mtu: 9000 }), {
      ...{ code: 'MTU_MISMATCH', value: 9000 },
    })
    // 1500 is what a bridge has of which nothing is said
    expect(lines(switched().ns('a').attach('br0', { mtu: 1500 }))).toHaveLength(9)
  })

  test('twice is two links, by names of their own', () => {
    const plan = switched().ns('a').ip('10.0.1.2/24').attach('br0')
    expectRefusal(() => plan.attach('br0', { hostEnd: 'veth-a' }), {
      ...{ code: 'DUPLICATE_NAME', value: 'veth-a' },
    })
    const both = plan.bridge('br1').attach('br1').ip('10.0.2.2/24')
    const ports = both.toJSON().resources.flatMap((r) => (r.kind === 'port' ? [r.device] : []))
    expect(ports).toEqual(['veth-a', 'veth-a-1'])
  })

  test.each([
    [{ hostend: 'x' }, /hostend/],
    [{ mtu: '1500' }, /mtu/],
    [{ txQueueLen: -1 }, /txQueueLen/],
    [{ mac: '01:00:5e:00:00:01' }, /one of a group/],
    [{ hostMac: 'x' }, /six octets/],
    [{ isolated: true }, /isolated/],
  ])('%j is no options of it, nor of veth() and link()', (options, says) => {
    const value = expect.anything()
    const plan = switched().ns('b').ns('a')
    for (const call of [
      () => plan.attach('br0', options as never),
      () => plan.veth(options as never),
    ]) {
      expectRefusal(call, { code: 'BAD_ARGUMENT', value, says })
    }
    expectRefusal(() => plan.link('b', options as never), { code: 'BAD_ARGUMENT', value })
    expect(lines(plan.attach('br0'))).toHaveLength(11)
  })
})

describe('link', () => {
  test('takes what is said of each end', () => {
    const options = {
      ...{ device: 'up0', peerDevice: 'down0', mtu: 9000, txQueueLen: 3 },
      ...{ mac: '02:00:00:00:00:01', peerMac: '02:00:00:00:00:02' },
    }
    const plan = two().link('b', { ...options, ip: ['10.0.1.1/30', ['10.0.1.2/30', 'fd00::2/64']] })
    const { resources } = plan.toJSON()
    expect(firstOf(resources, 'link')).toMatchObject({ namespace: 'a', peer: 'b', ...options })
    expect(lines(plan)[4]).toMatch(
      /^ip link add dev up0 address MAC mtu 9000 txqueuelen 3 netns a group \d+ type veth peer name down0 address MAC mtu 9000 txqueuelen 3 netns b$/,
    )
    expect(lines(plan).slice(-3)).toEqual([
      'ip -n a addr add 10.0.1.1/30 dev up0',
      'ip -n b addr add 10.0.1.2/30 dev down0',
      'ip -n b addr add fd00::2/64 dev down0 nodad',
    ])
  })

  test('names its ends by the first numbers that are free on each side', () => {
    const plan = two().veth().ip('10.0.9.2/24').link('b').link('h/b')
    const ends = plan
      .toJSON()
      .resources.flatMap((r) => (r.kind === 'link' ? [[r.device, r.peerDevice]] : []))
    expect(ends).toEqual([
      ['eth1', 'eth0'],
      ['eth2', 'eth1'],
    ])
    const named = two().link('b', { device: 'eth1' }).link('b')
    expect(named.toJSON().resources.flatMap((r) => (r.kind === 'link' ? [r.device] : []))).toEqual([
      'eth1',
      'eth2',
    ])
  })

  test('is the newest link of both namespaces', () => {
    const plan = two().link('b').at('b').ip('10.0.1.2/30').at('a').ip('10.0.1.1/30')
    expect(lines(plan).slice(-2)).toEqual([
      'ip -n b addr add 10.0.1.2/30 dev eth0',
      'ip -n a addr add 10.0.1.1/30 dev eth0',
    ])
  })

  test('takes the addresses that waited at either end', () => {
    const plan = net.host('h').ns('b').ip('10.0.1.2/30').ns('a').ip('10.0.1.1/30').link('b')
    expect(lines(plan).slice(-2)).toEqual([
      'ip -n a addr add 10.0.1.1/30 dev eth0',
      'ip -n b addr add 10.0.1.2/30 dev eth0',
    ])
    const calls = plan.toJSON().resources.flatMap((r) => (r.kind === 'address' ? [r.call] : []))
    expect(calls).toEqual(["ip('10.0.1.1/30')", "ip('10.0.1.2/30')"])
  })

  test('of a namespace to itself', () => {
    for (const name of ['a', 'h/a'] as const) {
      const error = expectRefusal(() => two().link(name), {
        ...{ code: 'BAD_ARGUMENT', value: 'a', says: /namespace h\/a to itself/ },
      })
      expect(error.hint).toMatch(/loopback/)
      expectRefusal(() => two().link(name, { ip: ['10.0.1.1/30', '10.0.1.2/30'] }), {
        ...{ code: 'BAD_ARGUMENT', value: 'a' },
      })
    }
  })

  test('whose ends are of different subnets, by its own option', () => {
    for (const [own, peer, value] of [
      ['10.0.1.1/30', '10.0.2.2/30', '10.0.1.1/30'],
      ['10.0.1.1/24', '10.0.1.2/25', '10.0.1.1/24'],
      ['fd00:1::1/64', 'fd00:2::2/64', 'fd00:1::1/64'],
      [['10.0.1.1/24', '10.0.2.1/24'], '10.0.1.2/24', '10.0.2.1/24'],
    ] as const) {
      const error = expectRefusal(() => two().link('b', { ip: [own, peer] }), {
        ...{ code: 'SUBNET_MISMATCH', value, says: /different subnets/ },
      })
      expect(error.hint).toMatch(/one subnet, with one prefix/)
    }
  })

  test('whose ends have no family in common', () => {
    expectRefusal(() => two().link('b', { ip: ['10.0.1.1/30', 'fd00::2/64'] }), {
      ...{ code: 'SUBNET_MISMATCH', value: '10.0.1.1/30', says: /different families/ },
    })
  })

  test('whose ends have an address alone each: routes say that they are there', () => {
    const alone = two().link('b', { ip: ['192.0.2.1/32', '192.0.2.2/32'] })
    expect(lines(alone)).toHaveLength(lines(two().link('b')).length + 2)
  })

  test('whose ends are of different subnets, by a later ip() at either end, or by what waited', () => {
    const linked = two().link('b', { ip: ['10.0.1.1/30', '10.0.1.2/30'] })
    const cases = [
      () => linked.ip('10.0.7.1/24'),
      () => linked.at('b').ip('10.0.7.1/24'),
      () => two().link('b').ip('10.0.1.1/30').at('b').ip('10.0.7.1/24'),
      () => net.host('h').ns('b').ip('10.0.7.1/24').ns('a').ip('10.0.1.1/30').link('b'),
    ]
    for (const call of cases) {
      expectRefusal(call, {
        ...{ code: 'SUBNET_MISMATCH', value: '10.0.7.1/24', says: /at the other end of the link/ },
      })
    }
    // one of the other family, or of the same subnet, is none
    expect(lines(linked.ip('fd00:7::1/64'))).toHaveLength(lines(linked).length + 1)
    const wide = two().link('b', { ip: ['10.0.1.1/24', '10.0.1.2/24'] })
    expect(lines(wide.ip('10.0.1.3/24', '10.9.9.9/32'))).toHaveLength(lines(wide).length + 2)
  })

  test('to what is no namespace, is of another host, or of two', () => {
    expectRefusal(() => two().link('c' as never), { code: 'UNKNOWN_NAME', value: 'c' })
    expectRefusal(() => two().link('h' as never), { code: 'UNKNOWN_NAME', value: 'h' })
    expectRefusal(() => two().link(undefined as never), { code: 'UNKNOWN_NAME', value: undefined })
    const far = two().host('other').ns('c')
    const error = expectRefusal(() => far.link('a'), {
      ...{ code: 'BAD_ARGUMENT', value: 'a', says: /h\/a is on another host than other\/c/ },
    })
    expect(error.hint).toMatch(/routeTo\(\)/)
    const both = two().host('other').ns('b').ns('c')
    expectRefusal(() => both.link('b' as never), { code: 'UNKNOWN_NAME', value: 'b' })
    expect(lines(both.link('other/b'))).toHaveLength(11)
  })

  test('by a name that either end has already', () => {
    const plan = two().link('b', { device: 'x', peerDevice: 'y' })
    expectRefusal(() => plan.link('b', { device: 'x' }), { code: 'DUPLICATE_NAME', value: 'x' })
    expectRefusal(() => plan.link('b', { peerDevice: 'y' }), { code: 'DUPLICATE_NAME', value: 'y' })
    expectRefusal(() => plan.at('b').veth(undefined, 'y'), { code: 'DUPLICATE_NAME', value: 'y' })
    expect(lines(plan.link('b', { device: 'y', peerDevice: 'x' }))).toHaveLength(10)
  })

  test.each([
    [['10.0.1.1/30']],
    [['10.0.1.1/30', '10.0.1.2/30', '10.0.1.3/30']],
    ['10.0.1.1/30'],
    [[]],
  ])('%j are not the addresses of two ends', (value) => {
    const error = expectRefusal(() => two().link('b', { ip: value as never }), {
      ...{ code: 'BAD_ARGUMENT', value, says: /two addresses, one for each end/ },
    })
    expect(error.hint).toMatch(/link\('b', \{ ip: \['10\.0\.1\.1\/30', '10\.0\.1\.2\/30'\] \}\)/)
  })

  test('with an end that has none, or one that is none', () => {
    expectRefusal(() => two().link('b', { ip: [[], '10.0.1.2/30'] }), {
      ...{ code: 'BAD_ARGUMENT', value: [], says: /has no address/ },
    })
    expectRefusal(() => two().link('b', { ip: ['10.0.1.1/30', '10.0.1.2'] }), {
      ...{ code: 'BAD_CIDR', value: '10.0.1.2' },
    })
    expectRefusal(() => two().link('b', { ip: ['10.0.1.1/30', '10.0.1.1/30'] }), {
      ...{ code: 'DUPLICATE_ADDRESS', value: '10.0.1.1/30' },
    })
    expectRefusal(() => two().link('b', { ip: [7, 8] as never }), { code: 'BAD_ARGUMENT' })
  })

  test('that was refused leaves both namespaces as they were', () => {
    const plan = net.host('h').ns('b').ip('10.0.1.2/30').ns('a').ip('10.0.1.1/30')
    // fails behind the link itself and an address: they waited, and come again
    expectRefusal(() => plan.link('b', { ip: ['10.0.1.1/30', '10.0.1.2/30'] }), {
      ...{ code: 'DUPLICATE_ADDRESS', value: '10.0.1.1/30' },
    })
    expectRefusal(() => plan.link('b', { mtu: 1 }), { code: 'BAD_ARGUMENT' })
    expect(lines(plan.link('b')).slice(-2)).toEqual([
      'ip -n a addr add 10.0.1.1/30 dev eth0',
      'ip -n b addr add 10.0.1.2/30 dev eth0',
    ])
  })
})

describe('networks of links and switches', () => {
  test('one on two switches, or behind two routers, overlaps', () => {
    const onBoth = switched().bridge('br1').ns('a').ip('10.0.1.2/24').attach('br1')
    expectRefusal(() => onBoth.commands(), {
      ...{ code: 'SUBNET_OVERLAP', value: '10.0.1.2/24', says: /h br0.*|h\/a eth0/ },
    })
    const behindTwo = net
      .host('h')
      .ns('r1')
      .ns('r2')
      .ns('a')
      .link('r1', { ip: ['10.0.1.2/24', '10.0.1.1/24'] })
      .ns('b')
      .link('r2', { ip: ['10.0.1.3/24', '10.0.1.4/24'] })
    const error = expectRefusal(() => behindTwo.commands(), {
      ...{ code: 'SUBNET_OVERLAP', value: '10.0.1.3/24', says: /h\/b eth0.*h\/a eth0/ },
    })
    expect(error.hint).toMatch(/networks apart/)
  })

  test('one on a switch is shared by all that is on it', () => {
    const plan = switched().each(5, (host, i) =>
      host
        .ns(`n${i}`)
        .ip(`10.0.1.${i + 2}/24`)
        .attach('br0'),
    )
    expect(lines(plan)).toHaveLength(3 + 5 * 7 + 1)
  })

  test('of IPv6 ask for an MTU of 1280', () => {
    const says = /IPv6 needs 1280/
    const value = 'fd00::1/64'
    for (const call of [
      () => net.host().ns('a').ip(value).veth({ mtu: 1279 }),
      () => net.host().ns('a').veth({ mtu: 1279 }).ip(value),
      () => two().link('b', { mtu: 1000, ip: [value, 'fd00::2/64'] }),
      () => net.host().bridge('br0', { mtu: 1000, ip: value }),
    ]) {
      expectRefusal(call, { code: 'BAD_ARGUMENT', value, says })
    }
    expect(lines(two().link('b', { mtu: 1280, ip: [value, 'fd00::2/64'] }))).toHaveLength(9)
    expect(lines(two().link('b', { mtu: 68, ip: ['10.0.0.1/30', '10.0.0.2/30'] }))).toHaveLength(9)
  })
})
