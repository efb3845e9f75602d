import { describe, expect, test } from 'vitest'
import type { FilterRule, RulePart, Table } from '../../../src/state/firewall.js'
import type { AddressState, NodeState } from '../../../src/state/state.js'
import { chain, filled, link, lost, mainRules, ping, route, rule } from './made.js'

const settingsOfR = { ...chain().nodes[1]?.settings }
const r = (settings: Record<string, string>): { readonly r: Partial<NodeState> } => ({
  r: { settings: { ...settingsOfR, ...settings } },
})

const filterRule = (number: number, ...parts: RulePart[]): FilterRule => ({
  number,
  text: `rule ${number}`,
  parts,
})

const filter = (
  hook: 'input' | 'forward' | 'output' | 'prerouting',
  policy: 'accept' | 'drop',
  rules: readonly FilterRule[] = [],
  backend: Table['backend'] = 'iptables-nft',
  priority = 0,
): Table => ({
  backend,
  family: 'ip',
  name: 'filter',
  chains: [{ name: hook.toUpperCase(), base: { hook, priority, type: 'filter', policy }, rules }],
})

const ACCEPT = { act: 'accept' } as const
const DROP = { act: 'drop' } as const

describe('a packet through a router', () => {
  test('arrives, and is answered', () => {
    expect(lost(chain())).toEqual([])
  })

  test('is lost where the router does not forward what comes by that link', () => {
    expect(lost(chain(r({ 'net.ipv4.conf.ra.forwarding': '0' })))).toEqual([
      'forward r FORWARDING_DISABLED',
    ])
    expect(lost(chain(r({ 'net.ipv4.conf.rb.forwarding': '0' })))).toEqual([
      'return r FORWARDING_DISABLED',
    ])
  })

  test('without forwarding a black hole behind it only shows next, as it does in the kernel', () => {
    const routes = [
      ...(chain().nodes[1]?.routes ?? []),
      route('10.0.2.2/32', { type: 'blackhole' }),
    ]
    const both = { ...r({ 'net.ipv4.conf.ra.forwarding': '0' }).r, routes }
    expect(lost(chain({ r: both }))).toEqual([
      'forward r FORWARDING_DISABLED',
      'forward r ROUTE_BLACKHOLE',
    ])
  })

  test('refuses by a rule or route of the kind that it has', () => {
    const rules = [...mainRules, rule(10, { action: 'prohibit', to: '10.0.2.0/24' })]
    expect(lost(chain({ r: { rules } }))).toEqual(['forward r ROUTE_PROHIBIT'])
    const back = [...mainRules, rule(10, { action: 'unreachable', to: '10.0.1.0/24' })]
    expect(lost(chain({ b: { rules: back } }))).toEqual(['return b ROUTE_UNREACHABLE'])
  })

  test('a destination without a way back loses the reply', () => {
    const b = filled(
      { node: 'b', links: chain().nodes[2]?.links.slice(1) ?? [] },
      { vb: '10.0.2.2/24' },
    )
    expect(lost(chain({ b }))).toEqual(['return b NO_ROUTE'])
  })

  test('a circle of routes is found', () => {
    const loop = [route('10.9.0.0/16', { gateway: '10.0.1.1', device: 'va' })]
    const circle = [route('10.9.0.0/16', { gateway: '10.0.1.2', device: 'ra' })]
    const nodes = chain()
    const a = { routes: [...loop, ...(nodes.nodes[0]?.routes ?? [])] }
    const settings = { 'net.ipv4.conf.va.forwarding': '1' }
    const state = chain({
      a: { ...a, settings },
      r: { routes: [...circle, ...(nodes.nodes[1]?.routes ?? [])] },
    })
    const all = lost(state, ping({ destination: '10.9.1.1' }))
    expect(all).toContain('forward r TTL_EXPIRED')
  })

  test('what is too long is refused before a filter is asked', () => {
    const links = chain().nodes[1]?.links.map((l) => (l.name === 'rb' ? { ...l, mtu: 1000 } : l))
    const changed = { links: links ?? [], tables: [filter('forward', 'drop')] }
    expect(lost(chain({ r: changed }), ping({ length: 1200 })).slice(0, 2)).toEqual([
      'forward r MTU_EXCEEDED',
      'forward r FILTER_POLICY_DROP',
    ])
  })

  test('too small a ttl or mtu stops it at the router', () => {
    expect(lost(chain(), ping({ ttl: 1 }))).toEqual(['forward r TTL_EXPIRED'])
    const links =
      chain().nodes[1]?.links.map((l) => (l.name === 'rb' ? { ...l, mtu: 1000 } : l)) ?? []
    expect(lost(chain({ r: { links } }), ping({ length: 1200 }))).toEqual([
      'forward r MTU_EXCEEDED',
      'return r MTU_EXCEEDED',
    ])
  })
})

