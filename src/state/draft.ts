import { type Family, familyOf } from '../ip/cidr.js'
import { contains } from '../ip/network.js'
import type { Chain, FilterRule, RulePart, Table } from './firewall.js'
import { iptablesWords } from './iptables-words.js'
import { kernelRoutes } from './kernel-routes.js'
import type {
  AddressState,
  LinkState,
  NeighbourState,
  NetState,
  NodeState,
  RouteState,
  RuleState,
} from './state.js'

type Writable<T> = { -readonly [K in keyof T]: T[K] }

/** What a plan tells of one namespace so far. What the kernel makes of it by itself is added at the end. */
export interface NodeDraft {
  readonly node: string
  readonly links: Writable<LinkState>[]
  readonly addresses: AddressState[]
  readonly routes: RouteState[]
  /** Rules of policy routing, beside those of a fresh namespace. */
  readonly rules: RuleState[]
  readonly neighbours: NeighbourState[]
  readonly settings: Record<string, string>
  /** Rules of the packet filter, for each family. */
  readonly filters: Record<Family, PlacedRule[]>
  /** Built-in chains of the table filter that drop what no rule decides. */
  readonly dropping: Record<Family, Set<string>>
  /** Chains of the table filter beside those of the kernel. */
  readonly chains: Record<Family, Set<string>>
  readonly isHost: boolean
}

/** A rule with the table and the chain that have it. */
interface PlacedRule {
  readonly table: keyof typeof HOOKS
  readonly chain: string
  readonly rule: FilterRule
}

/** The chains of iptables' tables, by their hooks, with what the kernel knows of them (linux/netfilter_ipv4.h). */
const HOOKS = {
  filter: { hooks: ['input', 'forward', 'output'], priorities: [0, 0, 0] },
  nat: {
    hooks: ['prerouting', 'input', 'output', 'postrouting'],
    priorities: [-100, 100, -100, 100],
  },
} as const

/** The routing rules of a fresh namespace. */
const RULES: readonly RuleState[] = ([4, 6] as const).flatMap((family) => [
  { family, priority: 0, action: 'table' as const, table: 255 },
  { family, priority: 32_766, action: 'table' as const, table: 254 },
  ...(family === 4 ? [{ family, priority: 32_767, action: 'table' as const, table: 253 }] : []),
])

/** Builds the state that a plan describes, from what its resources say. */
export class StateDraft {
  readonly #nodes = new Map<string, NodeDraft>()
  readonly #forwardPolicy: 'accept' | 'drop'

  constructor(forwardPolicy: 'accept' | 'drop') {
    this.#forwardPolicy = forwardPolicy
  }

  /** A namespace with its loopback, which is down at first. */
  add(node: string, isHost: boolean): NodeDraft {
    const draft: NodeDraft = {
      node,
      links: [],
      addresses: [],
      routes: [],
      rules: [],
      neighbours: [],
      settings: {},
      filters: { 4: [], 6: [] },
      dropping: { 4: new Set(), 6: new Set() },
      chains: { 4: new Set(), 6: new Set() },
      isHost,
    }
    this.#nodes.set(node, draft)
    this.link(node, { name: 'lo', kind: 'loopback', mtu: 65_536, up: isHost })
    return draft
  }

  at(node: string): NodeDraft {
    return this.#nodes.get(node) ?? this.add(node, false)
  }

  link(node: string, link: Partial<LinkState> & { readonly name: string }): void {
    const { links } = this.at(node)
    const defaults = { index: links.length + 1, kind: '', up: false, carrier: false, group: 0 }
    links.push({ mtu: 1500, ...defaults, ...link })
  }

  change(node: string, link: string, change: Partial<LinkState>): void {
    const found = this.at(node).links.find(({ name }) => name === link)
    if (found !== undefined) Object.assign(found, change)
  }

  address(node: string, link: string, address: string, prefix: number, scope = 'global'): void {
    const family = familyOf(address)
    this.at(node).addresses.push({ link, family, address, prefix, scope })
  }

  /** A chain of the table filter that rules lead to, even where it is empty. */
  chain(node: string, family: Family, name: string): void {
    this.at(node).chains[family].add(name)
  }

  /** A rule of the packet filter, behind the others of its chain or before them. */
  rule(
    node: string,
    family: Family,
    table: PlacedRule['table'],
    chain: string,
    parts: readonly RulePart[],
    comment: string,
    place: 'first' | 'last' = 'last',
  ): void {
    const text = iptablesWords(parts, comment).join(' ')
    const rule = { number: 0, text, comment, parts }
    this.at(node).filters[family][place === 'first' ? 'unshift' : 'push']({ table, chain, rule })
  }

