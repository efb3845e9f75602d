import type { Packet } from '../state/packet.js'
import { type LinkState, linkOf, type NetState, type NodeState } from '../state/state.js'
import { ownAddress } from './addresses.js'
import { type Answer, answers4, answers6, arpSource } from './answers.js'
import { arpDoubt } from './arp-filters.js'
import { isFixed, isSameMac, solicitSource, wrongMac } from './discovery.js'
import type { Learned } from './learned.js'
import type { Loss } from './loss.js'
import { type Receiver, type Segment, segmentOf } from './segment.js'

/** Who gets a packet for an address on a link. */
export interface Neighbour {
  /** Absent where nobody does, or would. */
  readonly receiver?: Receiver | undefined
  /** In the order in which they strike; some of them may stand between the two on the wire. */
  readonly losses: readonly Loss[]
  /** Why it cannot be told whether somebody does. */
  readonly doubt?: Loss | undefined
  /** It leaves for where nothing is known. */
  readonly outside: boolean
  /** How it was found, in words. */
  readonly how: string
  /** More than one answers: which is luck. */
  readonly others: readonly Receiver[]
}

/** States in which the entry is used at once. */
const USABLE = ['PERMANENT', 'NOARP', 'REACHABLE', 'STALE', 'DELAY', 'PROBE']

/**
 * Finds who gets a packet for `target` on a link: by an entry of the neighbour table, else by asking, as ARP and
 * neighbour discovery do.
 */
export function neighbourOf(
  state: NetState,
  node: NodeState,
  link: LinkState,
  target: string,
  packet: Packet,
  isGateway: boolean,
  learned: Learned,
): Neighbour {
  const segment = segmentOf(state, node, link)
  const sender =
    packet.family === 4
      ? arpSource(node, link, target, packet.source)
      : solicitSource(node, link.name, packet.source)
  const asked = segment.receivers.map((receiver) => ({
    receiver,
    answer:
      packet.family === 4
        ? answers4(receiver, target, sender ?? '0.0.0.0', isGateway)
        : answers6(node, link, receiver, target, sender),
  }))
  const clear = ({ receiver }: { receiver: Receiver }) => receiver.losses.length === 0
  const willing = asked.filter(({ answer }) => answer.yes)
  const best = willing.find(clear) ?? willing[0]
  const entry = node.neighbours.find(
    (n) =>
      n.link === link.name && n.address === target && n.proxy !== true && USABLE.includes(n.state),
  )
  const known = learned.holder(node, link, target, segment.receivers)
  if (known !== undefined && (entry === undefined || !isFixed(entry))) {
    const how = `${known.node.node} has asked before, as ${target}`
    return { receiver: known, losses: known.losses, outside: false, how, others: [] }
  }
  if (entry?.mac !== undefined) {
    const { mac } = entry
    const holder = segment.receivers.find((r) => isSameMac(r.link.mac, mac))
    const how = `${target} is ${mac} (neighbour table, ${entry.state})`
    if (holder !== undefined)
      return { receiver: holder, losses: holder.losses, outside: false, how, others: [] }
    const outside = segment.outside.length > 0
    if (outside && best === undefined) return { losses: [], outside, how, others: [] }
    const losses = [...(best?.receiver.losses ?? []), wrongMac(node, link, target, mac)]
    return { receiver: best?.receiver, losses, outside: false, how, others: [] }
  }
  if (best?.answer.yes) {
    learned.learn(best.receiver, sender ?? '', node, link)
    const others = willing.filter((each) => each !== best && clear(each))
    const { receiver, answer } = best
    const asking = [node, ...receiver.bridges.map((each) => each.node), receiver.node]
    return {
      receiver,
      losses: receiver.losses,
      doubt: packet.family === 4 ? arpDoubt(asking, link.name, target) : undefined,
      outside: false,
      how: answer.how,
      others: others.map((each) => each.receiver),
    }
  }
  return unanswered(state, node, link, target, asked, segment, isGateway)
}

