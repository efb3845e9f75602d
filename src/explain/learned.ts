import type { LinkState, NodeState } from '../state/state.js'
import type { Receiver } from './segment.js'

/**
 * Who asks for a neighbour says its own address, and who answers keeps it: the way back needs no question of its own
 * (arp_process() of net/ipv4/arp.c, ndisc_recv_ns() of net/ipv6/ndisc.c).
 */
export class Learned {
  readonly #of = new Map<string, { readonly node: string; readonly link: string }>()

  /** The receiver answered a question of a node. */
  learn({ node, link }: Receiver, address: string, asker: NodeState, by: LinkState): void {
    this.#of.set(key(node, link, address), { node: asker.node, link: by.name })
  }

  /** Who among those on a link is known to have an address. */
  holder(node: NodeState, link: LinkState, address: string, all: readonly Receiver[]) {
    const known = this.#of.get(key(node, link, address))
    if (known === undefined) return undefined
    return all.find((each) => each.node.node === known.node && each.link.name === known.link)
  }
}

const key = (node: NodeState, link: LinkState, address: string) =>
  `${node.node} ${link.name} ${address}`
