import { contains } from '../../ip/network.js'
import { SEGMENT } from '../../plan/place.js'
import type { Match } from '../../state/firewall.js'
import { linkOf, type NodeState, nodeOf } from '../../state/state.js'
import { addressesOf, cidrOf } from '../addresses.js'
import { insertAccept } from './accept.js'
import { updateNode } from './change.js'
import { addAddress, type Edit, mend, setSetting, single } from './edit.js'
import { zero } from './settings.js'
import type { Candidate, Maker, Wanting } from './types.js'
import { spoken, tool } from './words.js'

/** The address on the link itself, for which it answers in any case. */
const ownOnLink = (node: string, link: string, address: string): Candidate =>
  mend(
    {
      description: `give ${link} of ${spoken(node)} the address ${address} itself`,
      scope: 'this-flow',
      sideEffects: [`${spoken(node)} takes what is sent to ${address}`],
    },
    [addAddress(node, single(address, link))],
  )

const stopping = (
  own: NodeState,
  link: string,
  name: 'arp_ignore' | 'arp_filter',
): readonly Candidate[] => {
  const edits = zero(own, link, name)
  if (edits.length === 0) return []
  const all = edits.length > 1 || own.settings[`net.ipv4.conf.all.${name}`] !== '0'
  return [
    mend(
      {
        description: `let ${spoken(own.node)} answer on ${all ? 'every link' : link} for the addresses of its other links`,
        scope: 'host-wide',
        sideEffects: [
          `whoever asks on ${all ? 'a link' : link} learns which addresses ${spoken(own.node)} has elsewhere`,
        ],
      },
      edits,
    ),
  ]
}

const ignored: Maker = ({ state, loss }) => {
  const { node, link = '', address = '' } = loss
  const own = nodeOf(state, node)
  return own === undefined
    ? []
    : [ownOnLink(node, link, address), ...stopping(own, link, 'arp_ignore')]
}

/** Types of ICMPv6: neighbour solicitation and advertisement (RFC 4861). */
const DISCOVERY = [135, 136]

/** Lets neighbour discovery pass the chain that drops it. */
function discover({ loss }: Wanting): readonly Candidate[] {
  const { crossing, node, packet } = loss
  if (crossing === undefined) return []
  const { table, base } = crossing
  const edits = DISCOVERY.map((type): Edit => {
    const matches: readonly Match[] = [
      { match: 'protocol', protocols: ['ipv6-icmp'] },
      { match: 'icmpType', types: [[type, type]] },
    ]
    return insertAccept(node, table, base.name, matches, packet)
  })
  return [
    mend(
      {
        description: `accept neighbour discovery in ${table.name} ${base.name} of ${spoken(node)}`,
        scope: 'host-wide',
        sideEffects: ['questions and answers of neighbour discovery pass, whoever sends them'],
      },
      edits,
    ),
  ]
}

/** The plan gives the address to somebody who has lost it. */
function addressOfPlan({ wanted, state, loss }: Wanting): Candidate | undefined {
  const { address } = loss
  for (const plan of wanted?.nodes ?? []) {
    const lost = plan.addresses.find((a) => a.address === address && a.scope !== 'host')
    const own = nodeOf(state, plan.node)
    if (lost === undefined || own === undefined || linkOf(own, lost.link) === undefined) continue
    return mend(
      {
        description: `give ${spoken(own.node)} back the address ${cidrOf(lost)} of the plan, on ${lost.link}`,
        scope: 'this-flow',
        sideEffects: [],
      },
      [addAddress(own.node, lost)],
    )
  }
  return undefined
}

/** Nobody has it: the one at the other end can have it, with the network of the link from which is asked. */
function unowned(wanting: Wanting): readonly Candidate[] {
  const { state, loss } = wanting
  const { peer, node, link = '', address = '' } = loss
  const planned = addressOfPlan(wanting)
  if (planned !== undefined) return [planned]
  const own = nodeOf(state, node)
  if (peer === undefined || own === undefined || peer.node === SEGMENT) return []
  const family = loss.packet.family
  const net = addressesOf(own, family, link).find((a) => contains(cidrOf(a), address))
  const given = { ...single(address, peer.link), ...(net && { prefix: net.prefix }) }
  return [
    mend(
      {
        description: `give ${spoken(peer.node)} the address ${cidrOf(given)} on ${peer.link}`,
        scope: 'this-flow',
        sideEffects: [`${spoken(peer.node)} takes what is sent to ${address}`],
      },
      [addAddress(peer.node, given)],
    ),
  ]
}

const unresolved: Maker = (wanting) => {
  const { state, loss } = wanting
  const { node, link = '', address = '', setting, crossing } = loss
  const own = nodeOf(state, node)
  if (own === undefined) return []
  if (crossing !== undefined) return discover(wanting)
  if (setting?.name.endsWith('.arp_filter')) return stopping(own, link, 'arp_filter')
  if (setting !== undefined)
    return [ownOnLink(node, link, address), ...stopping(own, link, 'arp_ignore')]
  return unowned(wanting)
}

const gateway: Maker = (wanting) => {
  const { state, loss } = wanting
  const { peer, address = '' } = loss
  const planned = addressOfPlan(wanting)
  if (planned !== undefined) return [planned]
  const other = peer && nodeOf(state, peer.node)
  if (peer === undefined || other === undefined || peer.node === SEGMENT) return []
  const proxy = mend(
    {
      description: `let ${spoken(peer.node)} answer on ${peer.link} for all that it has a route to`,
      scope: 'host-wide',
      sideEffects: [
        `${spoken(peer.node)} draws to itself what is sent on ${peer.link} to addresses that it reaches by other links`,
        'the answer may take 0.8 seconds',
      ],
    },
    [setSetting(peer.node, `net.ipv4.conf.${peer.link}.proxy_arp`, '1')],
  )
  return [ownOnLink(peer.node, peer.link, address), ...(loss.packet.family === 4 ? [proxy] : [])]
}

const wrongMac: Maker = ({ loss: { node, link = '', address = '' } }) => [
  {
    description: `delete the entry of ${address} on ${link} from the neighbour table of ${spoken(node)}`,
    commands: [tool('ip', node, 'neigh', 'del', address, 'dev', link)],
    scope: 'this-flow',
    sideEffects: [`${spoken(node)} asks anew who has ${address}`],
    apply: (state) =>
      updateNode(state, node, (own) => ({
        ...own,
        neighbours: own.neighbours.filter(
          (n) => n.link !== link || n.address !== address || n.proxy === true,
        ),
      })),
  },
]

export const neighbourMakers = {
  NEIGHBOR_UNRESOLVED: unresolved,
  NEIGHBOR_WRONG_LLADDR: wrongMac,
  GATEWAY_ARP_IGNORED: ignored,
  GATEWAY_NOT_OWNED: gateway,
} satisfies Record<string, Maker>
