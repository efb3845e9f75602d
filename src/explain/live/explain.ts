import { checkOptions } from '../../options.js'
import type { HostPlaces, RunningLab } from '../../run/types.js'
import type { NetState } from '../../state/state.js'
import { explainState } from '../explain.js'
import { stateOf } from '../from-plan.js'
import { liveOptions } from '../options.js'
import type { Explanation, LiveExplainOptions } from '../types.js'
import { collect } from './collect.js'
import { readFilters } from './filters.js'

/** What was read of each place, and what could not be. */
const coverageOf = ({ nodes }: NetState) =>
  nodes.map(({ node, gaps }) => ({ source: node, complete: gaps.length === 0 }))

const gapsOf = ({ nodes }: NetState) =>
  nodes.flatMap(({ node, gaps }) => gaps.map((gap) => `${node}: ${gap}`))

async function explainPlaces(
  places: readonly HostPlaces[],
  from: unknown,
  to: unknown,
  options: LiveExplainOptions | undefined,
  wanted?: NetState,
): Promise<Explanation> {
  const { timeoutMs, signal, ...flow } = checkOptions('explain()', liveOptions, options ?? {})
  const state = await collect(places, { readFilters, timeoutMs, signal })
  return explainState(state, from, to, flow, {
    mode: 'live',
    caveats: gapsOf(state),
    coverage: coverageOf(state),
    isChecked: false,
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
