import { describe, expect, test } from 'vitest'
import { type NamespacePlan, net, type Plan } from '../../../src/index.js'
import { expectRefusal } from '../refusal.js'

const BOTH = ['10.50.0.0/16', 'fd00:50::/48'] as const

/** The addresses of a plan, by their place. */
const given = (plan: Plan): readonly string[] =>
  plan
    .toJSON()
    .resources.flatMap((r) =>
      r.kind === 'address' && !r.cidr.startsWith('fe80')
        ? [`${r.namespace ?? r.device} ${r.cidr}`]
        : [],
    )

const pool = (cidr: string | readonly string[] = '10.50.0.0/16') => net.pool(cidr).host()

describe("ip('auto')", () => {
  test('takes a network of the pool for each link, and leaves the first address to the host', () => {
    const plan = pool().each(3, (host, i) => host.ns(`n${i}`).ip('auto').veth())
    expect(given(plan)).toEqual(['n0 10.50.0.2/24', 'n1 10.50.1.2/24', 'n2 10.50.2.2/24'])
  })

  test('waits for its link as any address does, and may come behind it', () => {
    expect(given(pool().ns('a').ip('auto').veth())).toEqual(['a 10.50.0.2/24'])
    expect(given(pool().ns('a').veth().ip('auto'))).toEqual(['a 10.50.0.2/24'])
    expectRefusal(() => pool().ns('a').ip('auto').commands(), {
      code: 'MISSING_LINK',
      value: ['auto'],
    })
  })

  test('gives one address of each family that the pool has', () => {
    expect(given(pool(BOTH).ns('a').ip('auto').veth())).toEqual([
      'a 10.50.0.2/24',
      'a fd00:50::2/64',
    ])
    expect(given(pool('fd00:50::/48').ns('a').ip('auto').veth())).toEqual(['a fd00:50::2/64'])
  })

  test('twice on one link are two addresses of one network', () => {
    const expected = ['a 10.50.0.2/24', 'a 10.50.0.3/24']
    expect(given(pool().ns('a').ip('auto', 'auto').veth())).toEqual(expected)
    expect(given(pool().ns('a').ip('auto').ip('auto').veth())).toEqual(expected)
    expect(given(pool().ns('a').ip('auto').veth().ip('auto'))).toEqual(expected)
  })

  test('beside an address by hand takes one of its network, and needs no pool for that', () => {
    expect(given(net.host().ns('a').ip('10.7.0.9/24', 'auto').veth())).toEqual([
      'a 10.7.0.9/24',
      'a 10.7.0.2/24',
    ])
    // a pool of the other family still has its say
    expect(given(pool(BOTH).ns('a').ip('10.7.0.2/24').veth().ip('auto'))).toEqual([
      'a 10.7.0.2/24',
      'a 10.7.0.3/24',
      'a fd00:50::2/64',
    ])
  })

  test('a single address by hand is no network to take one of', () => {
    expect(given(pool().ns('a').ip('10.7.0.9/32', 'auto').veth())).toEqual([
      'a 10.7.0.9/32',
      'a 10.50.0.2/24',
    ])
  })

  test('on a switch takes an address of its network; the first one is what the switch asks for', () => {
    const plan = pool(BOTH)
      .bridge('br0', { ip: 'auto' })
      .each(2, (host, i) => host.ns(`n${i}`).ip('auto').attach('br0'))
    expect(given(plan).filter((text) => !text.includes(' fe80:'))).toEqual([
      ...['br0 10.50.0.1/24', 'br0 fd00:50::1/64'],
      ...['n0 10.50.0.2/24', 'n0 fd00:50::2/64'],
      ...['n1 10.50.0.3/24', 'n1 fd00:50::3/64'],
    ])
    const byHand = net.host().bridge('br0', { ip: '10.7.0.1/24' }).ns('a').ip('auto').attach('br0')
    expect(given(byHand)).toEqual(['br0 10.7.0.1/24', 'a 10.7.0.2/24'])
  })

  test('on a switch of which the host has no address begins with the first', () => {
    const plan = pool()
      .bridge('br0')
      .each(2, (host, i) => host.ns(`n${i}`).attach('br0').ip('auto'))
    expect(given(plan)).toEqual(['n0 10.50.0.1/24', 'n1 10.50.0.2/24'])
  })

  test('on a link gives both ends addresses of one network, however it is written', () => {
    const ends = () => pool().ns('b').ns('a')
    const expected = ['a 10.50.0.1/24', 'b 10.50.0.2/24']
    expect(given(ends().link('b', { ip: 'auto' }))).toEqual(expected)
    expect(given(ends().link('b', { ip: ['auto', 'auto'] }))).toEqual(expected)
    expect(given(ends().link('b').ip('auto').at('b').ip('auto'))).toEqual(expected)
    expect(given(pool().ns('b').ip('auto').ns('a').ip('auto').link('b'))).toEqual(expected)
    expect(given(pool(BOTH).ns('b').ns('a').link('b', { ip: 'auto' }))).toEqual([
      ...['a 10.50.0.1/24', 'a fd00:50::1/64'],
      ...['b 10.50.0.2/24', 'b fd00:50::2/64'],
    ])
  })

  test('on a link takes what the other end has by hand', () => {
    const ends = () => net.host().ns('b').ns('a')
    expect(given(ends().link('b', { ip: ['auto', '10.7.0.2/24'] }))).toEqual([
      'a 10.7.0.1/24',
      'b 10.7.0.2/24',
    ])
    expect(given(ends().link('b', { ip: [['10.7.0.1/24', 'auto'], 'auto'] }))).toEqual([
      ...['a 10.7.0.1/24', 'a 10.7.0.2/24'],
      'b 10.7.0.3/24',
    ])
    // also what waited there for its link
    expect(given(net.host().ns('b').ip('10.7.0.2/24').ns('a').ip('auto').link('b'))).toEqual([
      'a 10.7.0.1/24',
      'b 10.7.0.2/24',
    ])
  })

  test('takes both of a network of two', () => {
    expect(
      given(
        net
          .host()
          .ns('b')
          .ns('a')
          .link('b', { ip: ['10.7.0.1/31', 'auto'] }),
      ),
    ).toEqual(['a 10.7.0.1/31', 'b 10.7.0.0/31'])
  })
})

