import * as z from 'zod/mini'
import { NetloomError } from '../errors.js'
import { addressOf, bits, type Cidr, familyOf } from '../ip/cidr.js'
import { DEFAULT_ROUTE, isDefaultRoute } from '../ip/destination.js'
import { contains, network as networkOf } from '../ip/network.js'
import { type Ties, tie } from '../step/ties.js'
import { type Facts, type Fields, type Kind, keys, placeOf, ROUTE_PROTOCOL } from './kind.js'
import engine from './route.bash'
import { isTable, MAIN_TABLE } from './table.js'

const REFUSALS = ['blackhole', 'unreachable', 'prohibit'] as const

/** A route of a namespace, or of a host to addresses of the lab. */
export interface RouteResource {
  readonly kind: 'route'
  readonly host: string
  readonly namespace?: string | undefined
  /** A network; all addresses of a family for the default route. */
  readonly to: string
  /** What becomes of the packets, where they are not sent on. */
  readonly type?: (typeof REFUSALS)[number] | undefined
  readonly via?: string | undefined
  readonly device?: string | undefined
  /** The gateway is taken to be on the link, whatever the addresses say. */
  readonly onlink?: true | undefined
  /** The lowest of one destination is taken; without it 0, over IPv6 1024. */
  readonly metric?: number | undefined
  /** The table that has it, where that is not main. */
  readonly table?: number | undefined
  readonly call: string
}

const isHostRoute = (to: string) => to.endsWith(`/${bits(familyOf(to))}`)

const schema = (fields: Fields) =>
  z
    .strictObject({
      kind: z.literal('route'),
      host: fields.place,
      namespace: z.optional(fields.place),
      to: fields.network,
      type: z.optional(z.enum(REFUSALS)),
      via: z.optional(fields.address),
      device: z.optional(fields.device),
      onlink: z.optional(z.literal(true)),
      metric: z.optional(z.int().check(z.gte(0), z.lte(0xffff_ffff))),
      table: z.optional(
        z.int().check(z.lte(0xffff_ffff), z.refine(isTable, 'is no table for routes')),
      ),
      call: fields.call,
    })
    .check(
      z.superRefine((r, context) => {
        const fault = (path: string, message: string) => {
          context.addIssue({ code: 'custom', path: [path], message })
        }
        if (r.via !== undefined && familyOf(r.via) !== familyOf(r.to)) {
          fault('via', 'is not of the family of the destination')
        }
        if (r.type !== undefined) {
          if (r.via !== undefined) fault('via', `leads nowhere in a route of the type ${r.type}`)
          if (r.device !== undefined)
            fault('device', `leads nowhere in a route of the type ${r.type}`)
        } else if (r.via === undefined && r.device === undefined) {
          fault('via', 'or device is to be given')
        }
        if (r.onlink !== undefined && (r.via === undefined || r.device === undefined)) {
          fault('onlink', 'takes a gateway and a device')
        }
        if (r.namespace !== undefined) return
        // a host keeps its own routing: to addresses of the lab only, by links of the lab or by another host
        if (isDefaultRoute(r.to)) fault('to', 'is a default route, on a host')
        if (r.device === undefined && !isHostRoute(r.to)) {
          fault('to', 'is not a single address (/32 or /128), on a host and without a device')
        }
        for (const path of ['type', 'metric', 'table'] as const) {
          if (r[path] !== undefined) fault(path, 'is for routes of a namespace')
        }
      }),
    )

/** `to`, as `ip` prints it. */
const destination = (r: RouteResource) => (isDefaultRoute(r.to) ? 'default' : r.to)

/** `to`, as one types it: `ip` tells the family of a default route by its gateway. */
const typed = (r: RouteResource) =>
  r.to === DEFAULT_ROUTE[6] && r.via === undefined ? r.to : destination(r)

