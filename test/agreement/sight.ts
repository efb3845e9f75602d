import { isBridge } from './compare.js'
import { lengthsOf, type Seen, type Witness } from './probe.js'
import type { TraceEvent } from './trace.js'
import type { Flow, Shape } from './types.js'

/** Where the packet, or its answer, was last seen. */
export interface Last {
  readonly event: TraceEvent
  readonly node: string
  readonly free?: TraceEvent
}

/** A link of the lab by its name tells the node. */
function nodesByLink({ state }: Shape): ReadonlyMap<string, string> {
  return new Map(
    state.nodes.flatMap(({ node, links }) =>
      links.filter(({ kind }) => kind !== 'loopback').map(({ name }) => [name, node] as const),
    ),
  )
}

const ARP = 2054
export const LINK_LAYER = 14

/** What was seen of one packet, in the terms of the lab. */
export class Sight {
  readonly shape: Shape
  readonly flow: Flow
  /** What the program that sent it said. */
  readonly said: string
  readonly #seen: Seen
  readonly #nodes: ReadonlyMap<string, string>

  constructor(shape: Shape, seen: Seen) {
    this.shape = shape
    this.flow = seen.flow
    this.said = seen.said
    this.#seen = seen
    this.#nodes = nodesByLink(shape)
  }

  get isTraced(): boolean {
    return this.#seen.events !== undefined
  }

  get events(): readonly TraceEvent[] {
    return this.#seen.events ?? []
  }

  get witnesses(): Seen['witnesses'] {
    return this.#seen.witnesses
  }

  /** The node of a link; nothing for one that is not the lab's. */
  nodeOf(link = ''): string | undefined {
    return this.#nodes.get(link)
  }

  witness(node: string): Witness | undefined {
    return this.witnesses.get(node)
  }

  count(node: string, name: string): number {
    return this.witness(node)?.counters.get(name) ?? 0
  }

  /** True where the packet came to what it was for. */
  get delivered(): boolean {
    const { to, protocol, family } = this.flow
    if (protocol === 'icmp')
      return this.count(to, family === 4 ? 'Icmp: InEchos' : 'Icmp6InEchos') > 0
    if (protocol === 'udp')
      return this.count(to, family === 4 ? 'Udp: InDatagrams' : 'Udp6InDatagrams') > 0
    return this.count(to, 'Tcp: InSegs') > 0
  }

  get isAnsweredByKernel(): boolean {
    const { to, family } = this.flow
    return this.count(to, family === 4 ? 'Icmp: OutEchoReps' : 'Icmp6OutEchoReplies') > 0
  }

  /** True where the answer was sent out. */
  left(node: string): boolean {
    return this.mine.some((event) => event.what === 'queue' && this.nodeOf(event.device) === node)
  }

  /** The packet and its answer on links of the lab. */
  get mine(): readonly TraceEvent[] {
    const lengths = lengthsOf(this.flow)
    return this.events.filter(({ what, length = 0, device = '' }) => {
      if (what === 'free' || !this.#nodes.has(device)) return false
      return lengths.includes(what === 'queue' ? length - LINK_LAYER : length)
    })
  }

  last(): Last | undefined {
    const event = this.mine.at(-1)
    if (event === undefined) return undefined
    const node = this.nodeOf(event.device) ?? ''
    const free = this.#freeOf(event)
    return { event, node, ...(free && { free }) }
  }

  /** An address is soon used again: only what comes at once, on the same processor, is of this buffer. */
  #freeOf(event: TraceEvent): TraceEvent | undefined {
    const next = this.next(event)
    if (next?.what !== 'free' || next.cpu !== event.cpu || next.protocol === ARP) return undefined
    return next.at - event.at < 0.002 ? next : undefined
  }

  /** Who sent it to a node; a bridge only passes it on. */
  sender(node: string): string {
    const { router } = this.shape
    const sent = this.mine.filter(
      ({ what, device = '' }) =>
        what === 'queue' && !(isBridge(this.shape) && this.nodeOf(device) === router),
    )
    return this.#nodes.get(sent.at(-1)?.device ?? '') ?? node
  }

  /** What befell a buffer next. */
  next(event: TraceEvent): TraceEvent | undefined {
    const { events } = this
    return events.slice(events.indexOf(event) + 1).find(({ skb }) => skb === event.skb)
  }

  /** What freed a buffer right behind an event. */
  nextFree(event: TraceEvent): TraceEvent | undefined {
    const next = this.next(event)
    return next?.what === 'free' && next.at - event.at < 0.005 ? next : undefined
  }

  /** In one line. */
  told({ event, node, free }: Last): string {
    const freed = free === undefined ? '' : `, freed: ${free.reason} @${free.location}`
    return `last seen: ${event.what} ${event.device} of ${node}${freed}`
  }

  /** The link by which a node has what it last passed on, in a lab that is whole. */
  usual(node: string): string | undefined {
    const { ends, router } = this.shape
    const end = ends.find((each) => each.node === node)
    if (end !== undefined) return end.link
    const target = this.delivered ? this.flow.from : this.flow.to
    return node === router ? ends.find((each) => each.node === target)?.facing : undefined
  }
}
