import { NetloomError, shown } from '../errors.js'
import { type Cidr, covers, type Family, hostPrefix } from '../ip/cidr.js'
import { parseDestination } from '../ip/destination.js'
import { checkOptions, readOptions } from '../options.js'
import type { Line, Link } from '../plan/line.js'
import type { FilterResource } from '../resource/filter.js'
import {
  FILTER_HOOKS,
  type FilterHook,
  type FilterPlace,
  guardKey,
} from '../resource/filter-chain.js'
import type { Resource } from '../resource/index.js'
import { type End, keys, placeOf } from '../resource/kind.js'
import { FORWARDING } from '../resource/setting.js'
import { callText } from './call.js'
import { findNamespace } from './host.js'
import { filterOptions, policyOptions } from './options.js'
import { type PortRange, readFilterPorts } from './ports.js'

/** Where a packet filter is: at a namespace, or at a host itself. */
export interface Spot {
  readonly line: Line
  readonly host: string
  readonly namespace?: string | undefined
}

const BOTH: readonly Family[] = [4, 6]

function refuse(message: string, value: unknown, hint: string): never {
  throw new NetloomError('BAD_ARGUMENT', message, { value, hint })
}

/** One side of a rule: the place itself, one network, or anybody. */
type Side =
  | { readonly who: 'itself' | 'any' }
  | {
      readonly who: 'network'
      readonly family: Family
      readonly network: string
      readonly end?: End
      /** The place itself has this address, or some of this network. */
      readonly own?: 'all' | 'some' | undefined
    }

const ANY: readonly Side[] = [{ who: 'any' }]

/** The place itself, by its name or by an address of it. */
const isItself = (side: Side) =>
  side.who === 'itself' || (side.who === 'network' && side.own === 'all')

/** The addresses that a place has by now. */
const cidrsAt = ({ ledger }: Line, place: string): readonly Cidr[] => [
  ...ledger.hostCidrs(place),
  ...ledger.addressesAt(place).map(({ cidr }) => cidr),
]

/** A network, or an address, that is written down. */
function networkSide(spot: Spot, text: string): Side {
  const destination = parseDestination(text)
  const { family, text: network, first, last } = destination
  const mine = cidrsAt(spot.line, placeOf(spot)).filter((own) => covers(destination, own))
  const own = mine.length === 0 ? undefined : first === last ? 'all' : 'some'
  return { who: 'network', family, network, own }
}

/** The addresses of a place, each as the network of one. */
function networksOf(spot: Spot, place: string, name: string, call: string): readonly Side[] {
  const { ledger } = spot.line
  const declared = ledger.hostCidrs(place).map((cidr): Side => {
    return { who: 'network', family: cidr.family, network: hostPrefix(cidr.text) }
  })
  const placed = ledger.addressesAt(place).map(({ cidr, end }): Side => {
    return { who: 'network', family: cidr.family, network: hostPrefix(cidr.text), end }
  })
  const all = [...declared, ...placed]
  if (all.length > 0) return all
  throw new NetloomError('MISSING_ADDRESS', `${call}: ${name} has no address before it`, {
    value: name,
    hint: 'Give it one first, or name a network.',
  })
}

function sideOf(spot: Spot, text: unknown, call: string): readonly Side[] {
  const { ledger } = spot.line
  if (typeof text !== 'string') {
    return refuse(
      `${call}: ${shown(text)} is neither a name nor a network`,
      text,
      `Write it as 'demo01' or '10.0.1.0/24'.`,
    )
  }
  if (/^[0-9a-f.:]+(?:\/\d+)?$/i.test(text) && /[.:]/.test(text) && !ledger.hosts.has(text)) {
    return [networkSide(spot, text)]
  }
  const place = ledger.hosts.has(text) ? text : placeOf(findNamespace(spot.line, text))
  return place === placeOf(spot) ? [{ who: 'itself' }] : networksOf(spot, place, text, call)
}

const sidesOf = (spot: Spot, given: string | readonly string[] | undefined, call: string) =>
  given === undefined ? ANY : [given].flat().flatMap((text) => sideOf(spot, text, call))

