import * as z from 'zod'
import { NetloomError } from '../errors.js'
import { covers, familyOf, parseCidr } from '../ip/cidr.js'
import { network } from '../ip/network.js'
import engine from './address.bash'
import { type Fields, type Kind, keys, placeOf } from './kind.js'

/** The gateways that a host end carries where the host declares no address; each link has its own. */
export const GATEWAY = { 4: '169.254.1.1/32', 6: 'fe80::1/64' } as const

const isGateway = (cidr: string) => cidr === GATEWAY[4] || cidr === GATEWAY[6]

/** An address: in a namespace, or the gateway's on a host end. */
export interface AddressResource {
  readonly kind: 'address'
  readonly host: string
  readonly namespace?: string | undefined
  readonly device: string
  /** In a namespace any address; on the host nothing but the gateway of a host end. */
  readonly cidr: string
  readonly call: string
}

const schema = (fields: Fields) =>
  z
    .strictObject({
      kind: z.literal('address'),
      host: fields.place,
      namespace: fields.place.optional(),
      device: fields.device,
      cidr: z.union([z.enum([GATEWAY[4], GATEWAY[6]]), fields.cidr]),
      call: fields.call,
    })
    .refine((r) => (r.namespace === undefined) === isGateway(r.cidr), {
      path: ['cidr'],
      message: `is for a host end, without a namespace, where it is ${GATEWAY[4]} or ${GATEWAY[6]}, and else for a namespace`,
    })

export const address: Kind<AddressResource> = {
  schema,
  engine,
  describe: (r) => `address ${r.cidr} of ${placeOf(r)} ${r.device}`,
  claims: (r) => {
    if (r.namespace !== undefined) {
      const { address } = parseCidr(r.cidr)
      const what = `the address ${address} stands in the plan already`
      return [{ key: keys.address(address), code: 'DUPLICATE_ADDRESS', what, value: r.cidr }]
    }
    const what = `${placeOf(r)} ${r.device} has the address ${r.cidr} already`
    const key = keys.other('gateway', placeOf(r), r.device, r.cidr)
    return [{ key, code: 'DUPLICATE_ADDRESS', what, value: r.cidr }]
  },
  needs: (r) => [
    {
      key: keys.device(placeOf(r), r.device),
      code: 'MISSING_LINK',
      what: `${placeOf(r)} has no interface ${r.device} before it`,
    },
  ],
  places: (r) =>
    r.namespace === undefined
      ? undefined
      : { cidr: parseCidr(r.cidr), owner: `${placeOf(r)} ${r.device}` },
  check: (r, facts) => {
    if (r.namespace === undefined) return
    const cidr = parseCidr(r.cidr)
    for (const host of facts.hosts.keys()) {
      for (const declared of facts.hostCidrs(host)) {
        if (!covers(cidr, declared)) continue
        throw new NetloomError(
          'SUBNET_OVERLAP',
          `the network of ${r.cidr} (${placeOf(r)}) has the address ${declared.text} of host ${host} in it`,
          {
            value: r.cidr,
            hint: 'Give the namespace a network of its own: else it looks for the host on its own link.',
          },
        )
      }
    }
  },
  steps: (r) => [
    {
      tool: 'ip',
      namespace: r.namespace,
      // Duplicates are refused by the plan, so an IPv6 address need not wait for their detection.
      args: ['addr', 'add', r.cidr, 'dev', r.device, ...(familyOf(r.cidr) === 6 ? ['nodad'] : [])],
      seen: ['address', r.namespace ?? '-', r.device, r.cidr],
      phase: 'configure',
      device: r.namespace === undefined ? r.device : undefined,
      why:
        r.namespace === undefined
          ? 'the gateway of the namespace, on the host end'
          : 'the address, on the end inside',
      undo: { with: `link ${r.device}` },
    },
  ],
  state: (r, draft) => {
    const { address, prefix } = network(r.cidr)
    draft.address(placeOf(r), r.device, address, prefix, r.cidr === GATEWAY[6] ? 'link' : 'global')
  },
  draw: (r, drawing) => drawing.address({ place: placeOf(r), device: r.device }, r.cidr),
}
