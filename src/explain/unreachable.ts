import type { Family } from '../ip/cidr.js'
import type { PlanJson } from '../plan/schema.js'
import type { NetState, NodeState } from '../state/state.js'
import { addressesOf } from './addresses.js'
import { follow } from './explain.js'
import { stateOf } from './from-plan.js'
import type { Unreachable } from './types.js'

/** The addresses of a family by which others speak to a node. */
const spoken = (node: NodeState, family: Family): readonly string[] =>
  addressesOf(node, family)
    .filter(({ scope, link }) => scope === 'global' && link !== 'lo')
    .map(({ address }) => address)

/** What a node is lost to at an address, on the way there or back. */
function lossTo(state: NetState, from: NodeState, address: string) {
  const { forward, back } = follow(state, from.node, address, {}).walked
  const journeys = back === undefined ? [forward] : [forward, back]
  // what cannot be told is not said to arrive
  const of = (kind: 'losses' | 'unknowns') => journeys.flatMap(({ recorder }) => recorder[kind])
  return of('losses')[0] ?? of('unknowns')[0]
}

/** Every namespace that gets no answer from another one, by the plan alone, over each family that both have. */
export function unreachable(plan: PlanJson): readonly Unreachable[] {
  const state = stateOf(plan, 'drop')
  const nodes = state.nodes.filter(({ node }) => node.includes('/'))
  const known = ([4, 6] as const).flatMap((family) =>
    nodes.map((node) => ({ node, family, addresses: spoken(node, family) })),
  )
  const ends = known.filter(({ addresses }) => addresses.length > 0)
  return ends.flatMap(({ node: from, family }) =>
    ends.flatMap((to): Unreachable[] => {
      if (to.node === from || to.family !== family) return []
      const [first = '', ...others] = to.addresses
      const loss = lossTo(state, from, first)
      if (loss === undefined) return []
      // one address that answers is enough: it may be the one on a link of both
      if (others.some((address) => lossTo(state, from, address) === undefined)) return []
      const { code, node, message } = loss
      return [
        Object.freeze({ from: from.node, to: to.node.node, family, code, node, why: message }),
      ]
    }),
  )
}