function words(r: RouteResource): readonly string[] {
  return [
    ...(r.type === undefined ? [] : [r.type]),
    typed(r),
    ...(r.via === undefined ? [] : ['via', r.via]),
    ...(r.device === undefined ? [] : ['dev', r.device]),
    ...(r.metric === undefined ? [] : ['metric', String(r.metric)]),
    ...(r.table === undefined ? [] : ['table', String(r.table)]),
    ...['proto', String(ROUTE_PROTOCOL)],
  ]
}

/** The metric that the kernel keeps: over IPv6 it has 1024 for none. */
const metricOf = ({ to, metric = 0 }: RouteResource) =>
  familyOf(to) === 6 && metric === 0 ? 1024 : metric

/** `RTN_...` of linux/rtnetlink.h, which `ip -N` prints. */
const TYPE_NUMBER = { unicast: 1, blackhole: 6, unreachable: 7, prohibit: 8 } as const

function seen(r: RouteResource): readonly string[] {
  const { namespace = '-', type = 'unicast', table = MAIN_TABLE } = r
  const common = ['route', namespace, String(familyOf(r.to)), destination(r)]
  const way = [r.via ?? '-', r.device ?? '-']
  const plain = r.type === undefined && r.table === undefined && r.metric === undefined
  if (plain) return [...common, ...way]
  return [...common, ...way, ...[table, metricOf(r), TYPE_NUMBER[type]].map(String)]
}

function why(r: RouteResource): string {
  if (r.type !== undefined) return 'these packets go nowhere'
  if (isDefaultRoute(r.to)) return 'the way out: where all else goes'
  const to = `the way to ${isHostRoute(r.to) ? addressOf(r.to) : r.to}`
  return r.namespace === undefined && r.device === undefined ? `${to}, by the host that has it` : to
}

/**
 * The kernel takes a gateway only where it knows the link to it.
 *
 * @throws NetloomError `GATEWAY_NOT_ON_LINK`
 */
function checkGateway(r: RouteResource, facts: Facts): void {
  const { via, device } = r
  if (via === undefined || r.namespace === undefined) return
  const place = placeOf(r)
  const refuse = (why: string, hint: string) => {
    throw new NetloomError('GATEWAY_NOT_ON_LINK', `the gateway ${via} of ${place} ${why}`, {
      value: via,
      hint,
    })
  }
  const own = facts.addressesAt(place)
  if (own.some(({ cidr }) => cidr.address === via)) {
    refuse('is an address of the namespace itself', 'A gateway is the next router on a link.')
  }
  if (r.onlink === true) return
  if (device !== undefined && contains('fe80::/10', via)) return
  const near = own.filter(({ end }) => device === undefined || end.device === device)
  const network = near.find(({ cidr }) => contains(cidr.text, via))?.cidr
  if (network !== undefined && isBroadcast(network, via)) {
    refuse(`is the broadcast address of ${network.text}`, 'A gateway is the address of one router.')
  }
  if (network !== undefined) return
  if (linkRoutes(facts, place, r).some((to) => contains(to, via))) return
  const where = device === undefined ? 'any link' : `the link ${device}`
  const networks = near.map(({ cidr }) => cidr.text).join(', ')
  refuse(
    `is on no network of ${where} (${networks === '' ? 'which has no address' : networks})`,
    'Give a gateway in one of these networks, or the device and onlink: true.',
  )
}

/** True for the address that means all of an IPv4 network. */
const isBroadcast = ({ family, prefix, last }: Cidr, address: string) =>
  family === 4 && prefix < bits(4) - 1 && networkOf(address).value === last

/** What a place reaches on its links, by routes without a gateway. */
const linkRoutes = (
  facts: Facts,
  place: string,
  { device, table = MAIN_TABLE }: RouteResource,
): readonly string[] =>
  facts.at(place).flatMap((other) => {
    if (other.kind !== 'route') return []
    const { to, via, type, device: by, table: own = MAIN_TABLE } = other as RouteResource
    const isNear = via === undefined && type === undefined && own === table
    return isNear && (device === undefined || device === by) ? [to] : []
  })

