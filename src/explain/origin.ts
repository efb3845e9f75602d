import type { Packet } from '../state/packet.js'
import { nodeOf } from '../state/state.js'
import { checkLength } from './egress.js'
import { cross } from './hooks.js'
import { type Lookup, lookup, type Question } from './routing.js'
import { doubtUnread, goesOn, LOST, type Next, question, type Trip } from './trip.js'

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

function note({ recorder }: Trip, node: string, question: Question, found: Lookup): void {
  recorder.lookups.push({
    node,
    question,
    route: found.found === 'route' ? found.route : undefined,
  })
}

/** The packet begins here: route look-up, OUTPUT. */
export function originate(trip: Trip, start: Start): Next {
  const node = nodeOf(trip.state, start.node)
  if (node === undefined) return LOST
  const { recorder, sessions } = trip
  const { packet } = start
  recorder.hop(node.node, 'origin')
  recorder.step({ stage: 'OUTPUT', action: 'ORIGINATED', text: words(packet) })
  doubtUnread(trip, node, packet)
  const source = start.sourceFixed ? packet.source : undefined
  const asked = question(packet, 'lo', source)
  const found = lookup(node, asked)
  note(trip, node.node, asked, found)
  if (!goesOn(trip, node, found, packet)) return LOST
  const out = found.route.type === 'local' ? 'lo' : found.route.device
  // the program is told before OUTPUT is asked (EMSGSIZE)
  checkLength(trip, node, found.route, packet, { out })
  const tracking = sessions.trackingOf(node.node, packet, recorder.direction)
  const at = { node, packet, position: { out }, tracking }
  const crossed = cross(recorder, sessions, { ...at, hook: 'output' })
  const changed =
    crossed.packet.destination !== packet.destination || crossed.packet.mark !== packet.mark
  const leaving = { node, original: packet, ...crossed }
  if (!changed) return { next: 'leave', leaving: { ...leaving, route: found.route } }
  // the route is looked up again behind OUTPUT (ip_route_me_harder), from the source that there is now
  const second = question(crossed.packet, 'lo', crossed.packet.source)
  const again = lookup(node, second)
  note(trip, node.node, second, again)
  if (!goesOn(trip, node, again, crossed.packet)) return LOST
  return { next: 'leave', leaving: { ...leaving, route: again.route } }
}
