import { boundsOf } from '../../ip/network.js'
import type { Act } from '../../state/firewall.js'
import type { Packet } from '../../state/packet.js'
import type { AddressState } from '../../state/state.js'
import type { AtHook } from './types.js'

export type NatAct = Extract<Act, { act: 'snat' | 'dnat' | 'redirect' | 'masquerade' }>

const NAT_ACTS = ['snat', 'dnat', 'redirect', 'masquerade']

export const isNat = (act: Act): act is NatAct => NAT_ACTS.includes(act.act)

/** `none`: it does not speak of this family; `lost`: there is no address to take, and the kernel drops the packet. */
export type Translated =
  | { readonly how: 'snat' | 'dnat'; readonly packet: Packet }
  | 'none'
  | 'lost'

/** What a rule of nat makes of the first packet of a flow. */
export function translated(act: NatAct, at: AtHook): Translated {
  const how = act.act === 'snat' || act.act === 'masquerade' ? 'snat' : 'dnat'
  const address = act.address ?? OWN[act.act](at)
  if (address === undefined) return 'lost'
  const family = boundsOf(address)?.family ?? at.packet.family
  if (family !== at.packet.family) return 'none'
  return { how, packet: changed(at.packet, how, address, act.port) }
}

/** True where they go from and to the same. */
export const isSameFlow = (a: Packet, b: Packet): boolean => FLOW.every((key) => a[key] === b[key])

const FLOW = ['source', 'destination', 'sourcePort', 'destinationPort'] as const

function changed(packet: Packet, how: 'snat' | 'dnat', address: string, port?: number): Packet {
  const [end, ofPort] =
    how === 'snat'
      ? (['source', 'sourcePort'] as const)
      : (['destination', 'destinationPort'] as const)
  return {
    ...packet,
    [end]: address,
    ...(port !== undefined && packet[ofPort] !== undefined && { [ofPort]: port }),
  }
}

/** Where no address is written, one of this namespace. */
const OWN = {
  redirect: redirectTo,
  masquerade: masqueradeAs,
  snat: ({ packet }: AtHook) => packet.source,
  dnat: ({ packet }: AtHook) => packet.destination,
}

const isUsable = ({ tentative, dadFailed, secondary }: AddressState) =>
  tentative !== true && dadFailed !== true && secondary !== true

function redirectTo({ node, hook, packet: { family }, position }: AtHook): string | undefined {
  if (hook === 'output') return family === 4 ? '127.0.0.1' : '::1'
  return node.addresses.find(
    (address) =>
      address.link === position.in &&
      address.family === family &&
      isUsable(address) &&
      (family === 4 || address.scope === 'global'),
  )?.address
}

/** One beside the next hop, else the first of the link, else the first of any. */
function masqueradeAs({ node, packet, position }: AtHook): string | undefined {
  const own = node.addresses.filter(
    (address) =>
      address.family === packet.family && address.scope === 'global' && isUsable(address),
  )
  const ofLink = own.filter(({ link }) => link === position.out)
  const next = boundsOf(position.via ?? packet.destination)?.first
  const beside = ofLink.find(({ address, prefix }) => {
    const network = boundsOf(`${address}/${prefix}`)
    return (
      next !== undefined && network !== undefined && network.first <= next && next <= network.last
    )
  })
  return (beside ?? ofLink[0] ?? own[0])?.address
}
