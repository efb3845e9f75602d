import { describe, expect, test } from 'vitest'
import { net, type Plan } from '../../../src/index.js'
import { expectRefusal } from '../refusal.js'

const a = () => net.host('h').ns('a')

/** What each file of a plan holds, below the line that says whose it is. */
const files = (plan: Plan) =>
  plan.commands().flatMap(({ argv, input }) => {
    const [mark = '', ...lines] = input?.split('\n') ?? []
    if (input === undefined) return []
    expect(mark).toMatch(/^# netloom:\S+$/)
    expect(lines.pop()).toBe('')
    return [[argv.at(-1)?.replace('/etc/netns/', ''), ...lines]]
  })

describe('dns', () => {
  test.each([
    ['10.0.0.53', undefined, ['nameserver 10.0.0.53']],
    [['10.0.0.53', 'FD00:0::53'], undefined, ['nameserver 10.0.0.53', 'nameserver fd00::53']],
    [['10.0.0.53'], {}, ['nameserver 10.0.0.53']],
    [
      ['10.0.0.53'],
      { search: ['lab.test', 'Test'] },
      ['nameserver 10.0.0.53', 'search lab.test Test'],
    ],
    ['host', { search: ['lab.test'] }, ['nameserver host', 'search lab.test']],
  ] as const)('of %j with %j', (servers, options, lines) => {
    expect(files(a().dns(servers, options))).toEqual([['a/resolv.conf', ...lines]])
  })

  test('is written as one would with install, and taken back with rm', () => {
    const step = a().dns('10.0.0.53').commands().at(-1)
    expect(step).toEqual({
      host: 'h',
      namespace: undefined,
      argv: ['install', '-D', '-m', '0644', '/dev/stdin', '/etc/netns/a/resolv.conf'],
      input: '# netloom:h-a\nnameserver 10.0.0.53\n',
      undo: { argv: ['rm', '/etc/netns/a/resolv.conf'] },
      call: "dns('10.0.0.53')",
      why: 'the name servers of the namespace',
    })
    expect(a().commands()[0]).not.toHaveProperty('input')
  })

  test.each([
    ...['127.0.0.53', '127.0.0.1', '127.255.255.254', '::1', '::ffff:127.0.0.1', '::ffff:7f00:35'],
  ])('C24: at the loopback address %s it would be the namespace itself', (value) => {
    const error = expectRefusal(() => a().dns(['10.0.0.53', value]), { code: 'BAD_CIDR', value })
    // the form with an IPv4 tail is none that netloom reads
    if (!value.includes('.') || !value.includes(':')) {
      expect(error.message).toMatch(/loopback address, and that of a namespace is its own/)
    }
  })

  test.each([
    ...['10.0.0.53/24', '010.0.0.53', 'ns.lab.test', '', 'fe80::53', 'fe80::53%eth0', '0.0.0.0'],
    ...['::', '224.0.0.1', 'ff02::fb', '10.0.0.53\n', '10.0.0.53 x', '$(id)', 7, null, undefined],
  ])('%j is no server', (value) => {
    expectRefusal(() => a().dns(value as string), { code: 'BAD_CIDR', value })
  })

  test.each([
    [[], /no server/],
    [['10.0.0.1', '10.0.0.1'], /10\.0\.0\.1 twice/],
    [['fd00::1', 'fd00:0::1'], /fd00::1 twice/],
    [['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4'], /4 servers, and no more than 3/],
    [['10.0.0.1', 'host'], /'host' stands alone/],
  ])('%j is refused', (servers, says) => {
    expectRefusal(() => a().dns(servers), { code: 'BAD_ARGUMENT', says })
  })

  test.each(['', '.', 'lab.test.', 'a b', 'a_b', '-a', 'a\nb', "a'b", '10.0.0.1', 'é', 'a..b'])(
    '%j is no domain to search',
    (value) => {
      expectRefusal(() => a().dns('10.0.0.1', { search: ['x', value] }), {
        ...{ code: 'BAD_NAME', value },
      })
    },
  )

  test('with options that are none', () => {
    for (const options of [{ search: [] }, { search: 'lab.test' }, { domain: ['x'] }, 'x', null]) {
      expectRefusal(() => a().dns('10.0.0.1', options as object), { code: 'BAD_ARGUMENT' })
    }
  })

  test('twice for one namespace; each has its own', () => {
    const plan = a().dns('10.0.0.1')
    const value = 'resolv.conf'
    expectRefusal(() => plan.dns('10.0.0.2'), { code: 'DUPLICATE_FILE', value, says: /h\/a/ })
    expect(files(plan.ns('b').dns('10.0.0.2'))).toHaveLength(2)
  })
})

describe('hosts', () => {
  test('has every address of every name: not gateways, and nothing link-local', () => {
    const plan = net
      .host('node03', { address: ['192.0.2.1/24', 'fd00:9::1/64'] })
      .bridge('br0', { ip: '10.0.1.1/24' })
      .ns('a')
      .ip('10.0.1.2/24', 'fd00:1::2/64')
      .attach('br0')
      .ns('r')
      .router()
      .link('a', {
        ip: [
          ['10.0.2.1/30', 'fd00:2::1/64'],
          ['10.0.2.2/30', 'fd00:2::2/64'],
        ],
      })
      .ns('bare')
      .ns('web')
      .ip('10.0.3.2/24', 'fd00:3::2/64')
      .veth()
      .routeBothWays()
      .hosts()
    const lines = [
      '127.0.0.1 localhost',
      '::1 localhost',
      ...['10.0.1.2 a', 'fd00:1::2 a', '10.0.2.2 a', 'fd00:2::2 a'],
      ...['10.0.2.1 r', 'fd00:2::1 r', '10.0.3.2 web', 'fd00:3::2 web'],
      ...['192.0.2.1 node03', 'fd00:9::1 node03'],
    ]
    const names = ['a', 'r', 'bare', 'web']
    expect(files(plan)).toEqual(names.map((name) => [`${name}/hosts`, ...lines]))
  })

  test('of several hosts: a name that both have is that of the same host', () => {
    const plan = net
      .host('x', { address: '192.0.2.1/24' })
      .ns('a')
      .ip('10.0.1.2/24')
      .veth()
      .ns('only')
      .ip('10.0.2.2/24')
      .veth()
      .host('y')
      .ns('a')
      .ip('10.0.3.2/24')
      .veth()
      .host('z')
      .ns('other')
      .hosts()
    const localhost = ['127.0.0.1 localhost', '::1 localhost']
    const rest = ['10.0.2.2 only', '192.0.2.1 x']
    const ofX = [...localhost, '10.0.1.2 a', ...rest]
    expect(files(plan)).toEqual([
      ['a/hosts', ...ofX],
      ['only/hosts', ...ofX],
      ['a/hosts', ...localhost, '10.0.2.2 only', '10.0.3.2 a', '192.0.2.1 x'],
      ['other/hosts', ...localhost, ...rest],
    ])
    expect(plan.toBash({ host: 'y' })).toContain("'10.0.3.2 a'")
  })

  test('what comes later is not in it', () => {
    const plan = a().ip('10.0.1.2/24').veth().hosts().ns('b').ip('10.0.2.2/24').veth()
    expect(files(plan)).toEqual([['a/hosts', '127.0.0.1 localhost', '::1 localhost', '10.0.1.2 a']])
    expectRefusal(() => plan.hosts(), { code: 'DUPLICATE_FILE', value: 'hosts' })
  })

  test('of a plan without namespaces is nothing', () => {
    expect(net.host('h').hosts().commands()).toEqual([])
  })

  test.each(['a_b', '_', 'a-', 'a.', 'a..b', '1', 'a.7', '0x1f', 'localhost', 'LocalHost'])(
    '%s is no host name, and is refused where it has an address',
    (name) => {
      const plan = net.host('h').ns(name)
      expect(files(plan.hosts())).toHaveLength(1)
      const error = expectRefusal(() => plan.ip('10.0.1.2/24').veth().hosts(), {
        ...{ code: 'BAD_NAME', value: name },
      })
      expect(error.message).toContain(JSON.stringify(name))
    },
  )

  test('two names that differ by capital letters are one', () => {
    const plan = a().ip('10.0.1.2/24').veth().ns('A').ip('10.0.2.2/24').veth({ hostEnd: 'x' })
    expectRefusal(() => plan.hosts(), { code: 'BAD_NAME', value: 'A', says: /a and A are one/ })
  })

  test('an address that waits for its link is told', () => {
    expectRefusal(() => a().ip('10.0.1.2/24').hosts(), { code: 'MISSING_LINK' })
  })
})

describe('a file in a JSON plan', () => {
  const plan = a()
    .ip('10.0.1.2/24')
    .veth()
    .dns('10.0.0.53', { search: ['lab.test'] })
    .hosts()
  const text = JSON.stringify(plan)

  test('comes back', () => {
    expect(JSON.stringify(net.parse(text))).toBe(text)
  })

  test.each([
    ...['nameserver 127.0.0.53', 'nameserver ::1', 'nameserver fd00:0::1', 'nameserver 10.0.0.1 x'],
    ...["nameserver 10.0.0.1'", 'nameserver', 'nameserver  10.0.0.1', 'nameserver 10.0.0.1\nx y'],
    ...['search', 'search a_b', 'search a\tb', 'search  a', 'search a ', 'options ndots:1', ''],
    ...['10.0.1.2 a', '# x', `search ${'a.'.repeat(600)}a`, 'nameserver $(id)', '\u0000'],
  ])('the line %j is none of resolv.conf', (line) => {
    const json = text.replace('"nameserver 10.0.0.53"', JSON.stringify(line))
    expect(json).not.toBe(text)
    expectFault(json)
  })

  test.each([
    ...['10.0.1.2', '10.0.1.2 a_b', '10.0.1.2  a', '10.0.1.2 a ', '10.0.1.2/24 a', 'a 10.0.1.2'],
    ...['010.0.1.2 a', 'FD00::1 a', '10.0.1.2 a\n', "10.0.1.2 a'", '', 'nameserver 10.0.0.1'],
    ...['search a', '10.0.1.2\ta', '10.0.1.2 $(id)', '10.0.1.2 a # x'],
  ])('the line %j is none of hosts', (line) => {
    const json = text.replace('"10.0.1.2 a"', JSON.stringify(line))
    expect(json).not.toBe(text)
    expectFault(json)
  })

  test('of another name is none', () => {
    expectFault(text.replace('"name":"hosts"', '"name":"passwd"'))
    expectFault(text.replace('"name":"hosts"', '"name":"../hosts"'))
    expectFault(text.replace(/"lines":\[.*?\]/, '"lines":[]'))
  })

  function expectFault(json: string) {
    const result = net.safeParse(json)
    expect(result.success).toBe(false)
  }
})
