import type { Family } from '../../ip/cidr.js'
import type { RuleState } from '../../state/state.js'
import { defined, type Fields, isSet, numberAt, textAt } from './json.js'
import { networkOf } from './routes.js'

/** FR_ACT_... of linux/fib_rules.h, with those that ip writes as words. */
const ACTIONS: Readonly<Record<string, RuleState['action']>> = {
  3: 'nop',
  6: 'blackhole',
  7: 'unreachable',
  8: 'prohibit',
  nop: 'nop',
  blackhole: 'blackhole',
  unreachable: 'unreachable',
  prohibit: 'prohibit',
}

const PROTOCOLS: Readonly<Record<string, 'tcp' | 'udp' | 'icmp'>> = {
  1: 'icmp',
  6: 'tcp',
  17: 'udp',
  58: 'icmp',
  icmp: 'icmp',
  tcp: 'tcp',
  udp: 'udp',
  'ipv6-icmp': 'icmp',
}

/** What decides beside what is modelled. */
const UNKNOWN = [
  'tos',
  'dsfield',
  'uid_start',
  'tun_id',
  'l3mdev',
  'suppress_ifgroup',
  'nat_gateway',
]

/** A network whose length stands beside it; nothing where it is every address. */
function network(fields: Fields, key: 'src' | 'dst', family: Family): string | undefined {
  const address = textAt(fields, key)
  if (address === undefined || address === 'all') return undefined
  const length = numberAt(fields, `${key}len`)
  return networkOf(length === undefined ? address : `${address}/${length}`, family)
}

function ports(fields: Fields, key: 'sport' | 'dport'): readonly [number, number] | undefined {
  const one = numberAt(fields, key)
  const from = numberAt(fields, `${key}_start`) ?? one
  const to = numberAt(fields, `${key}_end`) ?? one
  return from === undefined || to === undefined ? undefined : [from, to]
}

function actionOf(fields: Fields): RuleState['action'] | undefined {
  if ('goto' in fields) return 'goto'
  if ('nop' in fields) return 'nop'
  const action = textAt(fields, 'action')
  if (action !== undefined) return ACTIONS[action]
  return 'table' in fields ? 'table' : undefined
}

/** A rule as `ip -j -d -N rule show` tells it. What it asks for and is not modelled stands in `unknown`. */
export function ruleOf(fields: Fields, family: Family): RuleState | undefined {
  const priority = numberAt(fields, 'priority')
  if (priority === undefined) return undefined
  const action = actionOf(fields)
  // ip -N writes "ipproto-6"
  const named = textAt(fields, 'ipproto')?.replace('ipproto-', '')
  const protocol = named === undefined ? undefined : PROTOCOLS[named]
  const unknown = UNKNOWN.filter((key) => key in fields).map((key) =>
    `${key} ${textAt(fields, key) ?? ''}`.trim(),
  )
  if (named !== undefined && protocol === undefined) unknown.push(`ipproto ${named}`)
  if (action === undefined) unknown.push(`action ${textAt(fields, 'action')}`)
  const mark = numberAt(fields, 'fwmark')
  const mask = numberAt(fields, 'fwmask')
  return defined<RuleState>({
    family,
    priority,
    not: isSet(fields, 'not') || undefined,
    from: network(fields, 'src', family),
    to: network(fields, 'dst', family),
    iif: textAt(fields, 'iif'),
    oif: textAt(fields, 'oif'),
    mark: mark ?? (mask === undefined ? undefined : 0),
    mask,
    protocol,
    sourcePorts: ports(fields, 'sport'),
    destinationPorts: ports(fields, 'dport'),
    action: action ?? 'nop',
    table: action === 'table' ? numberAt(fields, 'table') : undefined,
    goto: action === 'goto' ? numberAt(fields, 'goto') : undefined,
    suppressPrefix: numberAt(fields, 'suppress_prefixlen'),
    unknown: unknown.length > 0 ? unknown.join(', ') : undefined,
  })
}
