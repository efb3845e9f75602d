import { describe, expect, test } from 'vitest'
import {
  addressOf,
  bare,
  cidrFrom,
  covers,
  familyOf,
  hasForm,
  hostPrefix,
  isCanonicalCidr,
  parseCidr,
  sameNetwork,
} from '../../../src/ip/cidr.js'
import { expectRefusal } from '../refusal.js'

describe('parseCidr', () => {
  test.each([
    ['10.0.1.2/24', '10.0.1.2/24'],
    ['10.0.1.0/31', '10.0.1.0/31'],
    ['10.0.1.2/32', '10.0.1.2/32'],
    ['1.0.0.1/8', '1.0.0.1/8'],
    ['223.255.255.254/24', '223.255.255.254/24'],
    ['fd00:1::2/64', 'fd00:1::2/64'],
    ['FD00:0001:0000:0000:0000:0000:0000:0002/64', 'fd00:1::2/64'],
    ['fd00:0:0:1::2/64', 'fd00:0:0:1::2/64'],
    ['fd00:1::/127', 'fd00:1::/127'],
    ['2001:db8::1/128', '2001:db8::1/128'],
  ])('%s is read as %s', (text, canonical) => {
    expect(parseCidr(text).text).toBe(canonical)
    expect(parseCidr(canonical).text).toBe(canonical)
  })

  test('the bounds of the network are those of the prefix', () => {
    expect(parseCidr('10.0.1.2/24')).toMatchObject({
      family: 4,
      prefix: 24,
      value: 0x0a000102n,
      first: 0x0a000100n,
      last: 0x0a0001ffn,
    })
    const v6 = parseCidr('fd00::5/126')
    expect([v6.last - v6.first, v6.value - v6.first]).toEqual([3n, 1n])
  })

  test.each([
    ['10.0.1.2', /has no prefix length[\s\S]*"10\.0\.1\.2\/24"/],
    ['fd00::1', /has no prefix length[\s\S]*"fd00::1\/64"/],
    ['10.0.1.300/24', /octet over 255/],
    ['010.0.1.2/24', /leading zero/],
    ['10.0.01.2/24', /leading zero/],
    ['10.0.1.0/24', /is the network address itself/],
    ['10.0.1.255/24', /is the broadcast address/],
    ['fd00:1::/64', /is the network address itself/],
    ['10.0.1.2/33', /prefix over 32/],
    ['fd00::1/129', /prefix over 128/],
    ['10.0.1.2/0', /prefix 0/],
    ['10.0.1.2/024', /is no IPv4 or IPv6 address/],
    ['10.0.1/24', /is no IPv4 or IPv6 address/],
    ['10.0.1.2/24/24', /is no IPv4 or IPv6 address/],
    ['10.0.1.2/-1', /is no IPv4 or IPv6 address/],
    [' 10.0.1.2/24', /is no IPv4 or IPv6 address/],
    ['10.0.1.2/24\n', /is no IPv4 or IPv6 address/],
    ['10.0.1.2/24;reboot', /is no IPv4 or IPv6 address/],
    ['', /has no prefix length/],
    ['fd00::1%eth0/64', /has a zone/],
    ['fd00::1::2/64', /is no IPv6 address/],
    ['1:2:3:4:5:6:7:8:9/64', /is no IPv6 address/],
    ['::ffff:10.0.0.1/96', /is no IPv4 or IPv6 address/],
    ['0.1.2.3/8', /this network/],
    ['127.0.0.1/8', /loopback/],
    ['224.0.0.1/8', /multicast/],
    ['255.255.255.255/32', /multicast or reserved/],
    ['::1/128', /reserved range/],
    ['fe80::1/64', /link-local/],
    ['ff02::1/64', /multicast/],
  ])('%j is refused with its reason', (value, says) => {
    expectRefusal(() => parseCidr(value), { code: 'BAD_CIDR', value, says })
  })

  test.each([undefined, null, 24, {}, ['10.0.1.2/24']])('%o is no text', (value) => {
    expectRefusal(() => parseCidr(value), { code: 'BAD_CIDR', value, says: /is not a string/ })
  })

  test('the reader behind it stays the cause, and its words out of the message', () => {
    const error = expectRefusal(() => parseCidr('10.0.1.300/24'), { code: 'BAD_CIDR' })
    expect(error.cause).toBeInstanceOf(Error)
    expect(error.message).not.toContain((error.cause as Error).message)
  })

  test('what it gives cannot be written: it is shared by all who ask for the same text', () => {
    expect(Object.isFrozen(parseCidr('10.0.1.2/24'))).toBe(true)
    for (let i = 0; i < 3000; i++) parseCidr(`10.${i >> 8}.${i & 255}.2/24`)
    expect(parseCidr('10.0.1.2/24').text).toBe('10.0.1.2/24')
  })
})

