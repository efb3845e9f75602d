import { type LinkState, linkOf, type NetState, type NodeState, nodeOf } from '../state/state.js'
import type { Loss } from './loss.js'

/** A frame that passes a bridge. */
export interface BridgeCrossing {
  readonly node: NodeState
  readonly bridge: LinkState
  /** The port by which it comes; absent where the bridge itself sends. */
  readonly in?: LinkState | undefined
  readonly out: LinkState
}

/** A link that a frame from another one comes to, or would, were it not for the losses. */
export interface Receiver {
  readonly node: NodeState
  readonly link: LinkState
  /** Of a bridge that gets it itself: by which port. */
  readonly port?: LinkState | undefined
  readonly bridges: readonly BridgeCrossing[]
  readonly losses: readonly Loss[]
}

/** What is at the other end of a link, behind bridges too. */
export interface Segment {
  readonly receivers: readonly Receiver[]
  /** Where it leads to a place of which nothing is known: the link there. */
  readonly outside: readonly { readonly node: string; readonly link: string }[]
}

interface Way {
  readonly bridges: readonly BridgeCrossing[]
  readonly losses: readonly Loss[]
}

const portRef = (port: LinkState) => ({ kind: 'bridgePort', ref: port.name }) as const

/** Ports and links of one segment, seen from one link. */
export function segmentOf(state: NetState, from: NodeState, link: LinkState): Segment {
  const receivers: Receiver[] = []
  const outside: { node: string; link: string }[] = []
  const seen = new Set<string>()

  const leave = (node: NodeState, own: LinkState, way: Way): void => {
    const key = `${node.node} ${own.name}`
    if (seen.has(key)) return
    seen.add(key)
    const peerNode = own.peer?.node === undefined ? undefined : nodeOf(state, own.peer.node)
    const peer = peerNode && own.peer ? linkOf(peerNode, own.peer.link) : undefined
    const losses = [...way.losses, ...downs(node, own, peerNode, peer)]
    if (peerNode === undefined || peer === undefined) {
      outside.push({ node: node.node, link: own.name })
      return
    }
    arrive(peerNode, peer, { ...way, losses })
  }

  const arrive = (node: NodeState, port: LinkState, way: Way): void => {
    const bridge = port.master === undefined ? undefined : linkOf(node, port.master)
    if (bridge === undefined || bridge.kind !== 'bridge') {
      receivers.push({ node, link: port, ...way })
      return
    }
    const losses = [...way.losses, ...closed(node, bridge, port)]
    receivers.push({ node, link: bridge, port, bridges: way.bridges, losses })
    flood(node, bridge, port, { ...way, losses })
  }

  const flood = (node: NodeState, bridge: LinkState, source: LinkState | undefined, way: Way) => {
    for (const port of node.links) {
      if (port.master !== bridge.name) continue
      if (port === source && port.port?.hairpin !== true) continue
      const crossing: BridgeCrossing = { node, bridge, in: source, out: port }
      leave(node, port, {
        bridges: [...way.bridges, crossing],
        losses: [
          ...way.losses,
          ...(port.up && source !== undefined ? closedPort(node, bridge, port) : []),
          ...apart(node, bridge, source, port),
        ],
      })
    }
  }

  const way: Way = { bridges: [], losses: [] }
  if (link.kind === 'bridge') flood(from, link, undefined, way)
  else leave(from, link, way)
  return { receivers, outside }
}

/** A link that is down at one of its ends. */
function downs(
  node: NodeState,
  own: LinkState,
  peerNode: NodeState | undefined,
  peer: LinkState | undefined,
): Loss[] {
  const about = { node: node.node, stage: 'LINK_TX', link: own.name } as const
  const object = { kind: 'link', ref: own.name } as const
  if (!own.up) {
    const message = `the link ${own.name} of ${node.node} is down`
    return [{ ...about, code: 'LINK_ADMIN_DOWN', object, message }]
  }
  if (peer !== undefined && peerNode !== undefined && !peer.up) {
    const message = `the link ${own.name} of ${node.node} has no carrier: its other end, ${peer.name} of ${peerNode.node}, is down`
    const other = { node: peerNode.node, link: peer.name }
    return [{ ...about, code: 'LINK_NO_CARRIER', object, message, peer: other }]
  }
  if (own.carrier) return []
  const message = `the link ${own.name} of ${node.node} has no carrier`
  return [{ ...about, code: 'LINK_NO_CARRIER', object, message }]
}

/** A bridge, or the port by which a frame comes to it, that takes none. */
function closed(node: NodeState, bridge: LinkState, port: LinkState): Loss[] {
  if (!bridge.up) {
    const message = `the bridge ${bridge.name} of ${node.node} is down`
    const object = { kind: 'link', ref: bridge.name } as const
    return [
      { code: 'BRIDGE_DOWN', node: node.node, stage: 'BRIDGE', link: bridge.name, object, message },
    ]
  }
  return closedPort(node, bridge, port)
}

function closedPort(node: NodeState, bridge: LinkState, port: LinkState): Loss[] {
  const state = port.port?.state ?? 'forwarding'
  // a port without carrier is disabled, and so is one of a bridge that is down: these have losses of their own
  if (state === 'forwarding' || !bridge.up || !port.carrier) return []
  const message = `the port ${port.name} of the bridge ${bridge.name} (${node.node}) is ${state}`
  const about = { node: node.node, stage: 'BRIDGE', link: port.name } as const
  return [{ ...about, code: 'BRIDGE_DOWN', object: portRef(port), message }]
}

function apart(
  node: NodeState,
  bridge: LinkState,
  source: LinkState | undefined,
  port: LinkState,
): Loss[] {
  if (source?.port?.isolated !== true || port.port?.isolated !== true) return []
  const message = `${source.name} and ${port.name} are isolated ports of the bridge ${bridge.name} (${node.node})`
  const about = { node: node.node, stage: 'BRIDGE', link: port.name } as const
  return [{ ...about, code: 'BRIDGE_PORT_ISOLATED', object: portRef(port), message }]
}
