import { NetloomError } from '../errors.js'
import { parseCidr, sameNetwork } from '../ip/cidr.js'
import { tag } from '../ip/hash.js'
import { macAddress } from '../ip/mac.js'
import { INTERFACE_LIMIT, interfaceName } from '../ip/names.js'
import { readOptions } from '../options.js'
import type { Link } from '../plan/line.js'
import type { Resource } from '../resource/index.js'
import type { LinkResource } from '../resource/link.js'
import type { VethResource } from '../resource/veth.js'
import { AUTO, landed, placed, readAddresses, resolved } from './addresses.js'
import { callText } from './call.js'
import { findNamespace } from './host.js'
import { type At, endAt, insideOf, nextDevice, placeAt } from './inside.js'
import { linkOptions, vethOptions } from './options.js'

/** `veth-<namespace>`; where that is too long, a beginning and a tag of the whole, never a plain cut. */
function defaultHostEnd(at: At): string {
  const index = insideOf(at).length
  const whole = index === 0 ? `veth-${at.namespace}` : `veth-${at.namespace}-${index}`
  if (whole.length <= INTERFACE_LIMIT) return whole
  return `veth-${at.namespace.slice(0, 3)}${tag(whole, 7)}`
}

interface PairOptions {
  readonly hostEnd?: unknown
  readonly nsEnd?: unknown
  readonly mtu?: number | undefined
  readonly txQueueLen?: number | undefined
  readonly mac?: unknown
  readonly hostMac?: unknown
}

/** Leaves out what is not given, in the order of the fields. */
function given<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const left: Partial<T> = {}
  for (const key in fields) if (fields[key] !== undefined) left[key] = fields[key]
  return left as never
}

const mac = (call: string, value: unknown) =>
  value === undefined ? undefined : macAddress(call, value)

function pair(at: At, options: PairOptions, name: string, call: string): VethResource {
  const { hostEnd = defaultHostEnd(at), nsEnd = nextDevice(at), mtu, txQueueLen } = options
  return {
    kind: 'veth',
    host: at.host,
    namespace: at.namespace,
    hostEnd: interfaceName(hostEnd),
    nsEnd: interfaceName(nsEnd),
    ...given({
      mtu,
      txQueueLen,
      hostMac: mac(name, options.hostMac),
      mac: mac(name, options.mac),
    }),
    call,
  }
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
  const options: PairOptions = isOptions
    ? readOptions('veth()', vethOptions, first)
    : { hostEnd: first, nsEnd: second }
  const made = pair(at, options, 'veth()', callText('veth', [first, second]))
  const { nsEnd: device, hostEnd } = made
  return {
    resources: [made, ...landed(at, { device, hostEnd })],
    waiting: [{ place: placeAt(at), cidrs: [] }],
  }
}

/** A pair whose end on the host is a port of a bridge there. */
export function attach(at: At, name: unknown, options: unknown): Link {
  const bridge = interfaceName(name)
  const read = readOptions('attach()', vethOptions, options)
  const call = callText('attach', [bridge, options])
  const { host } = at
  const found = at.line.ledger.bridge(host, bridge)
  if (found === undefined) {
    throw new NetloomError('UNKNOWN_NAME', `host ${host} has no bridge ${bridge} before attach()`, {
      value: name,
      hint: `Add it with .bridge('${bridge}') first.`,
    })
  }
  const made = pair(at, { ...read, mtu: read.mtu ?? found.mtu }, 'attach()', call)
  const { nsEnd: device, hostEnd } = made
  const isolated = found.isolated === true ? ({ isolated: true } as const) : {}
  const port: Resource = { kind: 'port', host, device: hostEnd, bridge, ...isolated, call }
  return {
    resources: [made, port, ...landed(at, { device, hostEnd, bridge })],
    waiting: [{ place: placeAt(at), cidrs: [] }],
  }
}

