import { describe, expect, test } from 'vitest'
import { parseCidr } from '../../../src/ip/cidr.js'
import { parseDestination } from '../../../src/ip/destination.js'
import { defaultPrefix, Pool, poolPrefix } from '../../../src/plan/pool.js'
import { expectRefusal } from '../refusal.js'

const pool = (text: string, prefix?: number) => {
  const cidr = parseDestination(text)
  return new Pool({ cidr, prefix: poolPrefix(cidr, prefix) })
}

/** The next networks of a pool, each taken by an address in it. */
function taken(from: Pool, count: number): string[] {
  return Array.from({ length: count }, () => {
    const network = from.next()
    from.occupy(network)
    return network.text
  })
}

describe('the length of the networks', () => {
  test.each([
    ['10.0.0.0/8', 24],
    ['10.50.0.0/16', 24],
    ['10.50.0.0/17', 25],
    ['10.50.0.0/20', 28],
    ['10.50.0.0/24', 30],
    ['10.50.0.0/30', 30],
    ['fd00::/32', 64],
    ['fd00::/48', 64],
    ['fd00::/56', 72],
    ['fd00::/64', 80],
    ['fd00::/120', 126],
  ])('of %s is %d where nothing is said', (text, prefix) => {
    expect(defaultPrefix(parseDestination(text))).toBe(prefix)
  })

  test('that is asked for lies between that of the pool and one that has room for two ends', () => {
    const cidr = parseDestination('10.50.0.0/16')
    expect([16, 24, 30].map((prefix) => poolPrefix(cidr, prefix))).toEqual([16, 24, 30])
    for (const value of [15, 31, 32, 0, -1]) {
      expectRefusal(() => poolPrefix(cidr, value), {
        code: 'BAD_ARGUMENT',
        value,
        says: /10\.50\.0\.0\/16 is not from 16 to 30/,
      })
    }
    const six = parseDestination('fd00::/64')
    expect(poolPrefix(six, 126)).toBe(126)
    expectRefusal(() => poolPrefix(six, 127), { code: 'BAD_ARGUMENT', value: 127 })
  })
})

describe('the networks of a pool', () => {
  test('come one after the other', () => {
    expect(taken(pool('10.50.0.0/16'), 3)).toEqual(['10.50.0.0/24', '10.50.1.0/24', '10.50.2.0/24'])
    expect(taken(pool('fd00:50::/48'), 2)).toEqual(['fd00:50::/64', 'fd00:50:0:1::/64'])
    expect(taken(pool('10.0.0.0/29', 30), 2)).toEqual(['10.0.0.0/30', '10.0.0.4/30'])
  })

  test('are given again as long as nobody has an address of them', () => {
    const from = pool('10.50.0.0/16')
    expect([from.next().text, from.next().text]).toEqual(['10.50.0.0/24', '10.50.0.0/24'])
    from.occupy(parseCidr('10.50.0.77/32'))
    expect(from.next().text).toBe('10.50.1.0/24')
  })

  test('leave out what the plan has: of another length, in any order, wherever it begins', () => {
    const from = pool('10.50.0.0/16')
    for (const text of ['10.50.5.1/32', '10.50.2.9/23', '10.50.0.2/25', '10.50.1.2/24']) {
      from.occupy(parseCidr(text))
    }
    expect(taken(from, 2)).toEqual(['10.50.4.0/24', '10.50.6.0/24'])
    const within = pool('10.50.0.0/16')
    within.occupy(parseCidr('10.1.2.3/8'))
    expectRefusal(() => within.next(), { code: 'POOL_EXHAUSTED' })
  })

  test('do not mind what is elsewhere, or of the other family', () => {
    const from = pool('10.50.0.0/16')
    for (const text of ['10.49.255.254/24', '10.51.0.2/24', 'fd00::2/64']) {
      from.occupy(parseCidr(text))
    }
    expect(from.next().text).toBe('10.50.0.0/24')
  })

  test('come to an end, and what is in the middle is used up before', () => {
    const from = pool('10.0.0.0/28', 30)
    from.occupy(parseCidr('10.0.0.6/30'))
    expect(taken(from, 3)).toEqual(['10.0.0.0/30', '10.0.0.8/30', '10.0.0.12/30'])
    const error = expectRefusal(() => from.next(), {
      code: 'POOL_EXHAUSTED',
      value: '10.0.0.0/28',
      says: /no network \/30 left/,
    })
    expect(error.hint).toMatch(/larger pool, or a longer prefix/)
    expectRefusal(() => from.next(), { code: 'POOL_EXHAUSTED' })
  })

  test('of the last block of all addresses come to an end too', () => {
    const from = pool('255.255.255.0/24')
    expect(taken(from, 64)).toHaveLength(64)
    expectRefusal(() => from.next(), { code: 'POOL_EXHAUSTED' })
  })
})
