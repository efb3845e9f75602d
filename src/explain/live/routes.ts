import type { Family } from '../../ip/cidr.js'
import type { RouteState, RouteType } from '../../state/state.js'
import { defined, type Fields, fieldsOf, isFields, numberAt, textAt, wordsAt } from './json.js'
import { scopeName } from './links.js'

/** RTN_... of linux/rtnetlink.h. */
const TYPES: readonly RouteType[] = [
  'unicast',
  'local',
  'broadcast',
  'anycast',
  'multicast',
  'blackhole',
  'unreachable',
  'prohibit',
  'throw',
]

/** A type by its number or its name; `undefined` for one that is not modelled. */
export const routeType = (text: string): RouteType | undefined =>
  TYPES[Number(text) - 1] ?? TYPES.find((type) => type === text)

/** RTPROT_... of linux/rtnetlink.h; others stay numbers. */
const PROTOCOLS: Readonly<Record<string, string>> = {
  1: 'redirect',
  2: 'kernel',
  3: 'boot',
  4: 'static',
  9: 'ra',
  16: 'dhcp',
}

/** Types that end a packet's way: over IPv6 the kernel says "lo" for want of a link. */
const ENDS: readonly RouteType[] = ['blackhole', 'unreachable', 'prohibit', 'throw']

/** The next hop: over IPv4 it may have an address of IPv6, which ip writes another way. */
export function gatewayOf(fields: Fields): string | undefined {
  const { via } = fields
  return textAt(fields, 'gateway') ?? (isFields(via) ? textAt(via, 'host') : undefined)
}

/** Each route over IPv6 has a preference, and none over IPv4. */
function familyOf(fields: Fields, to: string): Family {
  if (to.includes(':') || 'pref' in fields) return 6
  return to === 'default' && textAt(fields, 'gateway')?.includes(':') ? 6 : 4
}

/** A destination as a network: ip leaves the length of a single address away. */
export function networkOf(to: string, family: Family): string {
  if (to === 'default' || to === 'all') return family === 4 ? '0.0.0.0/0' : '::/0'
  return to.includes('/') ? to : `${to}/${family === 4 ? 32 : 128}`
}

/** What else a route asks for or does. */
const UNKNOWN = ['tos', 'from', 'encap', 'dsfield'] as const

/** A route as `ip -j -d -N route show table all` tells it. */
export function routeOf(fields: Fields, gap: (text: string) => void): RouteState | undefined {
  const dst = textAt(fields, 'dst')
  const type = routeType(textAt(fields, 'type') ?? 'unicast')
  if (dst === undefined) return undefined
  const family = familyOf(fields, dst)
  const to = networkOf(dst, family)
  const table = numberAt(fields, 'table') ?? 254
  const odd = UNKNOWN.find((key) => key in fields)
  if (type === undefined || odd !== undefined) {
    const what = type === undefined ? `type ${textAt(fields, 'type')}` : odd
    gap(`the route to ${to} in table ${table} has ${what}, which is not modelled`)
    if (type === undefined) return undefined
  }
  const flags = wordsAt(fields, 'flags')
  const flag = (name: string) => flags.includes(name) || undefined
  const scope = textAt(fields, 'scope')
  const protocol = textAt(fields, 'protocol')
  const metrics = fieldsOf(fields['metrics'])
  const hops = fieldsOf(fields['nexthops']).map((hop) =>
    defined({ gateway: gatewayOf(hop), device: textAt(hop, 'dev') }),
  )
  return defined<RouteState>({
    family,
    table,
    type,
    to,
    gateway: gatewayOf(fields),
    device: ENDS.includes(type) ? undefined : textAt(fields, 'dev'),
    metric: numberAt(fields, 'metric') ?? 0,
    source: textAt(fields, 'prefsrc'),
    onlink: flag('onlink'),
    linkdown: flag('linkdown'),
    dead: flag('dead'),
    mtu: metrics.map((each) => numberAt(each, 'mtu')).find((mtu) => mtu !== undefined),
    protocol: protocol && (PROTOCOLS[protocol] ?? protocol),
    scope: scope && scopeName(scope),
    nexthops: hops.length > 0 ? (hops as RouteState['nexthops']) : undefined,
  })
}
