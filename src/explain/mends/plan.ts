import { network } from '../../ip/network.js'
import { SEGMENT } from '../../plan/place.js'
import { GATEWAY } from '../../resource/address.js'
import { ROUTE_PROTOCOL } from '../../resource/kind.js'
import type { FilterRule, Table } from '../../state/firewall.js'
import type { Packet } from '../../state/packet.js'
import {
  type AddressState,
  linkOf,
  type NetState,
  type NodeState,
  nodeOf,
  type RouteState,
} from '../../state/state.js'
import { addressesOf, ownAddress } from '../addresses.js'
import { insertAccept } from './accept.js'
import { withRules } from './change.js'
import { addAddress, addRoute, type Edit, hostRoute, mend, setSetting } from './edit.js'
import type { Candidate, Wanting } from './types.js'
import { spoken } from './words.js'

/** The end of a plan's pair on its host, and the namespace behind it. */
interface Pair {
  readonly host: NodeState
  readonly hostEnd: string
  /** What the host's rules call it: the bridge, where its end is a port of one. */
  readonly device: string
  readonly namespace: NodeState
  readonly nsEnd: string
}

const isHost = (node: string) => !node.includes('/') && node !== SEGMENT

/** The name by which the rules of a host know an end: its bridge takes and gives packets for it. */
const deviceOf = (host: NodeState, link: string) => linkOf(host, link)?.master ?? link

/** The port of a bridge behind which one of the ends of a packet is. */
function portOf(plan: NetState, host: NodeState, bridge: string, packet: Packet) {
  const ports = host.links.filter(({ master, peer }) => master === bridge && peer !== undefined)
  const isFor = (address: string) =>
    ports.find(({ peer }) => {
      const other = peer?.node === undefined ? undefined : nodeOf(plan, peer.node)
      return other !== undefined && ownAddress(other, address)?.link === peer?.link
    })
  return isFor(packet.destination) ?? isFor(packet.source) ?? ports[0]
}

/** The pair of a plan that has this end, on either side. */
function pairOf(plan: NetState, node: string, link: string): Pair | undefined {
  const own = nodeOf(plan, node)
  const peer = own && linkOf(own, link)?.peer
  const other = peer?.node === undefined ? undefined : nodeOf(plan, peer.node)
  if (own === undefined || peer === undefined || other === undefined) return undefined
  if (isHost(own.node) && other.node.startsWith(`${own.node}/`))
    return {
      ...{ host: own, hostEnd: link, device: deviceOf(own, link) },
      ...{ namespace: other, nsEnd: peer.link },
    }
  if (isHost(other.node) && own.node.startsWith(`${other.node}/`))
    return {
      ...{ host: other, hostEnd: peer.link, device: deviceOf(other, peer.link) },
      ...{ namespace: own, nsEnd: link },
    }
  return undefined
}

/** `.at('demo01')`; with its host where several have one. */
export function cursor(plan: NetState, place: string): string {
  const name = place.slice(place.indexOf('/') + 1)
  const same = plan.nodes.filter(({ node }) => node.endsWith(`/${name}`))
  return `.at('${same.length > 1 ? place : name}')`
}

const filterOf = (family: 4 | 6): Table => ({
  backend: 'iptables-nft',
  family: family === 4 ? 'ip' : 'ip6',
  name: 'filter',
  chains: [],
})

const forwardRules = (node: NodeState | undefined, family: 4 | 6): readonly FilterRule[] =>
  node?.tables
    .filter((t) => t.name === 'filter' && t.family === filterOf(family).family)
    .flatMap(({ chains }) => chains)
    .filter(({ base }) => base?.hook === 'forward')
    .flatMap(({ rules }) => rules) ?? []

/** True for a rule that asks for this link alone, not for the way from one port of a switch to another. */
function asksFor(rule: FilterRule, match: 'in' | 'out', link: string): boolean {
  const links = rule.parts.flatMap((part) =>
    'match' in part && (part.match === 'in' || part.match === 'out') ? [part] : [],
  )
  const [only] = links
  return links.length === 1 && only?.match === match && only.links.includes(link)
}

const lets = (plan: NodeState, family: 4 | 6, match: 'in' | 'out', link: string) =>
  forwardRules(plan, family).some((rule) => asksFor(rule, match, link))

