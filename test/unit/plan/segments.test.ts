import { expect, test } from 'vitest'
import { parseCidr } from '../../../src/ip/cidr.js'
import { Segments } from '../../../src/plan/segments.js'

const end = (place: string, device: string) => ({ place, device })
const texts = (segments: Segments, place: string, device: string) =>
  segments.cidrsOn(end(place, device)).map(({ text }) => text)

/** A switch with two namespaces on it, and a link between two others. */
function made(): Segments {
  const segments = new Segments()
  segments.add([{ ...end('h', 'br0'), mtu: 9000 }])
  for (const name of ['a', 'b']) {
    segments.add([{ ...end('h', `v${name}`), mtu: 9000 }, end(`h/${name}`, 'eth0')])
    segments.join(end('h', `v${name}`), end('h', 'br0'))
  }
  segments.add([end('h/c', 'eth0'), end('h/d', 'eth0')])
  return segments
}

test('both ends of a pair are on one segment, and all ports of a switch', () => {
  const segments = made()
  const of = (place: string, device: string) => segments.of(end(place, device))
  const all = [of('h/a', 'eth0'), of('h', 'va'), of('h', 'br0'), of('h', 'vb'), of('h/b', 'eth0')]
  expect(new Set(all).size).toBe(1)
  expect(of('h/c', 'eth0')).toBe(of('h/d', 'eth0'))
  expect(of('h/c', 'eth0')).not.toBe(of('h/a', 'eth0'))
})

test('an interface that nobody made is a segment of its own', () => {
  const segments = made()
  expect(segments.of(end('h', 'uplink'))).not.toBe(segments.of(end('h', 'br0')))
  expect(texts(segments, 'h', 'uplink')).toEqual([])
  expect([segments.has(end('h', 'uplink')), segments.has(end('h', 'va'))]).toEqual([false, true])
})

test('addresses are those of the whole segment, also what an end had before it was joined', () => {
  const segments = made()
  segments.place(end('h', 'br0'), parseCidr('10.0.1.1/24'))
  segments.place(end('h/a', 'eth0'), parseCidr('10.0.1.2/24'))
  expect(texts(segments, 'h/b', 'eth0')).toEqual(['10.0.1.1/24', '10.0.1.2/24'])
  expect(texts(segments, 'h/c', 'eth0')).toEqual([])
  segments.add([end('h', 'vx'), end('h/x', 'eth0')])
  segments.place(end('h/x', 'eth0'), parseCidr('10.0.1.9/24'))
  segments.join(end('h', 'vx'), end('h', 'br0'))
  expect(texts(segments, 'h/a', 'eth0')).toEqual(['10.0.1.1/24', '10.0.1.2/24', '10.0.1.9/24'])
  expect(texts(segments, 'h/x', 'eth0')).toEqual(texts(segments, 'h', 'br0'))
})

test('joining twice, or what is one segment already, changes nothing', () => {
  const segments = made()
  segments.place(end('h/a', 'eth0'), parseCidr('10.0.1.2/24'))
  segments.join(end('h', 'va'), end('h', 'br0'))
  segments.join(end('h', 'br0'), end('h/b', 'eth0'))
  expect(texts(segments, 'h', 'vb')).toEqual(['10.0.1.2/24'])
})

test('the MTU is that of the end itself, and 1500 where it says none', () => {
  const segments = made()
  const mtus = [end('h', 'br0'), end('h', 'va'), end('h/a', 'eth0'), end('h', 'nothing')]
  expect(mtus.map((each) => segments.mtuOf(each))).toEqual([9000, 9000, 1500, 1500])
})

test('a chain of a thousand joins is one segment', () => {
  const segments = new Segments()
  for (let i = 0; i < 1000; i++) segments.add([end('h', `v${i}`)])
  for (let i = 1; i < 1000; i++) segments.join(end('h', `v${i - 1}`), end('h', `v${i}`))
  const roots = new Set(Array.from({ length: 1000 }, (_, i) => segments.of(end('h', `v${i}`))))
  expect(roots.size).toBe(1)
})
