import { describe, expect, test } from 'vitest'
import type { FilterRule, Hook, RulePart, Table } from '../../../src/state/firewall.js'
import type { NodeState } from '../../../src/state/state.js'
import { filled, link, lost, node, ping } from './made.js'

const end = (name: string, port: string, cidr: string) =>
  filled({ node: name, links: [link('eth0', { peer: { node: 'h', link: port } })] }, { eth0: cidr })

const port = (name: string, of: string) =>
  link(name, { peer: { node: of, link: 'eth0' }, master: 'br0' })

/** c 10.0.9.1 -- pc (h, br0) pd -- 10.0.9.2 d */
const lostWith = (change: Partial<NodeState>) => {
  const links = [link('br0', { kind: 'bridge' }), port('pc', 'c'), port('pd', 'd')]
  const nodes = [
    end('c', 'pc', '10.0.9.1/24'),
    { ...node({ node: 'h', links }), ...change },
    end('d', 'pd', '10.0.9.2/24'),
  ]
  return lost({ nodes }, ping({ source: '10.0.9.1', destination: '10.0.9.2' }), 'c')
}

const table = (
  family: Table['family'],
  hook: Hook,
  policy: 'accept' | 'drop',
  ...rules: readonly RulePart[][]
): Table => {
  const base = { hook, priority: hook === 'prerouting' ? -300 : 0, type: 'filter', policy } as const
  const numbered = rules.map((parts, i): FilterRule => ({ number: i + 1, text: 'rule', parts }))
  return { backend: 'nft', family, name: 'f', chains: [{ name: 'c', base, rules: numbered }] }
}

const shown = { settings: { 'net.bridge.bridge-nf-call-iptables': '1' } }
const DROP = { act: 'drop' } as const
const ACCEPT = { act: 'accept' } as const

describe('what is bridged', () => {
  test('passes where nothing is in its way', () => {
    expect(lostWith({})).toEqual([])
    expect(lostWith({ tables: [table('ip', 'forward', 'drop')] })).toEqual([])
  })

  test('is known to connection tracking where rules for routed packets see it', () => {
    const ping8: RulePart[] = [{ match: 'icmpType', types: [[8, 8]] }, ACCEPT]
    const known: RulePart[] = [{ match: 'state', states: ['established'] }, ACCEPT]
    const tables = [table('ip', 'forward', 'drop', ping8, known)]
    expect(lostWith({ ...shown, tables })).toEqual([])
  })

  test.each(['prerouting', 'postrouting'] as const)('is seen by rules at %s too', (hook) => {
    const replies: RulePart[] = [{ match: 'icmpType', types: [[0, 0]] }, DROP]
    const tables = [table('ip', hook, 'accept', replies)]
    expect(lostWith({ ...shown, tables })).toEqual(['return h BRIDGE_NF_DROP'])
    expect(lostWith({ tables })).toEqual([])
  })

  test('is seen by rules of the bridge itself by its ports, and by chains at a port', () => {
    const byPort: RulePart[] = [{ match: 'in', links: ['pd'] }, DROP]
    const byBridge: RulePart[] = [{ match: 'in', links: ['br0'] }, DROP]
    expect(lostWith({ tables: [table('bridge', 'forward', 'accept', byBridge, byPort)] })).toEqual([
      'return h FILTER_RULE_DROP',
    ])
    const netdev = table('netdev', 'ingress', 'accept', [DROP])
    const chains = netdev.chains.map((chain) => ({
      ...chain,
      base: chain.base && { ...chain.base, devices: ['pc'] },
    }))
    expect(lostWith({ tables: [{ ...netdev, chains }] })).toEqual(['forward h NETDEV_INGRESS_DROP'])
  })

  test('is kept from an isolated port by another one', () => {
    const isolated = { port: { isolated: true, state: 'forwarding', hairpin: false } }
    const of = (...apart: string[]) =>
      [port('pc', 'c'), port('pd', 'd')].map((each) =>
        apart.includes(each.name) ? { ...each, ...isolated } : each,
      )
    const among = (...apart: string[]) =>
      lostWith({ links: [link('br0', { kind: 'bridge' }), ...of(...apart)] })
    expect(among('pc')).toEqual([])
    expect(among('pc', 'pd')[0]).toBe('forward h BRIDGE_PORT_ISOLATED')
  })
})

test('a link that is no port is only to blame where the frame comes to the bridge', () => {
  const stray = link('pd', { peer: { node: 'd', link: 'eth0' } })
  const lostBy = (change: Partial<NodeState['links'][number]>) =>
    lostWith({ links: [link('br0', { kind: 'bridge' }), { ...port('pc', 'c'), ...change }, stray] })
  expect(lostBy({})).toEqual(['forward h BRIDGE_NOT_MEMBER'])
  expect(lostBy({ up: false, carrier: false })).toEqual([
    'forward c LINK_NO_CARRIER',
    'forward h BRIDGE_NOT_MEMBER',
  ])
})

test('filters of ARP are not followed, which is said', () => {
  const arp = (rule: readonly RulePart[]): Table => ({
    ...table('arp', 'input', 'accept', [...rule]),
  })
  expect(lostWith({ tables: [table('bridge', 'forward', 'accept')] })).toEqual([])
  const d = { ...end('d', 'pd', '10.0.9.2/24'), tables: [arp([DROP])] }
  const links = [link('br0', { kind: 'bridge' }), port('pc', 'c'), port('pd', 'd')]
  const nodes = [end('c', 'pc', '10.0.9.1/24'), node({ node: 'h', links }), d]
  const packet = ping({ source: '10.0.9.1', destination: '10.0.9.2' })
  expect(lost({ nodes }, packet, 'c')).toEqual(['forward d UNDETERMINED_FOREIGN_MATCH'])
  const harmless = { ...d, tables: [arp([ACCEPT])] }
  expect(lost({ nodes: [...nodes.slice(0, 2), harmless] }, packet, 'c')).toEqual([])
})
