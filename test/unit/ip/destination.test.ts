import { describe, expect, test } from 'vitest'
import {
  DEFAULT_ROUTE,
  isAnyAddress,
  isCanonicalAddress,
  isCanonicalNetwork,
  isDefaultRoute,
  isServer,
  parseAddress,
  parseDestination,
  parseServer,
} from '../../../src/ip/destination.js'
import { expectRefusal } from '../refusal.js'

describe('the destination of a route', () => {
  test.each([
    ['10.0.1.0/24', '10.0.1.0/24'],
    ['10.0.1.2', '10.0.1.2/32'],
    ['10.0.1.2/32', '10.0.1.2/32'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['0.0.0.0/1', '0.0.0.0/1'],
    ['169.254.0.0/16', '169.254.0.0/16'],
    ['127.0.0.0/8', '127.0.0.0/8'],
    ['::/0', '::/0'],
    ['FD00:0001:0::/48', 'fd00:1::/48'],
    ['fd00::5', 'fd00::5/128'],
    ['fe80::/10', 'fe80::/10'],
  ])('%s is read as %s', (text, canonical) => {
    expect(parseDestination(text).text).toBe(canonical)
    expect(isCanonicalNetwork(canonical)).toBe(true)
    expect(isCanonicalNetwork(text)).toBe(text === canonical)
  })

  test.each([
    ['10.0.1.2/24', /bits behind its prefix/],
    ['fd00:1::5/64', /bits behind its prefix/],
    ['10.0.0.0/33', /prefix over 32/],
    ['fd00::/129', /prefix over 128/],
    ['10.0.0.300/32', /is no address, and no network/],
    ['010.0.0.0/8', /is no address, and no network/],
    ['10.0.0.0/08', /is no address, and no network/],
    ['10.0.0/8', /is no address, and no network/],
    ['10.0.0.0/8/8', /is no address, and no network/],
    ['10.0.0.0/', /is no address, and no network/],
    ['fd00::1::/64', /is no address, and no network/],
    ['fe80::1%eth0', /is no address, and no network/],
    ['default', /is no address, and no network/],
    ['', /is no address, and no network/],
    ['10.0.0.0/8\n', /is no address, and no network/],
    ['10.0.0.0/8 dev eth0', /is no address, and no network/],
    ['0.0.0.0', /nobody has/],
    ['::', /nobody has/],
    ['::/128', /nobody has/],
    ['224.0.0.0/4', /multicast/],
    ['239.1.2.3', /multicast/],
    ['ff00::/8', /multicast/],
    ['ff02::1', /multicast/],
  ])('%j is refused with its reason', (value, says) => {
    expectRefusal(() => parseDestination(value), { code: 'BAD_CIDR', value, says })
    expect(isCanonicalNetwork(value)).toBe(false)
  })

  test('with bits behind the prefix, the way out is the network itself', () => {
    expect(expectRefusal(() => parseDestination('10.0.1.2/24'), { code: 'BAD_CIDR' }).hint).toBe(
      'The network is 10.0.1.0/24.',
    )
  })

  test.each([undefined, null, 10, {}, ['10.0.0.0/8']])('%o is no text', (value) => {
    expectRefusal(() => parseDestination(value), { code: 'BAD_CIDR', value, says: /not a string/ })
  })

  test('the default route is that of all addresses of a family', () => {
    expect(Object.values(DEFAULT_ROUTE).map(isDefaultRoute)).toEqual([true, true])
    expect(['10.0.0.0/8', '0.0.0.0/1', '::/10', '10.0.1.0/30'].map(isDefaultRoute)).toEqual([
      false,
      false,
      false,
      false,
    ])
  })
})

describe('the address of a gateway', () => {
  test.each([
    ['10.0.1.1', '10.0.1.1'],
    ['169.254.1.1', '169.254.1.1'],
    ['FD00:1::0001', 'fd00:1::1'],
    ['fe80::1', 'fe80::1'],
  ])('%s is read as %s', (text, canonical) => {
    expect(parseAddress(text).address).toBe(canonical)
    expect(isCanonicalAddress(canonical)).toBe(true)
    expect(isCanonicalAddress(text)).toBe(text === canonical)
  })

  test.each([
    ['10.0.1.1/24', /has a prefix/],
    ['10.0.1.1/32', /has a prefix/],
    ['fe80::1/128', /has a prefix/],
    ['0.0.0.0', /no address of one host/],
    ['0.1.2.3', /no address of one host/],
    ['127.0.0.1', /no address of one host/],
    ['224.0.0.1', /no address of one host/],
    ['255.255.255.255', /no address of one host/],
    ['::', /no address of one host/],
    ['::1', /no address of one host/],
    ['ff02::1', /no address of one host/],
    ['10.0.1', /is no address/],
    ['10.0.1.1 dev x', /is no address/],
    ['', /is no address/],
  ])('%j is refused with its reason', (value, says) => {
    expectRefusal(() => parseAddress(value), { code: 'BAD_CIDR', value, says })
    expect(isCanonicalAddress(value)).toBe(false)
  })
})

describe('the address of a name server', () => {
  test.each([
    ['10.0.0.53', '10.0.0.53'],
    ['169.254.169.253', '169.254.169.253'],
    ['FD00:0::53', 'fd00::53'],
    ['2001:db8::1', '2001:db8::1'],
  ])('%s is read as %s', (text, canonical) => {
    expect(parseServer(text).address).toBe(canonical)
    expect(isServer(canonical)).toBe(true)
    expect(isServer(text)).toBe(text === canonical)
  })

  test.each(['127.0.0.53', '127.0.0.1', '::1', '::ffff:7f00:35'])(
    'C24: at %s it would be the namespace itself',
    (value) => {
      expectRefusal(() => parseServer(value), {
        ...{
          code: 'BAD_CIDR',
          value,
          says: /loopback address, and that of a namespace is its own/,
        },
      })
      expect(isServer(value)).toBe(false)
    },
  )

  test.each(['fe80::1', 'febf::1'])('%s says nothing without an interface', (value) => {
    expectRefusal(() => parseServer(value), { code: 'BAD_CIDR', value, says: /link-local/ })
  })

  test.each(['0.0.0.0', '::', '224.0.0.1', 'ff02::1', '10.0.0.53/32', 'a', '', 7])(
    '%j is none',
    (value) => {
      expectRefusal(() => parseServer(value), { code: 'BAD_CIDR', value })
    },
  )
})

test('any address alone is one, in its canonical form', () => {
  for (const text of ['127.0.0.1', '::1', '10.0.1.2', 'fd00::1', '0.0.0.0']) {
    expect([text, isAnyAddress(text)]).toEqual([text, true])
  }
  for (const text of ['127.0.0.1/8', '::1/128', 'FD00::1', 'fd00:0::1', '010.0.0.1', 'a', '']) {
    expect([text, isAnyAddress(text)]).toEqual([text, false])
  }
})
