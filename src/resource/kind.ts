import * as z from 'zod/mini'
import type { Drawing } from '../draw/drawing.js'
import type { ErrorCode } from '../errors.js'
import { type Cidr, isCanonicalCidr } from '../ip/cidr.js'
import { isCanonicalAddress, isCanonicalNetwork } from '../ip/destination.js'
import { isCanonicalMac } from '../ip/mac.js'
import { INTERFACE_PATTERN, NAME_PATTERN } from '../ip/names.js'
import { shape } from '../shape.js'
import type { StateDraft } from '../state/draft.js'
import type { StepDraft } from '../step/step.js'

/** What the marks of a lab are made of: only what bears them is ever removed. */
export interface Lab {
  readonly name: string
  /** The group of its links, a number of `ip link ... group N`. */
  readonly group: number
  /** The comment of its rules, one word. */
  readonly mark: string
}

/** The protocol number of netloom's routes (`ip route ... proto N`; `/etc/iproute2/rt_protos` has no 78). */
export const ROUTE_PROTOCOL = 78

/** A host, as the plan declares it. */
export interface Host {
  readonly name: string
  readonly addresses?: readonly string[] | undefined
  readonly device?: string | undefined
  readonly ssh?: string | undefined
}

/** A name or an address that one resource has and no other may have. */
export interface Claim {
  readonly key: string
  /** The code and the words of the refusal, where it is taken: said of few, and asked of each. */
  readonly code: ErrorCode
  readonly what: () => string
  /** The name or address itself, as an error's `value`. */
  readonly value: string
}

/** What must stand before a resource in the plan. */
interface Need {
  readonly key: string
  readonly code: ErrorCode
  readonly what: () => string
}

/** An interface, by the place that it is in. */
export interface End {
  readonly place: string
  readonly device: string
}

/** An address that an interface of the plan has. */
export interface PlacedCidr {
  readonly cidr: Cidr
  readonly end: End
}

/** What a plan holds so far, for checks that need more than one resource. */
export interface Facts {
  readonly hosts: ReadonlyMap<string, Host>
  hostCidrs(host: string): readonly Cidr[]
  /** The addresses that the interfaces of a place have in the plan. */
  addressesAt(place: string): readonly PlacedCidr[]
  /** What has its own part at a place, in order. */
  at(place: string): readonly { readonly kind: string }[]
  /** The other end of a link between namespaces. */
  peerOf(end: End): End | undefined
  /** True where an interface of the plan has an address of this very network. */
  hasNetwork(network: string): boolean
  /** True where the plan makes this interface. */
  makes(end: End): boolean
  /** The MTU that the plan gives to an interface; 1500 where it says nothing. */
  mtuOf(end: End): number
}

/** One room for a kind of resource: its shape, what it takes and needs, its steps. */
export interface Kind<R> {
  readonly schema: (fields: Fields) => z.ZodMiniType<R> & z.core.$ZodTypeDiscriminable
  /** Bash: the `seen_...` functions of its steps, which set `REPLY` to absent, present, different or foreign. */
  readonly engine: string
  /** In words, for messages: `namespace node03/demo01`. */
  describe(resource: R): string
  claims(resource: R): readonly Claim[]
  /** Equal for what is the same thing in another plan; without it, its first claim. */
  identity?(resource: R): string
  needs(resource: R): readonly Need[]
  /** The places that have a part of it, where that is not its own place alone. */
  at?(resource: R): readonly string[]
  /** The interfaces that it makes, with the MTU where it sets one. They are on one segment. */
  ends?(resource: R): readonly (End & { readonly mtu?: number | undefined })[]
  /** Two interfaces that are on one segment from now on. */
  joins?(resource: R): readonly [End, End]
  /** Its address, where it places one: no two networks of a plan may overlap. */
  places?(resource: R): PlacedCidr | undefined
  /** Anything else that must hold; throws. */
  check?(resource: R, facts: Facts): void
  steps(resource: R, lab: Lab): readonly StepDraft[]
  /** Its part of the state that the plan describes. */
  state(resource: R, draft: StateDraft, lab: Lab): void
  /** Its part of the drawing, where it has one. */
  draw?(resource: R, drawing: Drawing): void
}

/** Keys of claims and needs. A place is a host (`node03`) or a namespace on it (`node03/demo01`). */
export const keys = {
  host: (host: string) => `host ${host}`,
  namespace: (host: string, name: string) => `namespace ${host}/${name}`,
  device: (place: string, name: string) => `device ${place} ${name}`,
  bridge: (host: string, name: string) => `bridge ${host} ${name}`,
  setting: (place: string, path: string) => `setting ${place} ${path}`,
  hostEnd: (host: string, name: string) => `host end ${host} ${name}`,
  address: (address: string) => `address ${address}`,
  other: (kind: string, ...parts: readonly (string | number)[]) => {
    let key = kind
    for (const part of parts) key += ` ${part}`
    return key
  },
}

export const placeOf = (at: { host: string; namespace?: string | undefined }) =>
  at.namespace === undefined ? at.host : `${at.host}/${at.namespace}`

/** The pieces of which the schemas are made. */
export const fields = shape(() => ({
  place: z.string().check(z.regex(NAME_PATTERN, 'is not 1 to 63 of A-Z a-z 0-9 . _ -')),
  device: z
    .string()
    .check(z.regex(INTERFACE_PATTERN, 'is not an interface name of 1 to 15 of A-Z a-z 0-9 . _ -')),
  cidr: z
    .string()
    .check(
      z.regex(/^[0-9a-f.:]+\/[0-9]{1,3}$/, 'is no address with a prefix'),
      z.refine(isCanonicalCidr, 'is no usable address, or not in its canonical form'),
    ),
  /** A gateway or a destination: any address, without prefix. */
  address: z
    .string()
    .check(z.refine(isCanonicalAddress, 'is no address, or not in its canonical form')),
  /** A network, as a route or a rule names it. */
  network: z
    .string()
    .check(z.refine(isCanonicalNetwork, 'is no network, or not in its canonical form')),
  mtu: z.int().check(z.gte(68), z.lte(65_535)),
  mac: z
    .string()
    .check(z.refine(isCanonicalMac, 'is no unicast MAC address, or not in its canonical form')),
  txQueueLen: z.int().check(z.gte(0), z.lte(1_000_000)),
  /** The call that made it: one line of printable characters, so that it can stand in a comment. */
  call: z
    .string()
    .check(z.regex(/^[ -~]{1,200}$/, 'is not one line of 1 to 200 printable characters')),
}))

export type Fields = ReturnType<typeof fields>
