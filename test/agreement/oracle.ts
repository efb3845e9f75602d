import type { Lab } from './lab.js'
import { lengthsOf, type Seen, type Witness } from './probe.js'
import type { TraceEvent } from './trace.js'
import type { Case, DropCounter } from './types.js'

/** What the kernel did with a packet, as far as it can be seen. */
export interface Verdict {
  readonly outcome: 'answered' | 'lost' | 'unclear'
  readonly direction?: 'forward' | 'return'
  /** Node and class of the cause; several where what was seen fits each of them. */
  readonly fits?: readonly string[]
  /** What was seen. */
  readonly evidence: readonly string[]
}

/** Where the packet, or its answer, was last seen. */
interface Last {
  readonly event: TraceEvent
  readonly node: string
  readonly free?: TraceEvent
}

/** As the kernel's texts tell them, for the errors of a look-up. */
const ERRORS: readonly (readonly [text: RegExp, name: string])[] = [
  [/Network is unreachable/i, 'no-route'],
  [/No route to host|Address unreachable|Host Unreachable/i, 'unreachable'],
  [/Permission denied|Packet filtered|prohibited/i, 'prohibit'],
  [/Invalid argument/i, 'blackhole'],
]

const REASONS: Readonly<Record<string, readonly string[]>> = {
  IP_INADDRERRORS: ['forwarding'],
  IP_INNOROUTES: ['no-route'],
  IP_OUTNOROUTES: ['no-route'],
  IP_LOCAL_SOURCE: ['local-source'],
  IP_LOCALNET: ['martian'],
  IP_INVALID_SOURCE: ['martian'],
  PKT_TOO_BIG: ['mtu'],
  QDISC_DROP: ['link'],
  NO_SOCKET: ['no-socket'],
  NEIGH_FAILED: ['neighbour'],
  BRIDGE_INGRESS_STP_STATE: ['bridge-down', 'link'],
  NO_TX_TARGET: ['isolated', 'not-member', 'link'],
  DEV_READY: ['link'],
}

/** Works out what became of one packet by what was seen of it. */
export async function verdictOf(lab: Lab, asked: Case, seen: Seen): Promise<Verdict> {
  if (seen.answered) return { outcome: 'answered', evidence: ['answered'] }
  return new Inquest(lab, asked, seen).verdict()
}

/** A link of the lab by its name tells the node. */
function nodesByLink(lab: Lab): ReadonlyMap<string, string> {
  return new Map(
    lab.shape.state.nodes.flatMap(({ node, links }) =>
      links.filter(({ kind }) => kind !== 'loopback').map(({ name }) => [name, node] as const),
    ),
  )
}

const ARP = 2054
const LINK_LAYER = 14

class Inquest {
  readonly #lab: Lab
  readonly #case: Case
  readonly #seen: Seen
  readonly #nodes: ReadonlyMap<string, string>
  readonly #evidence: string[] = []

  constructor(lab: Lab, asked: Case, seen: Seen) {
    this.#lab = lab
    this.#case = asked
    this.#seen = seen
    this.#nodes = nodesByLink(lab)
  }

