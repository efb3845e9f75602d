import { describe, expect, test } from 'vitest'
import { net } from '../../../src/index.js'
import { firstOf, NODE03 } from '../plan/fixtures.js'
import { expectRefusal } from '../refusal.js'

const ns = () => net.host('node03', NODE03).ns('demo01')

describe('what bad input gets: an error at the call, and nothing touched', () => {
  const CIDRS = [
    '10.0.1.2',
    '10.0.1.300/24',
    '010.0.1.2/24',
    '10.0.1.0/24',
    '10.0.1.255/24',
    '10.0.1.2/33',
    'fd00::1/129',
  ]
  const NAMES = [
    'a'.repeat(16),
    '',
    'a b',
    'a/b',
    'a%b',
    '-a',
    '..',
    'a\nb',
    '$(reboot)',
    "a'b",
    'a"b',
  ]

  test.each(CIDRS)('.ip(%j)', (value) => {
    const plan = ns()
    const before = JSON.stringify(plan)
    expectRefusal(() => plan.ip(value), { code: 'BAD_CIDR', value })
    expectRefusal(() => plan.ip('10.0.1.2/24', value), { code: 'BAD_CIDR', value })
    expect(JSON.stringify(plan)).toBe(before)
    expect(plan.ip('10.0.1.2/24').veth().commands()).toHaveLength(6)
  })

  test.each([...NAMES, 'all', 'default', 'lo'])('.veth(%j)', (value) => {
    const plan = ns().ip('10.0.1.2/24')
    expectRefusal(() => plan.veth(value), { code: 'BAD_NAME', value })
    expectRefusal(() => plan.veth('ok', value), { code: 'BAD_NAME', value })
    expectRefusal(() => plan.veth({ hostEnd: value }), { code: 'BAD_NAME', value })
    expectRefusal(() => plan.veth({ nsEnd: value }), { code: 'BAD_NAME', value })
    expect(plan.veth().commands()).toHaveLength(6)
  })

  test.each(NAMES.filter((name) => name.length !== 16))('.ns(%j), .host(), .named()', (value) => {
    const plan = ns()
    const before = JSON.stringify(plan)
    expectRefusal(() => plan.ns(value), { code: 'BAD_NAME', value })
    expectRefusal(() => plan.host(value), { code: 'BAD_NAME', value })
    expectRefusal(() => plan.named(value), { code: 'BAD_NAME', value })
    expectRefusal(() => net.host(value), { code: 'BAD_NAME', value })
    expect(JSON.stringify(plan)).toBe(before)
    expect(plan.ns('b').commands()).toHaveLength(4)
  })

  test('ip() without an address', () => {
    expectRefusal(() => (ns() as unknown as { ip(): void }).ip(), {
      code: 'BAD_ARGUMENT',
      says: /node03\/demo01/,
    })
  })

  test('routeBothWays() and allowForward() with no link or no address: which one, and what to call', () => {
    for (const call of ['routeBothWays', 'allowForward'] as const) {
      const value = 'node03/demo01'
      const bare = expectRefusal(() => ns()[call](), { code: 'MISSING_LINK', value })
      expect(bare.message).toBe(
        `${call}() needs a link (namespace node03/demo01)\nCall .ip('10.0.1.2/24').veth() before it.`,
      )
      const waiting = expectRefusal(() => ns().ip('10.0.1.2/24')[call](), {
        code: 'MISSING_LINK',
        value,
      })
      expect(waiting.hint).toBe('Call .veth() before it.')
      const empty = expectRefusal(() => ns().veth()[call](), { code: 'MISSING_ADDRESS', value })
      expect(empty.message).toMatch(/needs an address on eth0/)
    }
  })

  test('a misspelt or mistyped option is refused, never ignored', () => {
    const plan = ns().ip('10.0.1.2/24').veth()
    for (const options of [{ direction: 'sideways' }, { directions: 'in' }, 'in', 7, []]) {
      const error = expectRefusal(() => plan.allowForward(options as never), {
        code: 'BAD_ARGUMENT',
        value: options,
      })
      expect(error.hint).toBe('Its options are: direction.')
    }
    for (const options of [{ hostend: 'a' }, { hostEnd: 7 }, ['a', 'b']]) {
      expectRefusal(() => plan.veth(options as never), { code: 'BAD_ARGUMENT', value: options })
    }
    expectRefusal(() => plan.veth({ hostEnd: 'a' }, 'b'), {
      code: 'BAD_ARGUMENT',
      value: 'b',
      says: /not both/,
    })
    expectRefusal(() => plan.veth(null as never), { code: 'BAD_NAME', value: null })
    const circular: Record<string, unknown> = {}
    circular['hostEnd'] = circular
    expectRefusal(() => plan.veth(circular), { code: 'BAD_ARGUMENT', value: circular })
  })
})

