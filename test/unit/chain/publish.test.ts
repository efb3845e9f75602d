import { describe, expect, test } from 'vitest'
import { net, type Plan } from '../../../src/index.js'
import { expectRefusal } from '../refusal.js'

const rules = (plan: Plan): readonly string[] =>
  plan
    .commands()
    .map(({ argv }) => argv.join(' '))
    .filter((line) => line.startsWith('ip') && line.includes('tables '))
    .map((line) => line.replace(/ -w 5| -m comment --comment \S+/g, ''))

const nat = (plan: Plan) => rules(plan).filter((line) => line.includes(' DNAT --to-destination '))
const targets = (plan: Plan) =>
  nat(plan).map((line) => line.replace(/.* --dport | -j DNAT --to-destination/g, ''))

const a = () => net.host('h').ns('a').ip('10.0.1.2/24', 'fd00:1::2/64').veth()
const four = () => net.host('h').ns('a').ip('10.0.1.2/24').veth()

describe('publish()', () => {
  test('leads a port of each address of the host to the newest link, and lets it pass', () => {
    const plan = four().publish('8080:80/tcp')
    expect(rules(plan)).toEqual([
      'iptables -t nat -A PREROUTING -p tcp -m addrtype --dst-type LOCAL -m tcp --dport 8080 -j DNAT --to-destination 10.0.1.2:80',
      'iptables -t nat -A OUTPUT ! -d 127.0.0.0/8 -p tcp -m addrtype --dst-type LOCAL -m tcp --dport 8080 -j DNAT --to-destination 10.0.1.2:80',
      'iptables -t nat -A POSTROUTING -s 10.0.1.0/24 -d 10.0.1.2/32 -o veth-a -m conntrack --ctstate DNAT -j MASQUERADE',
      'iptables -t filter -A FORWARD -d 10.0.1.2/32 -o veth-a -m conntrack --ctstate DNAT -j ACCEPT',
      'iptables -t filter -A FORWARD -s 10.0.1.2/32 -i veth-a -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
    ])
    const commands = plan.commands().map(({ argv }) => argv.join(' '))
    expect(commands).toContain('sysctl -w net.ipv4.ip_forward=1')
  })

  test('does so over each family of the link', () => {
    const plan = a().publish('8080:80')
    expect(nat(plan).filter((line) => line.startsWith('ip6tables'))).toEqual([
      'ip6tables -t nat -A PREROUTING -p tcp -m addrtype --dst-type LOCAL -m tcp --dport 8080 -j DNAT --to-destination [fd00:1::2]:80',
      'ip6tables -t nat -A OUTPUT ! -d ::1/128 -p tcp -m addrtype --dst-type LOCAL -m tcp --dport 8080 -j DNAT --to-destination [fd00:1::2]:80',
    ])
    expect(rules(plan)).toHaveLength(10)
  })

  test('is at one address of the host alone, over the family of that', () => {
    expect(nat(a().publish('192.0.2.1:8080:80', '[fd00::1]:53/udp'))).toEqual([
      'iptables -t nat -A PREROUTING -d 192.0.2.1/32 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 10.0.1.2:80',
      'iptables -t nat -A OUTPUT -d 192.0.2.1/32 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 10.0.1.2:80',
      'ip6tables -t nat -A PREROUTING -d fd00::1/128 -p udp -m udp --dport 53 -j DNAT --to-destination fd00:1::2',
      'ip6tables -t nat -A OUTPUT -d fd00::1/128 -p udp -m udp --dport 53 -j DNAT --to-destination fd00:1::2',
    ])
  })

  test.each([
    ['80', ['80 10.0.1.2']],
    ['80:80/udp', ['80 10.0.1.2']],
    ['65535:1', ['65535 10.0.1.2:1']],
    ['8000-8000:80', ['8000 10.0.1.2:80']],
    ['8000-8010', ['8000:8010 10.0.1.2']],
    ['8000-8002:9000-9002', ['8000 10.0.1.2:9000', '8001 10.0.1.2:9001', '8002 10.0.1.2:9002']],
  ])('%s takes a rule, or one a port where the numbers change', (text, expected) => {
    expect(targets(four().publish(text))).toEqual([...expected, ...expected])
  })

  test('opens the way once, however many ports there are', () => {
    const plan = four().publish('8080:80', '8081:80/udp').publish('9000:90')
    const others = rules(plan).filter((line) => !nat(plan).includes(line))
    expect(others).toHaveLength(3)
    const two = plan.ns('b').ip('10.0.2.2/24').veth().publish('8082:80')
    expect(rules(two).filter((line) => line.includes('MASQUERADE'))).toHaveLength(2)
    const forwarding = two.toJSON().resources.filter(({ kind }) => kind === 'forwarding')
    expect(forwarding).toHaveLength(1)
  })

  test('goes by the bridge to what is at a switch, whose port sends back once', () => {
    const at = net.host('h').bridge('br0').ns('a').ip('10.0.1.2/24', 'fd00:1::2/64').attach('br0')
    const plan = at.publish('80', '81').publish('82')
    expect(rules(plan)).toContain(
      'iptables -t nat -A POSTROUTING -s 10.0.1.0/24 -d 10.0.1.2/32 -o br0 -m conntrack --ctstate DNAT -j MASQUERADE',
    )
    const hairpins = plan.commands().filter(({ argv }) => argv.includes('hairpin'))
    expect(hairpins.map(({ argv }) => argv.join(' '))).toEqual([
      'ip link set dev veth-a type bridge_slave hairpin on',
    ])
  })

  test.each([
    ['', 'that is no port'],
    ['http', 'that is no port'],
    ['80 ', 'that is no port'],
    ['80:', 'that is no port'],
    ['80;reboot', 'that is no port'],
    ['8080:80/sctp', '"sctp" is neither tcp nor udp'],
    ['8080:80/', '"" is neither tcp nor udp'],
    ['0', '0 is no port, which is 1 to 65535'],
    ['80:65536', '65536 is no port'],
    ['080', '080 has a leading zero'],
    ['90-80', 'the range 90-80 ends before it begins'],
    ['8000-8010:80', 'the two ranges are not of one length'],
    ['80:8000-8010', 'the two ranges are not of one length'],
    ['1-1001:2-1002', 'each of 1001 ports would need a rule of its own'],
    ['0.0.0.0:80', '0.0.0.0 is no address of the host'],
    ['[::]:80', ':: is no address of the host'],
    ['127.0.0.1:80', '127.0.0.1 is no address at which others reach the host'],
    ['[::1]:80', '::1 is no address at which others reach the host'],
    ['192.0.2.256:80', '192.0.2.256 is no address at which others reach the host'],
    ['[192.0.2.1]:80', 'only an address of IPv6 stands in brackets'],
    ['fd00::1:8080:80', 'an address of IPv6 stands in brackets'],
    [8080, 'it is not a string'],
    [undefined, 'it is not a string'],
  ])('refuses %j', (text, why) => {
    const error = expectRefusal(() => a().publish(text as string), {
      ...{ code: 'BAD_ARGUMENT', value: text },
    })
    expect(error.message).toContain(why)
    expect(error.hint).not.toBe('')
  })

  test('the ranges that would be right are told', () => {
    const error = expectRefusal(() => a().publish('8000-8010:80'), {
      ...{ code: 'BAD_ARGUMENT', value: '8000-8010:80' },
    })
    expect(error.hint).toContain('8000-8010:80-90')
    expectRefusal(() => a().publish(...([] as unknown as [string])), {
      ...{ code: 'BAD_ARGUMENT', value: undefined },
    })
  })

  test('is refused without a link to the host, and without an address of the family', () => {
    expectRefusal(() => net.host('h').ns('a').publish('80'), { code: 'MISSING_LINK', value: 'h/a' })
    const linked = net.host('h').ns('b').ns('a').link('b').ip('10.0.1.2/24')
    expectRefusal(() => linked.publish('80'), { code: 'MISSING_LINK', value: 'eth0' })
    expectRefusal(() => net.host('h').ns('a').veth().publish('80'), {
      ...{ code: 'MISSING_ADDRESS', value: 'h/a' },
    })
    expectRefusal(() => four().publish('[fd00::1]:80'), {
      ...{ code: 'MISSING_ADDRESS', value: '[fd00::1]:80' },
    })
  })

  test.each([
    ['80', '80:90/tcp', '80/tcp'],
    ['80-90', '85:1', '85/tcp'],
    ['80', '192.0.2.1:80', '192.0.2.1:80/tcp'],
    ['192.0.2.1:80', '80', '80/tcp'],
    ['[fd00::1]:80/udp', '70-80:71-81/udp', '70-80/udp'],
  ])('%s and %s are one port that leads to two places', (one, other, value) => {
    const expected = { code: 'DUPLICATE_PORT', value } as const
    expectRefusal(() => a().publish(one, other), expected)
    const b = a().publish(one).ns('b').ip('10.0.2.2/24', 'fd00:2::2/64').veth()
    expectRefusal(() => b.publish(other), expected)
  })

  test('the same port of another protocol, address or host is another one', () => {
    const plan = a().publish('80', '80/udp', '81-89', '192.0.2.1:90', '192.0.2.2:90')
    const other = plan.host('g').ns('b').ip('10.0.2.2/24').veth().publish('80')
    expect(nat(other)).toHaveLength(18)
  })

  test('a JSON plan is read as it was written, and its ports are checked', () => {
    const plan = four().publish('8000-8002:9000-9002')
    const data = JSON.parse(JSON.stringify(plan))
    expect(JSON.stringify(net.parse(data))).toBe(JSON.stringify(plan))
    const last = data.resources.at(-1)
    expect(last).toMatchObject({ kind: 'publish', port: 8000, last: 8002, to: 9000, opens: true })
    const with_ = (change: object) => ({
      ...data,
      resources: [...data.resources.slice(0, -1), { ...last, ...change }],
    })
    const ports = [{ last: 7999 }, { to: 65_534 }, { last: 9999 }, { port: 0 }]
    for (const change of [...ports, { bind: 'fd00::1' }, { family: 6 }, { network: '::/0' }]) {
      expect(() => net.parse(with_(change))).toThrow(expect.objectContaining({ code: 'BAD_PLAN' }))
    }
    const twice = { ...data, resources: [...data.resources, { ...last, opens: undefined }] }
    expect(() => net.parse(JSON.parse(JSON.stringify(twice)))).toThrow(/8000-8002\/tcp/)
  })

  test('explain leads a packet for the host to the namespace, and no other one', () => {
    const plan = net
      .host('h', { address: '192.0.2.1/24', device: 'enp2s0' })
      .ns('a')
      .ip('10.0.1.2/24')
      .veth()
      .routeBothWays()
      .publish('8080:80/tcp')
      .ns('b')
      .ip('10.0.2.2/24')
      .veth()
      .routeBothWays()
      .host('other', { address: '192.0.2.2/24', device: 'enp2s0' })
    const ask = (from: string, port: number, protocol: 'tcp' | 'udp' = 'tcp') =>
      (plan as Plan).explain(from, '192.0.2.1', { protocol, port })
    for (const from of ['other', 'h', 'b', 'a']) {
      const answer = ask(from, 8080)
      expect([from, answer.reachability]).toEqual([from, 'REACHABLE'])
      expect(String(answer)).toContain('port 80 of h/a')
    }
    for (const answer of [ask('other', 8081), ask('other', 8080, 'udp')]) {
      expect(String(answer)).not.toContain('h/a')
    }
    const direct = (plan as Plan).explain('b', '10.0.1.2', { protocol: 'tcp', port: 80 })
    expect(direct.reachability).toBe('UNREACHABLE')
  })
})