describe('source validation', () => {
  const away = [route('10.0.1.2/32', { device: 'rb' }), ...(chain().nodes[1]?.routes ?? [])]
  test('takes the higher value of all and of the link', () => {
    const strict = { ...settingsOfR, 'net.ipv4.conf.all.rp_filter': '1' }
    const at = (settings: Record<string, string>) =>
      lost(chain({ r: { routes: away, settings } }))[0]
    expect(at(strict)).toBe('forward r RP_FILTER_STRICT')
    expect(at({ ...strict, 'net.ipv4.conf.ra.rp_filter': '0' })).toBe('forward r RP_FILTER_STRICT')
    expect(at({ ...strict, 'net.ipv4.conf.ra.rp_filter': '2' })).toBe(
      'return r NEIGHBOR_UNRESOLVED',
    )
  })

  test('loosely, refuses a source without any way back', () => {
    const none = (chain().nodes[1]?.routes ?? []).filter(({ to }) => to !== '10.0.1.1/24')
    const settings = { ...settingsOfR, 'net.ipv4.conf.ra.rp_filter': '2' }
    expect(lost(chain({ r: { routes: none, settings } }))[0]).toBe('forward r RP_FILTER_LOOSE')
  })

  test('a receiver with the address of the sender takes nothing from it', () => {
    const extra = filled({ node: 'x', links: [] }, { rb: '10.0.1.2/32' })
    const own = chain().nodes[1]
    const both = {
      addresses: [...(own?.addresses ?? []), ...extra.addresses],
      routes: [...extra.routes, ...(own?.routes ?? [])],
    }
    expect(lost(chain({ r: both }))[0]).toBe('forward r SOURCE_IS_LOCAL')
  })
})

