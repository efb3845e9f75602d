import * as z from 'zod'
import { addressOf, familyOf, isCanonicalCidr } from '../ip/cidr.js'
import { type Fields, type Kind, keys, placeOf, ROUTE_PROTOCOL } from './kind.js'
import engine from './route.bash'

const isDefault = (to: string) => to.endsWith('/0')
const isHostRoute = (to: string) => to.endsWith(familyOf(to) === 4 ? '/32' : '/128')

/** An address without prefix: that of a gateway. */
const gateway = () =>
  z
    .string()
    .regex(/^[0-9a-f.:]+$/, 'is no address')
    .refine(
      (via) => via === 'fe80::1' || isCanonicalCidr(`${via}/${via.includes(':') ? 128 : 32}`),
      {
        message: 'is no usable address, or not in its canonical form',
      },
    )

const DEFAULTS = ['0.0.0.0/0', '::/0'] as const

/** A route: out of a namespace, or from a host to one address of a namespace. */
export interface RouteResource {
  readonly kind: 'route'
  readonly host: string
  readonly namespace?: string | undefined
  /** An address with its prefix, or the default route of a family. */
  readonly to: string
  readonly via?: string | undefined
  readonly device?: string | undefined
  readonly onlink?: true | undefined
  readonly call: string
}

const schema = (fields: Fields) =>
  z
    .strictObject({
      kind: z.literal('route'),
      host: fields.place,
      namespace: fields.place.optional(),
      to: z.union([z.enum(DEFAULTS), fields.cidr]),
      via: gateway().optional(),
      device: fields.device.optional(),
      onlink: z.literal(true).optional(),
      call: fields.call,
    })
    .superRefine((r, context) => {
      const fault = (path: string, message: string) => {
        context.addIssue({ code: 'custom', path: [path], message })
      }
      if (r.via !== undefined && familyOf(r.via) !== familyOf(r.to)) {
        fault('via', 'is not of the family of the destination')
      }
      if (r.namespace !== undefined) {
        // the way out of a namespace
        if (!isDefault(r.to)) fault('to', 'is not a default route, in a namespace')
        if (r.via === undefined) fault('via', 'is missing')
        if (r.device === undefined) fault('device', 'is missing')
        return
      }
      // from a host to one address of a namespace: on a link of its own, or by another host
      if (!isHostRoute(r.to)) fault('to', 'is not a single address (/32 or /128), on a host')
      if ((r.via === undefined) === (r.device === undefined)) {
        fault('via', 'or device is to be given, one of the two, on a host')
      }
      if (r.onlink !== undefined) fault('onlink', 'is for the way out of a namespace')
    })

/** `to`, as one types it: `ip` tells the family of a default route by its gateway. */
const destination = (r: RouteResource) => (isDefault(r.to) ? 'default' : r.to)

function words(r: RouteResource): readonly string[] {
  return [
    destination(r),
    ...(r.via === undefined ? [] : ['via', r.via]),
    ...(r.device === undefined ? [] : ['dev', r.device]),
    ...['proto', String(ROUTE_PROTOCOL)],
  ]
}

function why(r: RouteResource): string {
  if (r.namespace !== undefined) return 'the way out: all else goes to the host'
  const to = `the way to ${addressOf(r.to)}`
  return r.via === undefined ? to : `${to}, by the host that has it`
}

export const route: Kind<RouteResource> = {
  schema,
  engine,
  describe: (r) =>
    `route of ${placeOf(r)} to ${destination(r)} ${r.via === undefined ? `on ${r.device}` : `by ${r.via}`}`,
  claims: (r) => [
    {
      key: keys.other('route', placeOf(r), r.to),
      code: 'DUPLICATE_ROUTE',
      what: `${placeOf(r)} has a route to ${r.to} already`,
      value: r.to,
    },
  ],
  needs: (r) => [
    { key: keys.host(r.host), code: 'UNKNOWN_NAME', what: `the plan has no host ${r.host}` },
    ...(r.device === undefined
      ? []
      : [
          {
            key: keys.device(placeOf(r), r.device),
            code: 'MISSING_LINK' as const,
            what: `${placeOf(r)} has no interface ${r.device} before it`,
          },
        ]),
  ],
  steps: (r) => {
    const namespace = r.namespace
    const onlink = r.onlink === true ? ['onlink'] : []
    return [
      {
        tool: 'ip',
        namespace,
        args: ['route', 'add', ...words(r), ...onlink],
        seen: [
          ...['route', namespace ?? '-', String(familyOf(r.to)), destination(r)],
          ...[r.via ?? '-', r.device ?? '-'],
        ],
        phase: 'configure',
        device: namespace === undefined ? r.device : undefined,
        why: why(r),
        undo:
          namespace === undefined
            ? { argv: ['ip', 'route', 'del', ...words(r)] }
            : { with: `namespace ${namespace}` },
      },
    ]
  },
  state: (r, draft) => {
    const { to, via: gateway, device, onlink } = r
    const family = familyOf(to)
    const metric = family === 4 ? 0 : 1024
    const protocol = String(ROUTE_PROTOCOL)
    const common = { family, table: 254, type: 'unicast', to, metric, protocol } as const
    draft.at(placeOf(r)).routes.push({ ...common, gateway, device, onlink })
  },
}