function tiesOf(r: RouteResource): Ties {
  const link = r.device === undefined ? undefined : tie.link(r.namespace, r.device)
  return {
    back: { args: ['route', 'del', ...words(r)] },
    spot: routeKey(r.namespace ?? '-', r.to, r.table, metricOf(r)),
    way: { family: familyOf(r.to), via: r.via, ...(link === undefined ? {} : { link }) },
    ...(link === undefined ? {} : { on: [link] }),
  }
}

export const route: Kind<RouteResource> = {
  schema,
  engine,
  describe: (r) => {
    const way = r.type ?? (r.via === undefined ? `on ${r.device}` : `by ${r.via}`)
    const table = r.table === undefined ? '' : ` in table ${r.table}`
    return `route of ${placeOf(r)} to ${destination(r)} ${way}${table}`
  },
  claims: (r) => [
    {
      key: routeKey(placeOf(r), r.to, r.table, metricOf(r)),
      code: 'DUPLICATE_ROUTE',
      what: () => `${placeOf(r)} has a route to ${r.to} already`,
      value: r.to,
    },
  ],
  needs: (r) => [
    { key: keys.host(r.host), code: 'UNKNOWN_NAME', what: () => `the plan has no host ${r.host}` },
    ...(r.namespace === undefined
      ? []
      : [
          {
            key: keys.namespace(r.host, r.namespace),
            code: 'UNKNOWN_NAME' as const,
            what: () => `the plan has no namespace ${placeOf(r)} before it`,
          },
        ]),
    ...(r.device === undefined
      ? []
      : [
          {
            key: keys.device(placeOf(r), r.device),
            code: 'MISSING_LINK' as const,
            what: () => `${placeOf(r)} has no interface ${r.device} before it`,
          },
        ]),
  ],
  check: (r, facts) => {
    checkGateway(r, facts)
    if (r.namespace !== undefined || r.device === undefined) return
    if (!isHostRoute(r.to) && !facts.hasNetwork(r.to)) {
      const what = `no interface of the plan is in the network ${r.to} to which host ${r.host} is to have a route`
      const hint = 'A host has routes to networks of the lab only.'
      throw new NetloomError('BAD_ARGUMENT', what, { value: r.to, hint })
    }
    if (facts.makes({ place: r.host, device: r.device })) return
    const what = `the interface ${r.device} of host ${r.host} is not one that the plan makes`
    const hint = 'A route of a host leads over a link of the lab, or by another host: routeTo().'
    throw new NetloomError('BAD_ARGUMENT', what, { value: r.device, hint })
  },
  steps: (r) => {
    const namespace = r.namespace
    const onlink = r.onlink === true ? ['onlink'] : []
    return [
      {
        tool: 'ip',
        namespace,
        args: ['route', 'add', ...words(r), ...onlink],
        seen: seen(r),
        phase: 'configure',
        device: namespace === undefined ? r.device : undefined,
        ties: tiesOf(r),
        why: why(r),
        undo:
          namespace === undefined
            ? { argv: ['ip', 'route', 'del', ...words(r)] }
            : { with: `namespace ${namespace}` },
      },
    ]
  },
  state: (r, draft) => {
    const { to, via: gateway, device, onlink, type = 'unicast', table = MAIN_TABLE } = r
    const family = familyOf(to)
    const common = { family, table, type, to, metric: metricOf(r) } as const
    const protocol = String(ROUTE_PROTOCOL)
    draft.at(placeOf(r)).routes.push({ ...common, protocol, gateway, device, onlink })
  },
}

/** The claim of a route: a table has one for each destination and metric. */
const routeKey = (
  place: string,
  to: string,
  table: number | undefined = MAIN_TABLE,
  metric = metricOf({ to } as RouteResource),
): string => keys.other('route', place, to, table, metric)
