import { describe, expect, test } from 'vitest'
import { net } from '../../../src/index.js'
import { refusal } from '../refusal.js'

const lab = net
  .host('h1', { address: '192.0.2.1/24' })
  .ns('a')
  .ip('10.0.1.2/24', 'fd00:1::2/64')
  .veth()
  .routeBothWays()
  .ns('six')
  .ip('fd00:2::2/64')
  .veth('six0')
  .routeBothWays()
  .host('h2', { address: '192.0.2.2/24' })
  .ns('b')
  .ip('10.0.3.2/24')
  .veth()
  .routeBothWays()

describe('what explain() is asked', () => {
  test('places by their names, alone or with their host, and addresses', () => {
    const flow = (from: 'a' | 'h1' | '10.0.1.2', to: 'b' | 'h2/b' | 'h2' | '10.0.3.2') =>
      lab.explain(from, to).flow
    expect(flow('a', 'b')).toMatchObject({ srcNode: 'h1/a', srcIp: '10.0.1.2', dstIp: '10.0.3.2' })
    expect(flow('10.0.1.2', 'h2/b')).toMatchObject({ srcNode: 'h1/a', dstIp: '10.0.3.2' })
    expect(flow('h1', 'h2')).toMatchObject({ srcIp: '192.0.2.1', dstIp: '192.0.2.2' })
  })

  test('speaks IPv4 where both can, else IPv6, or as it is told', () => {
    expect(lab.explain('a', 'b').flow.ipVersion).toBe(4)
    expect(lab.explain('a', 'six').flow).toMatchObject({
      ipVersion: 6,
      dstIp: 'fd00:2::2',
      icmpType: 128,
    })
    expect(lab.explain('a', 'a', { family: 6 }).flow.srcIp).toBe('fd00:1::2')
    expect(lab.explain('a', 'FD00:2:0::2').flow.dstIp).toBe('fd00:2::2')
  })

  test('is TCP with a port, and a ping without', () => {
    expect(lab.explain('a', 'b', { port: 80 }).flow).toMatchObject({ protocol: 'tcp', dstPort: 80 })
    expect(lab.explain('a', 'b', { protocol: 'udp', port: 53, sourcePort: 53 }).flow).toMatchObject(
      {
        protocol: 'udp',
        srcPort: 53,
      },
    )
    expect(lab.explain('a', 'b').flow).toMatchObject({ protocol: 'icmp', icmpType: 8 })
  })

  const loose = lab as unknown as {
    explain(from: unknown, to: unknown, options?: unknown): unknown
  }
  test.each([
    [() => loose.explain('a', 'c'), 'UNKNOWN_NAME', 'c'],
    [() => loose.explain('a', 7), 'BAD_ARGUMENT', 7],
    [() => loose.explain('a', '10.0.1.999'), 'BAD_ARGUMENT', '10.0.1.999'],
    [() => loose.explain('8.8.8.8', 'a'), 'UNKNOWN_NAME', '8.8.8.8'],
    [() => loose.explain('a', 'six', { family: 4 }), 'MISSING_ADDRESS', 'h1/six'],
    [() => loose.explain('10.0.1.2', 'fd00:2::2'), 'BAD_ARGUMENT', ['10.0.1.2', 'fd00:2::2']],
    [() => loose.explain('a', 'b', { protocol: 'tcp' }), 'BAD_ARGUMENT', { protocol: 'tcp' }],
    [() => loose.explain('a', 'b', { port: 0 }), 'BAD_ARGUMENT', { port: 0 }],
    [() => loose.explain('a', 'b', { prot: 'tcp' }), 'BAD_ARGUMENT', { prot: 'tcp' }],
  ])('refuses what cannot be: %s', (call, code, value) => {
    const error = refusal(call)
    expect(error.code).toBe(code)
    expect(error.value).toEqual(value)
    expect(error.hint).toBeTruthy()
  })
})
