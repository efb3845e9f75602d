import type { Match, Range, Table, TrackState } from '../../../state/firewall.js'
import { flagsMatch } from '../flags.js'
import { ALL_ONES, every, numberOf } from '../numbers.js'
import { protocolName, protocolsIn } from '../protocols.js'
import { ALL, type Item, type Names, namesOf, networkOfItem, rangeOfItem } from './items.js'
import { at, type Expr, kindOf, listOf } from './json.js'
import { ICMP_CODES, ICMP_TYPES, ICMPV6_CODES, ICMPV6_TYPES } from './names.js'

/** What is asked of a field. */
export interface Asked {
  readonly op: string
  /** The right side, spread out where it is a set. */
  readonly items: readonly Item[]
  readonly isSet: boolean
  /** The right side as it stands. */
  readonly right: Expr
  /** `& mask` on the left side. */
  readonly mask?: Expr
}

/** `undefined`: not modelled. */
type Field = (asked: Asked) => Match | undefined

const EQUAL = ['==', 'in']
const negation = (op: string) => (op === '!=' ? { not: true as const } : {})
const isEquality = ({ op }: Asked) => EQUAL.includes(op) || op === '!='

/** What is compared with less and more, as a range up to the most there can be. */
const COMPARED: Readonly<Record<string, (value: number, most: number) => Range>> = {
  '<': (value) => [0, value - 1],
  '<=': (value) => [0, value],
  '>': (value, most) => [value + 1, most],
  '>=': (value, most) => [value, most],
}

function rangesOf(asked: Asked, most: number, names: Names): readonly Range[] | undefined {
  const read = every(asked.items.map((item) => rangeOfItem(item, names)))
  if (isEquality(asked)) return read
  const first = read?.[0]?.[0]
  return first === undefined ? undefined : listOfOne(COMPARED[asked.op]?.(first, most))
}

const listOfOne = <T>(value: T | undefined) => (value === undefined ? undefined : [value])

const numeric =
  (make: (values: readonly Range[]) => Match, most: number, names: Names = {}): Field =>
  (asked) => {
    if (asked.mask !== undefined) return undefined
    const values = rangesOf(asked, most, names)
    return values && { ...make(values), ...negation(asked.op) }
  }

const ports = (match: 'sourcePort' | 'destinationPort'): Field =>
  numeric((values) => ({ match, ports: values }), 65_535)

const marks =
  (match: 'mark' | 'connectionMark'): Field =>
  (asked) => {
    const mask = asked.mask === undefined ? ALL_ONES : numberOf(asked.mask)
    const values = rangesOf(asked, ALL_ONES, {})
    return values && mask !== undefined ? { match, values, mask, ...negation(asked.op) } : undefined
  }

/** Texts of all items, where the field can be asked for them at all. */
function textsOf<T>(asked: Asked, read: (item: Item) => T | undefined): readonly T[] | undefined {
  return asked.mask === undefined && isEquality(asked) ? every(asked.items.map(read)) : undefined
}

const link =
  (match: 'in' | 'out'): Field =>
  (asked) => {
    const links = textsOf(asked, (item) => (typeof item === 'string' ? item : undefined))
    return links && { match, links, ...negation(asked.op) }
  }

const networks =
  (match: 'source' | 'destination'): Field =>
  (asked) => {
    const found = textsOf(asked, networkOfItem)
    return found && { match, networks: found, ...negation(asked.op) }
  }

/** By name, or among the few that a packet of ours can have. */
const protocol: Field = (asked) => {
  const first = asked.items[0]
  if (!isEquality(asked) || (typeof first === 'object' && 'range' in first)) {
    const found = rangesOf(asked, 255, {})?.flatMap(([from, to]) => protocolsIn(from, to))
    return found && { match: 'protocol', protocols: found, ...negation(asked.op) }
  }
  const found = textsOf(asked, (item) =>
    typeof item === 'object' ? undefined : protocolName(item),
  )
  return found && { match: 'protocol', protocols: found, ...negation(asked.op) }
}

const FAMILIES: Readonly<Record<string, 4 | 6>> = { ip: 4, ip6: 6, ipv4: 4, ipv6: 6 }

