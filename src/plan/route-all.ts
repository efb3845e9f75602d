import { type Cidr, type Family, hostPrefix } from '../ip/cidr.js'
import { DEFAULT_ROUTE } from '../ip/destination.js'
import type { RouteResource } from '../resource/route.js'
import type { Ledger } from './ledger.js'
import { waysTo } from './paths.js'
import { type Network, neighbour, routedKey, type Wiring, wiringOf } from './wiring.js'

const CALL = 'routeAll()'

/** A network that a node is to reach, and how. */
interface Way {
  readonly network: Network
  readonly device?: string | undefined
  readonly via: string
  readonly onlink: boolean
}

/** The ways of each node, by the shortest path, in the order of the plan. */
function waysOf(wiring: Wiring): ReadonlyMap<string, readonly Way[]> {
  const all = new Map<string, Way[]>([...wiring.stops.keys()].map((node) => [node, []]))
  for (const network of wiring.networks.values()) {
    for (const [node, { out, router }] of waysTo(wiring, network.near)) {
      const found = neighbour(out, router)
      if (found !== undefined) all.get(node)?.push({ network, device: out.device, ...found })
    }
  }
  return all
}

const isHost = (node: string) => !node.includes('/')

function routeOf(node: string, to: string, { via, device, onlink }: Way): RouteResource {
  const [host = '', namespace] = node.split('/')
  return {
    kind: 'route',
    host,
    ...(namespace === undefined ? {} : { namespace }),
    to,
    via,
    ...(device === undefined ? {} : { device }),
    ...(onlink ? { onlink: true } : {}),
    call: CALL,
  }
}

/** Where all that is not near goes already, or may go: one default route says it. */
function defaultOf(
  { stops, routed }: Wiring,
  node: string,
  family: Family,
  ways: readonly Way[],
): { readonly via: string; readonly isNew: boolean } | undefined {
  const given = stops.get(node)?.find(({ gateway }) => gateway !== undefined)?.gateway
  if (given !== undefined) return { via: given, isNew: false }
  const [first] = ways
  if (first === undefined || routed.has(routedKey(node, DEFAULT_ROUTE[family]))) return undefined
  return ways.every(({ via, device }) => via === first.via && device === first.device)
    ? { via: first.via, isNew: true }
    : undefined
}

/** The destinations of a way: a host without a link of the plan has routes to single addresses only. */
function destinations({ network, device }: Way, node: string): readonly string[] {
  return isHost(node) && device === undefined
    ? network.addresses.map(({ text }: Cidr) => hostPrefix(text))
    : [network.cidr.text]
}

function routesOf(
  wiring: Wiring,
  node: string,
  family: Family,
  ways: readonly Way[],
): readonly RouteResource[] {
  // a host that does not forward keeps its own routing
  if (isHost(node) && !wiring.routers.has(node)) return []
  const out = isHost(node) ? undefined : defaultOf(wiring, node, family, ways)
  const isEnd = !wiring.routers.has(node)
  const [first] = ways
  if (out?.isNew === true && isEnd && first !== undefined) {
    return [routeOf(node, DEFAULT_ROUTE[family], first)]
  }
  return ways
    .filter(({ via }) => out === undefined || out.isNew || via !== out.via)
    .flatMap((way) => destinations(way, node).map((to) => routeOf(node, to, way)))
    .filter(({ to }) => !wiring.routed.has(routedKey(node, to)))
}

/**
 * The routes by which all that has a path reaches each other: of every namespace, and of hosts that forward. A namespace
 * that is no router and has one way for all gets one default route. What has a route to a network keeps it.
 */
export function routeAll(ledger: Ledger): readonly RouteResource[] {
  return ([4, 6] as const).flatMap((family) => {
    const wiring = wiringOf(ledger, family)
    return [...waysOf(wiring)].flatMap(([node, ways]) => routesOf(wiring, node, family, ways))
  })
}
