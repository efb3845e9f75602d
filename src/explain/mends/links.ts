import {
  type AddressState,
  linkOf,
  type NetState,
  type NodeState,
  nodeOf,
  type RouteState,
} from '../../state/state.js'
import type { FoundLoss } from '../loss.js'
import { lookup } from '../routing.js'
import { isSameRoute, updateLink } from './change.js'
import { addAddress, addRoute, type Edit, mend, setMtu, setUp } from './edit.js'
import type { Candidate, Maker, Wanting } from './types.js'
import { spoken, tool } from './words.js'

/** What the kernel does not give back to a link that was down: routes by it, and over IPv6 its addresses. */
function lostAt({ state, wanted }: Wanting, node: string, link: string) {
  const [own, plan] = [nodeOf(state, node), wanted && nodeOf(wanted, node)]
  const addresses = (plan?.addresses ?? []).filter(
    (a) =>
      a.link === link &&
      a.scope !== 'host' &&
      a.address !== 'fe80::' &&
      !own?.addresses.some((each) => each.link === link && each.address === a.address),
  )
  const routes = (plan?.routes ?? []).filter(
    (route) =>
      route.device === link &&
      route.protocol !== 'kernel' &&
      !own?.routes.some((each) => isSameRoute(each, route) && each.device === link),
  )
  return { addresses, routes }
}

/** Sets a link up, and gives it what it lost while it was down. */
export function bringUp(
  wanting: Wanting,
  node: string,
  link: string,
  more: { readonly routes?: readonly RouteState[]; readonly sdkChange?: string } = {},
): Candidate {
  const { addresses, routes } = lostAt(wanting, node, link)
  const all = [...routes, ...(more.routes ?? [])]
  const edits: readonly Edit[] = [
    setUp(node, link),
    ...addresses.map((address: AddressState) => addAddress(node, address)),
    ...all.map((route) => addRoute(node, route)),
  ]
  const and = all.length + addresses.length > 0 ? ', and give back what it lost with it' : ''
  return mend(
    {
      description: `set the link ${link} of ${spoken(node)} up${and}`,
      scope: 'host-wide',
      sideEffects: [`all that goes by ${link} passes again`],
    },
    edits,
  )
}

const isKnown = (state: NetState, node: string, link: string) => {
  const own = nodeOf(state, node)
  return own !== undefined && linkOf(own, link) !== undefined
}

const linkDown: Maker = (wanting) => {
  const { state, loss } = wanting
  const { node, link, peer } = loss
  const at = loss.code === 'LINK_NO_CARRIER' ? peer : link && { node, link }
  if (at === undefined || at === '' || !isKnown(state, at.node, at.link)) return []
  return [bringUp(wanting, at.node, at.link)]
}

/** A port that is not forwarding waits for the spanning tree. */
const bridgeDown: Maker = (wanting) => {
  const { state, loss } = wanting
  const { node, link = '', object } = loss
  if (object.kind !== 'bridgePort') return linkDown(wanting)
  const own = nodeOf(state, node)
  const bridge = own && linkOf(own, link)?.master
  if (own === undefined || bridge === undefined) return []
  const port = (...words: readonly string[]): Edit => ({
    command: tool('ip', node, 'link', 'set', 'dev', link, ...words),
    apply: (before) =>
      updateLink(before, node, link, (now) =>
        now.port === undefined ? {} : { port: { ...now.port, state: 'forwarding' } },
      ),
  })
  return [
    mend(
      {
        description: `let the bridge ${bridge} of ${spoken(node)} do without its spanning tree, and begin with ${link} anew`,
        scope: 'host-wide',
        sideEffects: [`a circle of bridges of which ${bridge} is part is not cut any more`],
      },
      [
        {
          command: tool(
            'ip',
            node,
            ...['link', 'set', 'dev', bridge],
            'type',
            'bridge',
            'stp_state',
            '0',
          ),
          apply: (before) => before,
        },
        port('down'),
        port('up'),
      ],
    ),
  ]
}

/** The link takes it, and the route says that something behind it does not. */
function routeMtu(own: NodeState, { packet, position }: FoundLoss): readonly Candidate[] {
  const found = lookup(own, { ...packet, in: position.in ?? 'lo' })
  if (found.found !== 'route' || found.route.mtu === undefined) return []
  const { mtu: limit, ...route } = found.route
  return [
    mend(
      {
        description: `take the MTU ${limit} off the route of ${spoken(own.node)} to ${route.to}`,
        scope: 'host-wide',
        sideEffects: [`all to ${route.to} may be as large as the link takes`],
      },
      [addRoute(own.node, route, 'replace')],
    ),
  ]
}

const mtu: Maker = ({ state, loss }) => {
  const { node, link = '', packet } = loss
  const own = nodeOf(state, node)
  const found = own && linkOf(own, link)
  if (own === undefined || found === undefined) return []
  const size = packet.length
  const ends = [{ node, link, mtu: found.mtu }]
  const { peer } = found
  const other = peer?.node === undefined ? undefined : nodeOf(state, peer.node)
  const end = other && peer && linkOf(other, peer.link)
  if (other && end) ends.push({ node: other.node, link: end.name, mtu: end.mtu })
  const small = ends.filter((each) => each.mtu < size)
  if (small.length === 0) return routeMtu(own, loss)
  return [
    mend(
      {
        description: `let ${small.map((each) => `${each.link} of ${spoken(each.node)}`).join(' and ')} take ${size} bytes`,
        scope: 'host-wide',
        sideEffects: [`all packets by ${link} may have ${size} bytes`],
      },
      small.map((each) => setMtu(each.node, each.link, size)),
    ),
  ]
}

export const linkMakers = {
  LINK_ADMIN_DOWN: linkDown,
  LINK_NO_CARRIER: linkDown,
  LO_DOWN: linkDown,
  BRIDGE_DOWN: bridgeDown,
  MTU_EXCEEDED: mtu,
} satisfies Record<string, Maker>
