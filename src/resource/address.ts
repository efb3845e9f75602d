import * as z from 'zod/mini'
import { NetloomError } from '../errors.js'
import { addressOf, type Cidr, covers, familyOf, parseCidr, sameNetwork } from '../ip/cidr.js'
import { isCanonicalAddress } from '../ip/destination.js'
import { linkLocalOf } from '../ip/hash.js'
import { network } from '../ip/network.js'
import { type Ties, tie } from '../step/ties.js'
import engine from './address.bash'
import { type End, type Facts, type Fields, type Kind, keys, placeOf } from './kind.js'

/** The gateways that a host end carries where the host declares no address; each link has its own. */
export const GATEWAY = { 4: '169.254.1.1/32', 6: 'fe80::1/64' } as const

const isLinkLocal = (cidr: string) =>
  /^fe80::[0-9a-f:]+\/64$/.test(cidr) && isCanonicalAddress(addressOf(cidr))

/** True for an address that only its link knows: many links may have the same. */
export const isOfLink = (cidr: string) => cidr === GATEWAY[4] || isLinkLocal(cidr)

/**
 * A link-local address by which a router asks for neighbours at once. It never asks by one that is still checked for
 * duplicates, as that which the kernel makes is for a second or two, and until then it loses what it is to pass on (seen).
 */
export const askingAddress = ({ place, device }: End) => `${linkLocalOf(`${place} ${device}`)}/64`

/** The claim of it, so that an interface has it once. */
export const askingKey = (end: End) => ofLinkKey(end, askingAddress(end))

const ofLinkKey = ({ place, device }: End, cidr: string) =>
  keys.other('gateway', place, device, cidr)

/** An address: in a namespace, or the gateway's on a host end. */
export interface AddressResource {
  readonly kind: 'address'
  readonly host: string
  readonly namespace?: string | undefined
  readonly device: string
  /** On the host also the gateway of a host end. */
  readonly cidr: string
  readonly call: string
}

const schema = (fields: Fields) =>
  z
    .strictObject({
      kind: z.literal('address'),
      host: fields.place,
      namespace: z.optional(fields.place),
      device: fields.device,
      cidr: z.union([z.literal(GATEWAY[4]), z.string().check(z.refine(isLinkLocal)), fields.cidr]),
      call: fields.call,
    })
    .check(
      z.refine((r) => r.namespace === undefined || r.cidr !== GATEWAY[4], {
        path: ['cidr'],
        message: 'is the gateway of a host end, and this is a namespace',
      }),
    )

function why(r: AddressResource): string {
  if (r.cidr === GATEWAY[4] || r.cidr === GATEWAY[6]) {
    return 'the gateway of the namespace, on the host end'
  }
  if (isOfLink(r.cidr)) return 'with it a router asks for its neighbours at once'
  return r.namespace === undefined
    ? 'the address of the host there'
    : 'the address, on the end inside'
}

/** The host has a gateway on the end of a pair, and an address of its own on a switch: a plan changes no other interface. */
function needOf(r: AddressResource) {
  const code = 'MISSING_LINK' as const
  if (r.namespace !== undefined) {
    const what = () => `${placeOf(r)} has no interface ${r.device} before it`
    return { key: keys.device(placeOf(r), r.device), code, what }
  }
  return r.cidr === GATEWAY[4] || r.cidr === GATEWAY[6]
    ? {
        key: keys.hostEnd(r.host, r.device),
        code,
        what: () => `host ${r.host} has no veth pair ${r.device} before it`,
      }
    : {
        key: keys.bridge(r.host, r.device),
        code,
        what: () => `host ${r.host} has no bridge ${r.device} before it`,
      }
}

const endOf = (r: AddressResource) => ({ place: placeOf(r), device: r.device })

/** Below it a link has no IPv6 at all, and the kernel takes no address of it (RFC 8200, 5). */
const IPV6_MTU = 1280

