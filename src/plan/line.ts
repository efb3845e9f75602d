import { castDraft, freeze, Immer } from 'immer'
import { NetloomError } from '../errors.js'
import type { Resource } from '../resource/index.js'
import type { Host } from '../resource/kind.js'
import { Ledger } from './ledger.js'
import type { PoolSpec } from './pool.js'
import { FORMAT, type PlanJson, VERSION } from './schema.js'

/** What one call of the chain adds. */
export interface Link {
  readonly name?: string
  readonly host?: Host
  readonly pool?: PoolSpec
  readonly resources?: readonly Resource[]
  /** Addresses that wait for a link of their namespace (`node03/demo01`); an empty list: they have it. */
  readonly waiting?: readonly { readonly place: string; readonly cidrs: readonly string[] }[]
}

// An instance of its own: the user's immer keeps its settings.
const immer = new Immer({ autoFreeze: true })

const EMPTY: PlanJson = { format: FORMAT, version: VERSION, hosts: [], resources: [] }

/**
 * The links of one chain of calls, and the ledger of what they made. Values of the chain share a line
 * while they follow each other: a call adds a link at the end, in constant time. A call on an older
 * value forks the line, so that no value ever sees what was added after it.
 */
export class Line {
  readonly #base: PlanJson
  readonly #links: Link[] = []
  #ledger = new Ledger()
  #waiting = new Map<string, readonly string[]>()
  #folded: { readonly at: number; readonly plan: PlanJson }

  constructor(base: PlanJson = EMPTY) {
    // A parsed plan comes unfrozen, and `toJSON` gives its parts away.
    this.#base = freeze(base, true)
    this.#folded = { at: 0, plan: base }
    this.#enterBase()
  }

  get length(): number {
    return this.#links.length
  }

  get ledger(): Ledger {
    return this.#ledger
  }

  waitingAt(place: string): readonly string[] {
    return this.#waiting.get(place) ?? []
  }

  /** True where the first `count` links of both lines are the very same. */
  begins(other: Line, count: number): boolean {
    if (this === other) return true
    return (
      this.#base === other.#base &&
      this.#links[0] === other.#links[0] &&
      this.#links[count - 1] === other.#links[count - 1]
    )
  }

  /** A line of its own that ends after `count` links. */
  fork(count: number): Line {
    const line = new Line(this.#base)
    for (const link of this.#links.slice(0, count)) line.add(link)
    return line
  }

  /** Adds a link, or throws and leaves the line as it was. */
  add(link: Link): void {
    try {
      this.#enter(link)
    } catch (error) {
      this.#reenter()
      throw error
    }
    for (const resource of link.resources ?? []) Object.freeze(resource)
    this.#links.push(link)
  }

  #enterBase(): void {
    for (const host of this.#base.hosts) this.#ledger.addHost(host)
    for (const resource of this.#base.resources) this.#ledger.add(resource)
  }

  #enter(link: Link): void {
    if (link.pool !== undefined) this.#ledger.addPool(link.pool)
    if (link.host !== undefined) this.#ledger.addHost(link.host)
    for (const resource of link.resources ?? []) this.#ledger.add(resource)
    for (const { place, cidrs } of link.waiting ?? []) this.#waiting.set(place, cidrs)
  }

  /** A refused link may have entered a part of itself. */
  #reenter(): void {
    this.#ledger = new Ledger()
    this.#waiting = new Map()
    this.#enterBase()
    for (const link of this.#links) this.#enter(link)
  }

  /** The plan: the links since the last reading are folded onto it, once, and checked as a whole. */
  fold(): PlanJson {
    const { at, plan } = this.#folded
    if (at === this.#links.length) return plan
    const links = this.#links.slice(at)
    const added = links.flatMap(({ resources = [] }) => resources)
    const folded = immer.produce(plan, (draft) => {
      for (const { name, host } of links) {
        if (name !== undefined) draft.name = name
        if (host !== undefined) draft.hosts.push(castDraft(host))
      }
      // Many, and frozen: the list is made at once, not by a push of each, and immer need not look into it.
      draft.resources = castDraft(Object.freeze(plan.resources.concat(added)))
    })
    this.#checkWaiting()
    checkBareLinks(this.#ledger)
    this.#ledger.checkOverlaps()
    this.#folded = { at: this.#links.length, plan: folded }
    return folded
  }

  #checkWaiting(): void {
    for (const [place, cidrs] of this.#waiting) {
      if (cidrs.length === 0) continue
      throw new NetloomError(
        'MISSING_LINK',
        `the address ${cidrs.join(', ')} of namespace ${place} has no link yet`,
        {
          value: cidrs,
          hint: `Call .veth() behind .ip(): the address goes onto the pair's end inside.`,
        },
      )
    }
  }
}

/** A second link without an address, beside one that has some, is an address on the wrong link. */
export function checkBareLinks(ledger: Ledger): void {
  for (const [place, resources] of ledger.resources) {
    const links = resources.filter((resource) => resource.kind === 'veth')
    if (links.length < 2) continue
    const used = new Set(resources.flatMap((r) => (r.kind === 'address' ? [r.device] : [])))
    const bare = links.find((link) => !used.has(link.nsEnd))
    if (bare === undefined || used.size === 0) continue
    throw new NetloomError(
      'MISSING_ADDRESS',
      `the link ${bare.nsEnd} of namespace ${place} has no address`,
      {
        value: bare.nsEnd,
        hint: 'Behind a second .veth() comes its own address: .veth().ip(second).',
      },
    )
  }
}
