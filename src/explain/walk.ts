import type { Packet } from '../state/packet.js'
import { type NetState, nodeOf } from '../state/state.js'
import { ownAddress } from './addresses.js'
import { leave } from './egress.js'
import { receive } from './ingress.js'
import { Learned } from './learned.js'
import type { Loss } from './loss.js'
import { originate, type Start } from './origin.js'
import { type Counter, Recorder } from './recorder.js'
import { Sessions } from './sessions.js'
import type { End, Next, Trip } from './trip.js'
import type { Direction } from './types.js'

/** What became of a packet in one direction. */
export interface Journey extends Omit<End, 'next'> {
  readonly recorder: Recorder
}

export interface Walked {
  readonly forward: Journey
  /** Absent where the packet arrives nowhere. */
  readonly back?: Journey | undefined
}

/** What the way there leaves behind for the way back. */
interface Memory {
  readonly sessions: Sessions
  readonly learned: Learned
  readonly counter: Counter
}

function step(trip: Trip, next: Exclude<Next, End>): Next {
  return next.next === 'leave'
    ? leave(trip, next.leaving)
    : receive(trip, next.receiver, next.packet)
}

/** Follows a packet on its way, in one direction. Behind a loss it goes on as if there were none, to find the next. */
function travel(state: NetState, start: Start, direction: Direction, memory: Memory): Journey {
  const { sessions, learned, counter } = memory
  const recorder = new Recorder(direction, counter)
  const trip: Trip = { state, recorder, sessions, learned, seen: new Set() }
  let next = originate(trip, start)
  while (next.next !== 'end') next = step(trip, next)
  const { arrival, exits, loops } = next
  return { recorder, arrival, exits, loops }
}

/** The way of a packet and of its reply: the one function behind every answer. */
export function walk(state: NetState, start: Start): Walked {
  const memory = { sessions: new Sessions(), learned: new Learned(), counter: { next: 1 } }
  const forward = travel(state, start, 'forward', memory)
  const { arrival } = forward
  if (arrival === undefined) return { forward }
  const reply = answerOf(arrival.packet)
  const from = { node: arrival.node, packet: reply, sourceFixed: true }
  const back = travel(state, from, 'return', memory)
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
    // a ping comes back with what it brought; else the answer may have any length
    length: packet.protocol === 'icmp' ? packet.length : Math.min(packet.length, 60),
    // the kernel lets its echo replies be cut (icmp_sk_init of net/ipv4/icmp.c)
    dontFragment: packet.protocol !== 'icmp',
    mark: 0,
    ttl: 64,
  }
}
