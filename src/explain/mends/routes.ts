import { bare } from '../../ip/cidr.js'
import { contains, network } from '../../ip/network.js'
import {
  type LinkState,
  linkOf,
  type NetState,
  type NodeState,
  nodeOf,
  type RouteState,
} from '../../state/state.js'
import { addressesOf, cidrOf, ownAddress } from '../addresses.js'
import { directLink } from '../route-loss.js'
import { segmentOf } from '../segment.js'
import { isSameRoute } from './change.js'
import { addRoute, deleteAddress, deleteRoute, deleteRule, hostRoute, mend } from './edit.js'
import { bringUp } from './links.js'
import { cursor, routeBothWays, routeTo } from './plan.js'
import { loosen } from './settings.js'
import { working } from './try.js'
import type { Candidate, Maker, Wanting } from './types.js'
import { routeWords, spoken } from './words.js'

/** The highest metric but a few, so that every other route comes first. */
const GUARD_METRIC = 4_278_198_272

/** What the plan has for a destination, and the node lacks. */
function routeOfPlan({ state, wanted, loss }: Wanting, to: string): RouteState | undefined {
  const [own, plan] = [nodeOf(state, loss.node), wanted && nodeOf(wanted, loss.node)]
  return plan?.routes
    .filter(
      (route) =>
        route.protocol !== 'kernel' &&
        contains(route.to, to) &&
        !own?.routes.some((each) => isSameRoute(each, route) && each.device === route.device),
    )
    .sort((a, b) => network(b.to).prefix - network(a.to).prefix)[0]
}

/** `route()` of a namespace of the plan, by a gateway on a network of its own. */
function routeCall(node: string, { to, gateway, onlink }: RouteState, plan: NetState | undefined) {
  const isKnown = node.includes('/') && plan !== undefined && nodeOf(plan, node) !== undefined
  if (!isKnown || gateway === undefined || onlink === true) return {}
  return { sdkChange: `${cursor(plan, node)}.route('${bare(to)}', { via: '${gateway}' })` }
}

const giveRoute = (
  node: string,
  route: RouteState,
  description: string,
  plan?: NetState,
): Candidate =>
  mend(
    {
      description,
      ...routeCall(node, route, plan),
      scope: route.to.endsWith('/32') || route.to.endsWith('/128') ? 'this-flow' : 'host-wide',
      sideEffects: [`all that ${spoken(node)} sends to ${route.to} goes so`],
    },
    [addRoute(node, route)],
  )

const live = (node: NodeState) => node.links.filter(({ kind, up }) => kind !== 'loopback' && up)

/** Routes to an address by each that stands on a link of the node: those on its networks first. */
function byNeighbours(
  { state }: Wanting,
  node: NodeState,
  links: readonly LinkState[],
  to: string,
): readonly RouteState[] {
  const { family } = network(to)
  const found = links.flatMap((link) =>
    segmentOf(state, node, link).receivers.flatMap((receiver) => {
      const isNear = (gateway: string) =>
        addressesOf(node, family, link.name).some((a) => contains(cidrOf(a), gateway))
      const own = addressesOf(receiver.node, family)
      return own
        .filter(
          (a) =>
            a.link !== 'lo' &&
            // a state of a plan does not know the addresses that links give themselves
            a.address !== 'fe80::' &&
            (a.link === receiver.link.name || (family === 4 && a.scope === 'global')),
        )
        .sort((a, b) => Number(isNear(b.address)) - Number(isNear(a.address)))
        .map(({ address, scope }) => ({
          near: isNear(address) || scope === 'link',
          route: hostRoute(to, {
            gateway: address,
            device: link.name,
            ...(isNear(address) || scope === 'link' ? {} : { onlink: true }),
          }),
        }))
    }),
  )
  const near = found.filter((each) => each.near)
  return (near.length > 0 ? near : found).map(({ route }) => route)
}

const by = (route: RouteState) =>
  route.gateway === undefined ? `on ${route.device}` : `by ${route.gateway} on ${route.device}`

const noRoute: Maker = (wanting) => {
  const { state, loss } = wanting
  const own = nodeOf(state, loss.node)
  const { destination } = loss.packet
  if (own === undefined) return []
  const planned = routeOfPlan(wanting, destination)
  if (planned !== undefined)
    return [
      giveRoute(
        own.node,
        planned,
        `give ${spoken(own.node)} back the route of the plan: ${routeWords(planned).join(' ')}`,
      ),
    ]
  const direct = directLink(state, own, destination)
  const links = direct === undefined ? live(own) : [direct]
  const call =
    routeTo(wanting) ?? links.flatMap(({ name }) => routeBothWays(wanting, own.node, name) ?? [])[0]
  if (call !== undefined) return [call]
  const routes =
    direct === undefined
      ? byNeighbours(wanting, own, links, destination)
      : [hostRoute(destination, { device: direct.name })]
  const all = routes.map((route) =>
    giveRoute(
      own.node,
      route,
      `a route from ${spoken(own.node)} to ${destination}, ${by(route)}`,
      wanting.wanted,
    ),
  )
  return working(wanting, all)
}

