import { describe, expect, test } from 'vitest'
import { net, type Plan } from '../../../src/index.js'
import { expectRefusal } from '../refusal.js'

/** The rules of IPv4 that no guard makes, without what all have. */
const rules = (plan: Plan, tool = 'iptables'): readonly string[] =>
  plan
    .commands()
    .filter(({ argv, why }) => argv.includes(tool) && /pass/.test(why) && !/must|always/.test(why))
    .map(({ argv }) => argv.join(' '))
    .filter((line) => !line.includes('RELATED'))
    .map((line) =>
      line
        .replace(/^ip netns exec /, '')
        .replace(/netloom-\d+-/g, '')
        .replace(/ip6?tables -w 5 -t filter -[AP] /, '')
        .replace(/ -m comment --comment \S+/, ''),
    )

const lab = net
  .host('h', { address: ['192.0.2.1/24', 'fd00:9::1/64'] })
  .ns('web')
  .ip('10.0.1.2/24', 'fd00:1::2/64')
  .veth()
  .ns('db')
  .ip('10.0.2.2/24', 'fd00:2::2/64')
  .veth()

describe('in a namespace', () => {
  test('what comes to it is asked at its input, what it sends at its output', () => {
    expect(rules(lab.allow({ from: 'web', protocol: 'tcp', port: [80, '90-99'] }))).toEqual([
      'db INPUT -s 10.0.1.2/32 -p tcp -m tcp --dport 80 -j ACCEPT',
      'db INPUT -s 10.0.1.2/32 -p tcp -m tcp --dport 90:99 -j ACCEPT',
    ])
    expect(rules(lab.deny({ to: ['web', '10.9.0.0/16'] }))).toEqual([
      'db OUTPUT -d 10.0.1.2/32 -j DROP',
      'db OUTPUT -d 10.9.0.0/16 -j DROP',
    ])
    expect(rules(lab.deny({ from: 'db', to: 'h' }))).toEqual(['db OUTPUT -d 192.0.2.1/32 -j DROP'])
    expect(rules(lab.deny())).toEqual(['db INPUT -j DROP', 'db OUTPUT -j DROP'])
  })

  test('an address of its own is itself; a network with both sides given holds for its own address too', () => {
    expect(rules(lab.deny({ from: '10.0.2.2', to: 'web' }))).toEqual([
      'db OUTPUT -s 10.0.2.2/32 -d 10.0.1.2/32 -j DROP',
    ])
    expect(rules(lab.deny({ to: '10.0.2.2' }))).toEqual(['db INPUT -d 10.0.2.2/32 -j DROP'])
    expect(rules(lab.deny({ from: 'web', to: '10.0.0.0/8' }))).toEqual([
      'db INPUT -s 10.0.1.2/32 -d 10.0.0.0/8 -j DROP',
    ])
    // one side alone is the others'
    expect(rules(lab.deny({ from: '10.0.0.0/8' }))).toEqual(['db INPUT -s 10.0.0.0/8 -j DROP'])
    expect(rules(lab.deny({ to: '10.0.0.0/8' }))).toEqual(['db OUTPUT -d 10.0.0.0/8 -j DROP'])
  })

  test('a port without a protocol is one of TCP and of UDP; icmp is that of the family', () => {
    expect(rules(lab.deny({ from: 'web', port: 53 }))).toEqual([
      'db INPUT -s 10.0.1.2/32 -p tcp -m tcp --dport 53 -j DROP',
      'db INPUT -s 10.0.1.2/32 -p udp -m udp --dport 53 -j DROP',
    ])
    expect(rules(lab.deny({ from: 'web', protocol: 'icmp' }), 'ip6tables')).toEqual([
      'db INPUT -s fd00:1::2/128 -p ipv6-icmp -j DROP',
    ])
  })

  test('a router is asked by what it passes on as well', () => {
    const router = net.host().ns('r').router()
    expect(rules(router.deny({ from: '10.1.0.0/16' }))).toEqual([
      'r INPUT -s 10.1.0.0/16 -j DROP',
      'r FORWARD -s 10.1.0.0/16 -j DROP',
    ])
    expect(rules(router.deny({ from: '10.1.0.0/16', to: '10.2.0.0/16' }))).toEqual([
      'r FORWARD -s 10.1.0.0/16 -d 10.2.0.0/16 -j DROP',
    ])
    expect(rules(router.policy('deny'))).toEqual(['r INPUT DROP', 'r FORWARD DROP'])
  })

  test('a policy is of what comes to it, unless it is told', () => {
    expect(rules(lab.policy('deny'))).toEqual(['db INPUT DROP'])
    expect(rules(lab.policy('deny', { hooks: ['output'] }))).toEqual(['db OUTPUT DROP'])
    expect(lab.policy('allow').commands()).toEqual(lab.commands())
  })

  test('what a network cannot do without stands first, once', () => {
    const plan = lab.deny({ from: 'web' }).deny({ from: 'h' }).policy('deny')
    const lines = plan.commands().map(({ argv }) => argv.join(' '))
    for (const part of ['RELATED,ESTABLISHED', '-i lo', 'type 3/4', 'v6-type 2 ', 'v6-type 135 ']) {
      const at = lines.flatMap((line, i) => (line.includes(part) ? [i] : []))
      expect(at.length, part).toBe(part.startsWith('-i') || part.startsWith('REL') ? 2 : 1)
    }
    const first = lines.findIndex((line) => line.endsWith('-j DROP'))
    const guards = lines.flatMap((line, i) => (line.includes(' -A INPUT ') && i < first ? [i] : []))
    expect(guards).toHaveLength(3 + 14)
  })
})

