import { NetloomError } from '../errors.js'
import { type Family, familyOf } from '../ip/cidr.js'
import type { Line } from '../plan/line.js'
import { type End, keys } from '../resource/kind.js'

/** Where the cursor stands: a namespace of a host, and what the plan holds of it. */
export interface At {
  readonly line: Line
  readonly host: string
  readonly namespace: string
}

/** An interface in a namespace, and what it leads to. */
export interface Inside {
  readonly device: string
  /** The other end, where that is on the host. */
  readonly hostEnd?: string
  /** The bridge of which that end is a port. */
  readonly bridge?: string | undefined
}

export const placeAt = ({ host, namespace }: At): string => `${host}/${namespace}`

export const endAt = (at: At, device: string): End => ({ place: placeAt(at), device })

/** The interfaces of the namespace, in the order in which they came to be. */
export function insideOf(at: At): readonly Inside[] {
  const { ledger } = at.line
  const all: Inside[] = []
  for (const r of ledger.at(placeAt(at))) {
    if (r.kind === 'veth') {
      const { nsEnd: device, hostEnd } = r
      all.push({ device, hostEnd, bridge: ledger.bridgeOf(at.host, hostEnd) })
    } else if (r.kind === 'link') {
      all.push({ device: r.namespace === at.namespace ? r.device : r.peerDevice })
    }
  }
  return all
}

/** `eth0`, `eth1` and so on: the first that is free, from the number of interfaces up. */
export function nextDevice(at: At): string {
  let index = insideOf(at).length
  while (at.line.ledger.has(keys.device(placeAt(at), `eth${index}`))) index += 1
  return `eth${index}`
}

/** The addresses of an interface. */
export function addressesOf(at: At, device: string): readonly string[] {
  const placed = at.line.ledger.addressesAt(placeAt(at))
  return placed.filter(({ end }) => end.device === device).map(({ cidr }) => cidr.text)
}

export function familiesOf(cidrs: readonly string[]): readonly Family[] {
  const families = cidrs.map(familyOf)
  return families.filter((family, i) => families.indexOf(family) === i)
}

/** The newest interface and its addresses, for a call that needs both. */
export function newest(at: At, call: string): { inside: Inside; cidrs: readonly string[] } {
  const inside = insideOf(at).at(-1)
  const value = placeAt(at)
  if (inside === undefined) {
    const before = at.line.waitingAt(value).length > 0 ? '.veth()' : `.ip('10.0.1.2/24').veth()`
    throw new NetloomError('MISSING_LINK', `${call} needs a link (namespace ${value})`, {
      value,
      hint: `Call ${before} before it.`,
    })
  }
  const cidrs = addressesOf(at, inside.device)
  if (cidrs.length === 0) {
    throw new NetloomError(
      'MISSING_ADDRESS',
      `${call} needs an address on ${inside.device} (namespace ${value})`,
      { value, hint: `Call .ip('10.0.1.2/24') before it.` },
    )
  }
  return { inside, cidrs }
}