/** The addresses of both ends, as they are given. */
function readEnds(name: string, ip: unknown): readonly (readonly string[])[] {
  if (ip === undefined) return [[], []]
  const ends = ip === AUTO ? [AUTO, AUTO] : ip
  if (!Array.isArray(ends) || ends.length !== 2) {
    throw new NetloomError('BAD_ARGUMENT', `${name} takes two addresses, one for each end`, {
      value: ip,
      hint: `Write it as .link('b', { ip: ['10.0.1.1/30', '10.0.1.2/30'] }), or { ip: 'auto' }.`,
    })
  }
  return ends.map((end) => readAddresses(name, [end].flat()))
}

function checkSubnets(name: string, first: readonly string[], second: readonly string[]): void {
  const [a, b] = [first, second].map((texts) =>
    texts.filter((text) => text !== AUTO).map((text) => parseCidr(text)),
  )
  if (a?.length && b?.length && !a.some((one) => b.some(({ family }) => family === one.family))) {
    const [one, other] = [a[0]?.text, b[0]?.text]
    throw new NetloomError(
      'SUBNET_MISMATCH',
      `${name}: ${one} and ${other} are of different families, and would not find each other`,
      { value: one, hint: 'Give both ends addresses of one family, of one subnet.' },
    )
  }
  for (const one of a ?? []) {
    // an address alone is nobody's neighbour: routes say by which link it is reached
    if (one.first === one.last) continue
    const others = (b ?? []).filter(({ family }) => family === one.family)
    if (others.length === 0 || others.some((other) => sameNetwork(one, other))) continue
    const other = others.map(({ text }) => text).join(', ')
    throw new NetloomError(
      'SUBNET_MISMATCH',
      `${name}: ${one.text} and ${other} are of different subnets, and would not find each other`,
      { value: one.text, hint: 'Give both ends addresses of one subnet, with one prefix.' },
    )
  }
}

/** A pair between two namespaces of one host. */
export function link(at: At, other: unknown, options: unknown): Link {
  const read = readOptions('link()', linkOptions, options)
  const found = findNamespace(at.line, other)
  const call = callText('link', [other, options])
  const { host, namespace, line } = at
  if (found.host !== host) {
    const message = `namespace ${found.host}/${found.namespace} is on another host than ${placeAt(at)}`
    const hint = 'A link is a veth pair of one host. Between hosts, packets are routed: routeTo().'
    throw new NetloomError('BAD_ARGUMENT', message, { value: other, hint })
  }
  const there: At = { line, host, namespace: found.namespace }
  const { mtu, txQueueLen } = read
  const made: LinkResource = {
    kind: 'link',
    host,
    namespace,
    device: interfaceName(read.device ?? nextDevice(at)),
    peer: found.namespace,
    peerDevice: interfaceName(read.peerDevice ?? nextDevice(there)),
    ...given({
      mtu,
      txQueueLen,
      mac: mac('link()', read.mac),
      peerMac: mac('link()', read.peerMac),
    }),
    call,
  }
  const name = `link() of namespace ${placeAt(at)}`
  const [own = [], theirs = []] = readEnds(name, read.ip)
  checkSubnets(name, own, theirs)
  const [before, beforeThere] = [at, there].map((one) => line.waitingAt(placeAt(one)))
  // what waited for a link, and what comes with it, at both ends: all on one segment
  const lists = [before ?? [], own, beforeThere ?? [], theirs]
  const cidrs = resolved(line, endAt(at, made.device), lists, 1n)
  const on = (one: At, device: string, list: number) => {
    const from = list % 2 === 0 ? callText('ip', lists[list] ?? []) : call
    return placed(one, { device }, cidrs[list] ?? [], from)
  }
  return {
    resources: [
      made,
      ...[...on(at, made.device, 0), ...on(at, made.device, 1)],
      ...[...on(there, made.peerDevice, 2), ...on(there, made.peerDevice, 3)],
    ],
    waiting: [at, there].map((one) => ({ place: placeAt(one), cidrs: [] })),
  }
}
