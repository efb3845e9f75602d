import { type ErrorCode, NetloomError } from '../errors.js'
import { type Cidr, cidrFrom, parseCidr } from '../ip/cidr.js'
import { network as networkOf } from '../ip/network.js'
import type { BridgeResource } from '../resource/bridge.js'
import { kindOf, type Resource } from '../resource/index.js'
import {
  type Claim,
  type End,
  type Facts,
  type Host,
  keys,
  type PlacedCidr,
  placeOf,
} from '../resource/kind.js'
import { endsOf } from '../resource/link.js'
import { Pool, type PoolSpec } from './pool.js'
import { Segments } from './segments.js'

const WAYS_OUT: { readonly [C in ErrorCode]?: string } = {
  DUPLICATE_NAME: 'Give one of the two another name.',
  DUPLICATE_ADDRESS: 'Give one of the two another address.',
  DUPLICATE_FILE: 'Leave one of the two calls away: hosts() once, and dns() once for a namespace.',
  DUPLICATE_ROUTE:
    'A table has one route to a destination: leave one of the calls away, or give one of them a metric or a table of its own.',
  DUPLICATE_RULE: 'Leave one of the two calls away.',
  DUPLICATE_SETTING: 'Leave one of the two calls away.',
  MISSING_LINK: 'Make the link first: .veth(), .attach() or .link().',
  UNKNOWN_NAME: 'Add it first: .host(), .ns() or .bridge().',
}

/**
 * What a plan holds so far. Hosts and resources are entered one by one, each checked against what
 * stands there in constant time: the same checks guard the calls of the chain and a parsed plan.
 */
export class Ledger implements Facts {
  readonly hosts = new Map<string, Host>()
  readonly resources = new Map<string, Resource[]>()
  /** Of which kinds there is any resource. */
  readonly kinds = new Set<Resource['kind']>()
  readonly #taken = new Set<string>()
  readonly #cidrs = new Map<string, readonly Cidr[]>()
  readonly #namespaces = new Map<string, string[]>()
  readonly #placed: (PlacedCidr & { readonly host?: string })[] = []
  readonly #addresses = new Map<string, PlacedCidr[]>()
  readonly #peers = new Map<string, End>()
  readonly #bridges = new Map<string, BridgeResource>()
  readonly #bridgeOf = new Map<string, string>()
  readonly #networks = new Set<string>()
  readonly #pools: Pool[] = []
  readonly #nextFree = new Map<string, bigint>()
  /** What is connected without a router. */
  readonly segments = new Segments()

  has(key: string): boolean {
    return this.#taken.has(key)
  }

  hostCidrs(host: string): readonly Cidr[] {
    return this.#cidrs.get(host) ?? []
  }

  /** The hosts that have a namespace of this name. */
  hostsOf(namespace: string): readonly string[] {
    return this.#namespaces.get(namespace) ?? []
  }

  addressesAt(place: string): readonly PlacedCidr[] {
    return this.#addresses.get(place) ?? []
  }

  /** Every address of the plan, but those that hosts declare. */
  placed(): Iterable<PlacedCidr> {
    return this.#placed.filter(({ host }) => host === undefined)
  }

  peerOf({ place, device }: End): End | undefined {
    return this.#peers.get(`${place} ${device}`)
  }

  bridge(host: string, name: string): BridgeResource | undefined {
    return this.#bridges.get(`${host} ${name}`)
  }

  /** The bridge of which an interface of a host is a port. */
  bridgeOf(host: string, device: string): string | undefined {
    return this.#bridgeOf.get(`${host} ${device}`)
  }

  /** Networks for addresses that nobody chose. */
  addPool(spec: PoolSpec): void {
    const pool = new Pool(spec)
    for (const { cidr } of this.#placed) pool.occupy(cidr)
    this.#pools.push(pool)
  }

  /** The first address of a network that nobody has, from a number up. Once it is taken, it never becomes free. */
  freeFrom({ family, first, prefix }: Cidr, start: bigint): bigint {
    const key = `${family} ${first}/${prefix} ${start}`
    let value = this.#nextFree.get(key) ?? start
    while (this.has(keys.address(cidrFrom(family, value, prefix).address))) value += 1n
    this.#nextFree.set(key, value)
    return value
  }

  /** The first pool of each family. */
  get pools(): readonly Pool[] {
    return this.#pools.filter(
      ({ family }, i) => this.#pools.findIndex((pool) => pool.family === family) === i,
    )
  }