describe('at a host', () => {
  test('the lab has chains of its own, by which each of its links is asked first', () => {
    const plan = lab.host('h').deny({ from: 'web', to: 'db' })
    expect(rules(plan)).toEqual(
      expect.arrayContaining([
        'iptables -w 5 -t filter -I FORWARD -i veth-web -j forward',
        'iptables -w 5 -t filter -I FORWARD -o veth-db -j forward',
        'forward-r -s 10.0.1.2/32 -d 10.0.2.2/32 -j DROP',
      ]),
    )
  })

  test('a link that comes later is asked like those before, a switch in the place of its ports', () => {
    const plan = lab.host('h').policy('deny', { hooks: ['forward'] })
    const later = plan.bridge('br0').ns('c').ip('10.0.4.2/24').attach('br0').ns('d').veth()
    const gates = (of: Plan) =>
      of.toJSON().resources.flatMap((r) => (r.kind === 'gate' && r.family === 4 ? [r.device] : []))
    expect(gates(plan)).toEqual(['veth-web', 'veth-db'])
    expect(gates(later)).toEqual(['veth-web', 'veth-db', 'br0', 'veth-d'])
    expect(rules(later)).toContain('iptables -w 5 -t filter -I FORWARD -i br0 ! -o br0 -j forward')
  })

  test('what is for the host itself, and what it sends', () => {
    expect(rules(lab.host('h').deny({ from: 'web', to: 'h' }))).toEqual(
      expect.arrayContaining(['input-r -s 10.0.1.2/32 -j DROP']),
    )
    expect(rules(lab.host('h').deny({ from: 'h', to: 'web' }))).toEqual(
      expect.arrayContaining(['output-r -d 10.0.1.2/32 -j DROP']),
    )
  })

  test('so it is by an address of the host, and by a network that has one: that is passed on as well', () => {
    expect(rules(lab.host('h').deny({ from: 'web', to: '192.0.2.1' }))).toEqual(
      expect.arrayContaining(['input-r -s 10.0.1.2/32 -d 192.0.2.1/32 -j DROP']),
    )
    const wide = rules(lab.host('h').deny({ from: '10.0.1.2', to: '192.0.2.0/24' }))
    expect(wide.filter((line) => line.includes('192.0.2.0/24'))).toEqual([
      'input-r -s 10.0.1.2/32 -d 192.0.2.0/24 -j DROP',
      'forward-r -s 10.0.1.2/32 -d 192.0.2.0/24 -j DROP',
    ])
  })

  test('what does not pass it is refused, with the place where it would take effect', () => {
    const flat = net
      .host('h')
      .bridge('br0')
      .each(['a', 'b'], (host, name, i) =>
        host
          .ns(name)
          .ip(`10.0.0.${i + 2}/24`)
          .attach('br0'),
      )
    expectRefusal(() => flat.deny({ from: 'a', to: 'b' }), {
      code: 'BAD_ARGUMENT',
      says: /does not pass host h.*\.at\('h\/b'\)\.deny\(\{ from: 'h\/a' \}\)/s,
    })
  })
})

describe('refused', () => {
  test.each([
    ['its own talk', () => lab.deny({ from: 'db', to: 'db' }), 'BAD_ARGUMENT', /itself/],
    ['no router', () => lab.deny({ from: 'web', to: 'h' }), 'BAD_ARGUMENT', /no router/],
    ['nobody', () => lab.deny({ from: 'nobody' as 'db' }), 'UNKNOWN_NAME', /nobody/],
    [
      'no address yet',
      () => lab.ns('new').deny({ from: 'db' }).ns('c').deny({ from: 'new' }),
      'MISSING_ADDRESS',
      /new has no address/,
    ],
    ['a port of icmp', () => lab.deny({ protocol: 'icmp', port: 8 }), 'BAD_ARGUMENT', /no ports/],
    ['a range upside down', () => lab.deny({ port: '9-3' }), 'BAD_ARGUMENT', /ends before/],
    ['no port', () => lab.deny({ port: 0 }), 'BAD_ARGUMENT', /1 to 65535/],
    ['half a port', () => lab.deny({ port: 1.5 }), 'BAD_ARGUMENT', /no number/],
    ['bits', () => lab.deny({ from: '10.0.0.1/24' }), 'BAD_CIDR', /bits/],
    [
      'two families',
      () => lab.at('db').router().deny({ from: '10.1.0.0/16', to: 'fd01::/64' }),
      'BAD_ARGUMENT',
      /one family/,
    ],
    ['a policy twice', () => lab.policy('deny').policy('deny'), 'DUPLICATE_RULE', /already/],
    ['another policy', () => lab.policy('drop' as 'deny'), 'BAD_ARGUMENT', /"drop"/],
    [
      'a rule that decides nothing',
      () => lab.allow({ from: 'web' }).deny({ from: 'web' }),
      'DUPLICATE_RULE',
      /already/,
    ],
    ['a router behind its rules', () => lab.deny().router(), 'BAD_ARGUMENT', /becomes a router/],
  ] as const)('%s', (_, call, code, says) => {
    expectRefusal(call, { code, says })
  })
})

test('a plan that was read has the same rules', () => {
  const plan = lab.allow({ from: 'web', port: '80-90' }).policy('deny').host('h').policy('deny')
  expect(net.parse(JSON.stringify(plan)).commands()).toEqual(plan.commands())
})
