import { network } from '../ip/network.js'
import type { Packet } from '../state/packet.js'
import type { LinkState, NodeState } from '../state/state.js'
import type { Loss } from './loss.js'
import { pass } from './netfilter/pass.js'

/** Types of ICMPv6: neighbour solicitation and advertisement (RFC 4861). */
const ASKS = 135
const ANSWERS = 136

/** `ff02::1:ff00:2`: where those listen whose address ends so (RFC 4291). */
function solicitedNode(address: string): string {
  const low = network(address).value & 0xffffffn
  return `ff02::1:ff${(low >> 16n).toString(16).padStart(2, '0')}:${(low & 0xffffn).toString(16)}`
}

/** Unlike ARP, neighbour discovery passes the packet filters of both nodes. Gives the first that stops it. */
export function discovery(
  from: NodeState,
  out: LinkState,
  to: NodeState,
  link: LinkState,
  target: string,
): Loss | undefined {
  const lladdr = (node: NodeState, name: string) =>
    node.addresses.find((a) => a.link === name && a.family === 6 && a.scope === 'link')?.address ??
    'fe80::1'
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
  const asks = packet(ASKS, lladdr(from, out.name), solicitedNode(target))
  const answers = packet(ANSWERS, target, asks.source)
  const crossings = [
    ['output', from, { out: out.name }, asks, 'neighbour solicitation'],
    ['input', to, { in: link.name }, asks, 'neighbour solicitation'],
    ['output', to, { out: link.name }, answers, 'neighbour advertisement'],
    ['input', from, { in: out.name }, answers, 'neighbour advertisement'],
  ] as const
  for (const [hook, node, position, packet, what] of crossings) {
    // connection tracking leaves these types alone
    const tracking = { state: 'untracked', mark: 0 } as const
    const { crossings: all } = pass({ node, hook, packet, position, tracking })
    const lost = all.find(({ outcome }) => outcome === 'drop' || outcome === 'reject')
    if (lost === undefined) continue
    const by = lost.isPolicy ? 'the policy' : `rule ${lost.rule?.number}`
    return {
      code: 'NEIGHBOR_UNRESOLVED',
      node: node.node,
      stage: 'NEIGHBOR',
      link: position === crossings[0][2] ? out.name : link.name,
      address: target,
      message: `${node.node} drops the ${what} for ${target}: ${by} of ${lost.table.family} ${lost.table.name} ${lost.chain.name}`,
      object: lost.isPolicy
        ? { kind: 'policy', ref: `${lost.table.name} ${lost.base.name}` }
        : { kind: 'rule', ref: lost.rule?.text ?? '' },
      crossing: lost,
    }
  }
  return undefined
}
