import { NetloomError, shown } from '../errors.js'
import { bits, type Cidr, cidrFrom, type Family } from '../ip/cidr.js'

/** What a pool is made of: a network, and the prefix of the networks that it gives. */
export interface PoolSpec {
  readonly cidr: Cidr
  readonly prefix: number
}

/** The longest prefix of a network that has two addresses for interfaces beside the first and the last. */
const LONGEST = { 4: 30, 6: 126 } as const

/** Of IPv4 a /24 where the pool has room for them, of IPv6 a /64; a small pool is shared out more finely. */
export function defaultPrefix({ family, prefix }: Cidr): number {
  const [usual, more] = family === 4 ? [24, 8] : [64, 16]
  return prefix <= usual - more ? usual : Math.min(LONGEST[family], prefix + more)
}

/** The prefix of a pool's networks, as it is asked for. */
export function poolPrefix(cidr: Cidr, wanted: number | undefined): number {
  if (wanted === undefined) return defaultPrefix(cidr)
  if (wanted >= cidr.prefix && wanted <= LONGEST[cidr.family]) return wanted
  throw new NetloomError(
    'BAD_ARGUMENT',
    `pool(): the prefix ${shown(wanted)} of the networks of ${cidr.text} is not from ${cidr.prefix} to ${LONGEST[cidr.family]}`,
    { value: wanted, hint: 'It is the length of the networks that the pool gives, one a segment.' },
  )
}

/**
 * Networks of equal size out of one network. What the plan has of it is left out, so a network is given again until an
 * address of it stands in the plan: a call that is refused leaves nothing behind, and the same calls give the same networks.
 */
export class Pool {
  readonly #spec: PoolSpec
  #taken: { readonly first: bigint; readonly last: bigint }[] = []
  /** Nothing below it is free, and nothing becomes free. */
  #next: bigint

  constructor(spec: PoolSpec) {
    this.#spec = spec
    this.#next = spec.cidr.first
  }

  get family(): Family {
    return this.#spec.cidr.family
  }

  /** What somebody has: no network of it is given. */
  occupy({ family, first, last }: Cidr): void {
    const { cidr } = this.#spec
    if (family !== cidr.family || last < cidr.first || first > cidr.last) return
    // what lies behind is not asked for any more
    if (last >= this.#next) this.#taken.push({ first, last })
  }

  /**
   * The first network of which the plan has nothing.
   *
   * @throws NetloomError `POOL_EXHAUSTED`
   */
  next(): Cidr {
    const { cidr, prefix } = this.#spec
    const size = 1n << BigInt(bits(cidr.family) - prefix)
    let first = this.#next
    for (let hit = this.#hit(first, size); hit !== undefined; hit = this.#hit(first, size)) {
      // the first block that begins behind it
      first = ((hit.last + size) / size) * size
    }
    if (first + size - 1n > cidr.last) {
      const message = `the pool ${cidr.text} has no network /${prefix} left`
      const hint = 'Give a larger pool, or a longer prefix: net.pool(cidr, { prefix }).'
      throw new NetloomError('POOL_EXHAUSTED', message, { value: cidr.text, hint })
    }
    this.#next = first
    this.#taken = this.#taken.filter(({ last }) => last >= first)
    return cidrFrom(cidr.family, first, prefix)
  }

  #hit(first: bigint, size: bigint) {
    return this.#taken.find((range) => range.first < first + size && first <= range.last)
  }
}
