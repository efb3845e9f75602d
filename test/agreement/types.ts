import type { Draft } from 'immer'
import type { PlanJson } from '../../src/plan/schema.js'
import type { Protocol } from '../../src/state/packet.js'
import type { NetState } from '../../src/state/state.js'

export type Family = 4 | 6

/** A packet that is asked about, and sent. */
export interface Flow {
  readonly from: string
  readonly to: string
  readonly family: Family
  readonly source: string
  readonly destination: string
  readonly protocol: Protocol
  readonly port?: number
  /** Of the whole packet, in bytes; none for what the program sends by itself. */
  readonly size?: number
  readonly ttl?: number
  /** Whether something waits on the port. */
  readonly listens?: boolean
}

/** A node of a lab, by its name in states, and how to get there from its host. */
export interface Place {
  readonly node: string
  /** None for the host itself. */
  readonly namespace?: string
}

/** Bash text for one node. */
export interface Command {
  readonly node: string
  readonly text: string
}

/** A lab before anything is wrong with it. */
export interface Shape {
  /** What the names of all its links begin with. */
  readonly tag: string
  readonly name: string
  readonly plan: PlanJson
  readonly places: readonly Place[]
  /** What is wired by hand behind the plan. */
  readonly wiring: readonly Command[]
  /** What plan and wiring tell. */
  readonly state: NetState
  /** Who speaks to whom; over every family that the lab has. */
  readonly ends: readonly End[]
  /** The node in the middle. */
  readonly router: string
  readonly families: readonly Family[]
}

/** A node that begins and receives. */
export interface End {
  readonly node: string
  readonly link: string
  /** The link of the middle that faces it. */
  readonly facing: string
  readonly address: { readonly [F in Family]?: string }
  /** Its next hop to everybody else. */
  readonly gateway: { readonly [F in Family]?: string }
}

/** Something that is wrong, or only looks so. */
export interface Fault {
  /** In words, unique within a shape and flow. */
  readonly name: string
  /** What is done, wherever. */
  readonly kind: string
  readonly node: string
  readonly commands: readonly Command[]
  /** The same for the state that a plan tells. */
  change(state: Draft<NetState>): void
  /** The same for the packet. */
  flow?(flow: Flow): Flow
  /** What its counters say, by the comment under which they count. */
  readonly counters?: readonly DropCounter[]
}

/** A counter that tells where a packet was dropped. */
export interface DropCounter {
  readonly comment: string
  readonly node: string
  /** As {@link objectOf} names it. */
  readonly object: string
  readonly isPolicy: boolean
}

export interface Case {
  readonly shape: Shape
  readonly flow: Flow
  readonly faults: readonly Fault[]
}
