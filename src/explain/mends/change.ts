import type { FilterRule, Table } from '../../state/firewall.js'
import { kernelRoutes } from '../../state/kernel-routes.js'
import {
  type AddressState,
  type LinkState,
  linkOf,
  type NetState,
  type NodeState,
  nodeOf,
  type RouteState,
} from '../../state/state.js'

export const updateNode = (
  state: NetState,
  name: string,
  change: (node: NodeState) => NodeState,
): NetState => ({ nodes: state.nodes.map((node) => (node.node === name ? change(node) : node)) })

export const updateLink = (
  state: NetState,
  node: string,
  name: string,
  change: (link: LinkState) => Partial<LinkState>,
): NetState =>
  updateNode(state, node, (own) => ({
    ...own,
    links: own.links.map((link) => (link.name === name ? { ...link, ...change(link) } : link)),
  }))

const FORWARDING = {
  'net.ipv4.ip_forward': 'net.ipv4.conf.',
  'net.ipv6.conf.all.forwarding': 'net.ipv6.conf.',
} as const

/** Writes a setting. That of a whole namespace which says whether it forwards writes those of its links. */
export const withSetting = (state: NetState, node: string, name: string, value: string) =>
  updateNode(state, node, (own) => {
    const settings = { ...own.settings, [name]: value }
    const prefix = FORWARDING[name as keyof typeof FORWARDING]
    if (prefix !== undefined) {
      for (const each of ['all', 'default', ...own.links.map((link) => link.name)])
        settings[`${prefix}${each}.forwarding`] = value
    }
    return { ...own, settings }
  })

export const isSameRoute = (a: RouteState, b: RouteState): boolean =>
  a.family === b.family && a.table === b.table && a.to === b.to && a.metric === b.metric

/** Adds a route, instead of the one to the same network with the same metric. */
export const withRoute = (state: NetState, node: string, route: RouteState): NetState =>
  updateNode(state, node, (own) => ({
    ...own,
    routes: [...own.routes.filter((each) => !isSameRoute(each, route)), route],
  }))

export const withoutRoute = (state: NetState, node: string, route: RouteState): NetState =>
  updateNode(state, node, (own) => ({
    ...own,
    routes: own.routes.filter((each) => each !== route),
  }))

const missing = (own: NodeState, routes: readonly RouteState[]) =>
  routes.filter(
    (route) => !own.routes.some((r) => isSameRoute(r, route) && r.device === route.device),
  )

/** Adds an address, and where its link is up what the kernel makes of it. */
export const withAddress = (state: NetState, node: string, address: AddressState): NetState =>
  updateNode(state, node, (own) => {
    const up = linkOf(own, address.link)?.up === true
    const routes = up ? missing(own, kernelRoutes(address)) : []
    return {
      ...own,
      addresses: [...own.addresses, address],
      routes: [...own.routes, ...routes],
    }
  })

export const withoutAddress = (state: NetState, node: string, gone: AddressState): NetState =>
  updateNode(state, node, (own) => {
    const isOfIt = (route: RouteState) =>
      route.device === gone.link &&
      kernelRoutes(gone).some(({ to, table }) => to === route.to && table === route.table)
    return {
      ...own,
      addresses: own.addresses.filter((each) => each !== gone),
      routes: own.routes.filter((route) => !isOfIt(route) && route.source !== gone.address),
    }
  })

/** Sets a link up: both ends have a carrier then, if the other is up, and the kernel's own routes come back. */
export function withLinkUp(state: NetState, node: string, name: string): NetState {
  const peer = linkPeer(state, node, name)
  const peerUp = peer === undefined || linkAt(state, peer.node, peer.link)?.up === true
  let next = updateNode(
    updateLink(state, node, name, () => ({ up: true })),
    node,
    (own) => {
      const link = linkOf(own, name)
      const addresses = link === undefined ? own.addresses : withOwn(own, link)
      const routes = addresses.filter((a) => a.link === name).flatMap(kernelRoutes)
      return { ...own, addresses, routes: [...own.routes, ...missing(own, routes)] }
    },
  )
  if (!peerUp) return next
  next = withCarrier(next, node, name)
  return peer === undefined ? next : withCarrier(next, peer.node, peer.link)
}

/** A link that is up has an address of IPv6 of its own, and the loopback those of this machine. */
function withOwn(own: NodeState, { name, kind }: LinkState): readonly AddressState[] {
  const given: readonly AddressState[] =
    kind === 'loopback'
      ? [
          { link: name, family: 4, address: '127.0.0.1', prefix: 8, scope: 'host' },
          { link: name, family: 6, address: '::1', prefix: 128, scope: 'host' },
        ]
      : [{ link: name, family: 6, address: 'fe80::', prefix: 64, scope: 'link' }]
  const lacking = given.filter(
    (each) =>
      !own.addresses.some(
        (a) => a.link === name && a.family === each.family && a.scope === each.scope,
      ),
  )
  return [...own.addresses, ...lacking]
}

const linkAt = (state: NetState, node: string, link: string) => {
  const own = nodeOf(state, node)
  return own && linkOf(own, link)
}

function linkPeer(state: NetState, node: string, link: string) {
  const peer = linkAt(state, node, link)?.peer
  return peer?.node === undefined ? undefined : { node: peer.node, link: peer.link }
}

function withCarrier(state: NetState, node: string, name: string): NetState {
  return updateNode(state, node, (own) => {
    const master = linkOf(own, name)?.master
    const forwards = (link: LinkState): LinkState =>
      link.port === undefined ? link : { ...link, port: { ...link.port, state: 'forwarding' } }
    return {
      ...own,
      links: own.links.map((link) => {
        if (link.name === name) return forwards({ ...link, carrier: true })
        if (link.name === master && link.up) return { ...link, carrier: true }
        // behind a bridge that comes up its ports forward
        return link.master === name && link.carrier ? forwards(link) : link
      }),
      routes: own.routes.map((route) => {
        if (route.device !== name) return route
        const { linkdown: _, dead: __, ...alive } = route
        return alive
      }),
    }
  })
}

const isTable = (a: Table, b: Table) =>
  a.backend === b.backend && a.family === b.family && a.name === b.name

const numbered = (rules: readonly FilterRule[]) =>
  rules.map((rule, i) => ({ ...rule, number: i + 1 }))

/** Changes the rules of a chain. */
export const withRules = (
  state: NetState,
  node: string,
  table: Table,
  chain: string,
  change: (rules: readonly FilterRule[]) => readonly FilterRule[],
): NetState =>
  updateNode(state, node, (own) => ({
    ...own,
    tables: own.tables.map((each) =>
      isTable(each, table)
        ? {
            ...each,
            chains: each.chains.map((one) =>
              one.name === chain ? { ...one, rules: numbered(change(one.rules)) } : one,
            ),
          }
        : each,
    ),
  }))