/** The link beside which the destination is, where it is down. */
const deadLink = ({ state, loss }: Wanting, own: NodeState) => {
  const direct = directLink(state, own, loss.packet.destination)
  return direct?.up === false ? direct.name : undefined
}

const ended: Maker = (wanting) => {
  const { state, loss } = wanting
  const { route, rulePriority } = loss
  const own = nodeOf(state, loss.node)
  if (own === undefined) return []
  const dead = deadLink(wanting, own)
  const up = dead === undefined ? [] : [bringUp(wanting, own.node, dead)]
  const rule = own.rules.find(
    (r) => r.priority === rulePriority && r.family === loss.packet.family && r.action !== 'table',
  )
  const scope = 'host-wide'
  if (route !== undefined) {
    const description = `delete the route ${routeWords(route).join(' ')} of ${spoken(own.node)}`
    const sideEffects = [`all to ${route.to} goes by the route that is next for it`]
    return [...up, mend({ description, scope, sideEffects }, [deleteRoute(own.node, route)])]
  }
  if (rule === undefined) return up
  const description = `delete the rule ${rule.priority} of ${spoken(own.node)}, which says ${rule.action}`
  const sideEffects = ['all packets that the rule is for are routed by the rules behind it']
  return [...up, mend({ description, scope, sideEffects }, [deleteRule(own.node, rule)])]
}

const leaks: Maker = (wanting) => {
  const { state, loss } = wanting
  const { node, link = '', packet } = loss
  const own = nodeOf(state, node)
  const direct = own && linkOf(own, link)
  if (own === undefined || direct === undefined) return []
  const { destination } = packet
  const planned = routeOfPlan(wanting, destination)
  const call = routeBothWays(wanting, node, link)
  const onLink = hostRoute(destination, { device: link })
  const guard = hostRoute(destination, { type: 'unreachable', metric: GUARD_METRIC })
  return [
    ...(call !== undefined ? [call] : direct.up ? [giveBack(own, planned ?? onLink)] : raised()),
    mend(
      {
        description: `let ${spoken(node)} call ${destination} unreachable while it has no other route there: nothing leaks, and the sender is told`,
        scope: 'host-wide',
        sideEffects: ['the packet does not arrive for all that'],
      },
      [addRoute(node, guard)],
    ),
  ]

  function raised(): readonly Candidate[] {
    // addresses of the link bring their networks back by themselves
    const near = addressesOf(own as NodeState, packet.family, link).some((a) =>
      contains(cidrOf(a), destination),
    )
    const routes = near || planned !== undefined ? [] : [onLink]
    return [bringUp(wanting, node, link, { routes })]
  }
}

const giveBack = (own: NodeState, route: RouteState) =>
  giveRoute(own.node, route, `a route from ${spoken(own.node)} to ${route.to}, ${by(route)}`)

/** The way back to the source, by the link by which it comes. */
const reverse: Maker = (wanting) => {
  const { state, loss } = wanting
  const { node, link = '', address = loss.packet.source, code } = loss
  const own = nodeOf(state, node)
  const found = own && linkOf(own, link)
  if (own === undefined || found === undefined) return []
  const isRightThere = segmentOf(state, own, found).receivers.some(
    (receiver) => ownAddress(receiver.node, address) !== undefined,
  )
  const routes = isRightThere
    ? [hostRoute(address, { device: link })]
    : byNeighbours(wanting, own, [found], address)
  const loose = code === 'RP_FILTER_STRICT' ? loosen(own, link) : undefined
  const ways = routes.map((route) => {
    const verb = own.routes.some((each) => isSameRoute(each, route)) ? 'replace' : 'add'
    return mend(
      {
        description: `a way back from ${spoken(node)} to ${address}, ${by(route)}`,
        scope: 'this-flow',
        sideEffects: [`all that ${spoken(node)} sends to ${address} goes so`],
      },
      [addRoute(node, route, verb)],
    )
  })
  return [...working(wanting, ways), ...(loose === undefined ? [] : [loose])]
}

/** Two have one address: that of the node which is not asked for goes. */
const twice: Maker = ({ state, loss, start }) => {
  // a packet that comes back to its sender is led wrong: it has the address rightly
  if (loss.node === start.node) return []
  const own = nodeOf(state, loss.node)
  const address = loss.address === undefined ? undefined : own && ownAddress(own, loss.address)
  if (own === undefined || address === undefined) return []
  return [
    mend(
      {
        description: `take ${address.address} away from ${spoken(own.node)}: the sender has it too`,
        scope: 'host-wide',
        sideEffects: [`${spoken(own.node)} is not reached at ${address.address} any more`],
      },
      [deleteAddress(own.node, address)],
    ),
  ]
}

export const routeMakers = {
  NO_ROUTE: noRoute,
  ROUTE_BLACKHOLE: ended,
  ROUTE_UNREACHABLE: ended,
  ROUTE_PROHIBIT: ended,
  ROUTE_LEAKS_TO_OTHER_IF: leaks,
  RP_FILTER_STRICT: reverse,
  RP_FILTER_LOOSE: reverse,
  SOURCE_IS_LOCAL: twice,
} satisfies Record<string, Maker>
