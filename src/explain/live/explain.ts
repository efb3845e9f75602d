import { checkOptions } from '../../options.js'
import type { HostPlaces, RunningLab } from '../../run/types.js'
import type { NetState } from '../../state/state.js'
import { answerOf, follow } from '../explain.js'
import { stateOf } from '../from-plan.js'
import { liveOptions } from '../options.js'
import type { Explanation, LiveExplainOptions } from '../types.js'
import type { Walked } from '../walk.js'
import { disagreements } from './check.js'
import { collect } from './collect.js'
import { readFilters } from './filters.js'

/** What was read of each place, and whether all of it. */
const coverageOf = ({ nodes }: NetState) =>
  nodes.map(({ node, gaps }) => ({ source: node, complete: gaps.length === 0 }))

const gapsOf = ({ nodes }: NetState) =>
  nodes.flatMap(({ node, gaps }) => gaps.map((gap) => `${node}: ${gap}`))

/** The places by which the packet and its reply went. */
const nodesOf = ({ forward, back }: Walked): ReadonlySet<string> =>
  new Set([forward, back].flatMap((way) => way?.recorder.hops.map(({ node }) => node) ?? []))

/** How often the places are read, where something changes meanwhile. */
const READINGS = 2

/**
 * Reads the places, follows the packet, and asks the kernel for its routes. What decides on the way is read again then:
 * where it has changed, all begins anew.
 */
export async function explainPlaces(
  places: readonly HostPlaces[],
  from: unknown,
  to: unknown,
  options: LiveExplainOptions | undefined,
  wanted?: NetState,
): Promise<Explanation> {
  const { timeoutMs, signal, ...flow } = checkOptions('explain()', liveOptions, options ?? {})
  const reading = { readFilters, timeoutMs, signal }
  for (let round = 1; ; round += 1) {
    const { state, changed } = await collect(places, reading)
    const followed = follow(state, from, to, flow, wanted)
    const { walked } = followed
    const [otherwise, moved] = await Promise.all([
      disagreements(places, walked, reading),
      changed(nodesOf(walked)),
    ])
    if (moved.length > 0 && round < READINGS) continue
    const restless = moved.map((node) => `${node} changed while it was read`)
    return answerOf(followed, {
      mode: 'live',
      caveats: gapsOf(state),
      coverage: coverageOf(state),
      isChecked: otherwise.length === 0,
      otherwise: [...otherwise, ...restless],
      wanted,
    })
  }
}

/** The answer for a lab that is up. */
export const explainLab = (
  { plan, places }: RunningLab,
  from: unknown,
  to: unknown,
  options: LiveExplainOptions | undefined,
): Promise<Explanation> => explainPlaces(places, from, to, options, stateOf(plan, 'drop'))
