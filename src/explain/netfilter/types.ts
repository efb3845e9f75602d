import type { Chain, FilterRule, Hook, Table } from '../../state/firewall.js'
import type { Packet, Position, Tracking } from '../../state/packet.js'
import type { NodeState } from '../../state/state.js'

/** A packet at a hook of a namespace. */
export interface AtHook {
  readonly node: NodeState
  readonly hook: Hook
  /** A hook of the bridge family, which sees frames by the ports of a bridge; else one of IP, or of a device. */
  readonly bridge?: boolean | undefined
  readonly packet: Packet
  readonly position: Position
  readonly tracking: Tracking
  /** A flow that was translated before: what becomes of the packet where the hook translates. */
  readonly translate?: ((packet: Packet) => Packet) | undefined
}

export type Outcome = 'accept' | 'drop' | 'reject' | 'unknown'

/** What one base chain did with a packet. */
export interface Crossing {
  readonly table: Table
  readonly base: Chain
  readonly outcome: Outcome
  /** What decided; where nothing did, the policy. */
  readonly rule?: FilterRule | undefined
  /** The chain in which that rule stands. */
  readonly chain: Chain
  readonly isPolicy: boolean
  /** With `reject`: what is answered. */
  readonly answer?: string | undefined
  /** With `unknown`: what is not modelled. */
  readonly unknown?: string | undefined
}

/** How a hook translated a new flow. */
export interface Translation {
  readonly how: 'snat' | 'dnat'
  readonly table: Table
  readonly chain: Chain
  readonly rule: FilterRule
}

/** What all base chains of a hook did. Behind one that drops the next are asked all the same: each would have to accept. */
export interface Passage {
  /** That of the first chain that did not accept. */
  readonly outcome: Outcome
  readonly crossings: readonly Crossing[]
  /** As it leaves the hook: marked and translated. */
  readonly packet: Packet
  readonly tracking: Tracking
  readonly translations: readonly Translation[]
}
