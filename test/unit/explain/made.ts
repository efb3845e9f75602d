import type { Start } from '../../../src/explain/origin.js'
import { type Walked, walk } from '../../../src/explain/walk.js'
import { type Family, familyOf } from '../../../src/ip/cidr.js'
import type { Packet } from '../../../src/state/packet.js'
import type {
  AddressState,
  LinkState,
  NetState,
  NodeState,
  RouteState,
  RuleState,
} from '../../../src/state/state.js'

const rules: readonly RuleState[] = ([4, 6] as const).flatMap((family) => [
  { family, priority: 0, action: 'table' as const, table: 255 },
  { family, priority: 32_766, action: 'table' as const, table: 254 },
])

type Made = Partial<NodeState> & { readonly node: string }

/** A namespace with its loopback and the rules that every one has. */
export const node = (made: Made): NodeState => ({
  links: [link('lo', { kind: 'loopback' }), ...(made.links ?? [])],
  addresses: [],
  rules,
  routes: [],
  neighbours: [],
  settings: {},
  tables: [],
  sockets: [],
  gaps: [],
  ...made,
  ...(made.links === undefined ? {} : { links: [link('lo', { kind: 'loopback' }), ...made.links] }),
})

export const link = (name: string, change: Partial<LinkState> = {}): LinkState => ({
  name,
  index: 1,
  kind: 'veth',
  up: true,
  carrier: true,
  mtu: 1500,
  group: 0,
  ...change,
})

export const rule = (priority: number, change: Partial<RuleState> = {}): RuleState => ({
  family: 4,
  priority,
  action: 'table',
  ...change,
})

export const mainRules = rules

export const route = (to: string, change: Partial<RouteState> = {}): RouteState => ({
  family: familyOf(to),
  table: 254,
  type: 'unicast',
  metric: 0,
  to,
  ...change,
})

/** An address with the routes that the kernel makes of it. */
function address(on: string, cidr: string) {
  const [text = '', prefix = '32'] = cidr.split('/')
  const family: Family = familyOf(text)
  const own: AddressState = {
    link: on,
    family,
    address: text,
    prefix: Number(prefix),
    scope: 'global',
  }
  const all = family === 4 ? 32 : 128
  const routes: RouteState[] = [
    route(`${text}/${all}`, { table: 255, type: 'local', device: on, protocol: 'kernel' }),
    ...(Number(prefix) === all ? [] : [route(cidr, { device: on, protocol: 'kernel' })]),
  ]
  return { own, routes }
}

/** Fills a namespace with addresses, their routes, and others. */
export function filled(
  made: Made,
  addresses: Readonly<Record<string, string>>,
  routes: readonly RouteState[] = [],
): NodeState {
  const all = Object.entries(addresses).map(([on, cidr]) => address(on, cidr))
  return node({
    ...made,
    addresses: all.map(({ own }) => own),
    routes: [...routes, ...all.flatMap((each) => each.routes)],
  })
}

const peer = (to: string, name: string) => ({ peer: { node: to, link: name } })

/** a 10.0.1.2 -- 10.0.1.1 r 10.0.2.1 -- 10.0.2.2 b, each with what it needs. */
export function chain(changes: { readonly [N in 'a' | 'r' | 'b']?: Partial<NodeState> } = {}) {
  const a = filled({ node: 'a', links: [link('va', peer('r', 'ra'))] }, { va: '10.0.1.2/24' }, [
    route('0.0.0.0/0', { gateway: '10.0.1.1', device: 'va' }),
  ])
  const forwarding = {
    'net.ipv4.ip_forward': '1',
    'net.ipv4.conf.ra.forwarding': '1',
    'net.ipv4.conf.rb.forwarding': '1',
  }
  const r = filled(
    {
      node: 'r',
      links: [link('ra', peer('a', 'va')), link('rb', peer('b', 'vb'))],
      settings: forwarding,
    },
    { ra: '10.0.1.1/24', rb: '10.0.2.1/24' },
  )
  const b = filled({ node: 'b', links: [link('vb', peer('r', 'rb'))] }, { vb: '10.0.2.2/24' }, [
    route('0.0.0.0/0', { gateway: '10.0.2.1', device: 'vb' }),
  ])
  const state: NetState = {
    nodes: [
      { ...a, ...changes.a },
      { ...r, ...changes.r },
      { ...b, ...changes.b },
    ],
  }
  return state
}

export const ping = (change: Partial<Packet> = {}): Packet => ({
  family: 4,
  protocol: 'icmp',
  source: '10.0.1.2',
  destination: '10.0.2.2',
  icmpType: 8,
  mark: 0,
  ttl: 64,
  length: 84,
  dontFragment: true,
  ...change,
})

/** Where a packet from a to b is lost, in order, both ways: `return r NO_ROUTE`. */
export function lost(state: NetState, packet: Packet = ping(), from = 'a'): readonly string[] {
  const start: Start = { node: from, packet, sourceFixed: true }
  return lossesOf(walk(state, start))
}

const lossesOf = ({ forward, back }: Walked): readonly string[] =>
  [
    ...forward.recorder.losses,
    ...forward.recorder.unknowns,
    ...(back?.recorder.losses ?? []),
    ...(back?.recorder.unknowns ?? []),
  ].map(({ direction, node: at, code }) => `${direction} ${at} ${code}`)
