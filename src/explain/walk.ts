import { contains } from '../ip/network.js'
import type { Packet, Position, Tracking } from '../state/packet.js'
import { linkOf, type NetState, type NodeState, nodeOf, type RouteState } from '../state/state.js'
import { ownAddress } from './addresses.js'
import { cross } from './hooks.js'
import { inputRoute } from './input.js'
import type { Loss } from './loss.js'
import { type Neighbour, neighbourOf } from './neighbour.js'
import { type Counter, Recorder } from './recorder.js'
import { leak, loDown, refusalLoss, routeLoss, routeRef, routeText } from './route-loss.js'
import { type Lookup, lookup, type Question } from './routing.js'
import type { BridgeCrossing, Receiver } from './segment.js'
import { Sessions } from './sessions.js'
import { bridgeCalls } from './settings.js'
import { deliver } from './socket.js'
import type { Direction } from './types.js'

/** Where a packet begins. */
export interface Start {
  readonly node: string
  readonly packet: Packet
  /** False where the source is only chosen by the route: then rules that ask for it do not see it. */
  readonly sourceFixed: boolean
}

/** What became of a packet in one direction. */
export interface Journey {
  readonly recorder: Recorder
  /** Where it arrived, or would have; absent where that cannot be told. */
  readonly arrival?: { readonly node: string; readonly packet: Packet } | undefined
  readonly exits: boolean
  readonly loops: boolean
}

/** What stays the same while a packet travels. */
interface Trip {
  readonly state: NetState
  readonly recorder: Recorder
  readonly sessions: Sessions
  readonly seen: Set<string>
}

/** A packet in a namespace, on its way out. */
interface Leaving {
  readonly node: NodeState
  /** As it came to this namespace. */
  readonly original: Packet
  readonly packet: Packet
  readonly tracking: Tracking
  readonly in?: string | undefined
  readonly route: RouteState
}

type End = Omit<Journey, 'recorder'>
const LOST: End = { exits: false, loops: false }
const OUTSIDE: End = { exits: true, loops: false }

/** Packets for broadcast and the like are not followed. */
const MODELLED = ['unicast', 'local', 'anycast']

function question(packet: Packet, by: string, source: string | undefined): Question {
  const { destination, mark, protocol, sourcePort, destinationPort } = packet
  return { destination, source, in: by, mark, protocol, sourcePort, destinationPort }
}

function noteRoute(trip: Trip, found: Lookup, packet: Packet): void {
  if (found.found !== 'route') return
  const { route, rule } = found
  trip.recorder.step({
    stage: 'ROUTE_LOOKUP',
    action: 'PERMITTED',
    text: `route to ${packet.destination}: ${routeText(route)}`,
    route: routeRef(route, rule.priority),
  })
}

/** The packet begins here: route look-up, OUTPUT, and out. */
function originate(trip: Trip, start: Start): End {
  const node = nodeOf(trip.state, start.node)
  if (node === undefined) return LOST
  const { recorder, sessions } = trip
  const { packet } = start
  recorder.hop(node.node, 'origin')
  recorder.step({ stage: 'OUTPUT', action: 'ORIGINATED', text: words(packet) })
  const source = start.sourceFixed ? packet.source : undefined
  const found = lookup(node, question(packet, 'lo', source))
  if (!goesOn(trip, node, found, packet)) return LOST
  noteRoute(trip, found, packet)
  const out = found.route.type === 'local' ? 'lo' : found.route.device
  const tracking = sessions.trackingOf(node.node, packet, recorder.direction)
  const crossed = cross(recorder, sessions, {
    node,
    hook: 'output',
    packet,
    position: { out },
    tracking,
  })
  let route = found.route
  const changed =
    crossed.packet.destination !== packet.destination || crossed.packet.mark !== packet.mark
  if (changed) {
    // the route is looked up again behind OUTPUT (ip_route_me_harder), from the source that there is now
    const again = lookup(node, question(crossed.packet, 'lo', crossed.packet.source))
    if (!goesOn(trip, node, again, crossed.packet)) return LOST
    noteRoute(trip, again, crossed.packet)
    route = again.route
  }
  return leave(trip, { node, original: packet, ...crossed, route })
}

