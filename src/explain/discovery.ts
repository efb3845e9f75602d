import { network } from '../ip/network.js'
import type { Packet, Position } from '../state/packet.js'
import type { LinkState, NeighbourState, NodeState } from '../state/state.js'
import { bridgedAt } from './bridged.js'
import type { Loss } from './loss.js'
import { pass } from './netfilter/pass.js'
import type { BridgeCrossing } from './segment.js'

/** Types of ICMPv6: neighbour solicitation and advertisement (RFC 4861). */
const ASKS = 135
const ANSWERS = 136

/** `ff02::1:ff00:2`: where those listen whose address ends so (RFC 4291). */
function solicitedNode(address: string): string {
  const low = network(address).value & 0xffffffn
  return `ff02::1:ff${(low >> 16n).toString(16).padStart(2, '0')}:${(low & 0xffffn).toString(16)}`
}

/** A packet of it at a hook, and what it is. */
type Crossed = readonly [
  hook: 'output' | 'forward' | 'input',
  node: NodeState,
  position: Position,
  packet: Packet,
  what: string,
]

/**
 * Who asks: the sender of the packet where the link has its address, else the newest link-local address that is ready
 * (ndisc_solicit(), ipv6_get_lladdr() of net/ipv6). Nobody while all of them are still checked for duplicates.
 */
export function solicitSource(
  { addresses }: NodeState,
  link: string,
  source: string,
): string | undefined {
  const ofLink = addresses.filter((a) => a.link === link && a.family === 6)
  if (ofLink.some(({ address }) => address === source)) return source
  const local = ofLink.filter(({ scope }) => scope === 'link')
  const ready = local.filter((a) => a.tentative !== true && a.dadFailed !== true)
  return local.length === 0 ? 'fe80::1' : ready.at(-1)?.address
}

/**
 * Unlike ARP, neighbour discovery passes the packet filters of both nodes and of bridges between, and its answer goes by the neighbour table.
 * Gives the first that stops it.
 */
export function discovery(
  from: NodeState,
  out: LinkState,
  to: NodeState,
  link: LinkState,
  target: string,
  source: string,
  bridges: readonly BridgeCrossing[],
): Loss | undefined {
  const packet = (icmpType: number, source: string, destination: string): Packet => ({
    family: 6,
    protocol: 'icmp',
    source,
    destination,
    icmpType,
    mark: 0,
    ttl: 255,
    length: 72,
    dontFragment: true,
  })
  const asks = packet(ASKS, source, solicitedNode(target))
  const answers = packet(ANSWERS, target, asks.source)
  const solicitation = 'neighbour solicitation'
  const advertisement = 'neighbour advertisement'
  const passed = (packet: Packet, what: string, isBack: boolean) =>
    bridges.flatMap((crossing): Crossed[] => {
      const { in: by, out: port } = crossing
      const turned = isBack && by !== undefined ? { ...crossing, in: port, out: by } : crossing
      const position = bridgedAt(turned, 6)
      return position === undefined ? [] : [['forward', crossing.node, position, packet, what]]
    })
  const crossings: readonly Crossed[] = [
    ['output', from, { out: out.name }, asks, solicitation],
    ...passed(asks, solicitation, false),
    ['input', to, { in: link.name }, asks, solicitation],
    ['output', to, { out: link.name }, answers, advertisement],
    ...passed(answers, advertisement, true).reverse(),
    ['input', from, { in: out.name }, answers, advertisement],
  ]
  for (const [hook, node, position, packet, what] of crossings) {
    // connection tracking leaves these types alone
    const tracking = { state: 'untracked', mark: 0 } as const
    const { crossings: all } = pass({ node, hook, packet, position, tracking })
    const lost = all.find(({ outcome }) => outcome === 'drop' || outcome === 'reject')
    if (lost === undefined) continue
    const by = lost.isPolicy ? 'the policy' : `rule ${lost.rule?.number}`
    return {
      code: hook === 'forward' ? 'BRIDGE_NF_DROP' : 'NEIGHBOR_UNRESOLVED',
      node: node.node,
      stage: 'NEIGHBOR',
      link: node === from ? out.name : (position.bridgeIn ?? link.name),
      address: target,
      message: `${node.node} drops the ${what} for ${target}: ${by} of ${lost.table.family} ${lost.table.name} ${lost.chain.name}`,
      object: lost.isPolicy
        ? { kind: 'policy', ref: `${lost.table.name} ${lost.base.name}` }
        : { kind: 'rule', ref: lost.rule?.text ?? '' },
      crossing: lost,
    }
  }
  return misled(out, to, link, source)
}

/** What came by a question does not overwrite these. */
export const isFixed = ({ state }: NeighbourState) => state === 'PERMANENT' || state === 'NOARP'

/** The answer goes to a MAC that the asker has not. */
function misled(out: LinkState, to: NodeState, link: LinkState, source: string): Loss | undefined {
  const entry = to.neighbours.find(
    (n) => n.link === link.name && n.address === source && n.proxy !== true && isFixed(n),
  )
  if (entry?.mac === undefined || out.mac === undefined || isSameMac(entry.mac, out.mac))
    return undefined
  return wrongMac(to, link, source, entry.mac)
}

export const isSameMac = (a: string | undefined, b: string | undefined) =>
  a !== undefined && a.toLowerCase() === b?.toLowerCase()

export const wrongMac = (node: NodeState, link: LinkState, address: string, mac: string): Loss => ({
  code: 'NEIGHBOR_WRONG_LLADDR',
  node: node.node,
  stage: 'NEIGHBOR',
  message: `the neighbour table of ${node.node} has ${mac} for ${address} on ${link.name}; no link there has that MAC`,
  object: { kind: 'neighbor', ref: `${address} dev ${link.name} lladdr ${mac}` },
  link: link.name,
  address,
})
