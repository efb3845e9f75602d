import { familyOf } from '../../ip/cidr.js'
import { bits } from '../../state/kernel-routes.js'
import type { AddressState, NetState, RouteState, RuleState } from '../../state/state.js'
import {
  updateLink,
  updateNode,
  withAddress,
  withLinkUp,
  withoutAddress,
  withoutRoute,
  withRoute,
  withSetting,
} from './change.js'
import type { Candidate } from './types.js'
import { familyWord, routeWords, settingWord, tool, within } from './words.js'

/** One command, and what the state is behind it. */
export interface Edit {
  readonly command: readonly string[]
  apply(state: NetState): NetState
}

/** A mend of commands that run one after another. */
export const mend = (
  about: Pick<Candidate, 'description' | 'scope' | 'sideEffects' | 'sdkChange'>,
  edits: readonly Edit[],
): Candidate => ({
  ...about,
  commands: edits.map(({ command }) => command),
  apply: (state) => edits.reduce((before, edit) => edit.apply(before), state),
})

export const setSetting = (node: string, name: string, value: string): Edit => ({
  command: within(node, 'sysctl', '-w', `${settingWord(name)}=${value}`),
  apply: (state) => withSetting(state, node, name, value),
})

export const addRoute = (
  node: string,
  route: RouteState,
  verb: 'add' | 'replace' = 'add',
): Edit => ({
  command: tool('ip', node, ...familyWord(route), 'route', verb, ...routeWords(route)),
  apply: (state) => withRoute(state, node, route),
})

export const deleteRoute = (node: string, route: RouteState): Edit => ({
  command: tool('ip', node, ...familyWord(route), 'route', 'del', ...routeWords(route)),
  apply: (state) => withoutRoute(state, node, route),
})

export const deleteRule = (node: string, rule: RuleState): Edit => ({
  command: tool(
    'ip',
    node,
    ...(rule.family === 6 ? ['-6'] : []),
    ...['rule', 'del', 'priority', String(rule.priority)],
  ),
  apply: (state) =>
    updateNode(state, node, (own) => ({ ...own, rules: own.rules.filter((r) => r !== rule) })),
})

/** Of IPv6 without the wait for duplicates: until that ends it would not answer. */
export const addAddress = (node: string, address: AddressState): Edit => ({
  command: tool(
    'ip',
    node,
    ...['addr', 'add', `${address.address}/${address.prefix}`, 'dev', address.link],
    ...(address.family === 6 ? ['nodad'] : []),
  ),
  apply: (state) => withAddress(state, node, address),
})

export const deleteAddress = (node: string, address: AddressState): Edit => ({
  command: tool(
    'ip',
    node,
    ...['addr', 'del', `${address.address}/${address.prefix}`, 'dev', address.link],
  ),
  apply: (state) => withoutAddress(state, node, address),
})

export const setUp = (node: string, link: string): Edit => ({
  command: tool('ip', node, 'link', 'set', 'dev', link, 'up'),
  apply: (state) => withLinkUp(state, node, link),
})

export const setMtu = (node: string, link: string, mtu: number): Edit => ({
  command: tool('ip', node, 'link', 'set', 'dev', link, 'mtu', String(mtu)),
  apply: (state) => updateLink(state, node, link, () => ({ mtu })),
})

/** A route to one address. */
export const hostRoute = (address: string, rest: Partial<RouteState>): RouteState => {
  const family = familyOf(address)
  return {
    family,
    table: 254,
    type: 'unicast',
    to: `${address}/${bits(family)}`,
    metric: family === 4 ? 0 : 1024,
    ...rest,
  }
}

/** An address alone, without a network. */
export const single = (address: string, link: string): AddressState => {
  const family = familyOf(address)
  return { link, family, address, prefix: bits(family), scope: 'global' }
}