/** What is asked about is IPv4 or IPv6, so never ARP and the like. */
const family: Field = (asked) => {
  const named = textsOf(asked, (item) => (typeof item === 'string' ? item : undefined))
  if (named === undefined) return undefined
  const found = new Set(named.flatMap((name) => FAMILIES[name] ?? []))
  const [only] = found
  const isNot = asked.op === '!='
  if (only === undefined || found.size === 2) {
    return { match: 'always', ...(isNot === (found.size === 2) && { not: true }) }
  }
  return { match: 'family', family: only, ...(isNot && { not: true }) }
}

const STATES: readonly string[] = [
  'new',
  'established',
  'related',
  'invalid',
  'untracked',
] satisfies TrackState[]

/** A packet has one state, so that a list of them is a set; only to differ from a list means nothing. */
const state: Field = (asked) => {
  const names = asked.isSet ? textsOf(asked, String) : namesOf(asked.right)
  if (names === undefined || !names.every((name) => STATES.includes(name))) return undefined
  const states = names as readonly TrackState[]
  if (asked.op === '!') return { match: 'state', states, not: true }
  if (asked.op === '!=' && !asked.isSet && states.length > 1) return { match: 'always' }
  return { match: 'state', states, ...negation(asked.op) }
}

/** One bit among several, which is told from the others by `in` and `!` alone. */
const status: Field = ({ op, right, isSet }) => {
  const names = isSet ? undefined : namesOf(right)
  if (names === undefined || !['in', '!'].includes(op)) return undefined
  const not = op === '!' ? { not: true as const } : {}
  const [first] = names
  if (names.length === 1 && (first === 'snat' || first === 'dnat')) {
    return { match: 'translated', how: first, ...not }
  }
  const isBoth = names.every((name) => name === 'snat' || name === 'dnat')
  return isBoth ? { match: 'state', states: ['snat', 'dnat'], ...not } : undefined
}

const direction: Field = (asked) => {
  const [name, ...more] = asked.items
  const way = ({ original: 'original', '0': 'original', reply: 'reply', '1': 'reply' } as const)[
    String(name) as 'original'
  ]
  if (more.length > 0 || way === undefined || !isEquality(asked)) return undefined
  return { match: 'direction', direction: way, ...negation(asked.op) }
}

const ALL_FLAGS = ['fin', 'syn', 'rst', 'psh', 'ack', 'urg', 'ecn', 'cwr']

/** Without a mask `in` is any of them, `!` none of them, and the rest all eight just so. */
const flags: Field = ({ op, right, isSet, items, mask }) => {
  const only = isSet && items.length === 1 ? items[0] : right
  if (isSet && items.length !== 1) return undefined
  const set = only === 0 ? [] : namesOf(only)
  const among = mask === undefined ? ALL_FLAGS : namesOf(mask)
  if (set === undefined || among === undefined || !among.every((flag) => ALL_FLAGS.includes(flag)))
    return undefined
  if (!set.every((flag) => ALL_FLAGS.includes(flag))) return undefined
  if (mask === undefined && op === 'in') return { match: 'flags', mask: set, set: [], not: true }
  if (mask === undefined && op === '!') return { match: 'flags', mask: set, set: [] }
  return EQUAL.includes(op) || op === '!='
    ? { ...flagsMatch(among, set), ...negation(op) }
    : undefined
}

const addressType =
  (match: 'sourceType' | 'destinationType'): Field =>
  (asked) => {
    const types = textsOf(asked, (item) => (typeof item === 'string' ? item : undefined))
    return types && { match, types, ...negation(asked.op) }
  }

/** Told by where a packet goes to. */
const packetType: Field = (asked) => {
  const [name, ...more] = asked.items
  const isNot = asked.op === '!='
  if (more.length > 0 || !isEquality(asked)) return undefined
  const here = name === 'host' || name === 'unicast'
  if (!here && name !== 'broadcast' && name !== 'multicast') return undefined
  const types = here ? ['broadcast', 'multicast'] : [name]
  return { match: 'destinationType', types, ...(isNot !== here && { not: true }) }
}