function checkMtu(r: AddressResource, facts: Facts): void {
  const mtu = facts.mtuOf(endOf(r))
  if (familyOf(r.cidr) === 4 || mtu >= IPV6_MTU) return
  throw new NetloomError(
    'BAD_ARGUMENT',
    `the MTU of ${placeOf(r)} ${r.device} is ${mtu}, and IPv6 needs ${IPV6_MTU} (${r.cidr})`,
    { value: r.cidr, hint: `Give the link an MTU of ${IPV6_MTU} or more, or no IPv6 address.` },
  )
}

/**
 * The ends of a link between namespaces are neighbours, which two networks would keep apart. An address alone (/32, /128)
 * is nobody's neighbour.
 *
 * @throws NetloomError `SUBNET_MISMATCH`
 */
function checkPeer(r: AddressResource, cidr: Cidr, facts: Facts): void {
  const peer = facts.peerOf(endOf(r))
  if (peer === undefined || cidr.first === cidr.last) return
  const theirs = facts
    .addressesAt(peer.place)
    .filter(({ end, cidr: other }) => end.device === peer.device && other.family === cidr.family)
  const [one] = theirs
  if (one === undefined || theirs.some(({ cidr: other }) => sameNetwork(other, cidr))) return
  throw new NetloomError(
    'SUBNET_MISMATCH',
    `${r.cidr} of ${placeOf(r)} ${r.device} and ${one.cidr.text} at the other end of the link, ${peer.place} ${peer.device}, are of different subnets`,
    {
      value: r.cidr,
      hint: 'Give both ends addresses of one subnet, with one prefix; of several, by link({ ip: [[...], [...]] }).',
    },
  )
}

function tiesOf(r: AddressResource): Ties {
  const link = tie.link(r.namespace, r.device)
  return {
    on: [link],
    back: { args: ['addr', 'del', r.cidr, 'dev', r.device] },
    // the first of a family is the source of what is sent
    list: `addresses ${link} ${familyOf(r.cidr)}`,
    address: { cidr: r.cidr, link },
  }
}

export const address: Kind<AddressResource> = {
  schema,
  engine,
  describe: (r) => `address ${r.cidr} of ${placeOf(r)} ${r.device}`,
  claims: (r) => {
    if (!isOfLink(r.cidr)) {
      const { address } = parseCidr(r.cidr)
      const what = () => `the address ${address} stands in the plan already`
      return [{ key: keys.address(address), code: 'DUPLICATE_ADDRESS', what, value: r.cidr }]
    }
    const what = () => `${placeOf(r)} ${r.device} has the address ${r.cidr} already`
    const key = ofLinkKey(endOf(r), r.cidr)
    return [{ key, code: 'DUPLICATE_ADDRESS', what, value: r.cidr }]
  },
  needs: (r) => [needOf(r)],
  places: (r) => (isOfLink(r.cidr) ? undefined : { cidr: parseCidr(r.cidr), end: endOf(r) }),
  check: (r, facts) => {
    checkMtu(r, facts)
    if (isOfLink(r.cidr)) return
    const cidr = parseCidr(r.cidr)
    checkPeer(r, cidr, facts)
    for (const host of facts.hosts.keys()) {
      for (const declared of facts.hostCidrs(host)) {
        if (!covers(cidr, declared)) continue
        throw new NetloomError(
          'SUBNET_OVERLAP',
          `the network of ${r.cidr} (${placeOf(r)}) has the address ${declared.text} of host ${host} in it`,
          {
            value: r.cidr,
            hint: 'Give it a network of its own: else it looks for the host on its own link.',
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
      ties: tiesOf(r),
      why: why(r),
      undo: { with: `link ${r.device}` },
    },
  ],
  state: (r, draft) => {
    const { address, prefix } = network(r.cidr)
    draft.address(placeOf(r), r.device, address, prefix, isLinkLocal(r.cidr) ? 'link' : 'global')
  },
  draw: (r, drawing) => {
    if (r.cidr === askingAddress(endOf(r))) return
    drawing.address({ place: placeOf(r), device: r.device }, r.cidr)
  },
}
