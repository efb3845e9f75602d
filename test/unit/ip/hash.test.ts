import { expect, test } from 'vitest'
import { hash32, macOf, tag } from '../../../src/ip/hash.js'

const NAMES = Array.from({ length: 20_000 }, (_, i) => `demo${i}`)

test('the hash of a text never changes: names and MACs of labs that are up hang on it', () => {
  expect([hash32('demo01'), hash32(''), hash32('demo01', 1)]).toMatchInlineSnapshot(`
    [
      2709315757,
      1947474976,
      1758750914,
    ]
  `)
  expect([macOf('demo01'), tag('demo01', 7)]).toMatchInlineSnapshot(`
    [
      "02:f6:10:7a:eb:2a",
      "t344w28",
    ]
  `)
})

test('a hash is a number of 32 bits', () => {
  for (const name of NAMES.slice(0, 500)) {
    const h = hash32(name)
    expect(Number.isInteger(h) && h >= 0 && h < 2 ** 32).toBe(true)
  }
})

test('neighbouring names part: no two of 20,000 have one tag of 12 characters, and tags are even', () => {
  expect(new Set(NAMES.map((name) => tag(name, 12))).size).toBe(NAMES.length)
  // by the birthday bound about 20,000^2 / 2 / 36^7 = 0.003 of these meet
  expect(new Set(NAMES.map((name) => tag(name, 7))).size).toBeGreaterThan(NAMES.length - 3)
})

test('a tag has the length that is asked for, of 0-9 a-z', () => {
  for (const length of [1, 7, 8, 12]) {
    for (const name of NAMES.slice(0, 200)) {
      expect(tag(name, length)).toMatch(new RegExp(`^[0-9a-z]{${length}}$`))
    }
  }
})

test('a MAC is unicast and locally administered, and each text has its own', () => {
  const macs = NAMES.map(macOf)
  for (const mac of macs) {
    expect(mac).toMatch(/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/)
    const first = Number.parseInt(mac.slice(0, 2), 16)
    expect([first & 1, first & 2]).toEqual([0, 2])
  }
  expect(new Set(macs).size).toBe(macs.length)
  expect(macOf('demo01')).toBe(macOf('demo01'))
})
