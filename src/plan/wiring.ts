import { type Cidr, type Family, familyOf, hostPrefix, networkOf, sameNetwork } from '../ip/cidr.js'
import { isDefaultRoute } from '../ip/destination.js'
import { forwardingKey } from '../resource/forwarding.js'
import { FORWARDING } from '../resource/setting.js'
import { MAIN_TABLE } from '../resource/table.js'
import type { Ledger } from './ledger.js'

/** An interface at a segment. */
export interface Stop {
  readonly node: string
  /** Absent for a host's uplink, which is the machine's own. */
  readonly device?: string | undefined
  readonly segment: string
  /** Its addresses; the end of a pair on a host has none of its own. */
  readonly cidrs: readonly Cidr[]
  /** The gateway of the namespace's default route over it. */
  readonly gateway?: string | undefined
  /** It is at an isolated port of a switch. */
  readonly isolated?: boolean | undefined
}

/** What a plan has of one family, as packets see it. */
export interface Wiring {
  /** The interfaces of each node, in the order of the plan. */
  readonly stops: ReadonlyMap<string, readonly Stop[]>
  readonly segments: ReadonlyMap<string, readonly Stop[]>
  /** Who passes on what is not for it. */
  readonly routers: ReadonlySet<string>
  /** What has a route already, as {@link routedKey} names it. */
  readonly routed: ReadonlySet<string>
  /** Each network by its text, with the nodes that have it on a link of their own. */
  readonly networks: ReadonlyMap<string, Network>
}

export interface Network {
  readonly cidr: Cidr
  /** The addresses of it that stand in the plan. */
  readonly addresses: readonly Cidr[]
  readonly near: ReadonlySet<string>
}

/** How one speaks to another on their segment. */
export interface Neighbour {
  readonly via: string
  /** No network of both says that it is on the link. */
  readonly onlink: boolean
}

export function neighbour(from: Stop, to: Stop): Neighbour | undefined {
  if (from.isolated === true && to.isolated === true) return undefined
  const shared = to.cidrs.find((cidr) => from.cidrs.some((own) => sameNetwork(own, cidr)))
  if (shared !== undefined) return { via: shared.address, onlink: false }
  // what remains is a pair between a namespace and its host, by routeBothWays()
  const [theirs] = to.cidrs
  if (theirs === undefined) {
    return from.gateway === undefined ? undefined : { via: from.gateway, onlink: true }
  }
  const isHostEnd = from.cidrs.length === 0 && to.gateway !== undefined
  return isHostEnd ? { via: theirs.address, onlink: true } : undefined
}

/** What the uplinks of the hosts are connected to; no interface has such a key. */
const UPLINKS = '(uplinks)'

/** The settings by which a namespace forwards: the kernel writes each of IPv4 along with the other. */
const SWITCHES: { readonly [F in Family]: readonly string[] } = {
  4: [FORWARDING[4], 'net/ipv4/conf/all/forwarding'],
  6: [FORWARDING[6]],
}

/** A destination of the main table, whatever the metric. */
export const routedKey = (place: string, to: string): string => `${place} ${to}`

const keyOf = (place: string, device: string) => `${place} ${device}`

function listIn<K, T>(map: Map<K, T[]>, key: K): T[] {
  const list = map.get(key) ?? []
  map.set(key, list)
  return list
}

/** What the routes and settings of a plan say. */
function readResources(ledger: Ledger, family: Family) {
  const routers = new Set<string>()
  const gateways = new Map<string, string>()
  /** Addresses to which a host has a route over the end of a pair. */
  const reached = new Map<string, string[]>()
  const isolated = new Set<string>()
  const routed = new Set<string>()
  for (const [place, resources] of ledger.resources) {
    if (ledger.has(forwardingKey(place, family))) routers.add(place)
    for (const r of resources) {
      // the last one that is written counts
      if (r.kind === 'setting' && SWITCHES[family].includes(r.path)) {
        if (r.value === '0') routers.delete(place)
        else routers.add(place)
      }
      if (r.kind === 'veth') {
        const bridge = ledger.bridge(r.host, ledger.bridgeOf(r.host, r.hostEnd) ?? '')
        if (bridge?.isolated === true) isolated.add(keyOf(place, r.nsEnd))
      }
      if (r.kind !== 'route' || familyOf(r.to) !== family) continue
      // other tables are asked by those packets only that a rule sends there
      if (r.table !== undefined && r.table !== MAIN_TABLE) continue
      routed.add(routedKey(place, r.to))
      if (r.device === undefined) continue
      const key = keyOf(place, r.device)
      if (r.namespace === undefined) listIn(reached, key).push(r.to)
      else if (isDefaultRoute(r.to) && r.via !== undefined) gateways.set(key, r.via)
    }
  }
  return { routers, gateways, reached, isolated, routed }
}

export function wiringOf(ledger: Ledger, family: Family): Wiring {
  const { routers, gateways, reached, isolated, routed } = readResources(ledger, family)
  const stops = new Map<string, Stop[]>()
  const segments = new Map<string, Stop[]>()
  const enter = (stop: Stop) => {
    listIn(stops, stop.node).push(stop)
    listIn(segments, stop.segment).push(stop)
  }
  for (const host of ledger.hosts.keys()) {
    const cidrs = ledger.hostCidrs(host).filter((cidr) => cidr.family === family)
    if (cidrs.length > 0) enter({ node: host, segment: UPLINKS, cidrs })
  }
  const cidrsOf = new Map<string, Cidr[]>()
  for (const { cidr, end } of ledger.placed()) {
    if (cidr.family === family) listIn(cidrsOf, keyOf(end.place, end.device)).push(cidr)
  }
  for (const end of ledger.segments.ends()) {
    const { place: node, device } = end
    // a port takes frames for its switch, not for the host
    if (ledger.bridgeOf(node, device) !== undefined) continue
    const key = keyOf(node, device)
    const segment = ledger.segments.of(end)
    enter({
      ...{ node, device, segment, cidrs: cidrsOf.get(key) ?? [] },
      ...{ gateway: gateways.get(key), isolated: isolated.has(key) },
    })
  }
  return { stops, segments, routers, routed, networks: networksOf(stops, segments, reached) }
}

function networksOf(
  stops: ReadonlyMap<string, readonly Stop[]>,
  segments: ReadonlyMap<string, readonly Stop[]>,
  reached: ReadonlyMap<string, readonly string[]>,
): ReadonlyMap<string, Network> {
  const networks = new Map<string, { cidr: Cidr; addresses: Cidr[]; near: Set<string> }>()
  const of = (address: Cidr) => {
    const cidr = networkOf(address)
    const network = networks.get(cidr.text) ?? { cidr, addresses: [], near: new Set() }
    networks.set(cidr.text, network)
    return network
  }
  for (const { node, device, cidrs } of [...stops.values()].flat()) {
    if (device === undefined) continue
    for (const cidr of cidrs) {
      const { addresses, near } = of(cidr)
      addresses.push(cidr)
      near.add(node)
    }
  }
  for (const { node, device, segment } of [...stops.values()].flat()) {
    const routes = reached.get(keyOf(node, device ?? '')) ?? []
    if (routes.length === 0) continue
    for (const cidr of (segments.get(segment) ?? []).flatMap((other) => other.cidrs)) {
      if (routes.includes(hostPrefix(cidr.text))) of(cidr).near.add(node)
    }
  }
  return networks
}
