import { expect, test } from 'vitest'
import { isCanonicalMac, macAddress } from '../../../src/ip/mac.js'
import { expectRefusal } from '../refusal.js'

test('a MAC address is taken in either case, and given in lower case', () => {
  expect(macAddress('veth()', '02:00:00:00:00:0A')).toBe('02:00:00:00:00:0a')
  expect(macAddress('veth()', 'fe:dc:ba:98:76:54')).toBe('fe:dc:ba:98:76:54')
})

test.each([
  ['02-00-00-00-00-01', /six octets with colons/],
  ['0200.0000.0001', /six octets with colons/],
  ['2:0:0:0:0:1', /six octets with colons/],
  ['02:00:00:00:00', /six octets with colons/],
  ['02:00:00:00:00:01:02', /six octets with colons/],
  ['02:00:00:00:00:0g', /six octets with colons/],
  ['02:00:00:00:00:01\n', /six octets with colons/],
  ['02:00:00:00:00:01 up', /six octets with colons/],
  ['', /six octets with colons/],
  ['00:00:00:00:00:00', /all zero/],
  ['01:00:5e:00:00:01', /one of a group/],
  ['ff:ff:ff:ff:ff:ff', /one of a group/],
  ['33:33:00:00:00:01', /one of a group/],
])('%j is refused with its reason', (value, says) => {
  expectRefusal(() => macAddress('veth()', value), { code: 'BAD_ARGUMENT', value, says })
  expect(isCanonicalMac(value)).toBe(false)
})

test.each([undefined, null, 2, {}, ['02:00:00:00:00:01']])('%o is no text', (value) => {
  expectRefusal(() => macAddress('link()', value), {
    code: 'BAD_ARGUMENT',
    value,
    says: /link\(\)/,
  })
})

test('isCanonicalMac takes lower case only: a plan has one form', () => {
  expect(['02:00:00:00:00:0a', '02:00:00:00:00:0A'].map(isCanonicalMac)).toEqual([true, false])
})
