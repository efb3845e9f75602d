import { describe, expect, test } from 'vitest'
import { type HostOptions, net } from '../../../src/index.js'
import { NODE02, NODE03, s3 } from '../plan/fixtures.js'
import { expectRefusal } from '../refusal.js'

describe('host', () => {
  test('is called host where no name is given', () => {
    expect(net.host().toJSON().hosts).toEqual([{ name: 'host' }])
  })

  test('has its addresses in their canonical form, one or a list', () => {
    const hosts = (options: HostOptions) => net.host('a', options).toJSON().hosts
    expect(hosts({ address: '192.0.2.1/24' })).toEqual([{ name: 'a', addresses: ['192.0.2.1/24'] }])
    expect(
      hosts({ address: ['FD00:1:0::1/64', '192.0.2.1/24'], device: 'eth0', ssh: 'root@a:22' }),
    ).toEqual([
      { name: 'a', addresses: ['fd00:1::1/64', '192.0.2.1/24'], device: 'eth0', ssh: 'root@a:22' },
    ])
  })

  test('a second time moves back to it', () => {
    const plan = net.host('a').ns('x').host('b').ns('y').host('a').ns('z')
    expect(plan.toJSON().hosts.map(({ name }) => name)).toEqual(['a', 'b'])
    expect(
      plan
        .commands()
        .flatMap(({ host, argv }) => (argv[1] === 'netns' ? [`${host}/${argv[3]}`] : [])),
    ).toEqual(['a/x', 'b/y', 'a/z'])
  })

  test.each([
    [{ address: '192.0.2.1' }, 'BAD_CIDR', '192.0.2.1'],
    [{ address: ['192.0.2.1/24', 'x'] }, 'BAD_CIDR', 'x'],
    [{ device: 'a b' }, 'BAD_NAME', 'a b'],
    [{ device: 'x'.repeat(16) }, 'BAD_NAME', 'x'.repeat(16)],
    [{ ssh: '-oProxyCommand=reboot' }, 'BAD_ARGUMENT', '-oProxyCommand=reboot'],
    [{ ssh: 'root@a b' }, 'BAD_ARGUMENT', 'root@a b'],
    [{ ssh: 'root@$(reboot)' }, 'BAD_ARGUMENT', 'root@$(reboot)'],
    [{ ssh: 'a'.repeat(256) }, 'BAD_ARGUMENT', 'a'.repeat(256)],
    [{ ssh: '' }, 'BAD_ARGUMENT', ''],
    [{ address: [] }, 'BAD_ARGUMENT', { address: [] }],
    [{ adress: '192.0.2.1/24' }, 'BAD_ARGUMENT', { adress: '192.0.2.1/24' }],
    ['192.0.2.1/24', 'BAD_ARGUMENT', '192.0.2.1/24'],
  ] as const)('with %j is refused: %s', (options, code, value) => {
    expectRefusal(() => net.host('a', options as never), { code, value })
    const plan = s3()
    const before = JSON.stringify(plan)
    expectRefusal(() => plan.host('new', options as never), { code, value })
    expect(JSON.stringify(plan)).toBe(before)
    expect(plan.host('new').toJSON().hosts).toHaveLength(3)
  })
})

describe('ns and at', () => {
  const two = () => net.host('a').ns('x').host('b').ns('x').ns('y')

  test('at() moves back to a namespace, by its name alone or with its host', () => {
    const plan = two().at('a/x').ip('10.0.1.2/24').veth().at('y').ip('10.0.2.2/24').veth()
    const places = plan
      .toJSON()
      .resources.flatMap((r) => (r.kind === 'address' ? [`${r.host}/${r.namespace}`] : []))
    expect(places).toEqual(['a/x', 'b/y'])
  })

  test('after at() the host of the namespace is where ns() adds', () => {
    const plan = two().at('a/x').ns('z')
    expect(plan.commands().at(-1)).toMatchObject({ host: 'a', namespace: 'z' })
  })

  test('an unknown or ambiguous name is said, with the ways to write it', () => {
    for (const value of ['z', 'a/y', 'c/x', 'a', '', '/', 'a/', '/x', 'a/x/x', 'x\n$(reboot)']) {
      const error = expectRefusal(() => two().at(value as never), { code: 'UNKNOWN_NAME', value })
      expect(error.message.split('\n')).toHaveLength(2)
    }
    const error = expectRefusal(() => two().at('x' as never), { code: 'UNKNOWN_NAME', value: 'x' })
    expect(error.message).toBe("several hosts have a namespace x\nWrite 'a/x' or 'b/x'.")
    expectRefusal(() => two().at(7 as never), { code: 'UNKNOWN_NAME', value: 7 })
  })

  test('a name is known from its call on, not before', () => {
    const plan = net.host('a')
    plan.ns('later')
    expectRefusal(() => plan.at('later' as never), { code: 'UNKNOWN_NAME', value: 'later' })
  })
})

