import { describe, expect, test } from 'vitest'
import { net, type Plan } from '../../../src/index.js'
import { expectRefusal } from '../refusal.js'

const given = (plan: Plan) =>
  plan.toJSON().resources.flatMap((r) => (r.kind === 'address' ? [r.cidr] : []))
const one = (start: ReturnType<typeof net.pool>) => given(start.host().ns('a').ip('auto').veth())

describe('net.pool', () => {
  test('takes a network, or one of each family in either order, and the length of what it gives', () => {
    expect(one(net.pool('10.50.0.0/16'))).toEqual(['10.50.0.2/24'])
    expect(one(net.pool(['fd00:50::/48', '10.50.0.0/16']))).toEqual([
      'fd00:50::2/64',
      '10.50.0.2/24',
    ])
    const lengths = { prefix: 28, prefix6: 80 }
    expect(one(net.pool(['10.50.0.0/16', 'fd00:50::/48'], lengths))).toEqual([
      '10.50.0.2/28',
      'fd00:50::2/80',
    ])
    expect(one(net.pool('10.50.0.0/24'))).toEqual(['10.50.0.2/30'])
  })

  test('begins a plan with a host, as net.host does', () => {
    const start = net.pool('10.50.0.0/16')
    expect(start.host().toJSON()).toEqual(net.host().toJSON())
    const options = { address: '192.0.2.1/24', device: 'enp2s0' } as const
    expect(start.host('a', options).toJSON()).toEqual(net.host('a', options).toJSON())
    expectRefusal(() => start.host('a b'), { code: 'BAD_NAME', value: 'a b' })
  })

  test('is no part of the plan: its addresses are', () => {
    const plan = net.pool('10.50.0.0/16').host().ns('a').ip('auto').veth()
    const byHand = net.host().ns('a').ip('10.50.0.2/24').veth()
    const bare = (p: Plan) => JSON.stringify(p).replaceAll(/"call":"[^"]*"/g, '"call":""')
    expect(bare(plan)).toBe(bare(byHand))
  })

  test('that begins two plans gives each its own addresses', () => {
    const start = net.pool('10.50.0.0/16')
    expect([one(start), one(start)]).toEqual([['10.50.0.2/24'], ['10.50.0.2/24']])
  })
})

describe('what is no pool', () => {
  test.each([
    [[]],
    [['10.50.0.0/16', '10.60.0.0/16']],
    [['fd00::/48', 'fd01::/48']],
    [['10.50.0.0/16', 'fd00::/48', '10.60.0.0/16']],
  ])('%j: one network, or one of each family', (value) => {
    const error = expectRefusal(() => net.pool(value), { code: 'BAD_ARGUMENT', value })
    expect(error.hint).toMatch(/net\.pool\(\['10\.50\.0\.0\/16', 'fd00:50::\/48'\]\)/)
  })

  test.each(['10.50.0.1/16', '10.50.0.0/33', 'x', '', '224.0.0.0/4', 'ff00::/8', 7, null])(
    '%j: no network',
    (value) => {
      expectRefusal(() => net.pool(value as string), { code: 'BAD_CIDR', value })
    },
  )

  test.each([
    '0.0.0.0/0',
    '0.0.0.0/8',
    '127.0.0.0/8',
    '126.0.0.0/7',
    '240.0.0.0/4',
    '128.0.0.0/1',
    '::/0',
    'fe80::/10',
    'fe80::/64',
  ])('%s: no interface can have an address of it', (value) => {
    const error = expectRefusal(() => net.pool(value), {
      ...{ code: 'BAD_CIDR', value, says: /no interface can have/ },
    })
    expect(error.hint).toMatch(/private network/)
  })

  test.each([
    [{ prefix: 8 }, 8, /not from 16 to 30/],
    [{ prefix: 31 }, 31, /not from 16 to 30/],
    [{ prefix6: 64 }, 64, /prefix6 is of IPv6, the pool is not/],
  ])('%j does not go with 10.50.0.0/16', (options, value, says) => {
    expectRefusal(() => net.pool('10.50.0.0/16', options), { code: 'BAD_ARGUMENT', value, says })
  })

  test('a length of IPv4 networks for a pool of IPv6', () => {
    expectRefusal(() => net.pool('fd00::/48', { prefix: 24 }), {
      ...{ code: 'BAD_ARGUMENT', value: 24, says: /prefix is of IPv4/ },
    })
  })

  test.each([{ prefx: 24 }, { prefix: '24' }, { prefix: 24.5 }, { prefix6: null }, null, 24])(
    '%j is no options of it',
    (options) => {
      const error = expectRefusal(() => net.pool('10.50.0.0/16', options as never), {
        ...{ code: 'BAD_ARGUMENT', value: options },
      })
      expect(error.hint).toBe('Its options are: prefix, prefix6.')
    },
  )
})
