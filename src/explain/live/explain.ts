import { checkOptions } from '../../options.js'
import type { HostPlaces, RunningLab } from '../../run/types.js'
import type { NetState } from '../../state/state.js'
import { answerOf, follow } from '../explain.js'
import { stateOf } from '../from-plan.js'
import { liveOptions } from '../options.js'
import type { Explanation, LiveExplainOptions } from '../types.js'
import { disagreements } from './check.js'
import { collectSettled } from './collect.js'
import { readFilters } from './filters.js'

/** What was read of each place, and whether all of it. */
const coverageOf = ({ nodes }: NetState) =>
  nodes.map(({ node, gaps }) => ({ source: node, complete: gaps.length === 0 }))

const gapsOf = ({ nodes }: NetState) =>
  nodes.flatMap(({ node, gaps }) => gaps.map((gap) => `${node}: ${gap}`))

/** Reads the places, follows the packet, and asks the kernel for its routes. */
export async function explainPlaces(
  places: readonly HostPlaces[],
  from: unknown,
  to: unknown,
  options: LiveExplainOptions | undefined,
  wanted?: NetState,
): Promise<Explanation> {
  const { timeoutMs, signal, ...flow } = checkOptions('explain()', liveOptions, options ?? {})
  const state = await collectSettled(places, { readFilters, timeoutMs, signal })
  const followed = follow(state, from, to, flow)
  const otherwise = await disagreements(places, followed.walked, { timeoutMs, signal })
  return answerOf(followed, {
    mode: 'live',
    caveats: gapsOf(state),
    coverage: coverageOf(state),
    isChecked: otherwise.length === 0,
    otherwise,
    wanted,
  })
}

/** The answer for a lab that is up. */
export const explainLab = (
  { plan, places }: RunningLab,
  from: unknown,
  to: unknown,
  options: LiveExplainOptions | undefined,
): Promise<Explanation> => explainPlaces(places, from, to, options, stateOf(plan, 'drop'))
