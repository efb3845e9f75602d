import { describe, expect, test } from 'vitest'
import { addressType } from '../../../../src/explain/netfilter/address-type.js'
import { holds } from '../../../../src/explain/netfilter/match.js'
import type { AtHook } from '../../../../src/explain/netfilter/types.js'
import type { Match } from '../../../../src/state/firewall.js'
import { at, node, packet, ping, ping6 } from './state.js'

type Case = readonly [match: Match, answer: boolean | 'unknown', more?: Partial<AtHook>]

const check = (cases: readonly Case[]) =>
  test.each(cases.map((one) => [JSON.stringify(one), ...one] as const))(
    '%s',
    (_, match, answer, more) => {
      expect(holds(match, at([], more))).toBe(answer)
      const turned = holds({ ...match, not: true }, at([], more))
      expect(turned).toBe(answer === 'unknown' ? answer : !answer)
    },
  )

describe('addresses', () => {
  check([
    [{ match: 'source', networks: ['10.0.1.0/24'] }, true],
    [{ match: 'source', networks: ['10.0.1.2'] }, true],
    [{ match: 'source', networks: ['10.0.1.3', '10.0.1.0-10.0.1.2'] }, true],
    [{ match: 'source', networks: ['10.0.1.3-10.0.1.9'] }, false],
    [{ match: 'source', networks: [] }, false],
    [{ match: 'destination', networks: ['0.0.0.0/0'] }, true],
    [{ match: 'destination', networks: ['::/0'] }, false],
    [{ match: 'destination', networks: ['fd00::/16'] }, true, { packet: ping6 }],
    [{ match: 'destination', networks: ['fd00:2::1-fd00:2::ffff'] }, true, { packet: ping6 }],
    [{ match: 'destination', networks: ['what'] }, 'unknown'],
    [{ match: 'destination', networks: ['what', '10.0.2.2'] }, true],
  ])
})

describe('links', () => {
  check([
    [{ match: 'in', links: ['ra'] }, true],
    [{ match: 'in', links: ['r*'] }, true],
    [{ match: 'in', links: ['x', 'ra*'] }, true],
    [{ match: 'in', links: ['r'] }, false],
    [{ match: 'out', links: ['ra'] }, false],
    [{ match: 'in', links: ['ra'] }, false, { position: {} }],
    [{ match: 'bridged' }, false],
    [
      { match: 'bridged' },
      true,
      { position: { in: 'br', out: 'br', bridgeIn: 'p1', bridgeOut: 'p2' } },
    ],
    [{ match: 'bridgeIn', links: ['*'] }, false],
    [{ match: 'bridgeIn', links: ['p*'] }, true, { position: { in: 'br', bridgeIn: 'p1' } }],
    [
      { match: 'in', links: ['p1'] },
      true,
      { bridge: true, position: { in: 'br', bridgeIn: 'p1' } },
    ],
  ])
})

describe('protocols', () => {
  check([
    [{ match: 'family', family: 4 }, true],
    [{ match: 'protocol', protocols: ['udp', 'tcp'] }, true],
    [{ match: 'protocol', protocols: ['icmp'] }, true, { packet: ping }],
    [{ match: 'protocol', protocols: ['icmp'] }, false, { packet: ping6 }],
    [{ match: 'protocol', protocols: ['ipv6-icmp'] }, true, { packet: ping6 }],
    [{ match: 'destinationPort', ports: [[80, 80]] }, true],
    [{ match: 'destinationPort', ports: [[0, 65_535]] }, false, { packet: ping }],
    [{ match: 'sourcePort', ports: [[1024, 65_535]] }, true],
    [{ match: 'anyPort', ports: [[80, 80]] }, true],
    [{ match: 'icmpType', types: [[8, 8]] }, true, { packet: ping }],
    [{ match: 'icmpType', types: [[8, 8]] }, false],
    [{ match: 'icmpCode', types: [[0, 0]] }, true, { packet: ping }],
    [{ match: 'icmpCode', types: [[1, 1]] }, 'unknown', { packet: { ...ping, icmpType: 3 } }],
    [{ match: 'syn' }, true],
    [{ match: 'syn' }, false, { packet: { ...packet, flags: 'syn-ack' } }],
    [{ match: 'syn' }, false, { packet: { ...packet, flags: 'rst' } }],
    [{ match: 'syn' }, 'unknown', { packet: { ...packet, flags: undefined } }],
    [{ match: 'syn' }, false, { packet: ping }],
    [{ match: 'flags', mask: ['syn', 'ack'], set: [] }, false],
    [
      { match: 'flags', mask: ['rst', 'ack'], set: ['rst', 'ack'] },
      true,
      { packet: { ...packet, flags: 'rst' } },
    ],
    [{ match: 'length', values: [[60, 60]] }, true],
    [{ match: 'ttl', values: [[0, 63]] }, false],
    [{ match: 'mark', values: [[1, 1]], mask: 0x0f }, true, { packet: { ...packet, mark: 0x21 } }],
    [
      { match: 'mark', values: [[0xf0000000, 0xf0000000]], mask: 0xf0000000 },
      true,
      { packet: { ...packet, mark: 0xffffffff } },
    ],
    [{ match: 'always' }, true],
    [{ match: 'unknown', text: 'x' }, 'unknown'],
  ])
})

describe('connections', () => {
  const tracking = {
    state: 'established',
    mark: 5,
    direction: 'reply',
    translated: { snat: true, dnat: false },
  } as const
  check([
    [{ match: 'state', states: ['new'] }, true],
    [{ match: 'state', states: ['established', 'related'] }, true, { tracking }],
    [{ match: 'state', states: ['new', 'snat'] }, true, { tracking }],
    [{ match: 'state', states: ['dnat'] }, false, { tracking }],
    [{ match: 'translated', how: 'snat' }, true, { tracking }],
    [{ match: 'connectionMark', values: [[4, 5]], mask: 0xff }, true, { tracking }],
    [{ match: 'direction', direction: 'reply' }, true, { tracking }],
    [{ match: 'direction', direction: 'original' }, true],
    [
      { match: 'direction', direction: 'original' },
      'unknown',
      { tracking: { state: 'established', mark: 0 } },
    ],
  ])

  test('of what is not tracked neither a mark nor its opposite holds', () => {
    const untracked = at([], { tracking: { state: 'untracked', mark: 0 } })
    for (const not of [false, true]) {
      expect(holds({ match: 'connectionMark', values: [[1, 1]], mask: 1, not }, untracked)).toBe(
        false,
      )
      expect(holds({ match: 'translated', how: 'dnat', not }, untracked)).toBe(false)
      expect(holds({ match: 'direction', direction: 'reply', not }, untracked)).toBe(false)
    }
  })
})

describe('addressType', () => {
  test.each([
    ['10.0.1.1', 'local'],
    ['127.0.0.5', 'local'],
    ['10.0.1.255', 'broadcast'],
    ['255.255.255.255', 'broadcast'],
    ['224.0.0.5', 'multicast'],
    ['10.0.1.2', 'unicast'],
    ['8.8.8.8', 'unicast'],
    ['fd00:2::1', 'local'],
    ['ff02::1', 'multicast'],
    ['2001:db8::1', 'unreachable'],
  ])('%s is %s', (address, type) => {
    expect(addressType(node(), address.includes(':') ? 6 : 4, address)).toBe(type)
  })

  test('the table of the kernel tells more than addresses do', () => {
    const local = { family: 4, table: 255, type: 'local', to: '192.0.2.0/24', metric: 0 } as const
    expect(addressType({ ...node(), routes: [local] }, 4, '192.0.2.7')).toBe('local')
  })
})
