import { describe, expect, test } from 'vitest'
import { lookup, type Question, sourceFor } from '../../../src/explain/routing.js'
import type { NodeState } from '../../../src/state/state.js'
import { filled, link, mainRules, node, route, rule } from './made.js'

const question = (change: Partial<Question> = {}): Question => ({
  destination: '10.1.2.3',
  in: 'lo',
  mark: 0,
  ...change,
})

/** The device, or what was found instead. */
function taken(at: NodeState, change: Partial<Question> = {}) {
  const found = lookup(at, question(change))
  return found.found === 'route' ? found.route.device : found.found
}

describe('a route look-up', () => {
  test('takes the longest prefix, and of equal ones the lowest metric', () => {
    const at = node({
      node: 'n',
      routes: [
        route('0.0.0.0/0', { device: 'default' }),
        route('10.1.0.0/16', { device: 'wide' }),
        route('10.1.2.0/24', { device: 'dear', metric: 100 }),
        route('10.1.2.0/24', { device: 'cheap', metric: 10 }),
      ],
    })
    expect(taken(at)).toBe('cheap')
    expect(taken(at, { destination: '10.1.3.3' })).toBe('wide')
    expect(taken(at, { destination: '10.2.3.3' })).toBe('default')
    expect(taken(at, { destination: 'fd00::1' })).toBe('none')
  })

  test('goes by the rules in the order of their priority, and by what they ask for', () => {
    const routes = [
      route('0.0.0.0/0', { device: 'main' }),
      route('0.0.0.0/0', { device: 'other', table: 100 }),
    ]
    const at = (change: Parameters<typeof rule>[1]) =>
      node({ node: 'n', routes, rules: [...mainRules, rule(100, { table: 100, ...change })] })
    expect(taken(at({}))).toBe('other')
    expect(taken(at({ from: '10.9.0.0/16' }))).toBe('main')
    expect(taken(at({ from: '10.9.0.0/16' }), { source: '10.9.1.1' })).toBe('other')
    expect(taken(at({ to: '10.1.2.3/32' }))).toBe('other')
    expect(taken(at({ iif: 'va' }), { in: 'va' })).toBe('other')
    expect(taken(at({ iif: 'va' }))).toBe('main')
    expect(taken(at({ mark: 1, mask: 0xff }), { mark: 0x101 })).toBe('other')
    expect(taken(at({ mark: 1, mask: 0xff }), { mark: 0x102 })).toBe('main')
    expect(taken(at({ not: true, from: '10.9.0.0/16' }), { source: '10.9.1.1' })).toBe('main')
    expect(taken(at({ protocol: 'tcp' }), { protocol: 'udp' })).toBe('main')
    expect(taken(at({ destinationPorts: [80, 90] }), { destinationPort: 85 })).toBe('other')
    expect(taken(at({ destinationPorts: [80, 90] }))).toBe('main')
    expect(taken(at({ suppressPrefix: 0 }))).toBe('main')
    expect(taken(at({ unknown: 'uidrange 0-0' }))).toBe('unknown')
  })

  test('ends at a rule or route that refuses, and goes on behind throw, nop and goto', () => {
    const routes = [route('0.0.0.0/0', { device: 'main' })]
    const at = (...more: ReturnType<typeof rule>[]) =>
      node({ node: 'n', routes, rules: [...mainRules, ...more] })
    expect(taken(at(rule(5, { action: 'prohibit' })))).toBe('prohibit')
    expect(taken(at(rule(5, { action: 'nop' }), rule(6, { action: 'blackhole' })))).toBe(
      'blackhole',
    )
    const skips = [rule(5, { action: 'goto', goto: 9 }), rule(6, { action: 'blackhole' })]
    expect(taken(at(...skips))).toBe('main')
    const thrown = [...routes, route('10.1.0.0/16', { type: 'throw' as const })]
    expect(taken(node({ node: 'n', routes: thrown }))).toBe('none')
    const black = [...routes, route('10.1.0.0/16', { type: 'blackhole' as const })]
    expect(taken(node({ node: 'n', routes: black }))).toBe('blackhole')
  })

  test('passes over a link without carrier only where it is told to', () => {
    const made = {
      node: 'n',
      links: [link('up'), link('off', { carrier: false })],
      routes: [route('0.0.0.0/0', { device: 'up' }), route('10.1.0.0/16', { device: 'off' })],
    }
    expect(taken(node(made))).toBe('off')
    const settings = { 'net.ipv4.conf.all.ignore_routes_with_linkdown': '1' }
    expect(taken(node({ ...made, settings }))).toBe('up')
    expect(lookup(node({ ...made, settings }), question({ ignoreLinkState: true }))).toMatchObject({
      route: { device: 'off' },
    })
  })

  test('does not choose among several next hops', () => {
    const nexthops = [{ gateway: '10.0.0.1' }, { gateway: '10.0.0.2' }]
    expect(taken(node({ node: 'n', routes: [route('0.0.0.0/0', { nexthops })] }))).toBe('unknown')
  })
})

describe('the source that is chosen', () => {
  const at = filled(
    { node: 'n', links: [link('a'), link('b')] },
    { a: '10.0.1.2/24', b: '10.0.2.2/24' },
  )
  test('is the address of the link that is nearest to the next hop', () => {
    expect(
      sourceFor(at, route('10.9.0.0/16', { device: 'b', gateway: '10.0.2.1' }), '10.9.1.1'),
    ).toBe('10.0.2.2')
    expect(
      sourceFor(at, route('10.9.0.0/16', { device: 'b', source: '10.0.1.2' }), '10.9.1.1'),
    ).toBe('10.0.1.2')
  })
  test('is over IPv6 the one that shares most with the destination, on this link before others (RFC 6724)', () => {
    const six = filled(
      { node: 'n', links: [link('a'), link('b')] },
      { a: 'fd00:100::250/64', b: 'fd00:20::1/64' },
    )
    const by = (device: string) => sourceFor(six, route('fd00:20::/64', { device }), 'fd00:20::9')
    expect([by('a'), by('b'), by('c')]).toEqual(['fd00:100::250', 'fd00:20::1', 'fd00:20::1'])
  })
  test('is that of another link where this one has none', () => {
    expect(sourceFor(at, route('10.9.0.0/16', { device: 'c' }), '10.9.1.1')).toBe('10.0.1.2')
  })
})
