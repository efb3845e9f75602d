import { contains } from '../ip/network.js'
import type { Packet } from '../state/packet.js'
import {
  type LinkState,
  linkOf,
  type NetState,
  type NodeState,
  type RouteState,
} from '../state/state.js'
import { addressesOf, cidrOf, isLoopback, ownAddress } from './addresses.js'
import type { Refusal } from './input.js'
import type { Loss } from './loss.js'
import type { Lookup } from './routing.js'
import { highest } from './settings.js'
import type { RouteRef } from './types.js'

/** A route as `ip route` shows it. */
export function routeText(route: RouteState): string {
  const to = route.to.endsWith('/0') ? 'default' : route.to.replace(/\/(32|128)$/, '')
  return [
    ...(route.type === 'unicast' ? [] : [route.type]),
    to,
    ...(route.gateway === undefined ? [] : ['via', route.gateway]),
    ...(route.device === undefined ? [] : ['dev', route.device]),
    ...(route.table === 254 ? [] : ['table', String(route.table)]),
  ].join(' ')
}

export const routeRef = (route: RouteState, rulePriority?: number): RouteRef => ({
  table: route.table,
  type: route.type,
  dst: route.to,
  ...(route.gateway === undefined ? {} : { gateway: route.gateway }),
  ...(route.device === undefined ? {} : { dev: route.device }),
  ...(rulePriority === undefined ? {} : { rulePriority }),
})

/** The link by which a node has the owner of an address, or its network, right beside it. */
export function directLink(state: NetState, node: NodeState, address: string) {
  const family = address.includes(':') ? 6 : 4
  for (const owner of state.nodes) {
    const own = ownAddress(owner, address)
    const peer = own === undefined ? undefined : linkOf(owner, own.link)?.peer
    if (peer?.node === node.node) return linkOf(node, peer.link)
  }
  const near = addressesOf(node, family).find(
    (a) => a.scope === 'global' && contains(cidrOf(a), address),
  )
  return near && linkOf(node, near.link)
}

const isOwned = (state: NetState, address: string) =>
  state.nodes.some((node) => ownAddress(node, address) !== undefined)

/** A link beside that is down, and whose routes are gone therefore. */
function downLink(state: NetState, node: NodeState, destination: string): LinkState | undefined {
  const direct = directLink(state, node, destination)
  if (direct !== undefined) return direct.up && direct.carrier ? undefined : direct
  // where all of its links are down there is no other way either
  const links = node.links.filter(({ kind }) => kind !== 'loopback')
  return links.length > 0 && links.every(({ up }) => !up) ? links[0] : undefined
}

const TYPES = {
  blackhole: 'ROUTE_BLACKHOLE',
  unreachable: 'ROUTE_UNREACHABLE',
  prohibit: 'ROUTE_PROHIBIT',
} as const

/** The loss where a look-up gives no route to go by. */
export function routeLoss(
  state: NetState,
  node: NodeState,
  found: Lookup,
  packet: Pick<Packet, 'destination' | 'family'>,
): Loss {
  const { destination } = packet
  const about = { node: node.node, stage: 'ROUTE_LOOKUP', address: destination } as const
  if (found.found === 'unknown') {
    const message = `${node.node}: ${found.text}`
    const object = { kind: 'route', ref: found.text } as const
    return { ...about, code: 'UNDETERMINED_FOREIGN_MATCH', message, object }
  }
  if (found.found !== 'none' && found.found !== 'route') {
    const { rule, route } = found
    const ref = route === undefined ? `rule ${rule.priority}: ${rule.action}` : routeText(route)
    const message = `${node.node} has ${route === undefined ? 'the' : 'the route'} ${ref} for ${destination}`
    const object = { kind: route === undefined ? 'rule' : 'route', ref } as const
    return {
      ...about,
      code: TYPES[found.found],
      message,
      object,
      route,
      rulePriority: rule.priority,
      evidence: [{ source: 'ip', ref }],
    }
  }
  const lo = node.links.find(({ kind, name }) => kind === 'loopback' || name === 'lo')
  if (isLoopback(destination) && lo !== undefined && !lo.up) return loDown(node, lo)
  const down = downLink(state, node, destination)
  if (down !== undefined && !down.up) {
    const message = `the link ${down.name} of ${node.node} is down, and its routes are gone: there is none to ${destination}`
    const object = { kind: 'link', ref: down.name } as const
    return { ...about, code: 'LINK_ADMIN_DOWN', message, object, link: down.name }
  }
  if (node.partial === true && !isOwned(state, destination)) {
    const message = `${node.node} may have a route to ${destination} which the plan does not know`
    const object = { kind: 'route', ref: destination } as const
    return { ...about, code: 'UNDETERMINED_OUTSIDE', message, object }
  }
  return {
    ...about,
    code: 'NO_ROUTE',
    message: `${node.node} has no route to ${destination}`,
    object: { kind: 'route', ref: destination },
  }
}

