import { contains } from '../ip/network.js'
import type { Packet, Position } from '../state/packet.js'
import { type LinkState, linkOf, type NodeState, type RouteState } from '../state/state.js'
import { cross } from './hooks.js'
import type { Loss } from './loss.js'
import { type Neighbour, neighbourOf } from './neighbour.js'
import { leak, loDown } from './route-loss.js'
import type { Receiver } from './segment.js'
import { type Leaving, LOST, type Next, type Trip } from './trip.js'

/** POSTROUTING, the neighbour, the wire. */
export function leave(trip: Trip, leaving: Leaving): Next {
  const { recorder, sessions, state, learned } = trip
  const { node, original, route } = leaving
  const out = route.type === 'unicast' ? (route.device ?? '') : 'lo'
  const link = linkOf(node, out)
  const position: Position = { in: leaving.in, out, via: route.gateway }
  const crossed = cross(recorder, sessions, { ...leaving, hook: 'postrouting', position })
  const { tracking } = crossed
  let { packet } = crossed
  recorder.leavesBy(out)
  if (recorder.direction === 'forward') sessions.remember(node.node, original, packet, tracking)
  if (link === undefined) return LOST
  if (out === 'lo') {
    if (!link.up) recorder.lose(loDown(node, link), packet, position)
    return { next: 'receive', receiver: itself(node, link), packet }
  }
  const limit = limitOf(link, route)
  if (packet.length > limit && isCut(packet, leaving.in)) packet = { ...packet, length: limit }
  const target = route.gateway ?? packet.destination
  const isGateway = route.gateway !== undefined
  const neighbour = neighbourOf(state, node, link, target, packet, isGateway, learned)
  return reach(trip, leaving, packet, position, neighbour)
}

const limitOf = (link: LinkState, route: RouteState) => Math.min(link.mtu, route.mtu ?? link.mtu)

/** Over IPv6 only who sends a packet cuts it. */
const isCut = ({ dontFragment, family }: Packet, by: string | undefined) =>
  !dontFragment && (family === 4 || by === undefined)

/** A packet that the link of its route does not take whole, and that nobody may cut. */
export function checkLength(
  { recorder }: Trip,
  node: NodeState,
  route: RouteState,
  packet: Packet,
  position: Position,
): void {
  const link = route.type === 'unicast' ? linkOf(node, route.device ?? '') : undefined
  if (link === undefined || isCut(packet, position.in)) return
  const limit = limitOf(link, route)
  if (packet.length <= limit) return
  recorder.lose(tooLong(node, link.name, packet, limit, 'LINK_TX'), packet, position)
}

/** What goes out by the loopback comes in by it. */
const itself = (node: NodeState, link: LinkState): Receiver => ({
  node,
  link,
  bridges: [],
  losses: [],
})

export const tooLong = (
  node: NodeState,
  link: string,
  packet: Packet,
  limit: number,
  stage: 'LINK_TX' | 'LINK_RX',
): Loss => ({
  code: 'MTU_EXCEEDED',
  node: node.node,
  stage,
  link,
  message: `the packet has ${packet.length} bytes and is not to be cut; ${link} of ${node.node} takes ${limit} (mtu)`,
  object: { kind: 'link', ref: `${link} mtu ${limit}` },
})

/** From the link of one namespace to the link of the next. */
function reach(
  trip: Trip,
  { node, route, original }: Leaving,
  packet: Packet,
  position: Position,
  neighbour: Neighbour,
): Next {
  const { recorder, state } = trip
  const { receiver, losses, outside, others } = neighbour
  const target = route.gateway ?? packet.destination
  const stray = receiver === undefined || losses.some(({ stage }) => stage === 'NEIGHBOR')
  const leaks = stray || outside ? leak(state, node, route, packet.destination) : undefined
  if (leaks !== undefined) recorder.lose(leaks, packet, position)
  if (outside) {
    if (leaks === undefined) exit(trip, node, position, packet, original)
    return { ...LOST, exits: true }
  }
  if (leaks === undefined) for (const loss of losses) recorder.lose(loss, packet, position)
  if (receiver === undefined) return LOST
  if (neighbour.doubt !== undefined) recorder.doubt(neighbour.doubt, packet, position)
  if (losses.length === 0) {
    const text = `next hop ${target}: ${neighbour.how}`
    recorder.step({ stage: 'NEIGHBOR', action: 'PERMITTED', text })
  }
  for (const other of others) {
    recorder.caveats.add(
      `${other.node.node} answers for ${target} on ${other.link.name} as well: which of the two gets the packet is luck`,
    )
  }
  recorder.step({ stage: 'LINK_TX', action: 'TRANSMITTED', text: `out by ${position.out}` })
  return { next: 'receive', receiver, packet }
}

const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16', 'fc00::/7']
const isPrivate = (address: string) => PRIVATE.some((net) => contains(net, address))

/** It leaves for where nothing is known. */
function exit(
  { recorder }: Trip,
  node: NodeState,
  position: Position,
  packet: Packet,
  original: Packet,
): void {
  const about = { node: node.node, stage: 'LINK_TX', link: position.out } as const
  const passedOn = position.in !== undefined && original.source === packet.source
  if (passedOn && isPrivate(packet.source) && !isPrivate(packet.destination)) {
    const message = `it leaves ${position.out} of ${node.node} with the private source ${packet.source}, which no rule translates: no reply finds back from outside`
    const object = { kind: 'address', ref: packet.source } as const
    const loss: Loss = { ...about, code: 'NAT_MISSING', message, object, address: packet.source }
    recorder.doubt(loss, packet, position)
    return
  }
  const message = `it leaves ${node.node} by ${position.out}, and what is there is not known`
  const object = { kind: 'link', ref: position.out ?? '' } as const
  recorder.doubt({ ...about, code: 'UNDETERMINED_OUTSIDE', message, object }, packet, position)
}
