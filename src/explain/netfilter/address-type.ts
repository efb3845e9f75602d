import type { Family } from '../../ip/cidr.js'
import { boundsOf } from '../../ip/network.js'
import type { NodeState, RouteState } from '../../state/state.js'

/** Of which the kernel itself fills one for own and broadcast addresses. */
const LOCAL_TABLE = 255

function within(address: string, network: string): boolean {
  const [inner, outer] = [boundsOf(address), boundsOf(network)]
  if (inner === undefined || outer === undefined || inner.family !== outer.family) return false
  return outer.first <= inner.first && inner.last <= outer.last
}

/** What holds whatever the routes are. */
const FIXED: readonly [network: string, type: string][] = [
  ['224.0.0.0/4', 'multicast'],
  ['255.255.255.255/32', 'broadcast'],
  ['0.0.0.0/8', 'broadcast'],
  ['ff00::/8', 'multicast'],
]

const lengthOf = (route: RouteState) => Number(route.to.split('/')[1] ?? 128)

/** The last address of a network of IPv4, to which all in it listen. */
function isBroadcast(address: string, network: string): boolean {
  const [own, net] = [boundsOf(address), boundsOf(network)]
  if (net === undefined || net.last - net.first < 3n) return false
  return own?.last === net.last
}

function byAddresses(node: NodeState, family: Family, address: string): string | undefined {
  for (const { link, family: of, address: own, prefix } of node.addresses) {
    if (of !== family) continue
    if (within(address, own)) return 'local'
    if (link === 'lo' && family === 4 && within(address, `${own}/${prefix}`)) return 'local'
    if (family === 4 && isBroadcast(address, `${own}/${prefix}`)) return 'broadcast'
  }
  return undefined
}

/**
 * What an address is to a namespace: `local`, `broadcast`, `multicast`, `unicast`, and for IPv6 also `unreachable`,
 * where no route leads there. IPv4 is looked up among own addresses only, as the kernel does for addrtype and fib.
 */
export function addressType(node: NodeState, family: Family, address: string): string {
  for (const [network, type] of FIXED) if (within(address, network)) return type
  const routes = node.routes.filter((route) => route.family === family)
  const own = routes
    .filter(({ table, to }) => table === LOCAL_TABLE && within(address, to))
    .sort((a, b) => lengthOf(b) - lengthOf(a))[0]
  if (own !== undefined && own.type !== 'multicast') return own.type
  const known = byAddresses(node, family, address)
  if (known !== undefined) return known
  if (family === 4) return 'unicast'
  return routes.some(({ to }) => within(address, to)) ? 'unicast' : 'unreachable'
}