describe('names that are words of ip', () => {
  const build = (name: string, hostEnd: string, nsEnd: string) =>
    net
      .host('h')
      .named('lab')
      .ns(name)
      .ip('10.0.1.2/24', 'fd00:1::2/64')
      .veth(hostEnd, nsEnd)
      .routeBothWays()
      .allowForward()
      .commands()
  const argvs = (...names: [string, string, string]) =>
    build(...names).flatMap(({ argv, undo }) => [argv, ...('argv' in undo ? [undo.argv] : [])])
  const withoutMacs = (argv: readonly string[]) =>
    argv.map((word) => (/^(..:){5}..$/.test(word) ? 'MAC' : word))

  test('each name stands behind the word that says what it is', () => {
    for (const argv of argvs('NS', 'HOST-END', 'NS-END')) {
      argv.forEach((word, i) => {
        const before = argv.slice(Math.max(0, i - 2), i).join(' ')
        if (word === 'NS') expect(before).toMatch(/^ip -n$|^netns (add|del)$| netns$/)
        if (word === 'HOST-END') expect(before).toMatch(/ (dev|-o|-i)$/)
        if (word === 'NS-END') expect(before).toMatch(/ dev$|peer name$/)
      })
    }
  })

  test.each([
    ...['d', 'up', 'dev', 'list', 'help', 'name', 'type', 'add', 'del', 'veth', 'peer', 'netns'],
    ...['via', 'proto', 'onlink', 'nodad', 'group', 'FORWARD', 'ip', '1', '0'],
  ])('%s is carried where another name would be, and nothing moves', (word) => {
    const names: Record<string, string> = { NS: word, 'HOST-END': word, 'NS-END': word }
    const expected = argvs('NS', 'HOST-END', 'NS-END').map((argv) =>
      withoutMacs(argv).map((w) => names[w] ?? w),
    )
    expect(argvs(word, word, word).map(withoutMacs)).toEqual(expected)
  })

  test.each(['all', 'default'])('%s is the name of a namespace, and of no interface', (word) => {
    expect(argvs(word, 'a', 'b')).toContainEqual(['ip', 'netns', 'add', word])
    expectRefusal(() => argvs('n', word, 'b'), { code: 'BAD_NAME', value: word })
  })
})

