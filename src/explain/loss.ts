import type { Packet, Position } from '../state/packet.js'
import type { RouteState } from '../state/state.js'
import type { Crossing } from './netfilter/types.js'
import type { CauseCode, Direction, Evidence, ObjectKind, Stage } from './types.js'

/** A place where a packet is lost, with all that a mend asks for. */
export interface Loss {
  readonly code: CauseCode
  readonly node: string
  readonly stage: Stage
  /** In words, with the names and values. */
  readonly message: string
  readonly object: { readonly kind: ObjectKind; readonly ref: string }
  readonly evidence?: readonly Evidence[] | undefined
  /** What the loss speaks of, in the terms of the state. */
  readonly link?: string | undefined
  readonly peer?: { readonly node: string; readonly link: string } | undefined
  readonly route?: RouteState | undefined
  readonly rulePriority?: number | undefined
  readonly crossing?: Crossing | undefined
  readonly setting?: { readonly name: string; readonly value: string } | undefined
  readonly address?: string | undefined
  readonly gateway?: string | undefined
}

/** A loss on the way, with the packet as it was there. */
export interface FoundLoss extends Loss {
  readonly direction: Direction
  readonly packet: Packet
  readonly position: Position
  /** Where in the trace. */
  readonly hop: number
  readonly step: number
}
