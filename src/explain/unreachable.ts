import type { Family } from '../ip/cidr.js'
import type { PlanJson } from '../plan/schema.js'
import type { NodeState } from '../state/state.js'
import { addressesOf } from './addresses.js'
import { follow } from './explain.js'
import { stateOf } from './from-plan.js'
import type { Unreachable } from './types.js'

const speaks = (node: NodeState, family: Family) =>
  addressesOf(node, family).some(({ scope, link }) => scope === 'global' && link !== 'lo')

/** Every namespace that gets no answer from another one, by the plan alone, over each family that both have. */
export function unreachable(plan: PlanJson): readonly Unreachable[] {
  const state = stateOf(plan, 'drop')
  const nodes = state.nodes.filter(({ node }) => node.includes('/'))
  return nodes.flatMap((from) =>
    nodes.flatMap((to) =>
      ([4, 6] as const).flatMap((family): Unreachable[] => {
        if (from === to || !speaks(from, family) || !speaks(to, family)) return []
        const { forward, back } = follow(state, from.node, to.node, { family }).walked
        const [loss] = [...forward.recorder.losses, ...(back?.recorder.losses ?? [])]
        if (loss === undefined) return []
        const { code, node, message } = loss
        return [Object.freeze({ from: from.node, to: to.node, family, code, node, why: message })]
      }),
    ),
  )
}