  get #flow() {
    return this.#seen.flow
  }

  #lost(direction: Verdict['direction'], node: string, ...classes: string[]): Verdict {
    const fits = classes.map((each) => `${node} ${each}`)
    return this.#fitting(direction, fits)
  }

  #fitting(direction: Verdict['direction'], fits: readonly string[]): Verdict {
    return { outcome: 'lost', direction: direction ?? 'forward', fits, evidence: this.#evidence }
  }

  #unclear(why: string): Verdict {
    return { outcome: 'unclear', evidence: [...this.#evidence, why] }
  }

  #witness(node: string): Witness | undefined {
    return this.#seen.witnesses.get(node)
  }

  #count(node: string, name: string): number {
    return this.#witness(node)?.counters.get(name) ?? 0
  }

  /** True where the packet came to what it was for. */
  get #delivered(): boolean {
    const { to, protocol, family } = this.#flow
    if (protocol === 'icmp')
      return this.#count(to, family === 4 ? 'Icmp: InEchos' : 'Icmp6InEchos') > 0
    if (protocol === 'udp')
      return this.#count(to, family === 4 ? 'Udp: InDatagrams' : 'Udp6InDatagrams') > 0
    return this.#count(to, 'Tcp: InSegs') > 0
  }

  get #isAnsweredByKernel(): boolean {
    const { to, family } = this.#flow
    return this.#count(to, family === 4 ? 'Icmp: OutEchoReps' : 'Icmp6OutEchoReplies') > 0
  }

  async verdict(): Promise<Verdict> {
    const { to } = this.#flow
    const last = this.#last()
    if (last !== undefined) this.#evidence.push(told(last))
    if (this.#isRefused(last)) return this.#lost('forward', to, 'no-socket')
    const direction = this.#delivered ? 'return' : 'forward'
    this.#evidence.push(`${this.#delivered ? '' : 'not '}delivered at ${to}`)
    const filtered = this.#filtered()
    if (filtered !== undefined) return this.#lost(direction, filtered.node, ...filtered.objects)
    const node = this.#holder(direction, last)
    if (direction === 'return' && node === to && !this.#left(to)) {
      const silent = await this.#silent(to)
      if (silent !== undefined) return silent
    }
    if (last?.node === node && last.free !== undefined)
      return this.#freed(direction, node, last.free)
    return this.#stuck(direction, node, last)
  }

  /** Who has the packet that went no further. */
  #holder(direction: 'forward' | 'return', last: Last | undefined): string {
    const { from, to } = this.#flow
    if (direction === 'return') return this.#left(to) ? (last?.node ?? to) : to
    return last?.node ?? from
  }

  /** True where the answer was sent out. */
  #left(node: string): boolean {
    return this.#mine.some(
      (event) => event.what === 'queue' && this.#nodes.get(event.device ?? '') === node,
    )
  }

  /** The packet and its answer on links of the lab. */
  get #mine(): readonly TraceEvent[] {
    const lengths = lengthsOf(this.#flow)
    return (this.#seen.events ?? []).filter(({ what, length = 0, device = '' }) => {
      if (what === 'free' || !this.#nodes.has(device)) return false
      return lengths.includes(what === 'queue' ? length - LINK_LAYER : length)
    })
  }

  #last(): Last | undefined {
    const event = this.#mine.at(-1)
    if (event === undefined) return undefined
    const node = this.#nodes.get(event.device ?? '') ?? ''
    const free = this.#freeOf(event)
    return { event, node, ...(free && { free }) }
  }

  /** An address is soon used again: only what comes at once, on the same processor, is of this buffer. */
  #freeOf(event: TraceEvent): TraceEvent | undefined {
    const events = this.#seen.events ?? []
    const next = events
      .slice(events.indexOf(event) + 1)
      .find((each) => each.skb === event.skb || (each.what === 'free' && each.cpu === event.cpu))
    if (next?.what !== 'free' || next.skb !== event.skb) return undefined
    return next.at - event.at < 0.005 && next.protocol !== ARP ? next : undefined
  }

  #isRefused(last: Last | undefined): boolean {
    const { to, protocol, family } = this.#flow
    if (protocol === 'icmp') return false
    if (last?.node === to && last.free?.reason === 'NO_SOCKET') return true
    if (protocol === 'udp')
      return this.#count(to, family === 4 ? 'Udp: NoPorts' : 'Udp6NoPorts') > 0
    return this.#flow.listens !== true && this.#count(to, 'Tcp: OutRsts') > 0
  }

  /** The rule or policy whose counter moved. */
  #filtered(): { readonly node: string; readonly objects: readonly string[] } | undefined {
    const counters = this.#case.faults.flatMap(({ counters = [] }) => counters)
    const moved = counters.filter(
      ({ node, comment }) => (this.#witness(node)?.rules.get(comment) ?? 0) > 0,
    )
    const rules = moved.filter(({ isPolicy }) => !isPolicy)
    const found = rules.length > 0 ? rules : moved
    const [first] = found
    if (first === undefined) return undefined
    const shown = ({ comment, object }: DropCounter) => `${object} (${comment}) counted`
    this.#evidence.push(...found.map(shown))
    return { node: first.node, objects: found.map(({ object }) => `filter ${object}`) }
  }

  /** Nothing was sent back at all: the kernel was told not to, or knew no way. */
  async #silent(node: string): Promise<Verdict | undefined> {
    const { protocol, source } = this.#flow
    if (protocol === 'icmp' && this.#witness(node)?.ignoresEcho && !this.#isAnsweredByKernel) {
      this.#evidence.push('an echo counted, no reply, and echoes are ignored')
      return this.#lost('forward', node, 'echo-ignored')
    }
    const error = await this.#lookUp(node, `${source} from ${this.#flow.destination}`)
    return error === undefined ? undefined : this.#lost('return', node, error)
  }

  /** The error by which the kernel itself refuses a look-up. */
  async #lookUp(node: string, question: string): Promise<string | undefined> {
    const { code, text } = await this.#lab.run(node, `ip route get ${question}`)
    this.#evidence.push(`${node}: ip route get ${question}: ${text.trim().split('\n')[0]}`)
    if (code === 0) return undefined
    return ERRORS.find(([pattern]) => pattern.test(text))?.[1] ?? 'no-route'
  }

  async #freed(
    direction: 'forward' | 'return',
    node: string,
    { reason = '', location = '' }: TraceEvent,
  ): Promise<Verdict> {
    if (reason === 'IP_RPFILTER') return this.#lost(direction, node, await this.#rpFilter(node))
    if (reason === 'IP_INHDR') return this.#lost(direction, node, 'ttl')
    const known = REASONS[reason]
    // of IPv6 this reason stands for every route that leads nowhere
    if (reason === 'IP_INNOROUTES' && this.#flow.family === 6) {
      const error = await this.#lookUp(node, this.#inputQuestion(direction, node))
      return this.#lost(direction, node, error ?? 'no-route')
    }
    if (reason === 'OTHERHOST') return this.#lost(direction, this.#sender(node), 'wrong-mac')
    if (known !== undefined) return this.#lost(direction, node, ...known)
    if (reason === 'NETFILTER_DROP') return this.#unclear(`dropped by a filter @${location}`)
    const question = this.#inputQuestion(direction, node)
    const error = await this.#lookUp(node, question)
    if (error !== undefined) return this.#lost(direction, node, error)
    if (/^br_/.test(location))
      return this.#lost(direction, node, 'isolated', 'not-member', 'bridge-down', 'link')
    return this.#unclear(`freed: ${reason} @${location}`)
  }

  /** The look-up of a packet that came over a link. */
  #inputQuestion(direction: 'forward' | 'return', node: string): string {
    const { source, destination } = this.#flow
    const [from, to] = direction === 'forward' ? [source, destination] : [destination, source]
    const { event } = this.#last() ?? {}
    // an answer begins where the packet arrived
    const begins = direction === 'return' && node === this.#flow.to
    const by = !begins && event?.what === 'receive' && this.#nodes.get(event.device ?? '') === node
    return by ? `${to} from ${from} iif ${event?.device}` : `${to} from ${from}`
  }

  /** Who sent it to a node; a bridge only passes it on. */
  #sender(node: string): string {
    const { ends, router } = this.#lab.shape
    const isBridged = ends.every(({ gateway }) => Object.keys(gateway).length === 0)
    const sent = this.#mine.filter(
      ({ what, device = '' }) =>
        what === 'queue' && !(isBridged && this.#nodes.get(device) === router),
    )
    return this.#nodes.get(sent.at(-1)?.device ?? '') ?? node
  }

  async #rpFilter(node: string): Promise<string> {
    const device = this.#last()?.event.device ?? 'all'
    const { text } = await this.#lab.run(
      node,
      `cat /proc/sys/net/ipv4/conf/all/rp_filter /proc/sys/net/ipv4/conf/${device}/rp_filter`,
    )
    const value = Math.max(...text.trim().split('\n').map(Number))
    this.#evidence.push(`${node}: rp_filter is ${value} for ${device}`)
    return value === 1 ? 'rp-strict' : 'rp-loose'
  }

  /** It was not dropped where it was last seen: it waits for a neighbour, or never began. */
  async #stuck(
    direction: 'forward' | 'return',
    node: string,
    last: Last | undefined,
  ): Promise<Verdict> {
    const { said } = this.#seen
    if (/message too long|too big/i.test(said)) return this.#lost(direction, node, 'mtu')
    const pending = [...(this.#witness(node)?.pending ?? [])]
    const [waiting] = pending
    if (waiting !== undefined) {
      const [address, link] = waiting
      this.#evidence.push(`${node}: ${address} dev ${link} is unresolved`)
      return this.#fitting(direction, this.#unresolved(node, address, link))
    }
    const question = this.#inputQuestion(direction, node)
    const error = await this.#lookUp(node, question)
    if (error !== undefined) return this.#lost(direction, node, error)
    const out = /\bdev (\S+)/.exec(this.#evidence.at(-1) ?? '')?.[1] ?? ''
    if (this.#witness(node)?.down.has(out)) {
      this.#evidence.push(`${out} of ${node} has no carrier`)
      return this.#lost(direction, node, 'link')
    }
    if (last?.event.what === 'queue') {
      this.#evidence.push(`left ${node} by ${last.event.device}`)
      return this.#lost(direction, node, last.event.device === this.#usual(node) ? 'link' : 'stray')
    }
    if (last === undefined) {
      const local = ERRORS.find(([pattern]) => pattern.test(said))?.[1]
      if (local !== undefined) return this.#lost(direction, node, local)
      if (/not permitted/i.test(said)) return this.#unclear(`refused locally: ${said}`)
    }
    return this.#unclear(`nothing was seen of it behind ${node}: ${said.trim()}`)
  }

  /** Why a neighbour does not answer. */
  #unresolved(node: string, address: string, link: string): readonly string[] {
    const events = this.#seen.events ?? []
    if (this.#witness(node)?.down.has(link)) {
      this.#evidence.push(`${link} of ${node} has no carrier`)
      return [`${node} link`]
    }
    const onBridge = this.#lostOnBridge(node, link)
    if (onBridge !== undefined) return onBridge
    const stray = link === this.#usual(node) ? [] : [`${node} stray`]
    // a frame is told by its length: a question of ARP, or of neighbour discovery
    const length = this.#flow.family === 4 ? 28 : 72
    const first = events.findIndex(
      (e) => e.what === 'queue' && e.device === link && e.length === length + LINK_LAYER,
    )
    const asked = events
      .slice(first < 0 ? events.length : first)
      .filter((e) => e.what === 'receive' && e.length === length)
    const owner = this.#ownerAmong(asked, node, address)
    if (owner === undefined) return [`${node} neighbour absent`, ...stray]
    this.#evidence.push(`${owner} has ${address}, and was asked`)
    return [`${node} neighbour silent ${owner}`, ...stray]
  }

  /** Who heard a question and has the address: over IPv6 by the link that heard it, over IPv4 anywhere. */
  #ownerAmong(asked: readonly TraceEvent[], asker: string, address: string): string | undefined {
    const isOwner = ({ device = '' }: TraceEvent) => {
      const node = this.#nodes.get(device) ?? ''
      const own = [...(this.#witness(node)?.addresses ?? [])]
      if (node === asker) return false
      return this.#flow.family === 6
        ? own.includes(`${device} ${address}`)
        : own.some((each) => each.endsWith(` ${address}`))
    }
    return this.#nodes.get(asked.find(isOwner)?.device ?? '')
  }

  #nextFree(event: TraceEvent): TraceEvent | undefined {
    const events = this.#seen.events ?? []
    const next = events.slice(events.indexOf(event) + 1).find(({ skb }) => skb === event.skb)
    return next?.what === 'free' && next.at - event.at < 0.005 ? next : undefined
  }

  /** A question that came to a bridge, and left it by no other port. */
  #lostOnBridge(node: string, link: string): readonly string[] | undefined {
    const { router, tag } = this.#lab.shape
    if (!this.#nodes.has(`${tag}br`) || node === router) return undefined
    const events = this.#seen.events ?? []
    const length = (this.#flow.family === 4 ? 28 : 72) + LINK_LAYER
    const ports = events.filter(
      (e) =>
        e.what === 'queue' && e.length === length && this.#nodes.get(e.device ?? '') === router,
    )
    if (ports.length > 0) return undefined
    const by = this.#lab.shape.ends.find((end) => end.link === link)?.facing
    const came = events.filter((e) => e.what === 'receive' && e.device === by)
    const reasons = came.flatMap((e) => this.#nextFree(e)?.reason ?? [])
    this.#evidence.push(`came to ${router} by ${by}, freed: ${reasons.join(', ')}`)
    return [`${router} bridge`, `${node} neighbour absent`]
  }

  /** The link by which a node has what it last passed on, in a lab that is whole. */
  #usual(node: string): string | undefined {
    const { ends, router } = this.#lab.shape
    const end = ends.find((each) => each.node === node)
    if (end !== undefined) return end.link
    const target = this.#delivered ? this.#flow.from : this.#flow.to
    return node === router ? ends.find((each) => each.node === target)?.facing : undefined
  }
}

const told = ({ event, node, free }: Last): string =>
  `last seen: ${event.what} ${event.device} of ${node}${free === undefined ? '' : `, freed: ${free.reason} @${free.location}`}`