describe('default names', () => {
  const hostEnd = (name: string) =>
    firstOf(net.host().ns(name).veth().toJSON().resources, 'veth').hostEnd

  test('veth-<namespace> and eth0 where it fits', () => {
    const { hostEnd, nsEnd } = firstOf(ns().veth().toJSON().resources, 'veth')
    expect([hostEnd, nsEnd]).toEqual(['veth-demo01', 'eth0'])
  })

  test('15 bytes stay whole; longer ones have a beginning and a tag, never a plain cut', () => {
    expect(hostEnd('0123456789')).toBe('veth-0123456789')
    const long = hostEnd('0123456789a')
    expect(long).toMatch(/^veth-012[0-9a-z]{7}$/)
    expect(long).not.toBe('veth-0123456789')
    // another namespace with the same beginning has another, and each keeps its own for ever
    expect(hostEnd('0123456789b')).not.toBe(long)
    expect(hostEnd('0123456789a')).toBe(long)
    expect(hostEnd('frontend-server-01')).toMatchInlineSnapshot(`"veth-fro6npan91"`)
  })

  test('a thousand long names on one host have a thousand ends', () => {
    const plan = net.host().each(1000, (host, i) => host.ns(`a-rather-long-name-${i}`).veth())
    const ends = plan.toJSON().resources.flatMap((r) => (r.kind === 'veth' ? [r.hostEnd] : []))
    expect(new Set(ends).size).toBe(1000)
    expect(ends.every((end) => end.length <= 15)).toBe(true)
  })

  test('further links count up, on both ends', () => {
    const plan = ns().veth().veth().veth()
    const ends = plan
      .toJSON()
      .resources.flatMap((r) => (r.kind === 'veth' ? [[r.hostEnd, r.nsEnd]] : []))
    expect(ends).toEqual([
      ['veth-demo01', 'eth0'],
      ['veth-demo01-1', 'eth1'],
      ['veth-demo01-2', 'eth2'],
    ])
  })

  test('one name may be given alone, by position or by option', () => {
    const names = (plan: ReturnType<typeof ns>) => {
      const { hostEnd, nsEnd } = firstOf(plan.toJSON().resources, 'veth')
      return [hostEnd, nsEnd]
    }
    expect(names(ns().veth('h'))).toEqual(['h', 'eth0'])
    expect(names(ns().veth(undefined, 'n'))).toEqual(['veth-demo01', 'n'])
    expect(names(ns().veth({ nsEnd: 'n' }))).toEqual(['veth-demo01', 'n'])
    expect(names(ns().veth({}))).toEqual(['veth-demo01', 'eth0'])
  })
})

describe('allowForward', () => {
  const rules = (direction?: 'both' | 'in' | 'out') =>
    ns()
      .ip('10.0.1.2/24')
      .veth('vethhost01')
      .allowForward(direction === undefined ? undefined : { direction })
      .commands()
      .flatMap(({ argv }) => (argv[0] === 'iptables' ? [argv.slice(7, 9).join(' ')] : []))

  test('in is to the namespace, out of its host end; out is from it; both is what one gets', () => {
    expect(rules('in')).toEqual(['-o vethhost01'])
    expect(rules('out')).toEqual(['-i vethhost01'])
    expect(rules('both')).toEqual(['-o vethhost01', '-i vethhost01'])
    expect(rules()).toEqual(rules('both'))
  })

  test('speaks of the newest link, and of the families that it has', () => {
    const plan = ns()
      .ip('10.0.1.2/24')
      .veth()
      .allowForward()
      .veth('second')
      .ip('fd00:2::2/64')
      .allowForward()
    const rules = plan
      .commands()
      .flatMap(({ argv }) => (argv[0]?.endsWith('tables') ? [`${argv[0]} ${argv[8]}`] : []))
    expect(rules).toEqual([
      'iptables veth-demo01',
      'iptables veth-demo01',
      'ip6tables second',
      'ip6tables second',
    ])
  })
})

describe('routeBothWays', () => {
  test('has a route back for each address, and one way out for each family', () => {
    const plan = ns().ip('10.0.1.2/24', '10.0.1.3/24', 'fd00:1::2/64').veth().routeBothWays()
    const routes = plan
      .toJSON()
      .resources.flatMap((r) => (r.kind === 'route' ? [`${r.namespace ?? '-'} ${r.to}`] : []))
    expect(routes).toEqual([
      'demo01 0.0.0.0/0',
      'demo01 ::/0',
      '- 10.0.1.2/32',
      '- 10.0.1.3/32',
      '- fd00:1::2/128',
    ])
  })

  test('a host without an address is the gateway of each of its links by the same address', () => {
    const plan = net
      .host()
      .each(2, (host, i) => host.ns(`n${i}`).ip(`10.0.${i}.2/24`).veth().routeBothWays())
    const gateways = plan
      .toJSON()
      .resources.flatMap((r) =>
        r.kind === 'address' && r.namespace === undefined ? [`${r.device} ${r.cidr}`] : [],
      )
    expect(gateways).toEqual(['veth-n0 169.254.1.1/32', 'veth-n1 169.254.1.1/32'])
  })
})
