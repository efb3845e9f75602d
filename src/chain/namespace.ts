import { NetloomError } from '../errors.js'
import { addressOf, type Family, familyOf, hostPrefix, parseCidr } from '../ip/cidr.js'
import { tag } from '../ip/hash.js'
import { INTERFACE_LIMIT, interfaceName } from '../ip/names.js'
import { readOptions } from '../options.js'
import type { Line, Link } from '../plan/line.js'
import { GATEWAY } from '../resource/address.js'
import { forwardingKey } from '../resource/forwarding.js'
import type { Resource } from '../resource/index.js'
import type { VethResource } from '../resource/veth.js'
import { callText } from './call.js'
import { forwardOptions, vethOptions } from './options.js'

/** Where the cursor stands: a namespace of a host, and what the plan holds of it. */
export interface At {
  readonly line: Line
  readonly host: string
  readonly namespace: string
}

const place = ({ host, namespace }: At) => `${host}/${namespace}`

function linksOf(at: At): readonly VethResource[] {
  return at.line.ledger.at(place(at)).filter((r): r is VethResource => r.kind === 'veth')
}

function addressesOf(at: At, device: string): readonly string[] {
  return at.line.ledger
    .at(place(at))
    .flatMap((r) => (r.kind === 'address' && r.device === device ? [r.cidr] : []))
}

function addresses(at: At, device: string, cidrs: readonly string[], call: string): Resource[] {
  const { host, namespace } = at
  return cidrs.map((cidr) => ({ kind: 'address', host, namespace, device, cidr, call }))
}

export function ip(at: At, cidrs: readonly unknown[]): Link {
  if (cidrs.length === 0) {
    throw new NetloomError('BAD_ARGUMENT', `ip() of namespace ${place(at)} has no address`, {
      hint: `Write it as .ip('10.0.1.2/24').`,
    })
  }
  const texts = cidrs.map((cidr) => parseCidr(cidr).text)
  const link = linksOf(at).at(-1)
  if (link !== undefined)
    return { resources: addresses(at, link.nsEnd, texts, callText('ip', texts)) }
  const waiting = [...at.line.waitingAt(place(at)), ...texts]
  const twice = waiting.find(
    (text, i) => waiting.findIndex((o) => addressOf(o) === addressOf(text)) < i,
  )
  if (twice !== undefined) {
    throw new NetloomError('DUPLICATE_ADDRESS', `${place(at)} has the address ${twice} twice`, {
      value: twice,
      hint: 'Give it once; the addresses of one ip() and the next add up.',
    })
  }
  // They become addresses with the link; that they can is checked now, at the call that has them.
  at.line.ledger.canPlace(place(at), texts)
  return { waiting: { place: place(at), cidrs: waiting } }
}

/** `veth-<namespace>`; where that is too long, a beginning and a tag of the whole, never a plain cut. */
function defaultHostEnd(at: At, index: number): string {
  const whole = index === 0 ? `veth-${at.namespace}` : `veth-${at.namespace}-${index}`
  if (whole.length <= INTERFACE_LIMIT) return whole
  return `veth-${at.namespace.slice(0, 3)}${tag(whole, 7)}`
}

export function veth(at: At, first: unknown, second: unknown): Link {
  const isOptions = typeof first === 'object' && first !== null
  if (isOptions && second !== undefined) {
    throw new NetloomError(
      'BAD_ARGUMENT',
      'veth() takes two names or one options object, not both',
      { value: second, hint: `Write it as .veth({ hostEnd: 'vethhost01', nsEnd: 'eth0' }).` },
    )
  }
  const options: { readonly hostEnd?: unknown; readonly nsEnd?: unknown } = isOptions
    ? readOptions('veth()', vethOptions, first)
    : { hostEnd: first, nsEnd: second }
  const index = linksOf(at).length
  const { hostEnd: wanted = defaultHostEnd(at, index), nsEnd: inner = `eth${index}` } = options
  const hostEnd = interfaceName(wanted)
  const nsEnd = interfaceName(inner)
  const call = callText('veth', [first, second])
  const { host, namespace } = at
  const waiting = at.line.waitingAt(place(at))
  const pair: Resource = { kind: 'veth', host, namespace, hostEnd, nsEnd, call }
  return {
    resources: [pair, ...addresses(at, nsEnd, waiting, callText('ip', waiting))],
    waiting: { place: place(at), cidrs: [] },
  }
}

/** The newest link and its addresses, for a call that needs both. */
function newestLink(at: At, call: string): { link: VethResource; cidrs: readonly string[] } {
  const link = linksOf(at).at(-1)
  if (link === undefined) {
    const before = at.line.waitingAt(place(at)).length > 0 ? '.veth()' : `.ip('10.0.1.2/24').veth()`
    throw new NetloomError('MISSING_LINK', `${call} needs a link (namespace ${place(at)})`, {
      value: place(at),
      hint: `Call ${before} before it.`,
    })
  }
  const cidrs = addressesOf(at, link.nsEnd)
  if (cidrs.length === 0) {
    throw new NetloomError(
      'MISSING_ADDRESS',
      `${call} needs an address on ${link.nsEnd} (namespace ${place(at)})`,
      { value: place(at), hint: `Call .ip('10.0.1.2/24') before it.` },
    )
  }
  return { link, cidrs }
}

const familiesOf = (cidrs: readonly string[]): readonly Family[] => [
  ...new Set(cidrs.map(familyOf)),
]

/**
 * IPv4 goes out by the host's own address, or by a link-local one on the host end. IPv6 always goes by
 * a link-local one: a host answers neighbour discovery only on the link that has the address.
 */
function wayOut(at: At, link: VethResource, family: Family, call: string): Resource[] {
  const { host, namespace } = at
  const common = { kind: 'route', host, namespace } as const
  const device = link.nsEnd
  const declared = at.line.ledger.hostCidrs(host).find((cidr) => cidr.family === 4)
  if (family === 4 && declared !== undefined) {
    return [{ ...common, to: '0.0.0.0/0', via: declared.address, device, onlink: true, call }]
  }
  const cidr = GATEWAY[family]
  const gateway: Resource = { kind: 'address', host, device: link.hostEnd, cidr, call }
  const via = addressOf(cidr)
  return [
    gateway,
    family === 4
      ? { ...common, to: '0.0.0.0/0', via, device, onlink: true, call }
      : { ...common, to: '::/0', via, device, call },
  ]
}

export function routeBothWays(at: At): Link {
  const call = 'routeBothWays()'
  const { link, cidrs } = newestLink(at, call)
  const { host } = at
  const back = cidrs.map(
    (cidr): Resource => ({ kind: 'route', host, to: hostPrefix(cidr), device: link.hostEnd, call }),
  )
  return {
    resources: [...familiesOf(cidrs).flatMap((family) => wayOut(at, link, family, call)), ...back],
  }
}

export function allowForward(at: At, options: unknown): Link {
  const { direction = 'both' } = readOptions('allowForward()', forwardOptions, options)
  const call = callText('allowForward', [options])
  const { link, cidrs } = newestLink(at, call)
  const { host } = at
  const device = link.hostEnd
  const directions = (['in', 'out'] as const).filter((d) => direction === 'both' || direction === d)
  return {
    resources: familiesOf(cidrs).flatMap((family): Resource[] => [
      ...(at.line.ledger.has(forwardingKey(host, family))
        ? []
        : [{ kind: 'forwarding', host, family, call } as const]),
      ...directions.map(
        (d): Resource => ({ kind: 'accept', host, family, direction: d, device, call }),
      ),
    ]),
  }
}
