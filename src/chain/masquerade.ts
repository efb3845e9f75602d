import { NetloomError } from '../errors.js'
import { familyOf, networkOf, parseCidr } from '../ip/cidr.js'
import { interfaceName } from '../ip/names.js'
import { readOptions } from '../options.js'
import type { Ledger } from '../plan/ledger.js'
import type { Link } from '../plan/line.js'
import { type MasqueradeResource, masqueradeKey } from '../resource/masquerade.js'
import type { RouteResource } from '../resource/route.js'
import { callText } from './call.js'
import type { At } from './inside.js'
import { newestToHost } from './namespace.js'
import { masqueradeOptions } from './options.js'

/** The interface by which a host speaks to what is outside. */
function uplinkOf(ledger: Ledger, host: string, via: string | undefined): string {
  const device = via ?? ledger.hosts.get(host)?.device
  if (device !== undefined) return interfaceName(device)
  throw new NetloomError(
    'BAD_ARGUMENT',
    `masquerade() needs the interface by which packets leave host ${host}`,
    {
      value: host,
      hint: `Name it: .masquerade({ via: 'eth0' }), or .host('${host}', { device: 'eth0' }).`,
    },
  )
}

/** True for a route of a host by another host: it has no link of the plan. */
const isBeyond = ({ namespace, device }: RouteResource) =>
  namespace === undefined && device === undefined

/** Addresses of the lab that a host reaches by another host. */
const beyond = (ledger: Ledger, host: string): readonly string[] =>
  ledger.at(host).flatMap((r) => (r.kind === 'route' && isBeyond(r) ? [r.to] : []))

/** What a masquerade leaves out: other parts of the lab, which see the namespaces by their own addresses. */
function exceptions(
  rule: MasqueradeResource,
  destinations: readonly string[],
  call: string,
): readonly MasqueradeResource[] {
  const { kind, host, family, source, via } = rule
  return destinations
    .filter((to) => familyOf(to) === family)
    .map((except) => ({ kind, host, family, source, except, via, call }))
}

/** Those for routes to other hosts that come after the masquerade. */
export function keepSources(
  ledger: Ledger,
  host: string,
  destinations: readonly string[],
  call: string,
): readonly MasqueradeResource[] {
  return ledger
    .at(host)
    .flatMap((r) =>
      r.kind === 'masquerade' && r.except === undefined ? exceptions(r, destinations, call) : [],
    )
}

/** The same of all routes of a lab: those of a host that lead to another one. */
export function keepAllSources(
  ledger: Ledger,
  routes: readonly RouteResource[],
): readonly MasqueradeResource[] {
  const all = routes.filter(isBeyond)
  return [...new Set(all.map(({ host }) => host))].flatMap((host) => {
    const own = all.filter((route) => route.host === host)
    return keepSources(
      ledger,
      host,
      own.map(({ to }) => to),
      own[0]?.call ?? '',
    )
  })
}

export function masquerade(at: At, options: unknown): Link {
  const read = readOptions('masquerade()', masqueradeOptions, options)
  const { ledger } = at.line
  const { cidrs } = newestToHost(at, 'masquerade()')
  const { host } = at
  const via = uplinkOf(ledger, host, read.via)
  const call = callText('masquerade', [options])
  const sources = new Set(cidrs.map((text) => networkOf(parseCidr(text)).text))
  const rules = [...sources].map((source): MasqueradeResource => {
    return { kind: 'masquerade', host, family: familyOf(source), source, via, call }
  })
  // namespaces at one switch are of one network
  const fresh = rules.filter((rule) => !ledger.has(masqueradeKey(rule)))
  return {
    resources: fresh.flatMap((rule) => [rule, ...exceptions(rule, beyond(ledger, host), call)]),
  }
}