/** True where the look-up found a way that is modelled. */
function goesOn(
  trip: Trip,
  node: NodeState,
  found: Lookup,
  packet: Packet,
  position: Position = {},
): found is Extract<Lookup, { found: 'route' }> {
  if (found.found === 'route' && MODELLED.includes(found.route.type)) return true
  const other = found.found === 'route'
  const text = other ? `the route ${routeText(found.route)} is not modelled` : ''
  const lookup = other ? ({ found: 'unknown', text } as const) : found
  const loss = routeLoss(trip.state, node, lookup, packet)
  if (loss.code === 'UNDETERMINED_FOREIGN_MATCH') trip.recorder.doubt(loss, packet, position)
  else trip.recorder.lose(loss, packet, position)
  return false
}

/** POSTROUTING, the neighbour, the wire. */
function leave(trip: Trip, leaving: Leaving): End {
  const { recorder, sessions, state } = trip
  const { node, original, route } = leaving
  const out = route.type === 'local' || route.type === 'anycast' ? 'lo' : (route.device ?? '')
  const link = linkOf(node, out)
  const position: Position = { in: leaving.in, out }
  const crossed = cross(recorder, sessions, { ...leaving, hook: 'postrouting', position })
  const { packet, tracking } = crossed
  recorder.leavesBy(out)
  if (recorder.direction === 'forward' && out !== 'lo')
    sessions.remember(node.node, original, packet, tracking)
  if (link === undefined) return LOST
  if (out === 'lo') {
    if (!link.up) recorder.lose(loDown(node, link), packet, position)
    return arrive(trip, node, link.name, original, crossed)
  }
  const limit = Math.min(link.mtu, route.mtu ?? link.mtu)
  if (packet.length > limit) recorder.lose(tooLong(node, out, packet, limit), packet, position)
  const target = route.gateway ?? packet.destination
  const neighbour = neighbourOf(state, node, link, target, packet, route.gateway !== undefined)
  return reach(trip, leaving, packet, position, neighbour)
}

