import type { Packet, Position } from '../state/packet.js'
import type { RouteState } from '../state/state.js'
import type { FoundLoss, Loss } from './loss.js'
import type { Question } from './routing.js'
import type { Direction, Flow, Hop, TraceStep } from './types.js'

type StepDraft = Omit<TraceStep, 'seq' | 'evidence'> & Partial<Pick<TraceStep, 'evidence'>>

interface HopDraft extends Hop {
  oif?: string | undefined
  role: Hop['role']
  readonly steps: TraceStep[]
}

/** A route look-up, and what came of it. */
export interface Asked {
  readonly node: string
  readonly question: Question
  /** Without a route it was refused. */
  readonly route?: RouteState | undefined
}

/** Numbers the steps of both directions. */
export interface Counter {
  next: number
}

/** Writes down what happens to a packet on its way in one direction. */
export class Recorder {
  readonly hops: HopDraft[] = []
  readonly losses: FoundLoss[] = []
  /** What could not be told; a packet that meets one may be lost there. */
  readonly unknowns: FoundLoss[] = []
  readonly caveats = new Set<string>()
  /** What was looked up, so that the kernel can be asked the same. */
  readonly lookups: Asked[] = []
  readonly #direction: Direction
  readonly #counter: Counter

  constructor(direction: Direction, counter: Counter) {
    this.#direction = direction
    this.#counter = counter
  }

  get direction(): Direction {
    return this.#direction
  }

  hop(node: string, role: Hop['role'], iif?: string): void {
    this.hops.push({ node, role, iif, steps: [] })
  }

  get #hop(): HopDraft {
    const hop = this.hops.at(-1)
    if (hop === undefined) throw new Error('a step comes behind a hop')
    return hop
  }

  leavesBy(link: string): void {
    this.#hop.oif = link
  }

  isDestination(): void {
    if (this.#hop.role !== 'origin') this.#hop.role = 'destination'
  }

  step(draft: StepDraft): void {
    this.#hop.steps.push({ evidence: [], ...draft, seq: this.#counter.next++ })
  }

  /** The packet is lost here; what comes behind is what would happen otherwise. */
  lose(loss: Loss, packet: Packet, position: Position, draft?: Partial<StepDraft>): void {
    const known = this.losses.some(
      (l) =>
        l.code === loss.code &&
        l.node === loss.node &&
        l.object.ref === loss.object.ref &&
        // chains of two tools bear the same names
        l.crossing?.table.backend === loss.crossing?.table.backend,
    )
    const first = this.losses.length === 0
    this.step({
      stage: loss.stage,
      action: loss.code === 'FILTER_REJECT' ? 'REJECTED' : 'DENIED',
      text: loss.message,
      evidence: loss.evidence ?? [],
      ...draft,
      ...(first ? { causesDrop: true } : {}),
    })
    if (!known) this.losses.push(this.#found(loss, packet, position))
  }

  /** Whether it is lost here cannot be told. */
  doubt(loss: Loss, packet: Packet, position: Position, draft?: Partial<StepDraft>): void {
    this.step({ stage: loss.stage, action: 'UNKNOWN', text: loss.message, ...draft })
    this.unknowns.push(this.#found(loss, packet, position))
  }

  #found(loss: Loss, packet: Packet, position: Position): FoundLoss {
    const [hop, step] = [this.hops.length - 1, this.#hop.steps.length - 1]
    return { ...loss, direction: this.#direction, packet, position, hop, step }
  }
}

/** A packet as the flow that an answer speaks of. */
export const flowOf = (packet: Packet, srcNode: string): Flow => ({
  ipVersion: packet.family,
  protocol: packet.protocol,
  srcNode,
  srcIp: packet.source,
  ...(packet.sourcePort === undefined ? {} : { srcPort: packet.sourcePort }),
  dstIp: packet.destination,
  ...(packet.destinationPort === undefined ? {} : { dstPort: packet.destinationPort }),
  ...(packet.icmpType === undefined ? {} : { icmpType: packet.icmpType }),
  ...(packet.mark === 0 ? {} : { mark: packet.mark }),
})
