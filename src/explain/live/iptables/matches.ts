import type { Match, Range, TrackState } from '../../../state/firewall.js'
import { flagsMatch } from '../flags.js'
import { every, maskedOf, rangeOf } from '../numbers.js'
import { protocolName } from '../protocols.js'
import type { Option, Section } from './words.js'

/** `undefined`: this is not modelled. An empty list asks for nothing. */
type Read = readonly Match[] | undefined
type Reader = (values: readonly string[], not: { not?: true }) => Read

/** What one `-m` or one plain option asks for. */
export function matchesOf({ kind, name, options, text }: Section): readonly Match[] {
  const readers = kind === 'plain' ? PLAIN : (MODULES[name] ?? NONE)
  const found = options.map((option) => read(readers, option))
  const known = kind === 'plain' || name in MODULES ? every(found) : undefined
  return known === undefined ? [{ match: 'unknown', text }] : known.flat()
}

const NONE: Readonly<Record<string, Reader>> = {}

function read(readers: Readonly<Record<string, Reader>>, { name, not, values }: Option): Read {
  return readers[name]?.(values, not ? { not: true } : {})
}

const MOST_PORT = 65_535

const listOf = (text = '') => text.split(',')

/** `eth+` are all that begin so; `+` alone every one. */
const linkOf = (name = '') => name.replace(/\+$/, '*')

const ranges = (text: string | undefined, most: number): readonly Range[] | undefined =>
  every(listOf(text).map((one) => rangeOf(one, most)))

const ports =
  (match: 'sourcePort' | 'destinationPort' | 'anyPort'): Reader =>
  ([text], not) => {
    const read = ranges(text, MOST_PORT)
    return read && [{ match, ports: read, ...not }]
  }

const link =
  (match: 'in' | 'out' | 'bridgeIn' | 'bridgeOut'): Reader =>
  ([name], not) => [{ match, links: [linkOf(name)], ...not }]

const networks =
  (match: 'source' | 'destination'): Reader =>
  ([text], not) =>
    // a mask with holes is no network
    text === undefined || /\/.*[.:]/.test(text)
      ? undefined
      : [{ match, networks: listOf(text), ...not }]

const marks =
  (match: 'mark' | 'connectionMark'): Reader =>
  ([text = ''], not) => {
    const read = maskedOf(text)
    return read && [{ match, values: [[read.value, read.value]], mask: read.mask, ...not }]
  }

const addressTypes =
  (match: 'sourceType' | 'destinationType'): Reader =>
  ([text = ''], not) => [{ match, types: listOf(text.toLowerCase()), ...not }]

const values =
  (match: 'length' | 'ttl', range: (text: string) => Range | undefined): Reader =>
  ([text = ''], not) => {
    const read = range(text)
    return read && [{ match, values: [read], ...not }]
  }

const within = (from: (value: number) => Range) => (text: string) => {
  const value = rangeOf(text, 255)?.[0]
  return value === undefined ? undefined : from(value)
}

const hops = (prefix: string) => ({
  [`--${prefix}-eq`]: values(
    'ttl',
    within((value) => [value, value]),
  ),
  [`--${prefix}-lt`]: values(
    'ttl',
    within((value) => [0, value - 1]),
  ),
  [`--${prefix}-gt`]: values(
    'ttl',
    within((value) => [value + 1, 255]),
  ),
})

const STATES: Readonly<Record<string, TrackState | 'snat' | 'dnat'>> = {
  NEW: 'new',
  ESTABLISHED: 'established',
  RELATED: 'related',
  INVALID: 'invalid',
  UNTRACKED: 'untracked',
  SNAT: 'snat',
  DNAT: 'dnat',
}

const states: Reader = ([text], not) => {
  const read = every(listOf(text).map((state) => STATES[state]))
  return read && [{ match: 'state', states: read, ...not }]
}