const isOfIptables = ({ loss }: Wanting) =>
  loss.crossing === undefined ||
  (loss.crossing.table.backend === 'iptables-nft' && loss.crossing.table.name === 'filter')

/** The rules of the plan that the host lacks. */
export function rulesOfPlan(wanting: Wanting): readonly Candidate[] {
  const { state, wanted, loss } = wanting
  const { family } = loss.packet
  const [plan, own] = [wanted && nodeOf(wanted, loss.node), nodeOf(state, loss.node)]
  if (plan === undefined || own === undefined || !isOfIptables(wanting)) return []
  const isSame = (a: FilterRule, b: FilterRule) =>
    a.comment === b.comment && JSON.stringify(linksOf(a)) === JSON.stringify(linksOf(b))
  const there = forwardRules(own, family)
  const gone = forwardRules(plan, family).filter((rule) => !there.some((r) => isSame(r, rule)))
  if (gone.length === 0) return []
  const table = filterOf(family)
  const tool = family === 4 ? 'iptables' : 'ip6tables'
  const edits = gone.map(
    (rule): Edit => ({
      command: [tool, '-w', '5', '-t', 'filter', '-I', 'FORWARD', '1', ...rule.text.split(' ')],
      apply: (before) =>
        withRules(before, loss.node, table, 'FORWARD', (rules) => [rule, ...rules]),
    }),
  )
  const what = gone.length === 1 ? 'the rule' : `the ${gone.length} rules`
  return [
    mend(
      {
        description: `give ${loss.node} back ${what} of the plan that it lacks`,
        scope: 'host-wide',
        sideEffects: ['what the plan lets through passes'],
      },
      edits,
    ),
  ]
}

const linksOf = ({ parts }: FilterRule) =>
  parts.filter((part) => 'match' in part && (part.match === 'in' || part.match === 'out'))

/** `allowForward()` of a namespace at either link, where the plan has left it away. */
export function allowForward(wanting: Wanting): readonly Candidate[] {
  const { state, wanted, loss } = wanting
  const { family, destination } = loss.packet
  const own = nodeOf(state, loss.node)
  if (wanted === undefined || own === undefined || !isOfIptables(wanting)) return []
  const { in: from, out: to = directEnd(wanted, loss.node, destination) } = loss.position
  const host = nodeOf(wanted, loss.node)
  const pairs = [from, to].flatMap((link) => {
    if (link === undefined || host === undefined) return []
    const isBridge = linkOf(host, link)?.kind === 'bridge'
    const end = isBridge ? portOf(wanted, host, link, loss.packet)?.name : link
    return (end === undefined ? undefined : pairOf(wanted, loss.node, end)) ?? []
  })
  return pairs.slice(0, 2).flatMap((pair) => callFor(wanting, wanted, own, pair, family) ?? [])
}

/** The host's end of the pair behind which an address is. */
function directEnd(plan: NetState, host: string, address: string): string | undefined {
  for (const node of plan.nodes) {
    const found = ownAddress(node, address)
    const peer = found && linkOf(node, found.link)?.peer
    if (peer?.node === host) return peer.link
  }
  return undefined
}

function callFor(
  { loss }: Wanting,
  wanted: NetState,
  own: NodeState,
  pair: Pair,
  family: 4 | 6,
): Candidate | undefined {
  const { host, device } = pair
  const directions = (['in', 'out'] as const).filter(
    (d) => !lets(host, family, d === 'in' ? 'out' : 'in', device),
  )
  if (directions.length === 0) return undefined
  const whole = family === 4 ? 'net.ipv4.ip_forward' : 'net.ipv6.conf.all.forwarding'
  const table = filterOf(family)
  const edits = [
    ...(own.settings[whole] === '1' ? [] : [setSetting(host.node, whole, '1')]),
    ...directions.map((d) =>
      insertAccept(
        host.node,
        table,
        'FORWARD',
        [{ match: d === 'in' ? 'out' : 'in', links: [device] }],
        loss.packet,
      ),
    ),
  ]
  const [only] = directions.length === 1 ? directions : []
  const options = only === undefined ? '' : `{ direction: '${only}' }`
  const what = { in: 'to', out: 'from' }
  return mend(
    {
      description: `let ${host.node} forward what goes ${directions.map((d) => what[d]).join(' and ')} ${spoken(pair.namespace.node)}`,
      scope: 'host-wide',
      sdkChange: `${cursor(wanted, pair.namespace.node)}.allowForward(${options})`,
      sideEffects: [`all packets by ${device} pass, whatever they are`],
    },
    edits,
  )
}