  hasNetwork(network: string): boolean {
    return this.#networks.has(networkKey(networkOf(network)))
  }

  makes(end: End): boolean {
    return this.segments.has(end)
  }

  mtuOf(end: End): number {
    return this.segments.mtuOf(end)
  }

  /** Checks addresses that have no link yet, as if they had one. */
  canPlace(place: string, cidrs: readonly string[]): void {
    const [host = '', namespace = ''] = place.split('/')
    for (const cidr of cidrs) {
      const call = 'ip()'
      const resource = { kind: 'address', host, namespace, device: 'eth0', cidr, call } as const
      const kind = kindOf(resource)
      this.#free(kind.claims(resource))
      kind.check?.(resource, this)
    }
  }

  /**
   * What a resource claims is free.
   *
   * @throws NetloomError as `add` does
   */
  canClaim(resource: Resource): void {
    this.#free(kindOf(resource).claims(resource))
  }

  /** What was entered for a place, in order. */
  at(place: string): readonly Resource[] {
    return this.resources.get(place) ?? []
  }

  #claim(key: string, refuse: () => NetloomError): void {
    if (this.#taken.has(key)) throw refuse()
    this.#taken.add(key)
  }

  #free(claims: readonly Claim[]): void {
    for (const { key, code, what, value } of claims) {
      if (this.#taken.has(key))
        throw new NetloomError(code, what(), { value, hint: WAYS_OUT[code] })
    }
  }

  addHost(host: Host): void {
    const cidrs = (host.addresses ?? []).map(parseCidr)
    if (new Set(cidrs.map(({ family }) => family)).size < cidrs.length) {
      throw new NetloomError(
        'BAD_ARGUMENT',
        `host ${host.name} declares two addresses of one family`,
        { value: host.addresses, hint: 'Declare at most one IPv4 and one IPv6 address.' },
      )
    }
    if (this.hostsOf(host.name).length > 0) throw nameOfBoth(host.name)
    const claims = cidrs.map((cidr) => ({
      key: keys.address(cidr.address),
      code: 'DUPLICATE_ADDRESS' as const,
      what: () => `the address ${cidr.address} of host ${host.name} stands in the plan already`,
      value: cidr.text,
    }))
    this.#free(claims)
    this.#claim(
      keys.host(host.name),
      () =>
        new NetloomError('DUPLICATE_NAME', `the plan has a host ${host.name} already`, {
          value: host.name,
          hint: `host('${host.name}') without options goes back to it.`,
        }),
    )
    for (const { key } of claims) this.#taken.add(key)
    if (host.device !== undefined) this.#taken.add(keys.device(host.name, host.device))
    for (const cidr of cidrs) {
      const end = { place: host.name, device: host.device ?? '' }
      this.#placed.push({ cidr, end, host: host.name })
      for (const pool of this.#pools) pool.occupy(cidr)
    }
    this.#cidrs.set(host.name, cidrs)
    this.hosts.set(host.name, host)
  }

