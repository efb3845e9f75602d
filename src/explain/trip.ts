import type { Packet, Position, Tracking } from '../state/packet.js'
import type { NetState, NodeState, RouteState } from '../state/state.js'
import type { Learned } from './learned.js'
import type { Recorder } from './recorder.js'
import { routeLoss, routeRef, routeText } from './route-loss.js'
import type { Lookup, Question } from './routing.js'
import type { Receiver } from './segment.js'
import type { Sessions } from './sessions.js'

/** What stays the same while a packet travels. */
export interface Trip {
  readonly state: NetState
  readonly recorder: Recorder
  readonly sessions: Sessions
  readonly learned: Learned
  readonly seen: Set<string>
}

/** A packet in a namespace, on its way out. */
export interface Leaving {
  readonly node: NodeState
  /** As it came to this namespace. */
  readonly original: Packet
  readonly packet: Packet
  readonly tracking: Tracking
  readonly in?: string | undefined
  readonly route: RouteState
}

/** Where it goes next, or how it ended. */
export type Next =
  | { readonly next: 'leave'; readonly leaving: Leaving }
  | { readonly next: 'receive'; readonly receiver: Receiver; readonly packet: Packet }
  | {
      readonly next: 'end'
      /** Where it arrived, or would have; absent where that cannot be told. */
      readonly arrival?: { readonly node: string; readonly packet: Packet } | undefined
      /** It left for where nothing is known. */
      readonly exits: boolean
      readonly loops: boolean
    }

export type End = Extract<Next, { next: 'end' }>

export const LOST: End = { next: 'end', exits: false, loops: false }

/** Packets for broadcast and the like are not followed. */
const MODELLED = ['unicast', 'local', 'anycast']

export function question(packet: Packet, by: string, source: string | undefined): Question {
  const { destination, mark, protocol, sourcePort, destinationPort } = packet
  return { destination, source, in: by, mark, protocol, sourcePort, destinationPort }
}

/** A node of which not everything could be read that may decide. */
export function doubtUnread({ recorder }: Trip, { node, unread = [] }: NodeState, packet: Packet) {
  for (const text of unread) {
    const message = `${node}: ${text}`
    const object = { kind: 'rule', ref: text } as const
    const about = { node, stage: 'LINK_RX', object, message } as const
    recorder.doubt({ ...about, code: 'UNDETERMINED_NO_PERMISSION' }, packet, {})
  }
}

/** True where the look-up found a way that is modelled; else it is written down what it found. */
export function goesOn(
  { state, recorder }: Trip,
  node: NodeState,
  found: Lookup,
  packet: Packet,
  position: Position = {},
): found is Extract<Lookup, { found: 'route' }> {
  const isRoute = found.found === 'route'
  if (isRoute && MODELLED.includes(found.route.type)) {
    const text = `route to ${packet.destination}: ${routeText(found.route)}`
    const route = routeRef(found.route, found.rule.priority)
    recorder.step({ stage: 'ROUTE_LOOKUP', action: 'PERMITTED', text, route })
    return true
  }
  const other = isRoute ? `the route ${routeText(found.route)} is not modelled` : ''
  const lookup = isRoute ? ({ found: 'unknown', text: other } as const) : found
  const loss = routeLoss(state, node, lookup, packet)
  if (loss.code.startsWith('UNDETERMINED')) recorder.doubt(loss, packet, position)
  else recorder.lose(loss, packet, position)
  return false
}