  build(): NetState {
    const nodes = [...this.#nodes.values()]
    for (const node of nodes) {
      for (const link of node.links) link.carrier = link.up && this.#leadsOn(node, link)
    }
    return { nodes: nodes.map((node) => this.#finish(node)) }
  }

  /** A pair has a carrier where its other end is up, a bridge of a plan where a port is. */
  #leadsOn(node: NodeDraft, { name, kind, group, peer }: LinkState): boolean {
    if (kind === 'bridge' && group !== 0) {
      return node.links.some(({ master, up }) => master === name && up)
    }
    if (kind !== 'veth' || peer?.node === undefined) return true
    return this.at(peer.node).links.some(({ name, up }) => name === peer.link && up)
  }

  #finish(draft: NodeDraft): NodeState {
    const { node, links, neighbours, settings, isHost } = draft
    // those of a link itself come first: it has them when it is up
    const addresses = [...links.flatMap(ownAddresses), ...draft.addresses]
    const up = new Set(links.filter((link) => link.up).map(({ name }) => name))
    const live = addresses.filter(({ link }) => up.has(link))
    const routes = [
      ...draft.routes.filter(({ device }) => device === undefined || up.has(device)),
      ...live.flatMap(kernelRoutes),
    ].map(byLink(live))
    return {
      node,
      links,
      addresses,
      rules: rulesOf(draft),
      routes,
      neighbours,
      settings: forwardingOf(settings, links),
      tables: isHost || isFiltered(draft) ? this.#tables(draft) : [],
      sockets: undefined,
      gaps: [],
      ...(isHost ? { partial: true } : {}),
    }
  }

  #tables(draft: NodeDraft): Table[] {
    return ([4, 6] as const).flatMap((family) => {
      const own = draft.filters[family]
      const names = own.some(({ table }) => table === 'nat')
        ? (['filter', 'nat'] as const)
        : (['filter'] as const)
      return names.map((name) => this.#table(draft, family, name))
    })
  }

  #table(draft: NodeDraft, family: Family, name: PlacedRule['table']): Table {
    const { hooks, priorities } = HOOKS[name]
    const own = draft.filters[family].filter(({ table }) => table === name)
    const forward = draft.isHost ? this.#forwardPolicy : 'accept'
    const builtIn = hooks.map((hook, i): Chain => {
      const chain = hook.toUpperCase()
      const drops = name === 'filter' && draft.dropping[family].has(chain)
      const policy = drops ? 'drop' : hook === 'forward' ? forward : 'accept'
      const type = name === 'nat' ? 'nat' : 'filter'
      return {
        name: chain,
        base: { hook, priority: priorities[i] ?? 0, type, policy },
        rules: rulesIn(own, chain),
      }
    })
    const called = name === 'filter' ? [...draft.chains[family]] : []
    return {
      backend: 'iptables-nft',
      family: family === 4 ? 'ip' : 'ip6',
      name,
      chains: [...builtIn, ...called.map((chain) => ({ name: chain, rules: rulesIn(own, chain) }))],
    }
  }
}

const rulesIn = (own: readonly PlacedRule[], name: string): readonly FilterRule[] =>
  own.filter(({ chain }) => chain === name).map(({ rule }, n) => ({ ...rule, number: n + 1 }))

const isFiltered = ({ filters, dropping }: NodeDraft) =>
  ([4, 6] as const).some((family) => filters[family].length + dropping[family].size > 0)

const rulesOf = ({ rules }: NodeDraft) =>
  rules.length === 0 ? RULES : [...RULES, ...rules].sort((a, b) => a.priority - b.priority)

/** What the kernel gives to a link that is up. */
function ownAddresses({ name, kind, up }: LinkState): AddressState[] {
  if (!up) return []
  if (kind !== 'loopback') {
    return [{ link: name, family: 6, address: 'fe80::', prefix: 64, scope: 'link' }]
  }
  return [
    { link: name, family: 4, address: '127.0.0.1', prefix: 8, scope: 'host' },
    { link: name, family: 6, address: '::1', prefix: 128, scope: 'host' },
  ]
}

/** A gateway names its link, where the plan only names the gateway. */
function byLink(addresses: readonly AddressState[]) {
  return (route: RouteState): RouteState => {
    if (route.device !== undefined || route.gateway === undefined) return route
    const near = addresses.find((a) => contains(`${a.address}/${a.prefix}`, route.gateway ?? ''))
    return near === undefined ? route : { ...route, device: near.link }
  }
}

const FORWARD = 'net.ipv4.ip_forward'
const FORWARD_ALL = 'net.ipv4.conf.all.forwarding'

/**
 * IPv4 has one setting of a namespace under two names. Writing it writes that of each link (inet_forward_change in
 * net/ipv4/devinet.c), and what is written to a link behind it stays: settings stand in the order in which they were written.
 */
function forwardingOf(settings: Readonly<Record<string, string>>, links: readonly LinkState[]) {
  const names = ['all', 'default', ...links.map(({ name }) => name)]
  const all = (value: string) =>
    [FORWARD, ...names.map((name) => `net.ipv4.conf.${name}.forwarding`)].map((name) => [
      name,
      value,
    ])
  return Object.fromEntries([
    ...all('0'),
    ['net.ipv6.conf.all.forwarding', '0'],
    ...Object.entries(settings).flatMap(([name, value]) =>
      name === FORWARD || name === FORWARD_ALL ? all(value) : [[name, value]],
    ),
  ])
}
