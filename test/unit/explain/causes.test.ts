import { expect, test } from 'vitest'
import { type CauseCode, causeCodes } from '../../../src/explain/types.js'
import { allCases, BACK_ONLY, NOT_MADE, ONE_WAY } from '../../netns/explain/all.js'
import { chain, lost } from './made.js'

const codes = Object.keys(causeCodes) as CauseCode[]
const made = (back: boolean) =>
  new Set(allCases.filter((one) => (one.back === true) === back).map(({ code }) => code))

test('every cause is made on a real kernel, there and back, or it is said why not', () => {
  const [there, back] = [made(false), made(true)]
  const isMade = (code: CauseCode) => NOT_MADE[code] === undefined
  expect(codes.filter((c) => isMade(c) && !there.has(c) && !BACK_ONLY.includes(c))).toEqual([])
  expect(codes.filter((c) => isMade(c) && !back.has(c) && ONE_WAY[c] === undefined)).toEqual([])
  // what is said is true
  expect(codes.filter((c) => !isMade(c) && (there.has(c) || back.has(c)))).toEqual([])
  expect(codes.filter((c) => ONE_WAY[c] !== undefined && back.has(c))).toEqual([])
})

test('TCP, UDP and ICMP are asked with, over both families', () => {
  const kinds = new Set(
    allCases.map(({ protocol = 'icmp', family, to }) => {
      return `${protocol} ${family ?? (to.includes(':') ? 6 : 4)}`
    }),
  )
  expect([...kinds].sort()).toEqual(['icmp 4', 'icmp 6', 'tcp 4', 'tcp 6', 'udp 4', 'udp 6'])
})

test('what could not be read, and may decide, is no answer', () => {
  const unread = ['rules of iptables (nft) are not known']
  expect(lost(chain({ r: { unread } }))).toEqual([
    'forward r UNDETERMINED_NO_PERMISSION',
    'return r UNDETERMINED_NO_PERMISSION',
  ])
})

test('a gateway beside every network is only known as one that nobody has', () => {
  const { routes = [] } = chain().nodes[0] ?? {}
  const gateway = '10.9.9.9'
  const astray = routes.map((r) => (r.to === '0.0.0.0/0' ? { ...r, gateway, onlink: true } : r))
  expect(lost(chain({ a: { routes: astray } }))[0]).toBe('forward a GATEWAY_NOT_OWNED')
})