describe('routeTo', () => {
  test('goes to the addresses of a router that others can send to, not to those of its links', () => {
    const plan = net
      .host('a', { address: ['192.0.2.1/24', 'fd00:9::1/64'] })
      .ns('r')
      .router()
      .ip('10.0.1.2/24', 'fd00:1::2/64')
      .veth()
      .host('b', { address: ['192.0.2.2/24', 'fd00:9::2/64'] })
      .routeTo('r')
    const inside = plan.toJSON().resources.flatMap((r) => (r.kind === 'address' ? [r.cidr] : []))
    expect(inside.some((cidr) => cidr.startsWith('fe80:'))).toBe(true)
    const routes = plan.toJSON().resources.flatMap((r) => (r.kind === 'route' ? [r.to] : []))
    expect(routes).toEqual(['10.0.1.2/32', 'fd00:1::2/128'])
  })

  const onNode02 = () =>
    net
      .host('node03', NODE03)
      .ns('demo01')
      .ip('10.0.1.2/24', '10.0.1.3/24')
      .veth()
      .host('node02', NODE02)

  test('goes to each address, by the address of the host that has it', () => {
    const routes = onNode02()
      .routeTo('demo01')
      .commands()
      .filter(({ host }) => host === 'node02')
    expect(routes.map(({ argv }) => argv.join(' '))).toEqual([
      'ip route add 10.0.1.2/32 via 100.100.198.250 proto 78',
      'ip route add 10.0.1.3/32 via 100.100.198.250 proto 78',
    ])
  })

  test('takes the family of the address', () => {
    const plan = net
      .host('a', { address: ['192.0.2.1/24', 'fd00:9::1/64'] })
      .ns('n')
      .ip('10.0.1.2/24', 'fd00:1::2/64')
      .veth()
      .host('b', { address: ['192.0.2.2/24', 'fd00:9::2/64'] })
      .routeTo('n')
    expect(
      plan
        .commands()
        .filter(({ host }) => host === 'b')
        .map(({ argv }) => argv.slice(3, 6).join(' ')),
    ).toEqual(['10.0.1.2/32 via 192.0.2.1', 'fd00:1::2/128 via fd00:9::1'])
  })

  test('a host that declares nothing is not held to a network: it may reach the other another way', () => {
    const plan = net
      .host('node03', NODE03)
      .ns('demo01')
      .ip('10.0.1.2/24')
      .veth()
      .host('b')
      .routeTo('demo01')
    expect(plan.commands().at(-1)?.argv).toEqual([
      ...['ip', 'route', 'add', '10.0.1.2/32', 'via', '100.100.198.250', 'proto', '78'],
    ])
  })

  test('names no namespace', () => {
    expectRefusal(() => onNode02().routeTo(), { code: 'BAD_ARGUMENT', says: /node02/ })
  })

  test('names an unknown namespace, or one that several hosts have', () => {
    expectRefusal(() => onNode02().routeTo('demo09' as never), {
      code: 'UNKNOWN_NAME',
      value: 'demo09',
    })
    const plan = onNode02().ns('demo01').host('c')
    expectRefusal(() => plan.routeTo('demo01' as never), {
      code: 'UNKNOWN_NAME',
      value: 'demo01',
      says: /'node03\/demo01' or 'node02\/demo01'/,
    })
  })

  test('names a namespace of its own host', () => {
    const plan = onNode02().host('node03')
    const error = expectRefusal(() => plan.routeTo('demo01'), {
      code: 'BAD_ARGUMENT',
      value: 'demo01',
    })
    expect(error.hint).toMatch(/routeBothWays/)
  })

  test('names one that has no address yet', () => {
    const bare = net.host('a', { address: '192.0.2.1/24' }).ns('n').veth().host('b')
    expectRefusal(() => bare.routeTo('n'), { code: 'MISSING_ADDRESS', value: 'n', says: /a\/n/ })
  })

  test('goes by a host that declares no address of the family', () => {
    const plan = (address?: string) =>
      net
        .host('a', { address })
        .ns('n')
        .ip('10.0.1.2/24')
        .veth()
        .host('b', { address: '192.0.2.2/24' })
    const error = expectRefusal(() => plan().routeTo('n'), {
      code: 'MISSING_ADDRESS',
      value: 'a',
      says: /no IPv4 address/,
    })
    expect(error.hint).toMatch(/\.host\('a', \{ address: /)
    expectRefusal(() => plan('fd00:9::1/64').routeTo('n'), { code: 'MISSING_ADDRESS', value: 'a' })
  })

  test('goes by an address on no network of this host', () => {
    const plan = net.host('a', { address: '192.0.2.1/24' }).ns('n').ip('10.0.1.2/24').veth()
    for (const address of ['198.51.100.2/24', '192.0.2.130/25']) {
      expectRefusal(() => plan.host('b', { address }).routeTo('n'), {
        code: 'GATEWAY_NOT_ON_LINK',
        value: '192.0.2.1/24',
        says: /host a is not in the network of host b/,
      })
    }
  })
})

describe('a plan without a host', () => {
  test('says that it needs one, or a namespace, before what stands on it', () => {
    const parsed = net.parse(JSON.stringify(s3())) as unknown as ReturnType<typeof s3> & {
      ip(cidr: string): void
    }
    for (const call of [
      () => parsed.ns('x'),
      () => parsed.routeTo('demo01'),
      () => parsed.ip('10.0.9.2/24'),
    ]) {
      const error = expectRefusal(call, { code: 'BAD_ARGUMENT', says: /needs a host/ })
      expect(error.hint).toMatch(/\.host\('name'\)/)
    }
    const onHost = parsed.host('node03') as typeof parsed
    const error = expectRefusal(() => onHost.ip('10.0.9.2/24'), {
      code: 'BAD_ARGUMENT',
      says: /needs a namespace/,
    })
    expect(error.hint).toMatch(/\.ns\('demo01'\) or \.at/)
  })
})
