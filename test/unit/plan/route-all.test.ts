import { describe, expect, test } from 'vitest'
import { type HostPlan, net, type Plan } from '../../../src/index.js'

/** The routes that routeAll() adds, as they are typed. */
const routes = (plan: Plan): readonly string[] =>
  plan
    .commands()
    .filter(({ call, argv }) => call === 'routeAll()' && argv.includes('route'))
    .map(({ argv }) => argv.slice(1).join(' ').replace('route add ', '').replace(' proto 78', ''))

/** a - r - b */
const line = () =>
  net
    .host()
    .ns('a')
    .ns('r')
    .router()
    .link('a', { ip: ['10.0.1.1/30', '10.0.1.2/30'] })
    .ns('b')
    .link('r', { ip: ['10.0.2.2/30', '10.0.2.1/30'] })

describe('routeAll()', () => {
  test('one default route for an end, and a route for each network of a router', () => {
    expect(routes(line().routeAll())).toEqual([
      '-n a default via 10.0.1.1 dev eth0',
      '-n b default via 10.0.2.1 dev eth0',
    ])
    const more = line()
      .ns('s')
      .router()
      .link('r', { ip: ['10.0.3.2/30', '10.0.3.1/30'] })
      .routeAll()
    expect(routes(more).slice(-2)).toEqual([
      '-n s 10.0.1.0/30 via 10.0.3.1 dev eth0',
      '-n s 10.0.2.0/30 via 10.0.3.1 dev eth0',
    ])
    expect(more.unreachable()).toEqual([])
  })

  test('twice adds nothing, and the same calls give the same routes', () => {
    const once = line().routeAll()
    expect(once.routeAll().toJSON()).toEqual(once.toJSON())
    expect(line().routeAll().toJSON()).toEqual(once.toJSON())
  })

  test('what has a route keeps it, whatever its metric; another table is no route of the main one', () => {
    const kept = line().at('a').route('default', { via: '10.0.1.1', metric: 50 }).routeAll()
    expect(routes(kept).filter((route) => route.startsWith('-n a default'))).toEqual([])
    const other = line().at('a').route('default', { via: '10.0.1.1', dev: 'eth0', table: 100 })
    expect(routes(other.routeAll())).toContain('-n a default via 10.0.1.1 dev eth0')
    expect(other.routeAll().unreachable()).toEqual([])
  })

  test('a ring goes the shorter way, there and back', () => {
    let ring: HostPlan = net.pool('10.50.0.0/16').host()
    for (let i = 0; i < 5; i++) ring = ring.ns(`r${i}`).router()
    for (let i = 0; i < 5; i++) {
      ring = (ring as Plan).at(`r${i}`).link(`r${(i + 1) % 5}`, { ip: 'auto' })
    }
    const plan = ring.routeAll()
    const hops = (from: string, to: string) =>
      String(plan.explain(from, to)).split('there: ')[1]?.split('\n')[0]?.split(' > ').length
    expect(hops('r0', 'r2')).toBe(3)
    expect(hops('r0', 'r1')).toBe(2)
    expect(plan.unreachable()).toEqual([])
  })

  test('isolated ports are no way, where there is another one', () => {
    const plan = net
      .host()
      .bridge('br0', { isolated: true })
      .ns('r1')
      .router()
      .ip('10.0.1.1/24')
      .attach('br0')
      .ns('a')
      .ip('10.0.1.2/24')
      .attach('br0')
      .ns('b')
      .link('r1', { ip: ['10.0.2.2/30', '10.0.2.1/30'] })
      .ns('r2')
      .router()
      .link('r1', { ip: ['10.0.3.1/30', '10.0.3.2/30'] })
      .link('a', { ip: ['10.0.4.1/30', '10.0.4.2/30'] })
      .routeAll()
    expect(routes(plan)).toContain('-n a default via 10.0.4.1 dev eth1')
    expect(plan.explain('a', '10.0.2.2').reachability).toBe('REACHABLE')
  })

  test('a namespace forwards by either name of the setting, and the last one counts', () => {
    const by = (value: number) =>
      net
        .host()
        .ns('a')
        .ns('r')
        .router()
        .sysctl('net.ipv4.conf.all.forwarding', value)
        .link('a', { ip: ['10.0.1.1/30', '10.0.1.2/30'] })
        .ns('b')
        .link('r', { ip: ['10.0.2.2/30', '10.0.2.1/30'] })
        .routeAll()
    expect(routes(by(1))).toHaveLength(2)
    expect(routes(by(0))).toEqual([])
    expect(by(0).unreachable()).not.toEqual([])
  })

  test('over several hosts: by their uplinks, and sources are kept', () => {
    const part = <P extends HostPlan>(plan: P, i: number) =>
      plan.ns(`n${i}`).ip(`10.0.${i}.2/24`).veth().routeBothWays().allowForward()
    const first = part(net.host('h1', { address: '192.0.2.1/24', device: 'e0' }), 1).masquerade()
    const plan = part(first.host('h2', { address: '192.0.2.2/24', device: 'e0' }), 2).routeAll()
    expect(routes(plan)).toEqual(['10.0.2.2/32 via 192.0.2.2', '10.0.1.2/32 via 192.0.2.1'])
    expect(plan.commands().map(({ argv }) => argv.join(' '))).toContainEqual(
      expect.stringMatching(/-I POSTROUTING -s 10\.0\.1\.0\/24 -d 10\.0\.2\.2\/32 .* ACCEPT$/),
    )
    expect(plan.unreachable()).toEqual([])
  })
})
