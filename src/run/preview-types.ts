import type { PlanDiff, PlanPart } from '../plan/diff.js'
import type { State } from './types.js'

/** One command that `up` would run. */
export interface PreviewStep {
  /** `undo`: something is taken back, before anything is made. */
  readonly type: 'do' | 'undo'
  readonly host: string
  /** As `onProgress` of `up` tells it. */
  readonly command: string
  readonly why: string
}

/** A part that the lab and the plan both have, and that is not there, or otherwise: somebody changed it by hand. */
export interface DriftedPart extends PlanPart {
  readonly state: State
}

/** What a change does to what is not in it. */
export interface SideEffect {
  /**
   * `again`: it hangs on what changes, and is taken away and made again. `shared`: a setting that all of the host share.
   * `reach`: namespaces that stay, and do not reach each other any more, by the plans alone.
   */
  readonly kind: 'again' | 'shared' | 'reach'
  /** The host, or the namespace (`node03/demo01`). */
  readonly place: string
  /** In words, on one line. */
  readonly text: string
}

/** What `up` would do. As a string it is what a person reads. */
export interface Preview extends Pick<PlanDiff, 'added' | 'removed' | 'changed' | 'kept'> {
  readonly drifted: readonly DriftedPart[]
  readonly effects: readonly SideEffect[]
  /** Exactly what `up` then runs: first what is taken back, then what is made. Empty where all is as the plan says. */
  readonly steps: readonly PreviewStep[]
  toString(): string
}