export const loDown = (node: NodeState, lo: LinkState): Loss => ({
  code: 'LO_DOWN',
  node: node.node,
  stage: 'LINK_TX',
  link: lo.name,
  message: `the loopback of ${node.node} is down: not even its own addresses answer`,
  object: { kind: 'link', ref: lo.name },
})

/** The route by the right link is gone, and another one takes the packet to where the destination is not. */
export function leak(
  state: NetState,
  node: NodeState,
  route: RouteState,
  destination: string,
): Loss | undefined {
  const direct = directLink(state, node, destination)
  if (direct === undefined || direct.name === route.device) return undefined
  const isRouted = node.routes.some(
    (r) => r.type === 'unicast' && r.device === direct.name && contains(r.to, destination),
  )
  if (direct.up && isRouted) return undefined
  const why = direct.up ? 'has no route to it' : 'is down'
  return {
    code: 'ROUTE_LEAKS_TO_OTHER_IF',
    node: node.node,
    stage: 'ROUTE_LOOKUP',
    link: direct.name,
    route,
    address: destination,
    message: `${destination} is behind the link ${direct.name} of ${node.node}, which ${why}; the packet goes ${routeText(route)} instead`,
    object: { kind: 'route', ref: routeText(route) },
  }
}

/** The loss behind a refusal of {@link inputRoute}. */
export function refusalLoss(
  state: NetState,
  node: NodeState,
  refusal: Refusal,
  packet: Packet,
  link: string,
): Loss {
  const { source, destination, family } = packet
  const about = { node: node.node, link } as const
  switch (refusal.why) {
    case 'route':
      return routeLoss(state, node, refusal.lookup, packet)
    case 'FORWARDING_DISABLED': {
      const all = family === 4 ? 'net.ipv4.ip_forward' : 'net.ipv6.conf.all.forwarding'
      const whole = node.settings[all] !== undefined && node.settings[all] !== '0'
      const name = family === 4 && whole ? `net.ipv4.conf.${link}.forwarding` : all
      return {
        ...about,
        code: 'FORWARDING_DISABLED',
        stage: 'ROUTE_LOOKUP',
        message: `${node.node} does not forward what comes by ${link}: ${name} is 0`,
        object: { kind: 'sysctl', ref: `${name}=0` },
        setting: { name, value: '0' },
        evidence: [{ source: 'sysctl', ref: `${name} = 0` }],
      }
    }
    case 'SOURCE_IS_LOCAL':
      return {
        ...about,
        code: 'SOURCE_IS_LOCAL',
        stage: 'SOURCE_VALIDATION',
        address: source,
        message: `${node.node} has the source ${source} itself, so it takes no packet from it over ${link}`,
        object: { kind: 'address', ref: source },
      }
    case 'SOURCE_MARTIAN':
      return {
        ...about,
        code: 'SOURCE_MARTIAN',
        stage: 'SOURCE_VALIDATION',
        address: source,
        message: `${node.node} takes no packet from ${source} to ${destination} over a link`,
        object: { kind: 'address', ref: source },
      }
    default: {
      const value = String(highest(node, link, 'rp_filter'))
      const by = node.settings[`net.ipv4.conf.all.rp_filter`] === value ? 'all' : link
      const name = `net.ipv4.conf.${by}.rp_filter`
      const back =
        refusal.back === undefined
          ? `it has no route back to ${source}`
          : `its way back to ${source} is ${routeText(refusal.back)}`
      return {
        ...about,
        code: refusal.why,
        stage: 'SOURCE_VALIDATION',
        address: source,
        route: refusal.back,
        message: `${node.node} checks sources on ${link} (${name} is ${value}), and ${back}`,
        object: { kind: 'sysctl', ref: `${name}=${value}` },
        setting: { name, value },
        evidence: [{ source: 'sysctl', ref: `${name} = ${value}` }],
      }
    }
  }
}