/** A host forwards for its lab; a namespace where it is a router. */
const forwards = ({ line, host, namespace }: Spot): boolean =>
  namespace === undefined ||
  BOTH.some((family) => line.ledger.has(keys.setting(`${host}/${namespace}`, FORWARDING[family])))

/**
 * At which hooks a packet from one side to another is met. A network is that of others; where both sides are given, also
 * the place's own that are in it.
 */
function hooksOf(spot: Spot, from: Side, to: Side): readonly FilterHook[] {
  const mayBeOwn = (side: Side, other: Side) =>
    side.who !== 'network' || side.own === 'all' || (side.own === 'some' && other.who !== 'any')
  const input = !isItself(from) && mayBeOwn(to, from)
  const output = !isItself(to) && mayBeOwn(from, to)
  const through = !isItself(from) && !isItself(to) && forwards(spot)
  return [
    ...(input ? (['input'] as const) : []),
    ...(through ? (['forward'] as const) : []),
    ...(output ? (['output'] as const) : []),
  ]
}

/** What goes from port to port of a switch, or between two namespaces of one link, never meets the host. */
function checkPath(spot: Spot, from: Side, to: Side, call: string): void {
  if (spot.namespace !== undefined || from.who !== 'network' || to.who !== 'network') return
  if (from.end === undefined || to.end === undefined) return
  const { segments } = spot.line.ledger
  if (segments.of(from.end) !== segments.of(to.end)) return
  refuse(
    `${call}: ${from.end.place} and ${to.end.place} are on one segment, and what they send does not pass host ${spot.host}`,
    [from.end.place, to.end.place],
    `Write it at one of them: .at('${to.end.place}').deny({ from: '${from.end.place}' }).`,
  )
}

/** The filter that a rule or a policy goes into, where it is not there yet. */
function guarded(
  spot: Spot,
  wanted: readonly { readonly family: Family; readonly hook: FilterHook }[],
  call: string,
): readonly Resource[] {
  const { line, host, namespace } = spot
  const place = namespace === undefined ? { host } : { host, namespace }
  const fresh = new Map<string, Resource>()
  for (const { family, hook } of wanted) {
    const at: FilterPlace = { ...place, family, hook }
    if (!line.ledger.has(guardKey(at))) fresh.set(guardKey(at), { kind: 'guard', ...at, call })
  }
  const guards = [...fresh.values()]
  if (namespace !== undefined) return guards
  const { ledger } = line
  const devices = [...ledger.segments.ends()].flatMap(({ place, device }) =>
    place === host ? [{ device, isBridge: ledger.bridge(host, device) !== undefined }] : [],
  )
  return [...guards, ...guards.flatMap((guard) => gates(line, guard as FilterPlace, devices, call))]
}

/** An interface of a host. */
interface Device {
  readonly device: string
  readonly isBridge: boolean
}

/** The interface of a host that a resource makes. */
const deviceOf = (r: Resource): readonly Device[] => {
  if (r.kind === 'bridge') return [{ device: r.name, isBridge: true }]
  return r.kind === 'veth' ? [{ device: r.hostEnd, isBridge: false }] : []
}

function gates(
  { ledger }: Line,
  { host, family, hook }: FilterPlace,
  devices: readonly Device[],
  call: string,
): readonly Resource[] {
  return (
    devices
      // frames come in by the switch, not by its port
      .filter(({ device }) => ledger.bridgeOf(host, device) === undefined)
      .map(({ device, isBridge }) => ({
        ...({ kind: 'gate', host, family, hook, device } as const),
        ...(isBridge && { bridge: true as const }),
        call,
      }))
  )
}

/** A link that comes to a host behind its filter is asked by it like those before. */
export function withGates(line: Line, link: Link): Link {
  if (!line.ledger.kinds.has('guard')) return link
  const made = link.resources ?? []
  const fresh = made.filter((r) => r.kind === 'veth' || r.kind === 'bridge')
  const [first] = fresh
  if (first === undefined) return link
  const { host } = first
  const filters = FILTER_HOOKS.flatMap((hook) => BOTH.map((family) => ({ host, family, hook })))
  const guards = filters.filter((at) => line.ledger.has(guardKey(at)))
  if (guards.length === 0) return link
  const ports = new Set(made.flatMap((r) => (r.kind === 'port' ? [r.device] : [])))
  const devices = fresh.flatMap(deviceOf).filter(({ device }) => !ports.has(device))
  const more = guards.flatMap((guard) => gates(line, guard, devices, first.call))
  return { ...link, resources: [...made, ...more] }
}

