import { pass } from '../../../src/explain/netfilter/pass.js'
import type { AtHook, Passage } from '../../../src/explain/netfilter/types.js'
import type { Hook } from '../../../src/state/firewall.js'
import type { Packet, Position, Tracking } from '../../../src/state/packet.js'
import type { NodeState } from '../../../src/state/state.js'
import type { Probe } from './probes.js'
import { OPEN } from './router.js'

/** What a and b must see, and what they may. */
export interface Sight {
  readonly sure: readonly string[]
  readonly maybe: readonly string[]
}

const isLocal = ({ addresses }: NodeState, address: string) =>
  addresses.some((own) => own.address === address)

const linkTo = (address: string) => (/^(?:10\.0\.1\.|fd00:1:)/.test(address) ? 'ra' : 'rb')

interface Gone {
  readonly how: Passage['outcome']
  /** As it left, or as it was refused. */
  readonly packet: Packet
  readonly tracking: Tracking
  readonly answer?: string | undefined
}

type Translate = (hook: Hook) => AtHook['translate']

/** The hooks of the router, one after another, with the decrement of the TTL between them. */
function through(
  node: NodeState,
  start: Packet,
  begin: Tracking,
  from: Position,
  translate: Translate = () => undefined,
): Gone {
  let now: Gone = { how: 'accept', packet: start, tracking: begin }
  const at = (hook: Hook, position: Position) => {
    if (now.how !== 'accept') return
    const { packet, tracking } = now
    const passage = pass({ node, hook, packet, tracking, position, translate: translate(hook) })
    const answer = passage.crossings.find(({ outcome }) => outcome !== 'accept')?.answer
    const gone = passage.outcome === 'accept' ? passage.packet : packet
    now = { how: passage.outcome, packet: gone, tracking: passage.tracking, answer }
  }
  if (from.in === undefined) at('output', { out: linkTo(now.packet.destination) })
  else {
    at('ingress', from)
    at('prerouting', from)
  }
  const out = linkTo(now.packet.destination)
  if (from.in !== undefined && isLocal(node, now.packet.destination)) {
    at('input', from)
    return now
  }
  if (from.in !== undefined) {
    now = { ...now, packet: { ...now.packet, ttl: now.packet.ttl - 1 } }
    at('forward', { ...from, out })
  }
  at('postrouting', { ...from, out })
  at('egress', { ...from, out })
  return now
}

const line = ({ protocol, source, destination, sourcePort, destinationPort }: Packet) =>
  [protocol, source, destination, sourcePort, destinationPort]
    .filter((word) => word !== undefined)
    .join(' ')

const turned = (packet: Packet): Packet => ({
  ...packet,
  source: packet.destination,
  destination: packet.source,
  ...(packet.sourcePort !== undefined && {
    sourcePort: packet.destinationPort,
    destinationPort: packet.sourcePort,
  }),
})

/** What the other end sends back. */
function replyTo(packet: Packet, isOpen: boolean): Packet | undefined {
  const back = { ...turned(packet), ttl: 64, mark: 0 }
  if (packet.protocol === 'udp') return undefined
  if (packet.protocol === 'icmp') return { ...back, icmpType: packet.family === 4 ? 0 : 129 }
  const length = (isOpen ? 60 : 40) + (packet.family === 6 ? 20 : 0)
  return { ...back, length, flags: isOpen ? 'syn-ack' : 'rst' }
}

/** What one probe and its answer let be seen. */
export function sightOf(node: NodeState, { from, packet }: Probe): Sight {
  const sure: string[] = []
  const maybe: string[] = []
  const begin: Tracking = { state: 'new', mark: 0, direction: 'original' }
  const there = through(node, packet, begin, from === 'a' ? { in: 'ra' } : {})
  const toB = !isLocal(node, there.packet.destination)
  const seen = there.how === 'unknown' ? maybe : sure
  if (there.answer === 'tcp-reset') sure.push(line(turned(there.packet)))
  if (there.how !== 'accept' && there.how !== 'unknown') return { sure, maybe }
  if (toB) seen.push(line(there.packet))
  const isOpen = toB && OPEN.includes(there.packet.destinationPort ?? 0)
  const reply = replyTo(there.packet, isOpen)
  if (reply === undefined || from === 'r') return { sure, maybe }
  const isUntracked = there.tracking.state === 'untracked'
  const tracking: Tracking = isUntracked
    ? { state: 'invalid', mark: 0 }
    : { ...there.tracking, state: 'established', direction: 'reply' }
  const translate: Translate = (hook) => (one) =>
    hook === 'prerouting' || hook === 'output'
      ? { ...one, destination: packet.source, destinationPort: packet.sourcePort }
      : hook === 'postrouting'
        ? { ...one, source: packet.destination, sourcePort: packet.destinationPort }
        : one
  const back = through(node, reply, tracking, toB ? { in: 'rb' } : {}, translate)
  if (back.how === 'accept') seen.push(line(back.packet))
  else if (back.how === 'unknown') maybe.push(line(back.packet))
  return { sure, maybe }
}
