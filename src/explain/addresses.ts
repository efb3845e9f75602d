import { type Family, familyOf } from '../ip/cidr.js'
import { contains } from '../ip/network.js'
import type { AddressState, NodeState } from '../state/state.js'

export const isLoopback = (address: string) =>
  familyOf(address) === 4 ? contains('127.0.0.0/8', address) : address === '::1'

export const isMulticast = (address: string) =>
  contains(familyOf(address) === 4 ? '224.0.0.0/4' : 'ff00::/8', address)

export const addressesOf = (
  node: NodeState,
  family: Family,
  link?: string,
): readonly AddressState[] =>
  node.addresses.filter((a) => a.family === family && (link === undefined || a.link === link))

/** The entry of an address that a node has. */
export const ownAddress = (node: NodeState, address: string): AddressState | undefined =>
  node.addresses.find((a) => a.address === address)

/** An address with its network: `10.0.1.2/24`. */
export const cidrOf = ({ address, prefix }: AddressState) => `${address}/${prefix}`