interface Match {
  readonly from: Side
  readonly to: Side
}

/** The families over which both sides have something. */
function familiesOf({ from, to }: Match): readonly Family[] {
  const own = [from, to].flatMap((side) => (side.who === 'network' ? [side.family] : []))
  return BOTH.filter((family) => own.every((each) => each === family))
}

const PORTS = ['tcp', 'udp'] as const

export function rules(spot: Spot, verdict: 'allow' | 'deny', options: unknown): Link {
  const method = `${verdict}()`
  const read = checkOptions(method, filterOptions, options ?? {})
  const call = callText(verdict, [options])
  const { protocol } = read
  const ports: readonly (PortRange | undefined)[] =
    read.port === undefined ? [undefined] : readFilterPorts(method, read.port)
  if (protocol === 'icmp' && read.port !== undefined) {
    refuse(`${method}: icmp has no ports`, read.port, 'Leave the port away, or give tcp or udp.')
  }
  const protocols = protocol === undefined && read.port !== undefined ? PORTS : [protocol]
  const froms = sidesOf(spot, read.from, method)
  const tos = sidesOf(spot, read.to, method)
  const matches = froms.flatMap((from) => tos.map((to): Match => ({ from, to })))
  const { host, namespace } = spot
  const made = matches.flatMap((match) => {
    const { from, to } = match
    checkPath(spot, from, to, method)
    return hooksOf(spot, from, to).flatMap((hook) =>
      familiesOf(match).flatMap((family) =>
        protocols.flatMap((name) =>
          ports.map(
            (range): FilterResource => ({
              ...{ kind: 'filter', host },
              ...(namespace !== undefined && { namespace }),
              ...{ family, hook, verdict },
              ...(from.who === 'network' && { from: from.network }),
              ...(to.who === 'network' && { to: to.network }),
              ...(name !== undefined && { protocol: name }),
              ...range,
              call,
            }),
          ),
        ),
      ),
    )
  })
  if (made.length === 0) explainNothing(spot, matches, method)
  return { resources: [...guarded(spot, made, call), ...made] }
}

/** Says why a rule would stand nowhere. */
function explainNothing(spot: Spot, matches: readonly Match[], call: string): never {
  const place = placeOf(spot)
  if (matches.every(({ from, to }) => isItself(from) && isItself(to))) {
    refuse(`${call}: what ${place} sends to itself is not filtered`, place, 'Name another place.')
  }
  if (matches.every((match) => familiesOf(match).length === 0)) {
    refuse(`${call}: both sides have no address of one family`, place, 'Give them one each.')
  }
  return refuse(
    `${call}: what goes from one to the other does not pass ${place}, which is no router`,
    place,
    'Call .router() before it, or write the rule at one of the two.',
  )
}

const HOOKS: readonly FilterHook[] = ['input', 'forward']

/** What no rule decides: at a namespace what comes to it, and what it passes on. */
export function policy(spot: Spot, verdict: unknown, options: unknown): Link {
  const { hooks = HOOKS } = readOptions('policy()', policyOptions, options)
  if (verdict !== 'allow' && verdict !== 'deny') {
    refuse(
      `policy() is 'allow' or 'deny', not ${shown(verdict)}`,
      verdict,
      `Write it as .policy('deny').`,
    )
  }
  if (verdict === 'allow') return {}
  const call = callText('policy', [verdict, options])
  const { host, namespace } = spot
  const place = namespace === undefined ? { host } : { host, namespace }
  const met = [...new Set(hooks)].filter((hook) => hook !== 'forward' || forwards(spot))
  const wanted = met.flatMap((hook) => BOTH.map((family) => ({ ...place, family, hook })))
  return {
    resources: [
      ...guarded(spot, wanted, call),
      ...wanted.map((at): Resource => ({ kind: 'policy', ...at, call })),
    ],
  }
}
