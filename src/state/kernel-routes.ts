import type { Family } from '../ip/cidr.js'
import type { AddressState, RouteState } from './state.js'

export const bits = (family: Family) => (family === 4 ? 32 : 128)

/** The routes that come with an address, while its link is up: to itself, and to its network. */
export function kernelRoutes({ link, family, address, prefix }: AddressState): RouteState[] {
  const common = { family, device: link, metric: family === 4 ? 0 : 256, protocol: 'kernel' }
  const to = `${address}/${bits(family)}`
  const self: RouteState = { ...common, metric: 0, table: 255, type: 'local', to, source: address }
  const wide = link === 'lo' && family === 4
  const net = `${address}/${prefix}`
  if (wide) return [self, { ...self, to: net }]
  if (prefix === bits(family)) return [self]
  const source = family === 4 ? { source: address } : {}
  return [self, { ...common, table: 254, type: 'unicast', to: net, ...source }]
}
