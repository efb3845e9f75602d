import type { Packet } from '../state/packet.js'
import { nodeOf } from '../state/state.js'
import { cross } from './hooks.js'
import { lookup } from './routing.js'
import { goesOn, LOST, type Next, question, type Trip } from './trip.js'

/** Where a packet begins. */
export interface Start {
  readonly node: string
  readonly packet: Packet
  /** False where the source is only chosen by the route: then rules that ask for it do not see it. */
  readonly sourceFixed: boolean
}

const words = ({ protocol, source, destination, destinationPort, icmpType }: Packet): string => {
  const port = destinationPort === undefined ? '' : ` port ${destinationPort}`
  const type = icmpType === undefined ? '' : ` type ${icmpType}`
  return `${protocol}${type} from ${source} to ${destination}${port}`
}

/** The packet begins here: route look-up, OUTPUT. */
export function originate(trip: Trip, start: Start): Next {
  const node = nodeOf(trip.state, start.node)
  if (node === undefined) return LOST
  const { recorder, sessions } = trip
  const { packet } = start
  recorder.hop(node.node, 'origin')
  recorder.step({ stage: 'OUTPUT', action: 'ORIGINATED', text: words(packet) })
  const source = start.sourceFixed ? packet.source : undefined
  const found = lookup(node, question(packet, 'lo', source))
  if (!goesOn(trip, node, found, packet)) return LOST
  const out = found.route.type === 'local' ? 'lo' : found.route.device
  const tracking = sessions.trackingOf(node.node, packet, recorder.direction)
  const at = { node, packet, position: { out }, tracking }
  const crossed = cross(recorder, sessions, { ...at, hook: 'output' })
  const changed =
    crossed.packet.destination !== packet.destination || crossed.packet.mark !== packet.mark
  const leaving = { node, original: packet, ...crossed }
  if (!changed) return { next: 'leave', leaving: { ...leaving, route: found.route } }
  // the route is looked up again behind OUTPUT (ip_route_me_harder), from the source that there is now
  const again = lookup(node, question(crossed.packet, 'lo', crossed.packet.source))
  if (!goesOn(trip, node, again, crossed.packet)) return LOST
  return { next: 'leave', leaving: { ...leaving, route: again.route } }
}
