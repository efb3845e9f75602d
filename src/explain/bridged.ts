import type { Family } from '../ip/cidr.js'
import type { Position } from '../state/packet.js'
import type { LinkState, NodeState } from '../state/state.js'
import type { BridgeCrossing } from './segment.js'
import { bridgeCalls } from './settings.js'

/** Whether the rules for routed packets see what passes a bridge (br_netfilter). */
export function showsBridged(node: NodeState, { bridge }: LinkState, family: Family): boolean {
  const called = family === 4 ? bridge?.callIptables : bridge?.callIp6tables
  return called === true || bridgeCalls(node, family)
}

/** Where a frame that passes a bridge is for these rules; nothing where they do not see it. */
export function bridgedAt(
  { node, bridge, in: by, out }: BridgeCrossing,
  family: Family,
): Position | undefined {
  if (by === undefined || !showsBridged(node, bridge, family)) return undefined
  return { in: bridge.name, out: bridge.name, bridgeIn: by.name, bridgeOut: out.name }
}
