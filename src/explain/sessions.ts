import type { Hook } from '../state/firewall.js'
import type { Packet, Tracking } from '../state/packet.js'
import type { Direction } from './types.js'

/** What one namespace remembers of the flow. */
interface Session {
  readonly tracked: boolean
  /** The first packet as it came, before any translation. */
  readonly original: Packet
  /** The same as it left. */
  readonly final: Packet
  readonly mark: number
}

/** Connection tracking, a memory for each namespace. */
export class Sessions {
  readonly #of = new Map<string, Session>()

  /** What connection tracking says of a packet that comes to a namespace. */
  trackingOf(node: string, packet: Packet, direction: Direction): Tracking {
    const session = this.#of.get(node)
    if (direction === 'forward') return { state: 'new', mark: session?.mark ?? 0 }
    if (session?.tracked === true) {
      const { original, final, mark } = session
      const snat = original.source !== final.source || original.sourcePort !== final.sourcePort
      const dnat =
        original.destination !== final.destination ||
        original.destinationPort !== final.destinationPort
      return { state: 'established', mark, translated: { snat, dnat } }
    }
    // An answer without a question: only UDP can begin so (net/netfilter/nf_conntrack_proto_*.c).
    return { state: packet.protocol === 'udp' ? 'new' : 'invalid', mark: 0 }
  }

  /** The first packet has passed this namespace. */
  remember(node: string, original: Packet, final: Packet, tracking: Tracking): void {
    if (this.#of.has(node)) return
    const tracked = tracking.state !== 'untracked'
    this.#of.set(node, { tracked, original, final, mark: tracking.mark })
  }

  /** True behind the first packet: translations are settled then. */
  isSettled(node: string): boolean {
    return this.#of.has(node)
  }

  /** True where the first packet was kept from connection tracking; a reply that it never saw is another matter. */
  isLeftOut(node: string): boolean {
    return this.#of.get(node)?.tracked === false
  }

  /** How a hook translates a packet of the flow back, or again. */
  translation(
    node: string,
    direction: Direction,
    hook: Hook,
  ): ((packet: Packet) => Packet) | undefined {
    const session = this.#of.get(node)
    if (direction === 'forward' || session?.tracked !== true) return undefined
    const { original } = session
    if (hook === 'prerouting' || hook === 'output') {
      return (packet) => ({
        ...packet,
        destination: original.source,
        destinationPort: original.sourcePort,
      })
    }
    if (hook === 'postrouting' || hook === 'input') {
      return (packet) => ({
        ...packet,
        source: original.destination,
        sourcePort: original.destinationPort,
      })
    }
    return undefined
  }
}
