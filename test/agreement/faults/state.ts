import type { Draft } from 'immer'
import type { Chain, FilterRule, Hook, RulePart, Table } from '../../../src/state/firewall.js'
import type { LinkState, NetState, NodeState, RouteState } from '../../../src/state/state.js'
import type { Family } from '../types.js'

export type State = Draft<NetState>

export function nodeIn(state: State, name: string): Draft<NodeState> {
  const node = state.nodes.find((each) => each.node === name)
  if (node === undefined) throw new Error(`no node ${name}`)
  return node
}

export function linkIn(state: State, node: string, name: string): Draft<LinkState> | undefined {
  return nodeIn(state, node).links.find((link) => link.name === name)
}

/** What the kernel does when a link is set down. */
export function setDown(state: State, node: string, name: string): void {
  const own = nodeIn(state, node)
  const link = linkIn(state, node, name)
  if (link === undefined) return
  link.up = false
  link.carrier = false
  const peer = link.peer?.node && linkIn(state, link.peer.node, link.peer.link)
  if (peer) peer.carrier = false
  if (link.kind === 'loopback') {
    own.addresses = own.addresses.filter((a) => !(a.link === name && a.family === 6))
    return
  }
  // IPv4 keeps addresses, and the routes to them; IPv6 neither
  own.addresses = own.addresses.filter((a) => !(a.link === name && a.family === 6))
  own.routes = own.routes.filter(
    (r) => r.device !== name || (r.family === 4 && r.table === 255 && r.type === 'local'),
  )
}

export function removeAddress(state: State, node: string, link: string, address: string): void {
  const own = nodeIn(state, node)
  own.addresses = own.addresses.filter((a) => !(a.link === link && a.address === address))
  own.routes = own.routes.filter(
    (r) =>
      !(
        r.device === link &&
        r.protocol === 'kernel' &&
        (r.source === address || r.to.startsWith(`${address}/`))
      ),
  )
  // without any address of IPv4 a link has no part in it
  const last = !own.addresses.some((a) => a.link === link && a.family === 4)
  if (last) own.routes = own.routes.filter((r) => !(r.device === link && r.family === 4))
}

export function addRoute(
  state: State,
  node: string,
  route: Pick<RouteState, 'family' | 'to' | 'type'> & Partial<RouteState>,
): void {
  const own = nodeIn(state, node)
  const metric = route.metric ?? 0
  own.routes = own.routes.filter(
    (r) =>
      !(
        r.family === route.family &&
        r.to === route.to &&
        r.table === (route.table ?? 254) &&
        r.metric === metric
      ),
  )
  own.routes.push({ table: 254, metric, ...route } as Draft<RouteState>)
}

const IPTABLES: Readonly<Record<string, readonly Hook[]>> = {
  filter: ['input', 'forward', 'output'],
  raw: ['prerouting', 'output'],
}
const PRIORITIES: Readonly<Record<string, number>> = { filter: 0, raw: -300 }

/** A table of iptables as it is there once one of its chains was used. */
export function iptablesIn(
  state: State,
  node: string,
  backend: 'iptables-nft' | 'iptables-legacy',
  family: Family,
  name: string,
): Draft<Table> {
  const own = nodeIn(state, node)
  const of = family === 4 ? 'ip' : 'ip6'
  const found = own.tables.find((t) => t.backend === backend && t.family === of && t.name === name)
  if (found !== undefined) return found
  const chains = (IPTABLES[name] ?? []).map(
    (hook): Draft<Chain> => ({
      name: hook.toUpperCase(),
      base: { hook, priority: PRIORITIES[name] ?? 0, type: 'filter', policy: 'accept' },
      rules: [],
    }),
  )
  const table: Draft<Table> = { backend, family: of, name, chains }
  own.tables.push(table)
  return own.tables.at(-1) ?? table
}

export const ruleOf = (
  text: string,
  parts: readonly RulePart[],
  comment?: string,
): Draft<FilterRule> =>
  ({ number: 0, text, parts, ...(comment === undefined ? {} : { comment }) }) as Draft<FilterRule>

export const numbered = (chain: Draft<Chain>): void => {
  chain.rules.forEach((rule, i) => {
    rule.number = i + 1
  })
}