/** `routeBothWays()` of the namespace at one end of a pair, where the plan has left it away. */
export function routeBothWays(wanting: Wanting, node: string, link: string): Candidate | undefined {
  const { state, wanted, loss } = wanting
  const { family } = loss.packet
  const pair = wanted && pairOf(wanted, node, link)
  // at a switch it goes by the address that the host has there, if it has one
  if (wanted === undefined || pair === undefined || pair.device !== pair.hostEnd) return undefined
  const { host, hostEnd, namespace, nsEnd } = pair
  const all = family === 4 ? '0.0.0.0/0' : '::/0'
  if (namespace.routes.some(({ to, device }) => to === all && device === nsEnd)) return undefined
  const own = { host: nodeOf(state, host.node), ns: nodeOf(state, namespace.node) }
  if (own.host === undefined || own.ns === undefined) return undefined
  const proto = { protocol: String(ROUTE_PROTOCOL) }
  const to = addressesOf(namespace, family, nsEnd).filter(({ scope }) => scope === 'global')
  const declared = family === 4 ? uplinkAddress(host) : undefined
  const { address: gateway, prefix } = network(GATEWAY[family])
  const end: AddressState = {
    ...{ link: hostEnd, family, address: gateway, prefix },
    scope: family === 4 ? 'global' : 'link',
  }
  const out: RouteState = {
    ...{ family, table: 254, type: 'unicast', to: all, metric: family === 4 ? 0 : 1024 },
    ...{ gateway: declared ?? gateway, device: nsEnd, ...proto },
    ...(family === 4 ? { onlink: true } : {}),
  }
  const hasEnd = own.host.addresses.some((a) => a.link === hostEnd && a.address === gateway)
  const edits = [
    ...(declared !== undefined || hasEnd ? [] : [addAddress(host.node, end)]),
    addRoute(namespace.node, out),
    ...to.map(({ address }) =>
      addRoute(host.node, hostRoute(address, { device: hostEnd, ...proto })),
    ),
  ]
  return mend(
    {
      description: `routes from ${host.node} to ${spoken(namespace.node)}, and out of it by ${host.node}`,
      scope: 'host-wide',
      sdkChange: `${cursor(wanted, namespace.node)}.routeBothWays()`,
      sideEffects: [`all that ${spoken(namespace.node)} sends goes to ${host.node}`],
    },
    edits,
  )
}

/** The address that a host declares. */
const uplinkAddress = (host: NodeState) =>
  addressesOf(host, 4).find(({ link }) => linkOf(host, link)?.peer?.node === SEGMENT)?.address

/** `routeTo()` from one host to a namespace of another, where the plan has left it away. */
export function routeTo(wanting: Wanting): Candidate | undefined {
  const { wanted, loss } = wanting
  const { destination, family } = loss.packet
  const from = wanted && nodeOf(wanted, loss.node)
  const owner = wanted?.nodes.find((node) => ownAddress(node, destination) !== undefined)
  const link = owner && ownAddress(owner, destination)?.link
  if (!wanted || !owner || !link || !from || !isHost(from.node)) return undefined
  const pair = pairOf(wanted, owner.node, link)
  if (pair === undefined || pair.host.node === from.node) return undefined
  const gateway = addressesOf(pair.host, family).find(
    (a) => linkOf(pair.host, a.link)?.peer?.node === SEGMENT && a.scope === 'global',
  )
  if (gateway === undefined) return undefined
  const device = addressesOf(from, family).find(
    (a) => linkOf(from, a.link)?.peer?.node === SEGMENT && a.scope === 'global',
  )?.link
  const proto = String(ROUTE_PROTOCOL)
  const to = addressesOf(owner, family, link).filter(({ scope }) => scope === 'global')
  const name = cursor(wanted, pair.namespace.node).slice(4, -1)
  return mend(
    {
      description: `routes from ${from.node} to ${spoken(owner.node)}, by ${pair.host.node}`,
      scope: 'host-wide',
      sdkChange: `.host('${from.node}').routeTo(${name})`,
      sideEffects: [],
    },
    to.map(({ address }) =>
      addRoute(
        from.node,
        hostRoute(address, { gateway: gateway.address, device, protocol: proto }),
      ),
    ),
  )
}