  add(resource: Resource): void {
    const kind = kindOf(resource)
    for (const { key, code, what } of kind.needs(resource)) {
      if (this.#taken.has(key)) continue
      // the name itself is the last word of its key
      const value = key.slice(key.lastIndexOf(' ') + 1)
      throw new NetloomError(code, what(), { value, hint: this.#whereElse(key) ?? WAYS_OUT[code] })
    }
    const claims = kind.claims(resource)
    this.#free(claims)
    if (resource.kind === 'namespace' && this.hosts.has(resource.name))
      throw nameOfBoth(resource.name)
    kind.check?.(resource, this)
    for (const { key } of claims) this.#taken.add(key)
    this.kinds.add(resource.kind)
    const placed = kind.places?.(resource)
    if (placed !== undefined) {
      this.#placed.push(placed)
      push(this.#addresses, placed.end.place, placed)
      this.#networks.add(networkKey(placed.cidr))
      for (const pool of this.#pools) pool.occupy(placed.cidr)
    }
    if (resource.kind === 'namespace') push(this.#namespaces, resource.name, resource.host)
    for (const place of kind.at?.(resource) ?? [placeOf(resource)]) {
      push(this.resources, place, resource)
    }
    this.#connect(resource)
    if (placed !== undefined) this.segments.place(placed.end, placed.cidr)
  }

  /** Who has an interface that was looked for in another place. */
  #whereElse(key: string): string | undefined {
    const [, place = '', device = ''] = /^device (\S+) (\S+)$/.exec(key) ?? []
    const ends = [...this.segments.ends()]
    const others = ends.filter((end) => end.device === device)
    if (others.length === 0) return undefined
    const own = ends.filter((end) => end.place === place)
    const here = own.length === 0 ? 'no interface' : own.map((end) => end.device).join(', ')
    return `${device} is an interface of ${others.map((end) => end.place).join(', ')}; ${place} has ${here}.`
  }

  #connect(resource: Resource): void {
    const kind = kindOf(resource)
    this.segments.add(kind.ends?.(resource) ?? [])
    const joined = kind.joins?.(resource)
    if (joined !== undefined) this.segments.join(...joined)
    if (resource.kind === 'bridge') this.#bridges.set(`${resource.host} ${resource.name}`, resource)
    if (resource.kind === 'port') {
      this.#bridgeOf.set(`${resource.host} ${resource.device}`, resource.bridge)
    }
    if (resource.kind !== 'link') return
    const [own, other] = endsOf(resource)
    this.#peers.set(`${own.place} ${own.device}`, other)
    this.#peers.set(`${other.place} ${other.device}`, own)
  }

  /**
   * Networks nest or are disjoint, so sorted by their first address an overlap is among neighbours on
   * a stack. A single address of a namespace may lie in another network; what is on one segment may share one.
   *
   * @throws NetloomError `SUBNET_OVERLAP`
   */
  checkOverlaps(): void {
    const nets = this.#placed
      .filter(({ cidr, host }) => cidr.first !== cidr.last || host !== undefined)
      .map(
        ({ cidr, end, host }): Net => ({
          cidr,
          owner: host === undefined ? `${end.place} ${end.device}` : `host ${host}`,
          // hosts stand on one segment
          segment: host === undefined ? this.segments.of(end) : 'hosts',
        }),
      )
    nets.sort((a, b) => order(a.cidr, b.cidr))
    let outer: Net | undefined
    for (const net of nets) {
      const inside =
        outer !== undefined &&
        outer.cidr.family === net.cidr.family &&
        net.cidr.first <= outer.cidr.last
      if (!inside) outer = net
      else if (outer !== undefined && outer.segment !== net.segment) throw overlap(outer, net)
    }
  }
}

/** A network by its numbers: for each address of a plan, and so without the making of texts. */
const networkKey = ({ family, first, prefix }: Cidr) => `${family} ${first} ${prefix}`

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key)
  if (list === undefined) map.set(key, [value])
  else list.push(value)
}

function order(a: Cidr, b: Cidr): number {
  if (a.family !== b.family) return a.family - b.family
  if (a.first !== b.first) return a.first < b.first ? -1 : 1
  return a.prefix - b.prefix
}

/** A network, whose address it comes of, and the segment that has it. */
interface Net {
  readonly cidr: Cidr
  readonly owner: string
  readonly segment: string
}

const overlap = (a: Net, b: Net) =>
  new NetloomError(
    'SUBNET_OVERLAP',
    `the network of ${b.cidr.text} (${b.owner}) overlaps that of ${a.cidr.text} (${a.owner})`,
    {
      value: b.cidr.text,
      hint: 'Each would look for the other on its own link: attach both to one switch, give them networks apart, or the prefix /32 (/128).',
    },
  )

const nameOfBoth = (name: string) =>
  new NetloomError('DUPLICATE_NAME', `${name} is the name of a host and of a namespace`, {
    value: name,
    hint: 'Give one of the two another name, so that each name means one place.',
  })
