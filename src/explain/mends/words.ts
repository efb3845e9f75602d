import type { RouteState } from '../../state/state.js'

/** The namespace of a place such as `node03/demo01`; nothing for a host. */
function namespaceOf(node: string): string | undefined {
  const slash = node.indexOf('/')
  return slash < 0 ? undefined : node.slice(slash + 1)
}

/** `ip` or `bridge`, in a place, as typed on its host. */
export function tool(name: 'ip' | 'bridge', node: string, ...args: readonly string[]) {
  const namespace = namespaceOf(node)
  return namespace === undefined ? [name, ...args] : [name, '-n', namespace, ...args]
}

/** Any command, in a place, as typed on its host. */
export function within(node: string, ...words: readonly string[]): readonly string[] {
  const namespace = namespaceOf(node)
  return namespace === undefined ? words : ['ip', 'netns', 'exec', namespace, ...words]
}

/** With slashes where the name of a link has a dot: sysctl would take that for one of its own. */
export function settingWord(name: string): string {
  const [, family, link, last] = /^net\.ipv([46])\.conf\.(.+)\.([a-z_]+)$/.exec(name) ?? []
  return link?.includes('.') ? `net/ipv${family}/conf/${link}/${last}` : name
}

/** A route, as the words behind `ip route add` and the like. */
export function routeWords(route: RouteState): readonly string[] {
  const { type, to, gateway, device, protocol, onlink, table, metric, family } = route
  return [
    ...(type === 'unicast' ? [] : [type]),
    to.endsWith('/0') ? 'default' : to,
    ...(gateway === undefined ? [] : ['via', gateway]),
    ...(device === undefined ? [] : ['dev', device]),
    ...(protocol === undefined || protocol === 'kernel' ? [] : ['proto', protocol]),
    ...(table === 254 ? [] : ['table', String(table)]),
    // what the kernel takes where none is given
    ...(metric === 0 || (family === 6 && metric === 1024) ? [] : ['metric', String(metric)]),
    ...(onlink === true ? ['onlink'] : []),
  ]
}

/** `default` alone does not tell its family. */
export const familyWord = ({ family, gateway, to }: RouteState) =>
  family === 6 && gateway === undefined && to.endsWith('/0') ? ['-6'] : []

/** `node03`, or `demo01 on node03`. */
export function spoken(node: string): string {
  const namespace = namespaceOf(node)
  return namespace === undefined ? node : `${namespace} on ${node.slice(0, node.indexOf('/'))}`
}
