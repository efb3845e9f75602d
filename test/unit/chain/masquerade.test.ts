import { describe, expect, test } from 'vitest'
import { net, type Plan } from '../../../src/index.js'
import { expectRefusal } from '../refusal.js'

const rules = (plan: Plan): readonly string[] =>
  plan
    .commands()
    .map(({ argv }) => argv.join(' '))
    .filter((line) => line.includes(' nat '))
    .map((line) => line.replace(/ -m comment --comment \S+/, ''))

const a = (options: { readonly device?: string } = { device: 'enp2s0' }) =>
  net.host('h', options).ns('a').ip('10.0.1.2/24', 'fd00:1::2/64').veth()

describe('masquerade()', () => {
  test('is of the networks of the newest link, by the interface that the host declares', () => {
    expect(rules(a().masquerade())).toEqual([
      'iptables -w 5 -t nat -A POSTROUTING -s 10.0.1.0/24 -o enp2s0 -j MASQUERADE',
      'ip6tables -w 5 -t nat -A POSTROUTING -s fd00:1::/64 -o enp2s0 -j MASQUERADE',
    ])
    expect(rules(a({}).masquerade({ via: 'wan0' }))[0]).toContain('-o wan0')
  })

  test('stands once for all namespaces of a switch', () => {
    const plan = net
      .host('h', { device: 'enp2s0' })
      .bridge('br0')
      .each(3, (host, i) =>
        host
          .ns(`n${i}`)
          .ip(`10.0.1.${i + 2}/24`)
          .attach('br0')
          .masquerade(),
      )
    expect(rules(plan)).toHaveLength(1)
  })

  test('leaves out what another host of the plan has', () => {
    const two = a()
      .masquerade()
      .host('other', { address: '192.0.2.2/24' })
      .ns('b')
      .ip('10.0.2.2/24')
      .veth()
      .host('h')
    expect(rules(two.routeTo('b')).at(-1)).toBe(
      'iptables -w 5 -t nat -I POSTROUTING -s 10.0.1.0/24 -d 10.0.2.2/32 -o enp2s0 -j ACCEPT',
    )
  })

  test('is refused without an interface, a link to the host or an address', () => {
    const error = expectRefusal(() => a({}).masquerade(), { code: 'BAD_ARGUMENT', value: 'h' })
    expect(error.hint).toContain(`.masquerade({ via: 'eth0' })`)
    expectRefusal(() => a().masquerade({ via: 'far too long a name' }), {
      ...{ code: 'BAD_NAME', value: 'far too long a name' },
    })
    expectRefusal(() => net.host('h', { device: 'x' }).ns('a').masquerade(), {
      ...{ code: 'MISSING_LINK', value: 'h/a' },
    })
    expectRefusal(() => net.host('h', { device: 'x' }).ns('b').ns('a').link('b').masquerade(), {
      ...{ code: 'MISSING_ADDRESS', value: 'h/a' },
    })
    const linked = net.host('h', { device: 'x' }).ns('b').ns('a').link('b').ip('10.0.1.2/24')
    expectRefusal(() => linked.masquerade(), { code: 'MISSING_LINK', value: 'eth0' })
  })

  test('explain knows it: the way back is found by the address of the host', () => {
    const plan = net
      .host('h', { address: '192.0.2.1/24', device: 'enp2s0' })
      .ns('a')
      .ip('10.0.1.2/24')
      .veth()
      .routeBothWays()
      .allowForward()
      .host('other', { address: '192.0.2.2/24', device: 'enp2s0' })
    const [lost, found] = [plan, plan.at('a').masquerade()].map((each) =>
      each.explain('a', '192.0.2.2'),
    )
    expect(lost?.reachability).toBe('UNREACHABLE')
    expect(found?.reachability).toBe('REACHABLE')
  })
})
