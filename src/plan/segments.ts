import type { Cidr } from '../ip/cidr.js'
import type { End } from '../resource/kind.js'
import { DEFAULT_MTU } from '../resource/link-properties.js'

type MadeEnd = End & { readonly mtu?: number | undefined }

const keyOf = ({ place, device }: End) => `${place} ${device}`

/** Which interfaces of a plan exchange frames without a router between: a forest, whose roots name the segments. */
export class Segments {
  readonly #parents = new Map<string, string>()
  readonly #ends = new Map<string, MadeEnd>()
  readonly #cidrs = new Map<string, Cidr[]>()

  /** Interfaces that come to be, connected with each other. */
  add(ends: readonly MadeEnd[]): void {
    let root: string | undefined
    for (const end of ends) {
      const key = keyOf(end)
      root ??= key
      this.#ends.set(key, end)
      this.#parents.set(key, root)
    }
  }

  join(one: End, other: End): void {
    const [from, to] = [this.of(one), this.of(other)]
    if (from === to) return
    this.#parents.set(from, to)
    const moved = this.#cidrs.get(from)
    if (moved === undefined) return
    this.#cidrs.set(to, [...(this.#cidrs.get(to) ?? []), ...moved])
    this.#cidrs.delete(from)
  }

  /** An address of an interface. */
  place(end: End, cidr: Cidr): void {
    const segment = this.of(end)
    const list = this.#cidrs.get(segment)
    if (list === undefined) this.#cidrs.set(segment, [cidr])
    else list.push(cidr)
  }

  /** The addresses on the segment of an interface. */
  cidrsOn(end: End): readonly Cidr[] {
    return this.#cidrs.get(this.of(end)) ?? []
  }

  has(end: End): boolean {
    return this.#ends.has(keyOf(end))
  }

  mtuOf(end: End): number {
    return this.#ends.get(keyOf(end))?.mtu ?? DEFAULT_MTU
  }

  /** Every interface, in the order in which they came to be. */
  ends(): Iterable<End> {
    return this.#ends.values()
  }

  /** The segment of an interface: equal for what is connected. */
  of(end: End): string {
    let key = keyOf(end)
    for (;;) {
      const parent = this.#parents.get(key) ?? key
      if (parent === key) return key
      // halves the way for the next who asks
      this.#parents.set(key, this.#parents.get(parent) ?? parent)
      key = parent
    }
  }
}
