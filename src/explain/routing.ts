import { type Cidr, type Family, familyOf } from '../ip/cidr.js'
import { contains, network } from '../ip/network.js'
import type { Protocol } from '../state/packet.js'
import {
  type AddressState,
  linkOf,
  type NodeState,
  type RouteState,
  type RuleState,
} from '../state/state.js'
import { either, ignoresLinkdown6 } from './settings.js'

/** What is looked up. */
export interface Question {
  readonly destination: string
  /** Absent while the sender has not chosen one. */
  readonly source?: string | undefined
  /** `lo` for what begins here. */
  readonly in: string
  /** The link to which the look-up is bound. */
  readonly out?: string | undefined
  readonly mark: number
  readonly protocol?: Protocol | undefined
  readonly sourcePort?: number | undefined
  readonly destinationPort?: number | undefined
  /** Of source validation: links without carrier count. */
  readonly ignoreLinkState?: boolean | undefined
}

export type Lookup =
  | { readonly found: 'route'; readonly route: RouteState; readonly rule: RuleState }
  /** `rule` where a rule ends it, or a `throw` route did. */
  | { readonly found: 'none' }
  | {
      readonly found: 'blackhole' | 'unreachable' | 'prohibit'
      readonly route?: RouteState
      readonly rule: RuleState
    }
  | { readonly found: 'unknown'; readonly text: string }

function holds(rule: RuleState, q: Question): boolean {
  const inside = (net: string | undefined, address: string | undefined) =>
    net === undefined || (address !== undefined && contains(net, address))
  const within = (range: readonly [number, number] | undefined, port: number | undefined) =>
    range === undefined || (port !== undefined && range[0] <= port && port <= range[1])
  const all =
    inside(rule.from, q.source) &&
    inside(rule.to, q.destination) &&
    (rule.iif === undefined || rule.iif === q.in) &&
    (rule.oif === undefined || rule.oif === q.out) &&
    (rule.mark === undefined || (q.mark & (rule.mask ?? 0xffffffff)) >>> 0 === rule.mark) &&
    (rule.protocol === undefined || rule.protocol === q.protocol) &&
    within(rule.sourcePorts, q.sourcePort) &&
    within(rule.destinationPorts, q.destinationPort)
  return rule.not === true ? !all : all
}

/** False for a route that the kernel passes over because of its link. */
function isUsable(node: NodeState, route: RouteState, q: Question): boolean {
  if (route.dead === true) return false
  if (q.out !== undefined && route.device !== q.out) return false
  if (route.device === undefined || q.ignoreLinkState === true) return true
  const noCarrier = route.linkdown ?? linkOf(node, route.device)?.carrier === false
  if (!noCarrier) return true
  return route.family === 4
    ? !either(node, route.device, 'ignore_routes_with_linkdown')
    : !ignoresLinkdown6(node, route.device)
}

const ENDS = ['blackhole', 'unreachable', 'prohibit'] as const
const isEnd = (type: string): type is (typeof ENDS)[number] =>
  (ENDS as readonly string[]).includes(type)

interface Entry {
  readonly net: Cidr
  readonly route: RouteState
}

// Of one state many packets are asked: its tables are sorted once. A state with a change has other lists.
const tables = new WeakMap<readonly RouteState[], Map<string, readonly Entry[]>>()

/** The routes of a table as the kernel tries them: long prefixes first, then low metrics. */
function tableOf({ routes }: NodeState, family: Family, table: number): readonly Entry[] {
  const known = tables.get(routes) ?? new Map<string, readonly Entry[]>()
  tables.set(routes, known)
  const key = `${family} ${table}`
  const entries =
    known.get(key) ??
    routes
      .filter((route) => route.family === family && route.table === table)
      .map((route) => ({ net: network(route.to), route }))
      .sort((a, b) => b.net.prefix - a.net.prefix || a.route.metric - b.route.metric)
  known.set(key, entries)
  return entries
}

/** A route look-up: the rules by priority, in each table the best route (fib_rules, ip-rule(8), ip-route(8)). */
export function lookup(node: NodeState, q: Question): Lookup {
  const { family, value } = network(q.destination)
  const rules = node.rules
    .filter((rule) => rule.family === family)
    .sort((a, b) => a.priority - b.priority)
  let from = 0
  for (const rule of rules) {
    if (rule.priority < from || !holds(rule, q)) continue
    if (rule.unknown !== undefined)
      return { found: 'unknown', text: `rule ${rule.priority} asks for ${rule.unknown}` }
    if (rule.action === 'goto') from = rule.goto ?? 0
    if (rule.action === 'goto' || rule.action === 'nop') continue
    if (rule.action !== 'table') return { found: rule.action, rule }
    const route = tableOf(node, family, rule.table ?? 254).find(
      ({ net, route }) => net.first <= value && value <= net.last && isUsable(node, route, q),
    )?.route
    if (route === undefined || route.type === 'throw') continue
    if (isEnd(route.type)) return { found: route.type, route, rule }
    if (rule.suppressPrefix !== undefined && network(route.to).prefix <= rule.suppressPrefix)
      continue
    if (route.nexthops !== undefined && route.nexthops.length > 1)
      return { found: 'unknown', text: `the route to ${route.to} has several next hops` }
    return { found: 'route', route, rule }
  }
  return { found: 'none' }
}

/** The source that the kernel gives to what begins here, for a destination by this route (inet_select_addr). */
export function sourceFor(node: NodeState, route: RouteState, destination: string) {
  const family = familyOf(destination)
  if (route.source !== undefined) return route.source
  if (route.type === 'local') return destination
  const usable = node.addresses.filter(
    (a) => a.family === family && a.tentative !== true && a.dadFailed !== true,
  )
  const primary = usable.filter((a) => a.secondary !== true)
  const next = route.gateway ?? destination
  if (family === 6) {
    // a global destination takes a global source; else the one of the link (RFC 6724, rules 2, 5 and 8)
    const wanted = contains('fe80::/10', destination) ? 'link' : 'global'
    const scoped = primary.filter(({ scope }) => scope === wanted)
    const ofLink = scoped.filter(({ link }) => link === route.device)
    return nearest(ofLink.length > 0 ? ofLink : scoped, destination)?.address
  }
  const onLink = primary.filter((a) => a.link === route.device)
  const fitting =
    onLink.find((a) => a.scope !== 'host' && contains(`${a.address}/${a.prefix}`, next)) ??
    onLink.find((a) => a.scope !== 'host')
  return (fitting ?? primary.find((a) => a.scope === 'global'))?.address
}

/** The one that shares most leading bits with the destination, of those of its own network (RFC 6724, rule 8). */
function nearest(addresses: readonly AddressState[], destination: string) {
  const shared = ({ address, prefix }: AddressState) =>
    Math.min(common(address, destination), prefix)
  return [...addresses].sort((a, b) => shared(b) - shared(a))[0]
}

/** How many leading bits two addresses share. */
function common(a: string, b: string): number {
  const difference = network(a).value ^ network(b).value
  return difference === 0n ? 128 : 128 - difference.toString(2).length
}
