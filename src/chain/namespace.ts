import { NetloomError } from '../errors.js'
import { addressOf, type Family, hostPrefix, parseCidr, sameNetwork } from '../ip/cidr.js'
import { DEFAULT_ROUTE } from '../ip/destination.js'
import { readOptions } from '../options.js'
import type { Link } from '../plan/line.js'
import { acceptKey } from '../resource/accept.js'
import { GATEWAY } from '../resource/address.js'
import { forwardingKey } from '../resource/forwarding.js'
import type { Resource } from '../resource/index.js'
import { callText } from './call.js'
import { type At, familiesOf, type Inside, newest, placeAt } from './inside.js'
import { forwardOptions } from './options.js'

/** An interface whose other end is on the host. */
interface ToHost extends Inside {
  readonly hostEnd: string
}

/** The newest interface, which must lead to the host. */
export function newestToHost(at: At, call: string): { inside: ToHost; cidrs: readonly string[] } {
  const { inside, cidrs } = newest(at, call)
  const { hostEnd } = inside
  if (hostEnd !== undefined) return { inside: { ...inside, hostEnd }, cidrs }
  const message = `${call} needs a link to the host; ${inside.device} of ${placeAt(at)} leads to another namespace`
  throw new NetloomError('MISSING_LINK', message, {
    value: inside.device,
    hint: 'Between namespaces go .route(), and routeAll() for a whole lab.',
  })
}

/**
 * IPv4 goes out by the host's own address, or by a link-local one on the host end. IPv6 always goes by
 * a link-local one: a host answers neighbour discovery only on the link that has the address.
 */
function wayOut(at: At, link: ToHost, family: Family, call: string): Resource[] {
  const { host, namespace } = at
  const { device } = link
  const to = DEFAULT_ROUTE[family]
  const declared = at.line.ledger.hostCidrs(host).find((cidr) => cidr.family === 4)
  const own = family === 4 ? declared?.address : undefined
  const cidr = GATEWAY[family]
  const via = own ?? addressOf(cidr)
  const route: Resource =
    family === 4
      ? { kind: 'route', host, namespace, to, via, device, onlink: true, call }
      : { kind: 'route', host, namespace, to, via, device, call }
  // before the gateway, which would be there twice as well: nobody asked for that one
  at.line.ledger.canClaim(route)
  if (own !== undefined) return [route]
  return [{ kind: 'address', host, device: link.hostEnd, cidr, call }, route]
}

/** Out of a namespace at a switch: by the host's address there. The host has its way back with that address. */
function outByBridge(at: At, { device }: Inside, bridge: string, cidrs: readonly string[]) {
  const { host, namespace, line } = at
  const theirs = line.ledger.addressesAt(host).filter(({ end }) => end.device === bridge)
  const call = 'routeBothWays()'
  return familiesOf(cidrs).map((family): Resource => {
    const own = cidrs.map(parseCidr).filter((cidr) => cidr.family === family)
    const gateway = theirs.find(({ cidr }) => own.some((one) => sameNetwork(one, cidr)))
    if (gateway === undefined) {
      const networks = own.map(({ text }) => text).join(', ')
      const message = `${call} needs an address of the host on the bridge ${bridge}, in the network of ${networks} (namespace ${placeAt(at)})`
      throw new NetloomError('MISSING_ADDRESS', message, {
        value: bridge,
        hint: `Give the bridge one: .bridge('${bridge}', { ip: '10.0.1.1/24' }).`,
      })
    }
    const to = DEFAULT_ROUTE[family]
    return { kind: 'route', host, namespace, to, via: gateway.cidr.address, device, call }
  })
}

export function routeBothWays(at: At): Link {
  const call = 'routeBothWays()'
  const { inside, cidrs } = newestToHost(at, call)
  const { host } = at
  if (inside.bridge !== undefined) {
    return { resources: outByBridge(at, inside, inside.bridge, cidrs) }
  }
  const back = cidrs.map(
    (cidr): Resource => ({
      kind: 'route',
      host,
      to: hostPrefix(cidr),
      device: inside.hostEnd,
      call,
    }),
  )
  return {
    resources: [
      ...familiesOf(cidrs).flatMap((family) => wayOut(at, inside, family, call)),
      ...back,
    ],
  }
}

export function allowForward(at: At, options: unknown): Link {
  const { direction = 'both' } = readOptions('allowForward()', forwardOptions, options)
  const call = callText('allowForward', [options])
  const { inside, cidrs } = newestToHost(at, call)
  const { host } = at
  const { ledger } = at.line
  // what a switch forwards comes from it, and goes to it, for all of its ports
  const device = inside.bridge ?? inside.hostEnd
  const isThere = (family: Family, d: 'in' | 'out') =>
    inside.bridge !== undefined && ledger.has(acceptKey(host, family, d, device))
  const directions = (['in', 'out'] as const).filter((d) => direction === 'both' || direction === d)
  return {
    resources: familiesOf(cidrs).flatMap((family): Resource[] => [
      ...(ledger.has(forwardingKey(host, family))
        ? []
        : [{ kind: 'forwarding', host, family, call } as const]),
      ...directions
        .filter((d) => !isThere(family, d))
        .map((d): Resource => ({ kind: 'accept', host, family, direction: d, device, call })),
    ]),
  }
}
