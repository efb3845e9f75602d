import { readOptions } from '../options.js'
import type { PlanJson } from '../plan/schema.js'
import type { NetState } from '../state/state.js'
import { endsOf } from './ends.js'
import { type Asked, explanationOf } from './explanation.js'
import { stateOf } from './from-plan.js'
import type { FoundLoss } from './loss.js'
import { mendsFor } from './mends/index.js'
import { staticOptions } from './options.js'
import type { Start } from './origin.js'
import type { ExplainOptions, Explanation, StaticExplainOptions } from './types.js'
import { type Walked, walk } from './walk.js'

/** What an answer says of the state by which it was found. */
export interface Source
  extends Pick<Asked, 'mode' | 'caveats' | 'coverage' | 'isChecked' | 'otherwise'> {
  /** What a plan wants, where there is one: routes that are gone are mended by it. */
  readonly wanted?: NetState | undefined
}

/** A packet that was followed through a state. */
export interface Followed {
  readonly state: NetState
  readonly start: Start
  readonly to?: string | undefined
  readonly walked: Walked
  /** The same question of another state. */
  startIn(state: NetState): Start
}

export function follow(
  state: NetState,
  from: unknown,
  to: unknown,
  options: ExplainOptions,
  wanted?: NetState,
): Followed {
  const startIn = (other: NetState) => endsOf(other, from, to, options, wanted)
  const { to: receiver, ...start } = startIn(state)
  return { state, start, to: receiver, walked: walk(state, start), startIn }
}

/** The answer by a state, whoever told it. */
export function answerOf(followed: Followed, source: Source): Explanation {
  const { state, start, startIn, to, walked } = followed
  const { wanted } = source
  const mends = (loss: FoundLoss) => mendsFor({ state, start, startIn, loss, wanted })
  return explanationOf({ ...source, state, start, to, mendsFor: mends }, walked)
}

const ASSUMED = (policy: string) =>
  `from the plan alone: the hosts are taken as a kernel begins, with the policy of FORWARD ${policy} (assume: { forwardPolicy } says otherwise)`

/** The answer by a plan alone. */
export function explainPlan(
  plan: PlanJson,
  from: unknown,
  to: unknown,
  options: StaticExplainOptions | undefined,
): Explanation {
  const { assume, ...flow } = readOptions('explain()', staticOptions, options)
  const policy = assume?.forwardPolicy ?? 'drop'
  const state = stateOf(plan, policy)
  return answerOf(follow(state, from, to, flow), {
    mode: 'static',
    caveats: [ASSUMED(policy)],
    coverage: [{ source: 'plan', complete: true }],
    isChecked: false,
    wanted: state,
  })
}
