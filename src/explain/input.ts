import { familyOf } from '../ip/cidr.js'
import { contains } from '../ip/network.js'
import type { NodeState, RouteState } from '../state/state.js'
import { addressesOf, isLoopback, isMulticast, ownAddress } from './addresses.js'
import { type Lookup, lookup, type Question } from './routing.js'
import { either, forwards4, forwards6, highest } from './settings.js'

/** Why a packet that came over a link does not go on behind its route look-up. */
export type Refusal =
  | { readonly why: 'SOURCE_MARTIAN' | 'SOURCE_IS_LOCAL' | 'FORWARDING_DISABLED' }
  | { readonly why: 'RP_FILTER_STRICT' | 'RP_FILTER_LOOSE'; readonly back?: RouteState | undefined }
  | { readonly why: 'route'; readonly lookup: Lookup }

export interface InputRoute {
  readonly lookup: Lookup
  /** In the order in which the kernel comes upon them; none: it goes on. */
  readonly refusals: readonly Refusal[]
}

/** Where the default of a packet's way is changed by rules of one's own, the kernel checks every source in full. */
const hasOwnRules = (node: NodeState) =>
  node.rules.some((r) => r.family === 4 && !(r.action === 'table' && isDefaultRule(r.priority)))

const isDefaultRule = (priority: number) => [0, 32_766, 32_767].includes(priority)

/** The local table beyond what the kernel makes of addresses. */
const hasOwnLocalRoutes = (node: NodeState) =>
  node.routes.some(
    (r) =>
      r.family === 4 &&
      r.table === 255 &&
      r.type === 'local' &&
      (r.protocol ?? 'kernel') !== 'kernel',
  )

/** Source validation of IPv4: fib_validate_source() of net/ipv4/fib_frontend.c. */
function validate(node: NodeState, q: Question): Refusal | undefined {
  const source = q.source ?? '0.0.0.0'
  const rpFilter = highest(node, q.in, 'rp_filter')
  const acceptsLocal = either(node, q.in, 'accept_local')
  if (rpFilter === 0 && !hasOwnRules(node) && !hasOwnLocalRoutes(node)) {
    if (acceptsLocal || ownAddress(node, source) === undefined) return undefined
    return { why: 'SOURCE_IS_LOCAL' }
  }
  const back: Question = {
    destination: source,
    source: q.destination,
    in: 'lo',
    mark: either(node, q.in, 'src_valid_mark') ? q.mark : 0,
    protocol: q.protocol,
  }
  const found = lookup(node, back)
  const filtered = (route?: RouteState): Refusal | undefined => {
    if (rpFilter === 0) return undefined
    return { why: rpFilter === 1 ? 'RP_FILTER_STRICT' : 'RP_FILTER_LOOSE', back: route }
  }
  if (found.found !== 'route') return filtered()
  const { route } = found
  if (route.type !== 'unicast' && !(route.type === 'local' && acceptsLocal)) {
    return { why: ownAddress(node, source) === undefined ? 'SOURCE_MARTIAN' : 'SOURCE_IS_LOCAL' }
  }
  if (route.device === q.in) return undefined
  // a link without an address has no network from which the source could come
  if (addressesOf(node, 4, q.in).length === 0 || rpFilter === 1) return filtered(route)
  return undefined
}

function input4(node: NodeState, q: Question): InputRoute {
  const source = q.source ?? '0.0.0.0'
  const found = lookup(node, q)
  const refusals: Refusal[] = []
  const isMartian =
    isMulticast(source) || source === '255.255.255.255' || contains('0.0.0.0/8', source)
  const isLoop = (address: string) =>
    q.in !== 'lo' && isLoopback(address) && !either(node, q.in, 'route_localnet')
  if (isMartian || isLoop(source) || isLoop(q.destination)) refusals.push({ why: 'SOURCE_MARTIAN' })
  const isLocal = found.found === 'route' && found.route.type === 'local'
  // "no route" is only said where the link forwards: without, the kernel gives the same error for both
  if (!isLocal && !forwards4(node, q.in)) refusals.push({ why: 'FORWARDING_DISABLED' })
  if (found.found !== 'route')
    return { lookup: found, refusals: [...refusals, { why: 'route', lookup: found }] }
  const refusal = q.in === 'lo' ? undefined : validate(node, q)
  if (refusal !== undefined) refusals.push(refusal)
  return { lookup: found, refusals }
}

function input6(node: NodeState, q: Question): InputRoute {
  const found = lookup(node, q)
  const refusals: Refusal[] = []
  if (q.in !== 'lo' && q.source !== undefined && (isMulticast(q.source) || isLoopback(q.source)))
    refusals.push({ why: 'SOURCE_MARTIAN' })
  if (found.found !== 'route')
    return { lookup: found, refusals: [...refusals, { why: 'route', lookup: found }] }
  if (found.route.type !== 'local' && !forwards6(node, q.in))
    refusals.push({ why: 'FORWARDING_DISABLED' })
  return { lookup: found, refusals }
}

/**
 * The look-up for a packet that came over a link, with what the kernel checks around it, in its order: the class of the
 * source, the route, forwarding, the way back to the source (net/ipv4/route.c: ip_route_input_slow). IPv6 looks for its
 * route first, and does not validate sources.
 */
export const inputRoute = (node: NodeState, q: Question): InputRoute =>
  familyOf(q.destination) === 4 ? input4(node, q) : input6(node, q)
