import { describe, expect, test } from 'vitest'
import { interfaceName, isHostName, placeName } from '../../../src/ip/names.js'
import { expectRefusal } from '../refusal.js'

const UNSAFE = [
  '',
  'a b',
  'a/b',
  'a%b',
  '-a',
  '.a',
  '..',
  '.',
  'a\nb',
  'a\n',
  '\ta',
  'a\0b',
  '$(reboot)',
  '`reboot`',
  "a'b",
  'a"b',
  'a\\b',
  'a;b',
  'a&b',
  'a|b',
  'a>b',
  'a*b',
  'a?b',
  'a[b]',
  'a{b,c}',
  'a~b',
  'a!b',
  'a#b',
  'a:b',
  'a@b',
  'a=b',
  'é',
  'ns-測試',
  '\u202ea',
]

describe('names of namespaces, hosts and labs', () => {
  test.each(['namespace', 'host', 'lab'] as const)(
    '%s: anything but one safe word is refused',
    (what) => {
      for (const value of UNSAFE) {
        expectRefusal(() => placeName(what, value), {
          code: 'BAD_NAME',
          value,
          says: new RegExp(`^${what} `),
        })
      }
    },
  )

  test('words of ip, and names that only look odd, are names', () => {
    for (const name of [
      'd',
      'up',
      'dev',
      'list',
      'help',
      'all',
      'default',
      '0',
      '_',
      'a.b',
      'a..b',
      'A-Z_9',
      '1.2',
    ]) {
      expect(placeName('namespace', name)).toBe(name)
    }
  })

  test('63 bytes are a name, 64 are not', () => {
    expect(placeName('host', 'a'.repeat(63))).toHaveLength(63)
    const value = 'a'.repeat(64)
    expectRefusal(() => placeName('host', value), {
      code: 'BAD_NAME',
      value,
      says: /is 64 bytes, the limit is 63/,
    })
  })

  test.each([undefined, null, 0, {}, ['a'], Symbol('a')])('%o is no name', (value) => {
    expectRefusal(() => placeName('lab', value), {
      code: 'BAD_NAME',
      value,
      says: /is not a string/,
    })
  })
})

describe('names of interfaces', () => {
  test('anything but one safe word is refused', () => {
    for (const value of UNSAFE) {
      expectRefusal(() => interfaceName(value), { code: 'BAD_NAME', value })
    }
  })

  test.each(['all', 'default', 'lo'])('%s is kept by the kernel', (value) => {
    expectRefusal(() => interfaceName(value), {
      code: 'BAD_NAME',
      value,
      says: /kept by the kernel/,
    })
    expect(interfaceName(`${value}0`)).toBe(`${value}0`)
  })

  test('C41: 15 bytes are a name, 16 are not; bytes count, not characters', () => {
    expect(interfaceName('a'.repeat(15))).toHaveLength(15)
    expectRefusal(() => interfaceName('a'.repeat(16)), {
      code: 'BAD_NAME',
      value: 'a'.repeat(16),
      says: /is 16 bytes, the limit is 15/,
    })
    expectRefusal(() => interfaceName('é'.repeat(8)), { code: 'BAD_NAME', says: /is 16 bytes/ })
  })

  test('words of ip are names', () => {
    for (const name of ['d', 'up', 'dev', 'list', 'help', 'name', 'peer', 'type', 'group']) {
      expect(interfaceName(name)).toBe(name)
    }
  })
})

describe('the name of a host', () => {
  test.each(['a', 'A', 'demo01', 'a-b', 'lab.test', '1a', '7.a', 'a'.repeat(63), 'xn--4ca'])(
    '%s',
    (name) => {
      expect(isHostName(name)).toBe(true)
    },
  )

  test.each([
    ...['', '.', 'a.', '.a', 'a..b', '-a', 'a-', 'a.-b', 'a_b', 'a b', 'a\n', 'é', '*', "a'"],
    ...['7', '10.0.1.2', 'a.7', '0x', '0x1F', 'a.0xff', 'a'.repeat(64), `${'a.'.repeat(126)}ab`],
  ])('%j is none', (name) => {
    expect(isHostName(name)).toBe(false)
  })
})
