import { expect, test } from 'vitest'
import { fingerprint } from '../../../../src/explain/live/fingerprint.js'
import type { Parts } from '../../../../src/explain/live/host.js'
import { recorded } from './outputs.js'

const host = recorded.get(0) ?? []

/** The same as it would be read with something else in it. */
function changed(name: string, from: string | RegExp, to: string): Parts {
  const parts = host.map(([part, text]): [string, string] => [
    part,
    part === name ? text.replace(from, to) : text,
  ])
  expect(parts).not.toEqual(host)
  return parts
}

test.each([
  ['a counter of nft', 'nft', '"packets": 0, "bytes": 0', '"packets": 7, "bytes": 588'],
  ['a counter of a rule', 'iptables', '[0:0] -A', '[7:588] -A'],
  ['a counter of a policy', 'iptables', /^(:FORWARD DROP) \[0:0\]/m, '$1 [9:99]'],
  ['when a tool was run', 'legacy4', /^# Generated.*/m, '# Generated later'],
  ['a neighbour', 'ip', '"state":["PERMANENT"]', '"state":["STALE"]'],
  ['a timer of a bridge', 'ip', /"gc_timer":[\d.]+/, '"gc_timer":1.00'],
])('%s is no change', (_, name, from, to) => {
  expect(fingerprint(changed(name, from, to))).toBe(fingerprint(host))
})

test.each([
  ['a route', 'ip', '10.9.0.0/16', '10.9.0.0/17'],
  ['a rule of IPv6', 'rules6', '"srclen":64', '"srclen":65'],
  ['a link', 'ip', '"UP","LOWER_UP"', '"UP"'],
  ['a filter', 'iptables', '-j ACCEPT', '-j DROP'],
  ['a policy', 'nft', '"policy": "drop"', '"policy": "accept"'],
])('%s is a change', (_, name, from, to) => {
  expect(fingerprint(changed(name, from, to))).not.toBe(fingerprint(host))
})

test('what is read once only is no part of it', () => {
  const again = host.filter(([name]) => !['sockets', 'qdiscs', 'settings'].includes(name))
  expect(fingerprint(again)).toBe(fingerprint(host))
})