/** `8`, `3/4`, `any`. */
const icmp: Reader = ([text = ''], not) => {
  if (text === 'any' || text === '255') return not.not ? [{ match: 'always', not: true }] : []
  const [type, code] = text.split('/')
  const types = type === undefined ? undefined : rangeOf(type, 255)
  const codes = code === undefined ? undefined : rangeOf(code, 255)
  if (types === undefined || (code !== undefined && (codes === undefined || not.not))) {
    return undefined
  }
  return [
    { match: 'icmpType', types: [types], ...not },
    ...(codes === undefined ? [] : [{ match: 'icmpCode' as const, types: [codes] }]),
  ]
}

const flagNames = (text: string) =>
  text === 'NONE'
    ? []
    : text === 'ALL'
      ? ['fin', 'syn', 'rst', 'psh', 'ack', 'urg']
      : listOf(text.toLowerCase())

const flags: Reader = ([mask, set], not) =>
  mask === undefined || set === undefined
    ? undefined
    : [{ ...flagsMatch(flagNames(mask), flagNames(set)), ...not }]

/** Which kind a frame is, told by where it goes to. */
const PACKET_TYPES: Readonly<
  Record<string, (not: { not?: true }) => readonly Match[] | undefined>
> = {
  broadcast: (not) => [{ match: 'destinationType', types: ['broadcast'], ...not }],
  multicast: (not) => [{ match: 'destinationType', types: ['multicast'], ...not }],
  unicast: (not) =>
    not.not
      ? [{ match: 'destinationType', types: ['broadcast', 'multicast'] }]
      : [{ match: 'destinationType', types: ['broadcast', 'multicast'], not: true }],
}

const PLAIN: Readonly<Record<string, Reader>> = {
  '-s': networks('source'),
  '-d': networks('destination'),
  '-i': link('in'),
  '-o': link('out'),
  '-p': ([name = ''], not) => [{ match: 'protocol', protocols: [protocolName(name)], ...not }],
  // no packet that is asked about is a fragment
  '-f': (_, not) => (not.not ? [] : [{ match: 'always', not: true }]),
}

const bySourcePort = ports('sourcePort')
const byDestinationPort = ports('destinationPort')

const MODULES: Readonly<Record<string, Readonly<Record<string, Reader>>>> = {
  comment: { '--comment': () => [] },
  tcp: { '--sport': bySourcePort, '--dport': byDestinationPort, '--tcp-flags': flags },
  udp: { '--sport': bySourcePort, '--dport': byDestinationPort },
  multiport: {
    '--sports': bySourcePort,
    '--dports': byDestinationPort,
    '--ports': ports('anyPort'),
  },
  conntrack: {
    '--ctstate': states,
    '--ctdir': ([text], not) => {
      const direction = text === 'ORIGINAL' ? 'original' : 'reply'
      return [{ match: 'direction', direction, ...not }]
    },
  },
  state: { '--state': states },
  mark: { '--mark': marks('mark') },
  connmark: { '--mark': marks('connectionMark') },
  addrtype: {
    '--src-type': addressTypes('sourceType'),
    '--dst-type': addressTypes('destinationType'),
  },
  iprange: { '--src-range': networks('source'), '--dst-range': networks('destination') },
  physdev: {
    '--physdev-in': link('bridgeIn'),
    '--physdev-out': link('bridgeOut'),
    '--physdev-is-in': (_, not) => [{ match: 'bridgeIn', links: ['*'], ...not }],
    '--physdev-is-out': (_, not) => [{ match: 'bridgeOut', links: ['*'], ...not }],
    '--physdev-is-bridged': (_, not) => [{ match: 'bridged', ...not }],
  },
  icmp: { '--icmp-type': icmp },
  icmp6: { '--icmpv6-type': icmp },
  ttl: hops('ttl'),
  hl: hops('hl'),
  length: { '--length': values('length', (text) => rangeOf(text, MOST_PORT)) },
  pkttype: { '--pkt-type': ([text = ''], not) => PACKET_TYPES[text]?.(not) },
}