test('isCanonicalCidr takes the one spelling that parseCidr gives', () => {
  expect(['10.0.1.2/24', 'fd00:1::2/64'].map(isCanonicalCidr)).toEqual([true, true])
  expect(['fd00:1:0::2/64', 'FD00:1::2/64', '10.0.1.2', 'x'].map(isCanonicalCidr)).toEqual([
    false,
    false,
    false,
    false,
  ])
})

test('parts of an address', () => {
  expect([familyOf('10.0.1.2'), familyOf('fd00::1/64')]).toEqual([4, 6])
  expect(addressOf('10.0.1.2/24')).toBe('10.0.1.2')
  expect([hostPrefix('10.0.1.2/24'), hostPrefix('fd00::2/64')]).toEqual([
    '10.0.1.2/32',
    'fd00::2/128',
  ])
})

test('covers looks at the network of the first and the address of the second', () => {
  const net = parseCidr('10.0.1.2/24')
  expect(covers(net, parseCidr('10.0.1.254/8'))).toBe(true)
  expect(covers(net, parseCidr('10.0.2.1/8'))).toBe(false)
  expect(covers(net, parseCidr('10.0.0.254/8'))).toBe(false)
  expect(covers(parseCidr('fd00::1/64'), net)).toBe(false)
})

test('cidrFrom makes of a number what parseCidr makes of its text', () => {
  for (const text of ['10.0.1.2/24', '223.255.255.254/31', 'fd00:1::2/64', '2001:db8::/127']) {
    const cidr = parseCidr(text)
    expect(cidrFrom(cidr.family, cidr.value, cidr.prefix)).toEqual(cidr)
  }
  // also of what no interface can have: the network itself
  expect(cidrFrom(4, 0x0a000100n, 24).text).toBe('10.0.1.0/24')
  expect(cidrFrom(6, 0n, 0)).toMatchObject({ text: '::/0', first: 0n, last: (1n << 128n) - 1n })
})

test('bare leaves the prefix of a single address away, and no other', () => {
  expect(['10.0.1.2/32', 'fd00::2/128'].map(bare)).toEqual(['10.0.1.2', 'fd00::2'])
  for (const text of ['10.0.1.0/24', '0.0.0.0/0', 'fd00::/64', 'fd00::/32', '::/0']) {
    expect(bare(text)).toBe(text)
  }
})

test('sameNetwork asks for one network with one prefix', () => {
  const one = parseCidr('10.0.1.2/24')
  expect(sameNetwork(one, parseCidr('10.0.1.254/24'))).toBe(true)
  expect(sameNetwork(one, parseCidr('10.0.2.2/24'))).toBe(false)
  expect(sameNetwork(one, parseCidr('10.0.1.3/25'))).toBe(false)
  expect(sameNetwork(one, parseCidr('10.0.1.3/16'))).toBe(false)
  // ::a00:100 has the number of 10.0.1.0
  expect(sameNetwork(one, cidrFrom(6, one.value, 24))).toBe(false)
})

test('hasForm looks at the form alone', () => {
  expect(['10.0.1.2/24', '999.0.0.0/99', 'fd00::/64', '::/0', ':/999'].map(hasForm)).toEqual(
    Array.from({ length: 5 }, () => true),
  )
  expect(
    ['10.0.1.2', '10.0.1.2/024', '01.0.0.0/8', 'x/8', '', ' ::/0', '::/0\n'].map(hasForm),
  ).toEqual(Array.from({ length: 7 }, () => false))
})