describe('packet filters', () => {
  test('name policy, rule, tool, table and direction', () => {
    const at = (...tables: Table[]) => lost(chain({ r: { tables } }))
    const onlyThere = filterRule(1, { match: 'in', links: ['ra'] }, ACCEPT)
    expect(at(filter('forward', 'drop'))).toEqual([
      'forward r FILTER_POLICY_DROP',
      'return r REPLY_NOT_ESTABLISHED',
    ])
    expect(at(filter('forward', 'drop', [onlyThere]))).toEqual(['return r REPLY_NOT_ESTABLISHED'])
    expect(at(filter('forward', 'accept', [filterRule(1, DROP)]))[0]).toBe(
      'forward r FILTER_RULE_DROP',
    )
    const reject = filterRule(1, { act: 'reject', with: 'icmp-port-unreachable' })
    expect(at(filter('forward', 'accept', [reject]))[0]).toBe('forward r FILTER_REJECT')
    expect(at(filter('forward', 'drop', [], 'iptables-legacy'))[0]).toBe(
      'forward r FILTER_LEGACY_DROP',
    )
    const accepts = filter('forward', 'drop', [filterRule(1, ACCEPT)])
    const other = {
      ...filter('forward', 'drop', [], 'nft', 10),
      family: 'inet' as const,
      name: 'f',
    }
    expect(at(accepts, other)[0]).toBe('forward r FILTER_OTHER_TABLE_DROP')
  })

  test('an accept of established connections lets the reply pass, unless it is not tracked', () => {
    const there = filterRule(1, { match: 'in', links: ['ra'] }, ACCEPT)
    const known = filterRule(2, { match: 'state', states: ['established'] }, ACCEPT)
    const forward = filter('forward', 'drop', [there, known])
    expect(lost(chain({ r: { tables: [forward] } }))).toEqual([])
    const raw = filter(
      'prerouting',
      'accept',
      [filterRule(1, { act: 'notrack' })],
      'iptables-nft',
      -300,
    )
    expect(lost(chain({ r: { tables: [forward, { ...raw, name: 'raw' }] } }))).toEqual([
      'return r CT_UNTRACKED_REPLY',
    ])
  })

  test('of two tools are two, though their chains bear one name', () => {
    const tables = [filter('output', 'drop'), filter('output', 'drop', [], 'iptables-legacy')]
    expect(lost(chain({ a: { tables } })).slice(0, 2)).toEqual([
      'forward a OUTPUT_DROP',
      'forward a OUTPUT_DROP',
    ])
  })

  test('of the ends are named after their hook', () => {
    const at = (changes: Parameters<typeof chain>[0]) => lost(chain(changes))
    expect(at({ b: { tables: [filter('input', 'drop')] } })).toEqual(['forward b INPUT_DROP'])
    expect(at({ b: { tables: [filter('output', 'drop')] } })).toEqual(['return b OUTPUT_DROP'])
    expect(at({ a: { tables: [filter('input', 'drop')] } })).toEqual(['return a INPUT_DROP'])
    expect(at({ a: { tables: [filter('output', 'drop')] } })).toEqual(['forward a OUTPUT_DROP'])
  })

  test('what is not modelled is said, where it decides', () => {
    const limit = { match: 'unknown', text: 'limit 1/second' } as const
    const at = (...rules: FilterRule[]) =>
      lost(chain({ r: { tables: [filter('forward', 'accept', rules)] } }))
    expect(at(filterRule(1, limit, DROP))[0]).toBe('forward r UNDETERMINED_FOREIGN_MATCH')
    expect(at(filterRule(1, limit, ACCEPT))).toEqual([])
  })

  test('an address that is translated is translated back', () => {
    const nat: Table = {
      backend: 'nft',
      family: 'ip',
      name: 'nat',
      chains: [
        {
          name: 'post',
          base: { hook: 'postrouting', priority: 100, type: 'nat', policy: 'accept' },
          rules: [filterRule(1, { match: 'out', links: ['rb'] }, { act: 'masquerade' })],
        },
        {
          name: 'pre',
          base: { hook: 'prerouting', priority: -100, type: 'nat', policy: 'accept' },
          rules: [
            filterRule(
              1,
              { match: 'destination', networks: ['10.0.1.1/32'] },
              {
                act: 'dnat',
                address: '10.0.2.2',
              },
            ),
          ],
        },
      ],
    }
    const b = filled(
      { node: 'b', links: chain().nodes[2]?.links.slice(1) ?? [] },
      { vb: '10.0.2.2/24' },
    )
    expect(lost(chain({ b, r: { tables: [nat] } }))).toEqual([])
    expect(lost(chain({ b, r: { tables: [nat] } }), ping({ destination: '10.0.1.1' }))).toEqual([])
  })
})

