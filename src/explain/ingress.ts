import type { Hook } from '../state/firewall.js'
import type { Packet, Position, Tracking } from '../state/packet.js'
import type { LinkState, NodeState } from '../state/state.js'
import { showsBridged } from './bridged.js'
import { checkLength, tooLong } from './egress.js'
import { cross } from './hooks.js'
import { inputRoute } from './input.js'
import type { Loss } from './loss.js'
import { refusalLoss } from './route-loss.js'
import type { BridgeCrossing, Receiver } from './segment.js'
import { deliver } from './socket.js'
import { doubtUnread, goesOn, LOST, type Next, question, type Trip } from './trip.js'

interface Crossed {
  readonly packet: Packet
  readonly tracking: Tracking
}

/** A packet came over a link, behind bridges maybe: ingress, PREROUTING, and where to? */
export function receive(trip: Trip, receiver: Receiver, packet: Packet): Next {
  const { recorder, sessions } = trip
  const { node, link } = receiver
  const position = { in: link.name }
  if (link.kind === 'loopback') return fromItself(trip, node, link.name, packet)
  for (const crossing of receiver.bridges) bridge(trip, crossing, packet)
  // veth passes frames that are up to 4 bytes longer than its MTU (is_skb_forwardable)
  if (packet.length > link.mtu + 4) {
    recorder.lose(tooLong(node, link.name, packet, link.mtu, 'LINK_RX'), packet, position)
  }
  const key = `${node.node} ${link.name} ${packet.source} ${packet.destination}`
  if (trip.seen.has(key)) return loop(trip, node, link.name, packet)
  trip.seen.add(key)
  recorder.hop(node.node, 'router', link.name)
  recorder.step({ stage: 'LINK_RX', action: 'RECEIVED', text: `in by ${link.name}` })
  const { port } = receiver
  if (port !== undefined) {
    const came = { in: link.name, bridgeIn: port.name }
    atPort(trip, node, port, packet)
    ofBridge(trip, node, packet, [
      ['prerouting', came],
      ['input', came],
    ])
  }
  doubtPrograms(trip, receiver, packet)
  doubtUnread(trip, node, packet)
  const tracking = sessions.trackingOf(node.node, packet, recorder.direction)
  const at = { node, packet, position, tracking }
  cross(recorder, sessions, { ...at, hook: 'ingress' })
  const crossed = cross(recorder, sessions, { ...at, hook: 'prerouting' })
  return routed(trip, node, link.name, packet, crossed)
}

/** What goes over the loopback needs no route: it is for this namespace. */
function fromItself(trip: Trip, node: NodeState, by: string, packet: Packet): Next {
  const { recorder, sessions } = trip
  const tracking = sessions.trackingOf(node.node, packet, recorder.direction)
  const at = { node, packet, tracking, position: { in: by }, hook: 'prerouting' } as const
  return hand(trip, node, by, packet, cross(recorder, sessions, at))
}

function loop({ recorder }: Trip, node: NodeState, by: string, packet: Packet): Next {
  recorder.hop(node.node, 'router', by)
  const loss: Loss = {
    code: 'TTL_EXPIRED',
    node: node.node,
    stage: 'ROUTE_LOOKUP',
    link: by,
    message: `the packet comes to ${node.node} by ${by} again: its routes go in a circle, until its TTL is used up`,
    object: { kind: 'route', ref: packet.destination },
  }
  recorder.lose(loss, packet, { in: by })
  return { ...LOST, loops: true }
}

function doubtPrograms(
  { recorder }: Trip,
  { node, link }: Pick<Receiver, 'node' | 'link'>,
  packet: Packet,
): void {
  for (const program of link.programs ?? []) {
    const loss: Loss = {
      code: 'UNDETERMINED_TC_OR_XDP',
      node: node.node,
      stage: 'LINK_RX',
      link: link.name,
      message: `${program} on ${link.name} of ${node.node} may drop or change it`,
      object: { kind: 'link', ref: link.name },
    }
    recorder.doubt(loss, packet, { in: link.name })
  }
}

/** The larger frames that a port does not take; veth and bridges let 4 bytes more pass (is_skb_forwardable). */
function checkSize(
  { recorder }: Trip,
  node: NodeState,
  { name, mtu }: LinkState,
  packet: Packet,
  stage: 'LINK_TX' | 'LINK_RX',
) {
  if (packet.length <= mtu + 4) return
  recorder.lose(tooLong(node, name, packet, mtu, stage), packet, { in: name })
}

/** A frame comes to a port: programs and chains there see it before its bridge. */
function atPort(trip: Trip, node: NodeState, port: LinkState, packet: Packet): void {
  const { recorder, sessions } = trip
  checkSize(trip, node, port, packet, 'LINK_RX')
  doubtPrograms(trip, { node, link: port }, packet)
  const tracking = sessions.trackingOf(node.node, packet, recorder.direction)
  const position = { in: port.name }
  cross(recorder, sessions, { node, hook: 'ingress', packet, position, tracking })
}