describe('what the plan has by other calls', () => {
  test('is skipped: addresses of a network, and networks of the pool', () => {
    const plan = pool()
      .bridge('br0', { ip: ['10.50.0.1/24', '10.50.0.3/24'] })
      .ns('a')
      .ip('auto', 'auto')
      .attach('br0')
      .ns('b')
      .ip('10.50.2.2/23')
      .veth()
      .each(2, (host, i) => host.ns(`n${i}`).ip('auto').veth())
    expect(given(plan).slice(2)).toEqual([
      ...['a 10.50.0.2/24', 'a 10.50.0.4/24'],
      'b 10.50.2.2/23',
      ...['n0 10.50.1.2/24', 'n1 10.50.4.2/24'],
    ])
  })

  test('that is the address of a host too, whether it was declared before or behind', () => {
    const before = net.pool('10.50.0.0/16').host('h', { address: '10.50.0.9/24' })
    expect(given(before.ns('a').ip('auto').veth())).toEqual(['a 10.50.1.2/24'])
    const behind = net.pool('10.50.0.0/16').host('h').ns('a').ip('auto').veth()
    const plan = behind.host('o', { address: '10.50.1.9/24' }).ns('b').ip('auto').veth()
    expect(given(plan)).toEqual(['a 10.50.0.2/24', 'b 10.50.2.2/24'])
  })

  test('in the same call is skipped as well', () => {
    expect(given(pool().ns('a').ip('auto', '10.50.0.2/24').veth())).toEqual([
      'a 10.50.0.3/24',
      'a 10.50.0.2/24',
    ])
  })
})

