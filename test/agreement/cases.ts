import { hash32 } from '../../src/ip/hash.js'
import { numbers, shuffled } from '../faults/seed.js'
import { atReceiver, atRouter, atSender, everyFault } from './faults/index.js'
import type { Case, Fault, Flow, Shape } from './types.js'

type Next = () => number

const pick = <T>(items: readonly T[], next: Next): T => {
  const item = items[Math.floor(next() * items.length)]
  if (item === undefined) throw new Error('nothing to pick from')
  return item
}

/** Every way and family in which nodes of a lab speak to each other. */
function flowsOf({ ends, families }: Shape): readonly Flow[] {
  return families.flatMap((family) =>
    ends.flatMap((a) =>
      ends.flatMap((b): Flow[] => {
        const [source, destination] = [a.address[family], b.address[family]]
        if (a === b || source === undefined || destination === undefined) return []
        return [{ from: a.node, to: b.node, family, source, destination, protocol: 'icmp' }]
      }),
    ),
  )
}

/** Faults that differ in a value or a tool only: of these one is drawn. */
const groupOf = ({ kind }: Fault): string =>
  kind
    .replace(/^(?:blackhole|prohibit|unreachable) route/, 'dead route')
    .replace(/^(?:nft|iptables-nft|iptables-legacy) /, 'filter ')
    .replace(/(rp_filter|arp_ignore|arp_announce) \d/, '$1')

function grouped(faults: readonly Fault[]): ReadonlyMap<string, readonly Fault[]> {
  const groups = new Map<string, Fault[]>()
  for (const fault of faults) {
    const group = groupOf(fault)
    groups.set(group, [...(groups.get(group) ?? []), fault])
  }
  return groups
}

/** How many faults a case has, and how often. */
const COUNTS = [0, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3]

function randomCase(shapes: readonly Shape[], next: Next): Case {
  const shape = pick(shapes, next)
  const flow = pick(flowsOf(shape), next)
  const groups = grouped(everyFault(shape, flow))
  const names = [...groups.keys()]
  const faults = Array.from({ length: pick(COUNTS, next) }, () =>
    pick(groups.get(pick(names, next)) ?? [], next),
  )
  return { shape, flow, faults: [...new Set(faults)] }
}

/** The case of a number, the same for the same seed, whoever runs it. */
export const caseNumber = (shapes: readonly Shape[], seed: number, number: number): Case =>
  randomCase(shapes, numbers(hash32(String(number), seed)))

type Role = (shape: Shape, flow: Flow) => readonly Fault[]
const ROLES: readonly Role[] = [atRouter, atReceiver, atSender]

/** Two faults of each pair of groups at one node; each pair in a lab and a flow that are drawn. */
export function pairs(shapes: readonly Shape[], seed: number): readonly Case[] {
  const next = numbers(seed)
  const seen = new Set<string>()
  const found: Case[] = []
  // the lab for a pair is drawn: all are gone through in an order that is
  const order = shuffled(shapes, next)
  for (const [r, role] of ROLES.entries()) {
    for (const shape of order) {
      const groups = [...grouped(role(shape, pick(flowsOf(shape), next))).keys()]
      for (const [i, a] of groups.entries()) {
        for (const b of groups.slice(i)) {
          const key = [r, a, b].join('|')
          const isPair = a !== b || a.startsWith('filter ')
          if (!isPair || seen.has(key)) continue
          seen.add(key)
          const one = pairIn(shapes, role, a, b, next)
          if (one !== undefined) found.push(one)
        }
      }
    }
  }
  return found
}

function pairIn(
  shapes: readonly Shape[],
  role: Role,
  a: string,
  b: string,
  next: Next,
): Case | undefined {
  const start = Math.floor(next() * shapes.length)
  for (let i = 0; i < shapes.length; i++) {
    const shape = shapes[(start + i) % shapes.length]
    if (shape === undefined) continue
    const flow = pick(flowsOf(shape), next)
    const groups = grouped(role(shape, flow))
    const [first, second] = [groups.get(a), groups.get(b)]
    if (first === undefined || second === undefined) continue
    const faults = [pick(first, next), pick(second, next)]
    if (faults[0] !== faults[1]) return { shape, flow, faults }
  }
  return undefined
}

/** A case by the kinds of its faults, in the first lab and flow that have them. */
function caseOf(shapes: readonly Shape[], name: RegExp, ...kinds: readonly string[]): Case {
  for (const shape of shapes.filter((each) => name.test(each.name))) {
    for (const flow of flowsOf(shape)) {
      const all = everyFault(shape, flow)
      const faults = kinds.map((kind) => all.find((fault) => fault.kind === kind))
      if (faults.every((fault) => fault !== undefined)) return { shape, flow, faults }
    }
  }
  throw new Error(`no lab has ${kinds.join(' and ')}`)
}

/** Faults that meet where the model must know which comes first, or what counts; and each way in which a socket refuses. */
const FIXED: readonly (readonly [lab: RegExp, ...kinds: readonly string[]])[] = [
  [/^chain, IPv4$/, 'ip_forward', 'blackhole route there'],
  [/^host, 2 .*IPv4$/, 'forwarding of a link', 'prohibit route there'],
  [/^chain, IPv4$/, 'rp_filter 1 of all', 'detour back'],
  [/^chain, IPv4$/, 'rp_filter 2 of a link', 'rp_filter 1 of all'],
  [/^chain, IPv4$/, 'nft forward policy drop, one way accepted'],
  [/^host, 3 .*IPv6$/, 'iptables-nft forward policy drop, one way accepted', 'idle rule'],
  [/^chain, IPv6$/, 'iptables-legacy forward policy drop'],
  [/^chain, IPv4$/, 'iptables-legacy forward drop back', 'nft forward policy drop, all accepted'],
  [/^chain, IPv4$/, 'iptables-nft forward idle drop'],
  [/^chain, IPv4$/, 'arp_ignore 8', 'arp_announce 2'],
  [/^chain, IPv4$/, 'arp_ignore 8 of an end'],
  [
    /^chain, IPv4$/,
    'notrack',
    'iptables-nft forward policy drop, one way and established accepted',
  ],
  [/^bridge, IPv4$/, 'isolated ports', 'nft forward drop back'],
  [/^bridge, IPv6$/, 'wrong neighbour', 'idle route'],
  [/^chain, IPv4$/, 'rp_filter 2 of a link of the receiver', 'no default route of the receiver'],
  [/^chain, IPv4$/, 'address of the sender of the receiver'],
  [/^chain, IPv4$/, 'lo down', 'to itself'],
  [/^chain, IPv4$/, 'ingress drop'],
  [/^host, 2 .*IPv4$/, 'no listener (tcp)'],
  [/^chain, IPv6$/, 'no listener (udp)'],
  [/^host, 2 .*IPv6$/, 'tcp', 'nft input policy drop, there accepted'],
]

export const fixedCases = (shapes: readonly Shape[]): readonly Case[] =>
  FIXED.map(([name, ...kinds]) => caseOf(shapes, name, ...kinds))
