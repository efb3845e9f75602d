import { describe, expect, test } from 'vitest'
import { builtIn, readIptablesSave } from '../../../../src/explain/live/iptables-save.js'
import { brief, briefly, fixture } from './brief.js'

test('all that iptables-save prints is read as it means, or has its text as unknown', () => {
  const backend = 'iptables-nft'
  const tables = [
    ...readIptablesSave(fixture('iptables-save.txt'), { family: 'ip', backend }),
    ...readIptablesSave(fixture('ip6tables-save.txt'), { family: 'ip6', backend }),
  ]
  expect(briefly(tables).split('\n')).toEqual(fixture('iptables-save.read.txt').trim().split('\n'))
})

const read = (rules: string, chains = '') =>
  readIptablesSave(`*filter\n:FORWARD DROP [7:420]\n${chains}${rules}\nCOMMIT\n`, {
    family: 'ip',
    backend: 'iptables-legacy',
  })[0]?.chains[0]

test('counters are those of -c, and may be left out', () => {
  expect(read('[3:180] -A FORWARD -j ACCEPT\n[0:0] -A FORWARD -j DROP')).toMatchObject({
    base: { packets: 7, policy: 'drop' },
    rules: [
      { number: 1, packets: 3, text: '-j ACCEPT' },
      { number: 2, packets: 0 },
    ],
  })
  expect(read('-A FORWARD -j ACCEPT')?.rules[0]).toMatchObject({ number: 1, packets: undefined })
})

describe('words', () => {
  test('what stands in a comment is no option', () => {
    const rule = read(
      '-A FORWARD -m comment --comment "! -j DROP \\"-p udp\\" --dport" -p tcp -j ACCEPT',
    )
    expect(rule?.rules[0]?.comment).toBe('! -j DROP "-p udp" --dport')
    expect(rule?.rules.map(brief)[0]?.split(' => ')[1]).toBe('protocol tcp; accept')
  })

  test.each([
    ['-m tcp ! --sport 1:5', 'not sourcePort 1,5'],
    ['-m multiport ! --ports 1,5:7', 'not anyPort 1,1,5,7'],
    ['! -i eth+', 'not in eth*'],
    ['-m mark ! --mark 0x10/0xf0', 'not mark 16,16 240'],
    ['-m conntrack --ctstate RELATED,ESTABLISHED,DNAT', 'state related,established,dnat'],
    ['-m conntrack --ctdir REPLY --ctstate NEW', 'direction reply; state new'],
    ['-m icmp --icmp-type any', ''],
    ['-m icmp ! --icmp-type 8', 'not icmpType 8,8'],
    ['-m physdev ! --physdev-is-bridged --physdev-in veth+', 'not bridged; bridgeIn veth*'],
    [
      '-m addrtype --src-type LOCAL,BROADCAST ! --dst-type MULTICAST',
      'sourceType local,broadcast; not destinationType multicast',
    ],
    ['-m ttl --ttl-gt 5', 'ttl 6,255'],
    ['-m pkttype ! --pkt-type unicast', 'destinationType broadcast,multicast'],
    ['-m pkttype --pkt-type unicast', 'not destinationType broadcast,multicast'],
    ['-p 17', 'protocol udp'],
    ['-s 10.0.0.0/255.0.255.0', 'unknown -s 10.0.0.0/255.0.255.0'],
    ['-m conntrack --ctstate NEW --ctproto 6', 'unknown -m conntrack --ctstate NEW --ctproto 6'],
    ['-m wonder --full "a b"', 'unknown -m wonder --full "a b"'],
    ['-m set ! --match-set foo src,dst', 'unknown -m set ! --match-set foo src,dst'],
  ])('%s', (text, parts) => {
    expect(brief(read(`-A FORWARD ${text}`)?.rules[0] as never)).toBe(`${text} => ${parts}`)
  })

  test.each([
    ['-j MARK --set-xmark 0x1/0xff', 'mark 1 255'],
    ['-j CT --helper ftp', ''],
    ['-j DNAT --to-destination 10.0.0.5:80-90', 'unknown -j DNAT --to-destination 10.0.0.5:80-90'],
    ['-j DNAT --to-destination fd00::5', 'dnat fd00::5'],
    ['-j SNAT --to-source [fd00::5]:1000-2000', 'snat fd00::5 1000'],
    ['-j SNAT --to-source 10.0.0.1-10.0.0.9', 'unknown -j SNAT --to-source 10.0.0.1-10.0.0.9'],
    ['-j REDIRECT', 'redirect'],
    ['-j REDIRECT --to-ports 80-90', 'unknown -j REDIRECT --to-ports 80-90'],
    ['-j TTL --ttl-dec 2', 'ttl add -2'],
    ['-j NFQUEUE --queue-num 0', 'unknown -j NFQUEUE --queue-num 0'],
    ['-j user', 'jump user'],
    ['-g user', 'goto user'],
  ])('%s', (text, parts) => {
    expect(brief(read(`-A FORWARD ${text}`, ':user - [0:0]\n')?.rules[0] as never)).toBe(
      `${text} => ${parts}`,
    )
  })
})

test('chains stand where the kernel, or iptables-nft, has them', () => {
  expect(builtIn('raw', 'OUTPUT', 'iptables-legacy')).toEqual({
    hook: 'output',
    priority: -300,
    type: 'filter',
  })
  expect(builtIn('mangle', 'OUTPUT', 'iptables-legacy')).toMatchObject({
    priority: -150,
    type: 'route',
  })
  expect(builtIn('nat', 'INPUT', 'iptables-legacy')).toEqual({
    hook: 'input',
    priority: 100,
    type: 'nat',
  })
  expect(builtIn('nat', 'OUTPUT', 'iptables-legacy')).toMatchObject({ priority: -100 })
  expect(builtIn('security', 'INPUT', 'iptables-legacy')).toMatchObject({ priority: 50 })
  expect(builtIn('security', 'INPUT', 'iptables-nft')).toMatchObject({ priority: 150 })
  expect(builtIn('filter', 'DOCKER-USER', 'iptables-nft')).toBeUndefined()
})
