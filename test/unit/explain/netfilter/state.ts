import type { AtHook } from '../../../../src/explain/netfilter/types.js'
import type {
  Base,
  Chain,
  FilterRule,
  Hook,
  RulePart,
  Table,
} from '../../../../src/state/firewall.js'
import type { Packet } from '../../../../src/state/packet.js'
import type { NodeState } from '../../../../src/state/state.js'

export const packet: Packet = {
  family: 4,
  protocol: 'tcp',
  source: '10.0.1.2',
  destination: '10.0.2.2',
  sourcePort: 40_000,
  destinationPort: 80,
  flags: 'syn',
  mark: 0,
  ttl: 64,
  length: 60,
  dontFragment: true,
}

export const ping: Packet = {
  family: 4,
  protocol: 'icmp',
  source: '10.0.1.2',
  destination: '10.0.2.2',
  icmpType: 8,
  mark: 0,
  ttl: 64,
  length: 84,
  dontFragment: false,
}

export const ping6: Packet = {
  ...ping,
  family: 6,
  source: 'fd00:1::2',
  destination: 'fd00:2::2',
  icmpType: 128,
}

const addresses = (
  [
    ['ra', 4, '10.0.1.1', 24],
    ['rb', 4, '10.0.2.1', 24],
    ['rb', 4, '10.0.9.1', 24],
    ['rb', 6, 'fd00:2::1', 64],
    ['lo', 4, '127.0.0.1', 8],
  ] as const
).map(([link, family, address, prefix]) => ({
  link,
  family,
  address,
  prefix,
  scope: link === 'lo' ? 'host' : 'global',
}))

export const node = (...tables: readonly Table[]): NodeState => ({
  node: 'r',
  links: [],
  addresses,
  rules: [],
  routes: [],
  neighbours: [],
  settings: {},
  tables,
  sockets: undefined,
  gaps: [],
})

export const at = (tables: readonly Table[], more: Partial<AtHook> = {}): AtHook => ({
  node: node(...tables),
  hook: 'forward',
  packet,
  position: { in: 'ra', out: 'rb' },
  tracking: { state: 'new', mark: 0 },
  ...more,
})

const rule = (parts: readonly RulePart[], i: number): FilterRule => ({
  number: i + 1,
  text: `rule ${i + 1}`,
  parts,
})

export const chain = (name: string, ...rules: readonly (readonly RulePart[])[]): Chain => ({
  name,
  rules: rules.map(rule),
})

export const base = (
  hook: Hook,
  more: Partial<Base>,
  ...rules: readonly (readonly RulePart[])[]
): Chain => ({
  ...chain('base', ...rules),
  base: { hook, priority: 0, type: 'filter', policy: 'accept', ...more },
})

export const table = (family: Table['family'], ...chains: readonly Chain[]): Table => ({
  backend: 'nft',
  family,
  name: 't',
  chains,
})

export const accept: RulePart = { act: 'accept' }
export const drop: RulePart = { act: 'drop' }
export const maybe: RulePart = { match: 'unknown', text: 'limit rate 5/second' }
export const never: RulePart = { match: 'always', not: true }
