import { type Cidr, type Family, parseNetwork } from './cidr.js'

// One address is asked for by each look-up on the way of a packet.
const LIMIT = 5000
const known = new Map<string, Cidr>()

/** An address or a network, in numbers; any, such as `127.0.0.0/8`, not only what a plan may hold. */
export function network(text: string): Cidr {
  const found = known.get(text)
  if (found !== undefined) return found
  const made = Object.freeze(parseNetwork(text))
  if (known.size >= LIMIT) known.clear()
  known.set(text, made)
  return made
}

/** True where the network (`10.0.0.0/8`) has the address in it. */
export function contains(net: string, address: string): boolean {
  const { family, first, last } = network(net)
  const { family: own, value } = network(address)
  return family === own && first <= value && value <= last
}

/** The bounds of what a packet filter names: an address, a network, or a range (`10.0.0.1-10.0.0.9`). */
export interface Bounds {
  readonly family: Family
  readonly first: bigint
  readonly last: bigint
}

/** Gives nothing for a text that is none of these. */
export function boundsOf(text: string): Bounds | undefined {
  const [from = '', to] = text.split('-')
  try {
    const { family, first, last } = network(from)
    return { family, first, last: to === undefined ? last : network(to).last }
  } catch {
    return undefined
  }
}