/** No packet that is asked about is a fragment, nor is cut into some. */
const fragment: Field = ({ op, items, mask }) =>
  mask === 8191 && items.length === 1 && items[0] === 0 && (op === '==' || op === '!=')
    ? { match: 'always', ...(op === '!=' && { not: true }) }
    : undefined

const FIELDS: Readonly<Record<string, Field>> = {
  'meta iifname': link('in'),
  'meta iif': link('in'),
  'meta oifname': link('out'),
  'meta oif': link('out'),
  'meta l4proto': protocol,
  'ip protocol': protocol,
  'ip6 nexthdr': protocol,
  'meta nfproto': family,
  'meta protocol': family,
  'ether type': family,
  'meta mark': marks('mark'),
  'meta length': numeric((values) => ({ match: 'length', values }), 65_535),
  'meta pkttype': packetType,
  'ip saddr': networks('source'),
  'ip daddr': networks('destination'),
  'ip6 saddr': networks('source'),
  'ip6 daddr': networks('destination'),
  'ip ttl': numeric((values) => ({ match: 'ttl', values }), 255),
  'ip6 hoplimit': numeric((values) => ({ match: 'ttl', values }), 255),
  'ip frag-off': fragment,
  'ip length': numeric((values) => ({ match: 'length', values }), 65_535),
  'tcp sport': ports('sourcePort'),
  'tcp dport': ports('destinationPort'),
  'udp sport': ports('sourcePort'),
  'udp dport': ports('destinationPort'),
  'th sport': ports('sourcePort'),
  'th dport': ports('destinationPort'),
  'tcp flags': flags,
  'icmp type': numeric((types) => ({ match: 'icmpType', types }), 255, ICMP_TYPES),
  'icmp code': numeric((types) => ({ match: 'icmpCode', types }), 255, ICMP_CODES),
  'icmpv6 type': numeric((types) => ({ match: 'icmpType', types }), 255, ICMPV6_TYPES),
  'icmpv6 code': numeric((types) => ({ match: 'icmpCode', types }), 255, ICMPV6_CODES),
  'ct state': state,
  'ct status': status,
  'ct mark': marks('connectionMark'),
  'ct direction': direction,
  'fib saddr type': addressType('sourceType'),
  'fib daddr type': addressType('destinationType'),
}

/** Names a field as the table above does; nothing for a side that is more than a field. */
function nameOf(left: Expr): string | undefined {
  const [kind, body] = kindOf(left)
  if (kind === 'meta') return `meta ${at(body, 'key')}`
  if (kind === 'ct') return at(body, 'dir') === undefined ? `ct ${at(body, 'key')}` : undefined
  if (kind === 'payload') return `${at(body, 'protocol')} ${at(body, 'field')}`
  if (kind === 'fib') return `fib ${listOf(at(body, 'flags')).join(' . ')} ${at(body, 'result')}`
  return undefined
}

/** What a field of a protocol asks for beside, which nft leaves away where it can. */
export function impliedBy(left: Expr, table: Table['family']): readonly Match[] {
  const masked = at(left, '&')
  const protocolOf = at(masked === undefined ? left : listOf(masked)[0], 'payload', 'protocol')
  const found: Match[] = []
  const ofFamily = FAMILIES[String(protocolOf)]
  if (ofFamily !== undefined && table !== 'ip' && table !== 'ip6') {
    found.push({ match: 'family', family: ofFamily })
  }
  if (typeof protocolOf === 'string' && !NOT_ABOVE_IP.includes(protocolOf)) {
    found.push({ match: 'protocol', protocols: [protocolName(protocolOf)] })
  }
  return found
}

const NOT_ABOVE_IP = ['ip', 'ip6', 'th', 'ether', 'vlan', 'arp']

/** The match for a field and what is asked of it. */
export function fieldMatch(left: Expr, asked: Asked): Match | undefined {
  if (asked.items.includes(ALL)) {
    return { match: 'always', ...negation(asked.op) }
  }
  const masked = at(left, '&')
  const [field, mask] = masked === undefined ? [left] : listOf(masked)
  const read = FIELDS[nameOf(field) ?? '']
  return read?.(mask === undefined ? asked : { ...asked, mask })
}
