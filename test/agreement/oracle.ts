import { isBridge } from './compare.js'
import type { Lab } from './lab.js'
import type { Seen } from './probe.js'
import { type Last, Sight } from './sight.js'
import type { TraceEvent } from './trace.js'
import type { Case } from './types.js'
import { type Clerk, unresolved } from './waiting.js'

/** What the kernel did with a packet, as far as it can be seen. */
export interface Verdict {
  readonly outcome: 'answered' | 'lost' | 'unclear'
  readonly direction?: 'forward' | 'return'
  /** Node and class of the cause; several where what was seen fits each of them. */
  readonly fits?: readonly string[]
  /** What was seen. */
  readonly evidence: readonly string[]
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

class Inquest implements Clerk {
  readonly #lab: Lab
  readonly #case: Case
  readonly #sight: Sight
  readonly #evidence: string[] = []

  constructor(lab: Lab, asked: Case, seen: Seen) {
    this.#lab = lab
    this.#case = asked
    this.#sight = new Sight(lab.shape, seen)
  }

  get #flow() {
    return this.#sight.flow
  }

  note(text: string): void {
    this.#evidence.push(text)
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

  async verdict(): Promise<Verdict> {
    const { to } = this.#flow
    const last = this.#sight.last()
    if (last !== undefined) this.note(this.#sight.told(last))
    if (this.#isRefused(last)) return this.#lost('forward', to, 'no-socket')
    const direction = this.#sight.delivered ? 'return' : 'forward'
    this.note(`${this.#sight.delivered ? '' : 'not '}delivered at ${to}`)
    const filtered = this.#filtered(last)
    if (filtered.length > 0) return this.#fitting(direction, filtered)
    if (!this.#sight.isTraced) return this.#coarse(direction)
    const node = this.#holder(direction, last)
    if (direction === 'return' && node === to && !this.#sight.left(to)) {
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
    if (direction === 'return') return this.#sight.left(to) ? (last?.node ?? to) : to
    return last?.node ?? from
  }

  #isRefused(last: Last | undefined): boolean {
    const { to, protocol, family } = this.#flow
    if (protocol === 'icmp') return false
    if (last?.node === to && last.free?.reason === 'NO_SOCKET') return true
    if (protocol === 'udp')
      return this.#sight.count(to, family === 4 ? 'Udp: NoPorts' : 'Udp6NoPorts') > 0
    return this.#flow.listens !== true && this.#sight.count(to, 'Tcp: OutRsts') > 0
  }

  /** The rules or policies whose counters moved, where the packet died if that is known: errors are dropped too. */
  #filtered(last: Last | undefined): readonly string[] {
    const counters = this.#case.faults.flatMap(({ counters = [] }) => counters)
    const moved = counters.filter(
      ({ node, comment }) => (this.#sight.witness(node)?.rules.get(comment) ?? 0) > 0,
    )
    const rules = moved.filter(({ isPolicy }) => !isPolicy)
    const all = rules.length > 0 ? rules : moved
    const here = last?.free === undefined ? [] : all.filter(({ node }) => node === last.node)
    const found = here.length > 0 ? here : all
    for (const { comment, object } of found) this.note(`${object} (${comment}) counted`)
    return found.map(({ node, object }) => `${node} filter ${object}`)
  }

  /** Without a trace: what counters, neighbours and the sender tell. */
  async #coarse(direction: 'forward' | 'return'): Promise<Verdict> {
    const { to, from } = this.#flow
    const silent = direction === 'return' && !this.#sight.isAnsweredByKernel
    const found = silent ? await this.#silent(to) : undefined
    if (found !== undefined) return found
    for (const [node, { pending, down }] of this.#sight.witnesses) {
      const refusals = this.#flow.family === 4 ? 'Ip: InAddrErrors' : 'Ip6InAddrErrors'
      if (this.#sight.count(node, refusals) > 0) {
        this.note(`${node}: ${refusals} counted`)
        return this.#lost(direction, node, 'forwarding')
      }
      for (const [address, link] of pending) {
        this.note(`${node}: ${address} dev ${link} is unresolved`)
        return this.#fitting(
          direction,
          down.has(link) ? [`${node} link`] : this.#anyNeighbour(node),
        )
      }
    }
    if (direction === 'return') return this.#unclear('the answer is gone')
    const error = await this.lookUp(from, this.#flow.destination)
    return error === undefined ? this.#unclear('it is gone') : this.#lost(direction, from, error)
  }

  /** It waits for a neighbour, and who of them is silent is not seen. */
  #anyNeighbour(node: string): readonly string[] {
    const { places, router } = this.#lab.shape
    const silent = places.flatMap((place) =>
      ['ignored', 'refused'].map((why) => `${node} neighbour ${why} ${place.node}`),
    )
    const bridge = isBridge(this.#lab.shape) ? [`${router} bridge`] : []
    return [`${node} neighbour absent`, `${node} stray`, ...bridge, ...silent]
  }

  /** Nothing was sent back at all: the kernel was told not to, or knew no way. */
  async #silent(node: string): Promise<Verdict | undefined> {
    const { protocol, source } = this.#flow
    if (
      protocol === 'icmp' &&
      this.#sight.witness(node)?.ignoresEcho &&
      !this.#sight.isAnsweredByKernel
    ) {
      this.note('an echo counted, no reply, and echoes are ignored')
      return this.#lost('forward', node, 'echo-ignored')
    }
    const error = await this.lookUp(node, `${source} from ${this.#flow.destination}`)
    return error === undefined ? undefined : this.#lost('return', node, error)
  }

  /** The error by which the kernel itself refuses a look-up. */
  async lookUp(node: string, question: string): Promise<string | undefined> {
    const { code, text } = await this.#lab.run(node, `ip route get ${question}`)
    this.note(`${node}: ip route get ${question}: ${text.trim().split('\n')[0]}`)
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
      const error = await this.lookUp(node, this.#inputQuestion(direction, node))
      return this.#lost(direction, node, error ?? 'no-route')
    }
    if (reason === 'OTHERHOST') return this.#lost(direction, this.#sight.sender(node), 'wrong-mac')
    if (known !== undefined) return this.#lost(direction, node, ...known)
    if (reason === 'NETFILTER_DROP') return this.#unclear(`dropped by a filter @${location}`)
    const question = this.#inputQuestion(direction, node)
    const error = await this.lookUp(node, question)
    if (error !== undefined) return this.#lost(direction, node, error)
    if (/^br_/.test(location))
      return this.#lost(direction, node, 'isolated', 'not-member', 'bridge-down', 'link')
    return this.#unclear(`freed: ${reason} @${location}`)
  }

  /** The look-up of a packet that came over a link. */
  #inputQuestion(direction: 'forward' | 'return', node: string): string {
    const { source, destination } = this.#flow
    const [from, to] = direction === 'forward' ? [source, destination] : [destination, source]
    const { event } = this.#sight.last() ?? {}
    // an answer begins where the packet arrived
    const begins = direction === 'return' && node === this.#flow.to
    const by = !begins && event?.what === 'receive' && this.#sight.nodeOf(event.device) === node
    return by ? `${to} from ${from} iif ${event?.device}` : `${to} from ${from}`
  }

  async #rpFilter(node: string): Promise<string> {
    const device = this.#sight.last()?.event.device ?? 'all'
    const { text } = await this.#lab.run(
      node,
      `cat /proc/sys/net/ipv4/conf/all/rp_filter /proc/sys/net/ipv4/conf/${device}/rp_filter`,
    )
    const value = Math.max(...text.trim().split('\n').map(Number))
    this.note(`${node}: rp_filter is ${value} for ${device}`)
    return value === 1 ? 'rp-strict' : 'rp-loose'
  }

  /** It was not dropped where it was last seen: it waits for a neighbour, or never began. */
  async #stuck(
    direction: 'forward' | 'return',
    node: string,
    last: Last | undefined,
  ): Promise<Verdict> {
    const { said } = this.#sight
    // over the loopback nothing is seen of it
    if (this.#flow.from === this.#flow.to && this.#sight.witness(node)?.down.has('lo'))
      return this.#lost('forward', node, 'lo')
    if (/message too long|too big/i.test(said)) return this.#lost(direction, node, 'mtu')
    // an error to the sender may wait as well
    const whence = direction === 'forward' ? this.#flow.source : this.#flow.destination
    const pending = [...(this.#sight.witness(node)?.pending ?? [])]
    const waiting = pending.find(([address]) => address !== whence) ?? pending[0]
    if (waiting !== undefined) {
      const [address, link] = waiting
      this.note(`${node}: ${address} dev ${link} is unresolved`)
      const fits = await unresolved(this.#sight, { node, address, link }, this)
      return this.#fitting(direction, fits)
    }
    const question = this.#inputQuestion(direction, node)
    const error = await this.lookUp(node, question)
    if (error !== undefined) return this.#lost(direction, node, error)
    const out = /\bdev (\S+)/.exec(this.#evidence.at(-1) ?? '')?.[1] ?? ''
    if (this.#sight.witness(node)?.down.has(out)) {
      this.note(`${out} of ${node} has no carrier`)
      return this.#lost(direction, node, 'link')
    }
    if (last?.event.what === 'queue') {
      this.note(`left ${node} by ${last.event.device}`)
      return this.#lost(
        direction,
        node,
        last.event.device === this.#sight.usual(node) ? 'link' : 'stray',
      )
    }
    if (last === undefined) {
      const local = ERRORS.find(([pattern]) => pattern.test(said))?.[1]
      if (local !== undefined) return this.#lost(direction, node, local)
      if (/not permitted/i.test(said)) return this.#unclear(`refused locally: ${said}`)
    }
    return this.#unclear(`nothing was seen of it behind ${node}: ${said.trim()}`)
  }
}