interface Asked {
  readonly receiver: Receiver
  readonly answer: Answer
}

/** Nobody answers: by whose fault? */
function unanswered(
  state: NetState,
  node: NodeState,
  link: LinkState,
  target: string,
  asked: readonly Asked[],
  segment: Segment,
  isGateway: boolean,
): Neighbour {
  const owner = asked.find(({ answer }) => !answer.yes && answer.owns)
  const how = `nobody answers for ${target}`
  if (owner !== undefined && !owner.answer.yes && owner.answer.loss !== undefined) {
    const losses = [...owner.receiver.losses, owner.answer.loss]
    return { receiver: owner.receiver, losses, outside: false, how, others: [] }
  }
  if (owner === undefined && segment.outside.length > 0) {
    return { losses: [], outside: true, how: `${target} would be outside`, others: [] }
  }
  const about = { node: node.node, stage: 'NEIGHBOR', link: link.name, address: target } as const
  const object = { kind: 'address', ref: target } as const
  const stray = strayPort(state, asked, target)
  if (stray !== undefined) {
    // a frame may not even come to the bridge
    const { peer } = stray
    const way = asked.find(
      ({ receiver: r }) => r.node.node === peer?.node && r.link.name === peer?.link,
    )
    const losses = [...(way?.receiver.losses ?? []), stray]
    return { losses, outside: false, how, others: [] }
  }
  const first = asked[0]?.receiver
  // a link that is down has nobody who could answer
  const wire = asked.length > 0 && asked.every(({ receiver }) => receiver.losses.length > 0)
  const below = owner?.receiver.losses ?? (wire ? (first?.losses ?? []) : downsOf(node, link))
  const lost: Loss = {
    ...about,
    code: isGateway ? 'GATEWAY_NOT_OWNED' : 'NEIGHBOR_UNRESOLVED',
    message: isGateway
      ? `nobody on the link ${link.name} of ${node.node} has the gateway ${target}`
      : `nobody on the link ${link.name} of ${node.node} has ${target}`,
    object,
    ...(isGateway ? { gateway: target } : {}),
    ...(first === undefined ? {} : { peer: { node: first.node.node, link: first.link.name } }),
  }
  const receiver = owner?.receiver ?? (isGateway ? first : undefined)
  return { receiver, losses: [...below, lost], outside: false, how, others: [] }
}

const downsOf = (node: NodeState, link: LinkState): readonly Loss[] =>
  link.up
    ? []
    : [
        {
          code: 'LINK_ADMIN_DOWN',
          node: node.node,
          stage: 'LINK_TX',
          link: link.name,
          message: `the link ${link.name} of ${node.node} is down`,
          object: { kind: 'link', ref: link.name },
        },
      ]

/** The address is at the other end of a link that ends beside the bridge, and is no port of it. */
function strayPort(state: NetState, asked: readonly Asked[], target: string): Loss | undefined {
  const bridges = asked.flatMap(({ receiver }) => [
    ...receiver.bridges.map(({ node, bridge }) => ({ node, bridge })),
    ...(receiver.link.kind === 'bridge' ? [{ node: receiver.node, bridge: receiver.link }] : []),
  ])
  for (const owner of state.nodes) {
    const address = ownAddress(owner, target)
    const peer = address && linkOf(owner, address.link)?.peer
    if (peer?.node === undefined) continue
    const beside = bridges.find(({ node }) => node.node === peer.node)
    if (beside === undefined) continue
    const port = linkOf(beside.node, peer.link)
    if (port === undefined || port.master !== undefined || port.kind !== 'veth') continue
    return {
      code: 'BRIDGE_NOT_MEMBER',
      node: beside.node.node,
      stage: 'BRIDGE',
      link: port.name,
      address: target,
      message: `${target} is behind ${port.name} of ${beside.node.node}, which is no port of the bridge ${beside.bridge.name}`,
      object: { kind: 'bridgePort', ref: port.name },
      peer: { node: beside.node.node, link: beside.bridge.name },
    }
  }
  return undefined
}