describe('the same calls give the same addresses', () => {
  const build = () =>
    pool(BOTH)
      .bridge('br0', { ip: 'auto' })
      .each(3, (host, i) => host.ns(`n${i}`).ip('auto').attach('br0'))
      .ns('r')
      .link('n0', { ip: 'auto' })
      .ip('auto')
      .veth()
      .ip('auto')

  test('built twice', () => {
    expect(JSON.stringify(build())).toBe(JSON.stringify(build()))
  })

  test('on each branch from one value', () => {
    const starts: readonly NamespacePlan[] = [
      pool().ns('a').ip('auto').veth(),
      pool().bridge('br0', { ip: 'auto' }).ns('a').ip('auto').attach('br0'),
      pool().ns('b').ns('a').link('b', { ip: 'auto' }),
      build(),
    ]
    for (const start of starts) {
      const before = given(start)
      const branches = [1, 2, 3].map(() => given(start.ip('auto').ns('x').ip('auto').veth()))
      expect(branches[0]?.length).toBeGreaterThan(before.length)
      expect(branches[1]).toEqual(branches[0])
      expect(branches[2]).toEqual(branches[0])
      expect(given(start)).toEqual(before)
    }
  })

  test('behind a call that was refused, as if it had not been', () => {
    const start = () => net.pool(['10.50.0.0/16', 'fd00:50::/126']).host().ns('a').ip('auto').veth()
    const plan = start()
    // IPv4 has room for it, IPv6 has none
    expectRefusal(() => plan.ns('b').ip('auto').veth(), {
      code: 'POOL_EXHAUSTED',
      value: 'fd00:50::/126',
    })
    const refused = [
      () => plan.ip('auto', 'auto', 'auto'),
      () => plan.bridge('veth-a', { ip: 'auto' }),
      () => plan.ns('b').link('b', { ip: 'auto' }),
      () => plan.veth('veth-a'),
    ]
    for (const call of refused) expect(call).toThrow()
    expect(given(plan.ip('auto'))).toEqual(given(start().ip('auto')))
    const more = (from: NamespacePlan) => given(from.ns('c').ip('10.9.0.1/24').veth().ip('auto'))
    for (const from of [plan, start()]) {
      expectRefusal(() => more(from), { code: 'POOL_EXHAUSTED', value: 'fd00:50::/126' })
    }
  })

  test('also where the plan was read in between, and continued without a pool', () => {
    const plan = net.host().bridge('br0', { ip: '10.7.0.1/24' }).ns('a').ip('auto').attach('br0')
    const more = (from: Plan) => given(from.host('host').ns('b').ip('auto').attach('br0'))
    expect(more(net.parse(JSON.stringify(plan)))).toEqual(more(plan))
    expect(JSON.stringify(plan)).not.toContain('"cidr":"auto"')
  })

  test('for a thousand on one switch, each once', () => {
    const plan = net
      .pool('10.50.0.0/16', { prefix: 16 })
      .host()
      .bridge('br0', { ip: 'auto' })
      .each(1000, (host, i) => host.ns(`n${i}`).ip('auto').attach('br0'))
    const all = given(plan)
    expect(new Set(all).size).toBe(1001)
    expect(all.at(-1)).toBe('n999 10.50.3.233/16')
  })
})

describe('what cannot be given', () => {
  test('without a pool, and without a network on the segment', () => {
    const bare = net.host().ns('b').ns('a')
    for (const call of [
      () => bare.ip('auto').veth(),
      () => bare.veth().ip('auto'),
      () => bare.link('b', { ip: 'auto' }),
      () => bare.bridge('br0', { ip: 'auto' }),
      () => bare.bridge('br0').ip('auto').attach('br0'),
    ]) {
      const error = expectRefusal(call, { code: 'BAD_ARGUMENT', value: 'auto', says: /no pool/ })
      expect(error.hint).toMatch(/net\.pool\('10\.50\.0\.0\/16'\)/)
    }
  })

  test('a pool that has no network left', () => {
    const plan = net.pool('10.50.0.0/29', { prefix: 30 }).host().ns('a').ip('auto').veth()
    const full = plan.ns('b').ip('auto').veth()
    for (const call of [
      () => full.ns('c').ip('auto').veth(),
      () => full.link('a', { ip: 'auto' }),
      () => full.bridge('br0', { ip: 'auto' }),
    ]) {
      const error = expectRefusal(call, { code: 'POOL_EXHAUSTED', value: '10.50.0.0/29' })
      expect(error.hint).toMatch(/larger pool/)
    }
    expect(given(full)).toEqual(['a 10.50.0.2/30', 'b 10.50.0.6/30'])
  })

  test('a network that has no address left, not even the one before the start', () => {
    const plan = net.pool('10.50.0.0/29', { prefix: 30 }).host().ns('a').ip('auto', 'auto').veth()
    expect(given(plan)).toEqual(['a 10.50.0.2/30', 'a 10.50.0.1/30'])
    const error = expectRefusal(() => plan.ip('auto'), {
      code: 'POOL_EXHAUSTED',
      value: '10.50.0.0/30',
      says: /no address left/,
    })
    expect(error.hint).toMatch(/shorter prefix/)
  })

  test('an address that is not auto is read as ever', () => {
    for (const value of ['AUTO', 'auto/24', ' auto', '']) {
      expectRefusal(() => pool().ns('a').ip(value), { code: 'BAD_CIDR', value })
    }
  })
})