const tooLong = (node: NodeState, link: string, packet: Packet, limit: number): Loss => ({
  code: 'MTU_EXCEEDED',
  node: node.node,
  stage: 'LINK_TX',
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
): End {
  const { recorder, state } = trip
  const { receiver, losses, outside } = neighbour
  const stray = receiver === undefined || losses.some(({ stage }) => stage === 'NEIGHBOR')
  const leaks = stray || outside ? leak(state, node, route, packet.destination) : undefined
  if (leaks !== undefined) recorder.lose(leaks, packet, position)
  if (outside) {
    if (leaks === undefined) exit(trip, node, position, packet, original)
    return OUTSIDE
  }
  if (leaks === undefined) for (const loss of losses) recorder.lose(loss, packet, position)
  if (receiver === undefined) return LOST
  if (losses.length === 0) {
    const text = `next hop ${route.gateway ?? packet.destination}: ${neighbour.how}`
    recorder.step({ stage: 'NEIGHBOR', action: 'PERMITTED', text })
  }
  for (const other of neighbour.others) {
    recorder.caveats.add(
      `${other.node.node} answers for ${route.gateway ?? packet.destination} on ${other.link.name} as well: which of the two gets the packet is luck`,
    )
  }
  recorder.step({ stage: 'LINK_TX', action: 'TRANSMITTED', text: `out by ${position.out}` })
  return receive(trip, receiver, packet)
}

/** It leaves for where nothing is known. */
function exit(
  trip: Trip,
  node: NodeState,
  position: Position,
  packet: Packet,
  original: Packet,
): void {
  const isPrivate = PRIVATE.some((net) => contains(net, packet.source))
  const toPublic = !PRIVATE.some((net) => contains(net, packet.destination))
  const passedOn = position.in !== undefined && original.source === packet.source
  const about = { node: node.node, stage: 'LINK_TX', link: position.out } as const
  if (isPrivate && toPublic && passedOn) {
    const message = `it leaves ${position.out} of ${node.node} with the private source ${packet.source}, which no rule translates: no reply finds back from outside`
    const object = { kind: 'address', ref: packet.source } as const
    const loss: Loss = { ...about, code: 'NAT_MISSING', message, object, address: packet.source }
    trip.recorder.doubt(loss, packet, position)
    return
  }
  const message = `it leaves ${node.node} by ${position.out}, and what is there is not known`
  const object = { kind: 'link', ref: position.out ?? '' } as const
  trip.recorder.doubt({ ...about, code: 'UNDETERMINED_OUTSIDE', message, object }, packet, position)
}

const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16', 'fc00::/7']

function receive(trip: Trip, receiver: Receiver, packet: Packet): End {
  for (const crossing of receiver.bridges) bridge(trip, crossing, packet)
  const { node, link } = receiver
  // veth passes frames that are up to 4 bytes longer than its MTU (is_skb_forwardable)
  if (packet.length > link.mtu + 4) {
    const loss = tooLong(node, link.name, packet, link.mtu)
    trip.recorder.lose({ ...loss, stage: 'LINK_RX' }, packet, { in: link.name })
  }
  const key = `${node.node} ${link.name} ${packet.source} ${packet.destination}`
  if (trip.seen.has(key)) return loop(trip, node, link.name, packet)
  trip.seen.add(key)
  trip.recorder.hop(node.node, 'router', link.name)
  trip.recorder.step({ stage: 'LINK_RX', action: 'RECEIVED', text: `in by ${link.name}` })
  doubtPrograms(trip, receiver, packet)
  return take(trip, node, link.name, packet)
}

function loop(trip: Trip, node: NodeState, by: string, packet: Packet): End {
  trip.recorder.hop(node.node, 'router', by)
  const loss: Loss = {
    code: 'TTL_EXPIRED',
    node: node.node,
    stage: 'ROUTE_LOOKUP',
    link: by,
    message: `the packet comes to ${node.node} by ${by} again: its routes go in a circle, until its TTL is used up`,
    object: { kind: 'route', ref: packet.destination },
  }
  trip.recorder.lose(loss, packet, { in: by })
  return { exits: false, loops: true }
}

function doubtPrograms(trip: Trip, { node, link }: Receiver, packet: Packet): void {
  for (const program of link.programs ?? []) {
    const loss: Loss = {
      code: 'UNDETERMINED_TC_OR_XDP',
      node: node.node,
      stage: 'LINK_RX',
      link: link.name,
      message: `${program} on ${link.name} of ${node.node} may drop or change it`,
      object: { kind: 'link', ref: link.name },
    }
    trip.recorder.doubt(loss, packet, { in: link.name })
  }
}

/** A frame passes a bridge; with br_netfilter the rules for routed packets see it. */
function bridge(trip: Trip, { node, bridge, in: by, out }: BridgeCrossing, packet: Packet): void {
  const { recorder, sessions } = trip
  if (by === undefined) return
  recorder.hop(node.node, 'bridge', by.name)
  recorder.leavesBy(out.name)
  const text = `bridge ${bridge.name}: ${by.name} -> ${out.name}`
  recorder.step({ stage: 'BRIDGE', action: 'FORWARDED', text })
  const called = packet.family === 4 ? bridge.bridge?.callIptables : bridge.bridge?.callIp6tables
  if (called !== true && !bridgeCalls(node, packet.family)) return
  const tracking = sessions.trackingOf(node.node, packet, recorder.direction)
  const position = { in: bridge.name, out: bridge.name, bridgeIn: by.name, bridgeOut: out.name }
  cross(recorder, sessions, { node, hook: 'forward', packet, position, tracking })
}

/** A packet came over a link: ingress, PREROUTING, and where to? */
function take(trip: Trip, node: NodeState, by: string, packet: Packet): End {
  const { recorder, sessions } = trip
  const tracking = sessions.trackingOf(node.node, packet, recorder.direction)
  const at = { node, packet, position: { in: by }, tracking }
  cross(recorder, sessions, { ...at, hook: 'ingress' })
  const crossed = cross(recorder, sessions, { ...at, hook: 'prerouting' })
  return arriveRouted(trip, node, by, packet, crossed)
}

interface Crossed {
  readonly packet: Packet
  readonly tracking: Tracking
}

/** What goes over the loopback needs no route: it is for this namespace. */
function arrive(trip: Trip, node: NodeState, by: string, original: Packet, leaving: Crossed): End {
  const at = { node, ...leaving, position: { in: by }, hook: 'prerouting' } as const
  const crossed = cross(trip.recorder, trip.sessions, at)
  return hand(trip, node, by, original, crossed)
}

function arriveRouted(
  trip: Trip,
  node: NodeState,
  by: string,
  original: Packet,
  { packet, tracking }: Crossed,
): End {
  const { recorder } = trip
  const position: Position = { in: by }
  const { lookup: found, refusals } = inputRoute(node, question(packet, by, packet.source))
  for (const refusal of refusals) {
    if (refusal.why === 'route') continue
    recorder.lose(refusalLoss(trip.state, node, refusal, packet, by), packet, position)
  }
  if (!goesOn(trip, node, found, packet, position)) return LOST
  noteRoute(trip, found, packet)
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
  const crossed = cross(recorder, trip.sessions, {
    node,
    hook: 'forward',
    packet: on,
    position: { in: by, out },
    tracking,
  })
  recorder.step({ stage: 'FORWARD', action: 'FORWARDED', text: `from ${by} to ${out}` })
  return leave(trip, { node, original, ...crossed, in: by, route })
}

/** INPUT, and the socket. */
function hand(
  trip: Trip,
  node: NodeState,
  by: string,
  original: Packet,
  { packet, tracking }: Crossed,
): End {
  const { recorder, sessions } = trip
  recorder.isDestination()
  const at = { node, packet, tracking, position: { in: by }, hook: 'input' } as const
  const crossed = cross(recorder, sessions, at)
  if (recorder.direction === 'forward')
    sessions.remember(node.node, original, crossed.packet, crossed.tracking)
  deliver(recorder, node, by, crossed.packet)
  return { ...LOST, arrival: { node: node.node, packet: crossed.packet } }
}

const words = ({ protocol, source, destination, destinationPort, icmpType }: Packet): string => {
  const port = destinationPort === undefined ? '' : ` port ${destinationPort}`
  const type = icmpType === undefined ? '' : ` type ${icmpType}`
  return `${protocol}${type} from ${source} to ${destination}${port}`
}

/** Follows a packet on its way, in one direction. Behind a loss it goes on as if there were none, to find the next. */
export function travel(
  state: NetState,
  start: Start,
  direction: Direction,
  sessions: Sessions,
  counter: Counter,
): Journey {
  const recorder = new Recorder(direction, counter)
  const end = originate({ state, recorder, sessions, seen: new Set() }, start)
  return { recorder, ...end }
}

export interface Walked {
  readonly forward: Journey
  /** Absent where the packet arrives nowhere. */
  readonly back?: Journey | undefined
}

/** The way of a packet and of its reply: the one function behind every answer. */
export function walk(state: NetState, start: Start): Walked {
  const sessions = new Sessions()
  const counter = { next: 1 }
  const forward = travel(state, start, 'forward', sessions, counter)
  const { arrival } = forward
  if (arrival === undefined) return { forward }
  const reply = answerOf(arrival.packet)
  const from = { node: arrival.node, packet: reply, sourceFixed: true }
  const back = travel(state, from, 'return', sessions, counter)
  noteStranger(state, start, back)
  return { forward, back }
}

/** The reply goes to another node, which has the address of the sender too. */
function noteStranger(state: NetState, start: Start, { recorder, arrival }: Journey): void {
  if (arrival === undefined || arrival.node === start.node) return
  const node = nodeOf(state, arrival.node)
  const { packet } = arrival
  if (node === undefined || ownAddress(node, packet.destination) === undefined) return
  const loss: Loss = {
    code: 'SOURCE_IS_LOCAL',
    node: node.node,
    stage: 'ROUTE_LOOKUP',
    address: packet.destination,
    message: `the reply stays at ${node.node}, which has the address ${packet.destination} of ${start.node} itself`,
    object: { kind: 'address', ref: packet.destination },
  }
  recorder.lose(loss, packet, {})
}

/** The answer of the destination's kernel, or of a program there. */
function answerOf(packet: Packet): Packet {
  return {
    ...packet,
    source: packet.destination,
    destination: packet.source,
    sourcePort: packet.destinationPort,
    destinationPort: packet.sourcePort,
    ...(packet.icmpType === undefined ? {} : { icmpType: packet.family === 4 ? 0 : 129 }),
    ...(packet.protocol === 'tcp' ? { flags: 'syn-ack' } : {}),
    mark: 0,
    ttl: 64,
  }
}
