import { describe, expect, test } from 'vitest'
import type { Mend } from '../../../../src/explain/types.js'
import { net } from '../../../../src/index.js'

const node03 = net.host('node03', { address: '100.100.198.250/24', device: 'enp2s0' })
const s1 = node03.ns('demo01').ip('10.0.1.2/24').veth('vethhost01', 'vethdemo01')
const without = s1
  .routeBothWays()
  .ns('demo02')
  .ip('10.0.2.2/24')
  .veth('vethhost02', 'vethdemo02')
  .routeBothWays()
const s2 = without.allowForward().at('demo01').allowForward()

const typed = ({ commands }: Mend) => commands?.map((words) => words.join(' '))
const calls = (mends: readonly Mend[]) => mends.flatMap(({ sdkChange }) => sdkChange ?? [])

describe('S1 without its routes', () => {
  const route = [
    'ip -n demo01 route add default via 100.100.198.250 dev vethdemo01 proto 78 onlink',
    'ip route add 10.0.1.2/32 dev vethhost01 proto 78',
  ]

  test.each([
    ['node03', 'demo01'],
    ['demo01', 'node03'],
  ] as const)('from %s to %s: the call, with its commands', (from, to) => {
    const { cause } = s1.explain(from, to)
    expect(cause).toMatchObject({ code: 'NO_ROUTE' })
    expect(cause?.mends).toMatchObject([
      { sdkChange: `.at('demo01').routeBothWays()`, verified: true, scope: 'host-wide' },
    ])
    expect(cause?.mends.map(typed)).toEqual([route])
    expect(s1.routeBothWays().explain(from, to).reachability).toBe('REACHABLE')
  })

  test('over IPv6 the gateway comes with it', () => {
    const six = net.host('h').ns('a').ip('fd00:1::2/64').veth('va')
    const host = six.host('g', { address: 'fd00:9::1/64' }).host('h')
    const { cause } = host.explain('a', 'fd00:9::1')
    expect(cause?.mends.map(typed)).toEqual([
      [
        'ip addr add fe80::1/64 dev va nodad',
        'ip -n a route add default via fe80::1 dev eth0 proto 78',
        'ip route add fd00:1::2/128 dev va proto 78',
      ],
    ])
  })

  test('a namespace that several hosts have is named with its host', () => {
    const two = s1.host('node02').ns('demo01').ip('10.0.3.2/24').veth()
    const { cause } = two.explain('node03', 'node03/demo01')
    expect(calls(cause?.mends ?? [])).toEqual([`.at('node03/demo01').routeBothWays()`])
  })
})

describe('S2 without allowForward()', () => {
  test('it forwards nothing: the call turns that on, and accepts', () => {
    const { cause } = without.explain('demo01', 'demo02')
    expect(cause).toMatchObject({ code: 'FORWARDING_DISABLED', node: 'node03' })
    const called = cause?.mends.filter(({ sdkChange }) => sdkChange !== undefined) ?? []
    expect(called.map(({ sdkChange, verified }) => [sdkChange, verified])).toEqual([
      [`.at('demo01').allowForward()`, true],
      [`.at('demo02').allowForward()`, true],
    ])
    expect(called[0] && typed(called[0])).toEqual([
      'sysctl -w net.ipv4.ip_forward=1',
      'iptables -w 5 -t filter -I FORWARD 1 -o vethhost01 -j ACCEPT',
      'iptables -w 5 -t filter -I FORWARD 1 -i vethhost01 -j ACCEPT',
    ])
    const others = cause?.mends.filter(({ sdkChange }) => sdkChange === undefined) ?? []
    expect(others.map(({ next }) => next)).toEqual(['FILTER_POLICY_DROP'])
  })

  test('one of the two is enough', () => {
    const one = without.at('demo01').allowForward()
    expect(one.explain('demo01', 'demo02').reachability).toBe('REACHABLE')
    expect(s2.explain('demo01', 'demo02').reachability).toBe('REACHABLE')
  })

  test('in one direction only: the reply is let through, or the other direction called', () => {
    const oneWay = without.at('demo01').allowForward({ direction: 'out' })
    const { cause } = oneWay.explain('demo01', 'demo02')
    expect(cause).toMatchObject({ code: 'REPLY_NOT_ESTABLISHED', direction: 'return' })
    expect(cause?.mends.map(({ scope, verified }) => [scope, verified])).toEqual([
      ['this-flow', true],
      ['host-wide', true],
      ['host-wide', true],
    ])
    expect(cause?.mends[0] && typed(cause.mends[0])).toEqual([
      'iptables -w 5 -t filter -I FORWARD 1 -i vethhost02 -o vethhost01 -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT',
    ])
    expect(calls(cause?.mends ?? [])).toEqual([
      `.at('demo02').allowForward()`,
      `.at('demo01').allowForward({ direction: 'in' })`,
    ])
  })

  test('a policy that accepts needs the setting alone', () => {
    const assume = { forwardPolicy: 'accept' } as const
    const { cause } = without.explain('demo01', 'demo02', { assume })
    expect(cause?.mends.every(({ verified }) => verified)).toBe(true)
  })
})

describe('S3 without routeTo()', () => {
  const s3 = s2.host('node02', { address: '100.100.198.253/24', device: 'enp2s0' })

  test('the call, by the host that has the namespace', () => {
    const { cause } = s3.explain('node02', 'demo01')
    expect(cause).toMatchObject({ code: 'NO_ROUTE', node: 'node02' })
    expect(cause?.mends).toMatchObject([
      { sdkChange: `.host('node02').routeTo('demo01')`, verified: true },
    ])
    expect(cause?.mends.map(typed)).toEqual([
      ['ip route add 10.0.1.2/32 via 100.100.198.250 dev enp2s0 proto 78'],
    ])
    expect(s3.routeTo('demo01').explain('node02', 'demo01').reachability).toBe('REACHABLE')
  })

  test('from the namespace it is the way back that the call mends', () => {
    const { cause } = s3.explain('demo01', 'node02')
    expect(cause).toMatchObject({ code: 'NO_ROUTE', direction: 'return', node: 'node02' })
    expect(calls(cause?.mends ?? [])).toEqual([`.host('node02').routeTo('demo01')`])
  })
})