describe('links and neighbours', () => {
  const ofA = (chain().nodes[0]?.routes ?? []).filter(({ to }) => to !== '0.0.0.0/0')

  const linkOf = (at: 0 | 1 | 2, name: string, change: Parameters<typeof link>[1]) =>
    chain().nodes[at]?.links.map((l) => (l.name === name ? { ...l, ...change } : l)) ?? []

  test('an end that is down takes the carrier of the other', () => {
    const b = { links: linkOf(2, 'vb', { up: false, carrier: false }), routes: [] }
    const r = { links: linkOf(1, 'rb', { carrier: false }) }
    expect(lost(chain({ b, r }))[0]).toBe('forward r LINK_NO_CARRIER')
  })

  test('a wrong MAC in the neighbour table is found, a right one serves', () => {
    const entry = { link: 'rb', family: 4, address: '10.0.2.2', state: 'PERMANENT' } as const
    const b = { links: linkOf(2, 'vb', { mac: '02:00:00:00:00:02' }) }
    const at = (mac: string) => lost(chain({ b, r: { neighbours: [{ ...entry, mac }] } }))
    expect(at('02:00:00:00:00:02')).toEqual([])
    expect(at('02:00:00:00:00:99')).toEqual(['forward r NEIGHBOR_WRONG_LLADDR'])
  })

  test('nobody has the address, or who has it does not answer', () => {
    expect(lost(chain(), ping({ destination: '10.0.2.9' }))).toEqual([
      'forward r NEIGHBOR_UNRESOLVED',
    ])
    const settings = { 'net.ipv4.conf.vb.arp_ignore': '8' }
    expect(lost(chain({ b: { settings } }))[0]).toBe('forward b NEIGHBOR_UNRESOLVED')
    const routes = [...ofA, route('0.0.0.0/0', { gateway: '10.0.1.77', device: 'va' })]
    expect(lost(chain({ a: { routes } }))[0]).toBe('forward a GATEWAY_NOT_OWNED')
  })

  test('who has asked before is known, and need not answer for the way back', () => {
    const settings = { 'net.ipv4.conf.va.arp_ignore': '8' }
    expect(lost(chain({ a: { settings } }))).toEqual([])
    const neighbours = [
      { link: 'va', family: 4, address: '10.0.1.1', state: 'REACHABLE', mac: '02:00:00:00:00:01' },
    ] as const
    const r = { links: linkOf(1, 'ra', { mac: '02:00:00:00:00:01' }) }
    expect(lost(chain({ a: { settings, neighbours }, r }))).toEqual([
      'return a NEIGHBOR_UNRESOLVED',
    ])
  })

  describe('two on a bridge', () => {
    const port = { isolated: false, state: 'forwarding', hairpin: false }
    const onBridge = (name: string, to: string) =>
      link(name, { master: 'br', port, peer: { node: to, link: `v${to}` } })
    const onRouter = (name: string, to: string) =>
      link(name, { peer: { node: to, link: `v${to}` } })
    const end = (name: string, mac: string, cidr: string, change: Partial<NodeState> = {}) => ({
      ...filled(
        { node: name, links: [link(`v${name}`, { mac, peer: { node: 'r', link: `r${name}` } })] },
        { [`v${name}`]: cidr },
      ),
      ...change,
    })
    const r = filled(
      {
        node: 'r',
        links: [link('br', { kind: 'bridge' }), onBridge('ra', 'a'), onBridge('rb', 'b')],
      },
      {},
    )

    test('the answer of neighbour discovery goes by the neighbour table', () => {
      const entry = { link: 'vb', family: 6, address: 'fd00::2', mac: '02:00:00:00:00:99' } as const
      const from = (state: string) => {
        const neighbours = [{ ...entry, state }]
        const nodes = [
          end('a', '02:00:00:00:00:02', 'fd00::2/64'),
          r,
          end('b', '02:00:00:00:00:03', 'fd00::3/64', { neighbours }),
        ]
        const packet = {
          family: 6,
          source: 'fd00::2',
          destination: 'fd00::3',
          icmpType: 128,
        } as const
        return lost({ nodes }, ping(packet))[0]
      }
      expect(from('PERMANENT')).toBe('forward b NEIGHBOR_WRONG_LLADDR')
      // the question itself overwrites others
      expect(from('STALE')).toBeUndefined()
    })

    test('without a link-local address that is ready a router asks nobody', () => {
      const settings = { 'net.ipv6.conf.all.forwarding': '1' }
      const own = (tentative: boolean): AddressState => ({
        ...{ link: 'rb', family: 6, address: 'fe80::2', prefix: 64, scope: 'link' },
        ...(tentative ? { tentative } : {}),
      })
      const router = (tentative: boolean) => {
        const made = filled(
          { node: 'r', settings, links: [onRouter('ra', 'a'), onRouter('rb', 'b')] },
          { ra: 'fd00:1::1/64', rb: 'fd00:2::1/64' },
        )
        return { ...made, addresses: [...made.addresses, own(tentative)] }
      }
      const gateway = (name: string, n: number) => {
        const by = { gateway: `fd00:${n}::1`, device: `v${name}` }
        const made = end(name, `02:00:00:00:00:0${n}`, `fd00:${n}::2/64`)
        return { ...made, routes: [...made.routes, route('::/0', by)] }
      }
      const from = (tentative: boolean) => {
        const nodes = [gateway('a', 1), router(tentative), gateway('b', 2)]
        const packet = { source: 'fd00:1::2', destination: 'fd00:2::2', icmpType: 128 }
        return lost({ nodes }, ping({ family: 6, ...packet }))[0]
      }
      expect(from(false)).toBeUndefined()
      expect(from(true)).toBe('forward r NEIGHBOR_UNRESOLVED')
    })

    test('its rules for routed packets see neighbour discovery too', () => {
      const settings = { 'net.bridge.bridge-nf-call-ip6tables': '1' }
      const drop = filterRule(1, { match: 'source', networks: ['fd00::3'] }, DROP)
      const tables: Table[] = [{ ...filter('forward', 'accept', [drop]), family: 'ip6' }]
      const nodes = [
        end('a', '02:00:00:00:00:02', 'fd00::2/64'),
        { ...r, settings, tables },
        end('b', '02:00:00:00:00:03', 'fd00::3/64'),
      ]
      const packet = {
        family: 6,
        source: 'fd00::2',
        destination: 'fd00::3',
        icmpType: 128,
      } as const
      expect(lost({ nodes }, ping(packet))[0]).toBe('forward r BRIDGE_NF_DROP')
    })

    test('who has the address does not answer over a link that is down', () => {
      const b = end('b', '02:00:00:00:00:03', '10.0.0.3/24')
      const links = b.links.map((each) => ({ ...each, up: each.name === 'lo', carrier: false }))
      const ports = r.links.map((each) => (each.name === 'rb' ? { ...each, carrier: false } : each))
      const nodes = [
        end('a', '02:00:00:00:00:02', '10.0.0.2/24'),
        { ...r, links: ports },
        { ...b, links, routes: [] },
      ]
      const packet = ping({ source: '10.0.0.2', destination: '10.0.0.3' })
      expect(lost({ nodes }, packet)[0]).toBe('forward r LINK_NO_CARRIER')
    })
  })

  test('a gateway on another link of the next hop does not answer where arp_ignore is set', () => {
    const routes = [...ofA, route('0.0.0.0/0', { gateway: '10.0.2.1', device: 'va', onlink: true })]
    expect(lost(chain({ a: { routes } }))).toEqual([])
    const settings = { ...settingsOfR, 'net.ipv4.conf.ra.arp_ignore': '1' }
    expect(lost(chain({ a: { routes }, r: { settings } }))[0]).toBe('forward r GATEWAY_ARP_IGNORED')
  })

  test("an address of one's own needs the loopback", () => {
    const links =
      chain().nodes[0]?.links.map((l) => (l.name === 'lo' ? { ...l, up: false } : l)) ?? []
    const own = ping({ destination: '10.0.1.2' })
    expect(lost(chain(), own)).toEqual([])
    expect(lost(chain({ a: { links } }), own)[0]).toBe('forward a LO_DOWN')
    expect(lost(chain({ a: { links } }))).toEqual([])
  })

  test('a port is open, closed, or ignored', () => {
    const tcp = ping({
      protocol: 'tcp',
      icmpType: undefined,
      sourcePort: 40_000,
      destinationPort: 80,
    })
    const open = {
      family: 4,
      protocol: 'tcp',
      address: '0.0.0.0',
      port: 80,
      v6only: false,
    } as const
    expect(lost(chain(), tcp)).toEqual(['forward b NO_LISTENER'])
    expect(lost(chain({ b: { sockets: [open] } }), tcp)).toEqual([])
    const wide = { ...open, family: 6, address: '::' } as const
    expect(lost(chain({ b: { sockets: [wide] } }), tcp)).toEqual([])
    const only6 = { ...wide, v6only: true }
    expect(lost(chain({ b: { sockets: [only6] } }), tcp)).toEqual(['forward b NO_LISTENER'])
    const settings = { 'net.ipv4.icmp_echo_ignore_all': '1' }
    expect(lost(chain({ b: { settings } }))).toEqual(['forward b ECHO_IGNORED'])
  })
})