/** The hooks of a bridge's own rules. */
function ofBridge(
  { recorder, sessions }: Trip,
  node: NodeState,
  packet: Packet,
  hooks: readonly (readonly [Hook, Position])[],
): void {
  const tracking = sessions.trackingOf(node.node, packet, recorder.direction)
  for (const [hook, position] of hooks)
    cross(recorder, sessions, { node, hook, position, packet, tracking, bridge: true })
}

/** A frame passes a bridge, and its own rules; with br_netfilter those for routed packets see it as well. */
function bridge(trip: Trip, { node, bridge, in: by, out }: BridgeCrossing, packet: Packet): void {
  const { recorder, sessions } = trip
  const goes = { out: bridge.name, bridgeOut: out.name }
  if (by === undefined) {
    checkSize(trip, node, out, packet, 'LINK_TX')
    ofBridge(trip, node, packet, [
      ['output', goes],
      ['postrouting', goes],
    ])
    return
  }
  recorder.hop(node.node, 'bridge', by.name)
  recorder.leavesBy(out.name)
  const text = `bridge ${bridge.name}: ${by.name} -> ${out.name}`
  recorder.step({ stage: 'BRIDGE', action: 'FORWARDED', text })
  atPort(trip, node, by, packet)
  checkSize(trip, node, out, packet, 'LINK_TX')
  const isShown = showsBridged(node, bridge, packet.family)
  const came = { in: bridge.name, bridgeIn: by.name }
  const hooks = [
    ['prerouting', came],
    ['forward', { ...came, ...goes }],
    ['postrouting', { ...goes, bridgeIn: by.name }],
  ] as const
  const tracking = sessions.trackingOf(node.node, packet, recorder.direction)
  let now: Crossed = { packet, tracking }
  for (const [hook, position] of hooks) {
    ofBridge(trip, node, packet, [[hook, position]])
    if (isShown) now = cross(recorder, sessions, { node, hook, position, ...now })
  }
  if (isShown && recorder.direction === 'forward')
    sessions.remember(node.node, packet, now.packet, now.tracking)
}

function routed(
  trip: Trip,
  node: NodeState,
  by: string,
  original: Packet,
  { packet, tracking }: Crossed,
): Next {
  const { recorder } = trip
  const position: Position = { in: by }
  const asked = question(packet, by, packet.source)
  const { lookup: found, refusals } = inputRoute(node, asked)
  // asked for a route over IPv6, the kernel does not say that it does not forward
  const refused = refusals.some(({ why }) => packet.family === 4 || why !== 'FORWARDING_DISABLED')
  const taken = refused || found.found !== 'route' ? undefined : found.route
  recorder.lookups.push({ node: node.node, question: asked, route: taken })
  for (const refusal of refusals) {
    if (refusal.why === 'route') continue
    recorder.lose(refusalLoss(trip.state, node, refusal, packet, by), packet, position)
  }
  if (!goesOn(trip, node, found, packet, position)) return LOST
  const { route } = found
  if (route.type !== 'unicast') return hand(trip, node, by, original, { packet, tracking })
  if (packet.ttl <= 1) {
    const message = `its TTL is used up at ${node.node}, which would have to pass it on`
    const object = { kind: 'route', ref: packet.destination } as const
    const about = { node: node.node, stage: 'FORWARD', link: by } as const
    recorder.lose({ ...about, code: 'TTL_EXPIRED', message, object }, packet, position)
  }
  const on = { ...packet, ttl: packet.ttl - 1 }
  const out = route.device ?? ''
  // before FORWARD is asked: ip_forward(), ip6_forward()
  checkLength(trip, node, route, on, { in: by, out })
  const at = { node, packet: on, position: { in: by, out }, tracking }
  const crossed = cross(recorder, trip.sessions, { ...at, hook: 'forward' })
  recorder.step({ stage: 'FORWARD', action: 'FORWARDED', text: `from ${by} to ${out}` })
  return { next: 'leave', leaving: { node, original, ...crossed, in: by, route } }
}

/** INPUT, and the socket. */
function hand(
  trip: Trip,
  node: NodeState,
  by: string,
  original: Packet,
  { packet, tracking }: Crossed,
): Next {
  const { recorder, sessions } = trip
  recorder.isDestination()
  const at = { node, packet, tracking, position: { in: by }, hook: 'input' } as const
  const crossed = cross(recorder, sessions, at)
  if (recorder.direction === 'forward')
    sessions.remember(node.node, original, crossed.packet, crossed.tracking)
  deliver(recorder, node, by, crossed.packet)
  return { ...LOST, arrival: { node: node.node, packet: crossed.packet } }
}
