import type { Cidr } from '../../ip/cidr.js'
import { covers } from '../../ip/cidr.js'
import { network } from '../../ip/network.js'
import { tie } from '../../step/ties.js'
import { isThere, type Known } from './known.js'

/** An address that is there, and the link that has it. */
interface Placed {
  readonly known: Known
  readonly cidr: Cidr
  readonly link: string
}

const placeOf = ({ step }: Known) => step.namespace ?? '-'

/** What each step of a lab hangs on, by the ties of the steps, and for gateways by the networks of the addresses. */
export class Hangs {
  readonly #addresses = new Map<string, Placed[]>()

  constructor(all: readonly Known[]) {
    for (const known of all) {
      const { address } = known.step.ties ?? {}
      if (address === undefined || !isThere(known)) continue
      const place = this.#addresses.get(placeOf(known)) ?? []
      place.push({ known, cidr: network(address.cidr), link: address.link })
      this.#addresses.set(placeOf(known), place)
    }
  }

  /** The addresses in whose network its gateway is; none for what has no gateway. */
  #servants({ step }: Known): readonly Placed[] {
    const { via, link } = step.ties?.way ?? {}
    if (via === undefined) return []
    const gateway = network(`${via}/${via.includes(':') ? 128 : 32}`)
    const own = this.#addresses.get(step.namespace ?? '-') ?? []
    return own.filter(
      ({ cidr, link: by }) => (link === undefined || link === by) && covers(cidr, gateway),
    )
  }

  /** Without one of these it is gone. */
  of(known: Known): readonly string[] {
    const { step } = known
    const { on = [], way } = step.ties ?? {}
    const inside = step.namespace === undefined ? [] : [tie.namespace(step.namespace)]
    const by = way?.link === undefined ? this.#servants(known).map(({ link }) => link) : []
    return on.length + by.length === 0 ? inside : [...inside, ...on, ...by]
  }

  /**
   * True for a way that the kernel removes, or leads nowhere, without the addresses that go: that in whose network its
   * gateway is, or, over IPv4, the last one of its link.
   */
  losesWay(known: Known, goes: (address: Known) => boolean): boolean {
    const { way } = known.step.ties ?? {}
    if (way === undefined) return false
    const servants = this.#servants(known)
    if (servants.some((placed) => goes(placed.known))) return true
    if (way.family === 6) return false
    const own = (this.#addresses.get(placeOf(known)) ?? []).filter(({ cidr }) => cidr.family === 4)
    return [way.link, ...servants.map(({ link }) => link)].some((link) => {
      const there = own.filter((placed) => placed.link === link)
      return there.length > 0 && there.every((placed) => goes(placed.known))
    })
  }

  /** True for an address that goes with another one of its network, whose secondary it may be. */
  losesPrimary(known: Known, goes: (address: Known) => boolean): boolean {
    const { address } = known.step.ties ?? {}
    if (address === undefined) return false
    const all = this.#addresses.get(placeOf(known)) ?? []
    const own = all.find((placed) => placed.known === known)
    if (own === undefined || own.cidr.family === 6) return false
    return all.some(
      (other) =>
        other.known !== known &&
        other.link === own.link &&
        other.cidr.first === own.cidr.first &&
        other.cidr.prefix === own.cidr.prefix &&
        goes(other.known),
    )
  }
}
