import type { NetState } from '../../state/state.js'
import type { FoundLoss } from '../loss.js'
import type { Start } from '../origin.js'
import type { Mend } from '../types.js'

/** What a mend is looked for. */
export interface Wanting {
  readonly state: NetState
  readonly start: Start
  /** The same question of another state: which source is taken may be another then. */
  startIn?(state: NetState): Start
  readonly loss: FoundLoss
  /** What the plan wants, where there is one. */
  readonly wanted?: NetState | undefined
}

/** A mend that is to be tried, on a copy of the state. */
export interface Candidate extends Omit<Mend, 'verified' | 'next'> {
  /** The state behind it. */
  apply(state: NetState): NetState
}

/** Gives what may mend a loss, the smallest change first. */
export type Maker = (wanting: Wanting) => readonly Candidate[]
