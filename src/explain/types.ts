import type { Family } from '../ip/cidr.js'
import type { Backend } from '../state/firewall.js'
import type { Protocol } from '../state/packet.js'

/**
 * Every code of a {@link Cause}, with one line on what it says. `docs/explain.md` has an entry for each; a test holds
 * the two together.
 */
export const causeCodes = {
  ARP_SOURCE_OFF_SUBNET: 'the neighbour does not answer a sender from another network',
  BRIDGE_DOWN: 'the bridge is not up',
  BRIDGE_NF_DROP: 'a frame on a bridge is dropped by the rules for routed packets',
  BRIDGE_NOT_MEMBER: 'the link of the neighbour is no port of the bridge',
  BRIDGE_PORT_ISOLATED: 'both ports of the bridge are isolated from each other',
  CT_UNTRACKED_REPLY: 'the reply belongs to no connection, since connection tracking was left out',
  ECHO_IGNORED: 'the destination does not answer pings',
  FILTER_LEGACY_DROP: 'a rule or policy of iptables-legacy drops it',
  FILTER_OTHER_TABLE_DROP: 'one table accepts it, and another drops it',
  FILTER_POLICY_DROP: 'no rule accepts it, and the policy of the chain is drop',
  FILTER_REJECT: 'a rule rejects it',
  FILTER_RULE_DROP: 'a rule drops it',
  FORWARDING_DISABLED: 'the node would have to pass it on, and does not forward',
  GATEWAY_ARP_IGNORED: 'the gateway is there, but not on this link, and answers only for its own',
  GATEWAY_NOT_ONLINK: 'the gateway is on no network of the link',
  GATEWAY_NOT_OWNED: 'nobody has the address of the gateway',
  INPUT_DROP: 'the packet filter of the destination drops it',
  LINK_ADMIN_DOWN: 'the link is not up',
  LINK_NO_CARRIER: 'the other end of the link is not up',
  LO_DOWN: 'the loopback is not up',
  MTU_EXCEEDED: 'it is larger than the link takes, and must not be cut',
  NAT_MISSING: 'it leaves with an address to which no reply finds back',
  NEIGHBOR_UNRESOLVED: 'nobody on the link answers for the address',
  NEIGHBOR_WRONG_LLADDR: 'an entry in the neighbour table has a wrong MAC',
  NETDEV_INGRESS_DROP: 'a chain at the link drops it',
  NO_LISTENER: 'nothing listens on the port',
  NO_ROUTE: 'there is no route',
  OUTPUT_DROP: 'the packet filter of the sender drops it',
  REPLY_NOT_ESTABLISHED: 'the reply is dropped, since only one direction is accepted',
  ROUTE_BLACKHOLE: 'the route is a black hole',
  ROUTE_LEAKS_TO_OTHER_IF:
    'the route by the right link is gone, and another one takes the packet elsewhere',
  ROUTE_PROHIBIT: 'the route or rule forbids it',
  ROUTE_UNREACHABLE: 'the route or rule calls it unreachable',
  RP_FILTER_LOOSE: 'there is no route back to the source',
  RP_FILTER_STRICT: 'the route back to the source leaves by another link',
  SOURCE_IS_LOCAL: 'the receiver has the address of the sender itself',
  SOURCE_MARTIAN: 'the source is an address that cannot come over a link',
  TTL_EXPIRED: 'it has passed too many routers',
  UNDETERMINED_FOREIGN_MATCH: 'a rule asks for something that is not modelled',
  UNDETERMINED_NO_PERMISSION: 'something could not be read',
  UNDETERMINED_OUTSIDE: 'it leaves for a place of which nothing is known',
  UNDETERMINED_TC_OR_XDP: 'a program on the link decides',
} as const

/** A stable code of a {@link Cause}. */
export type CauseCode = keyof typeof causeCodes

/** What {@link Explanation} is about. */
export interface Flow {
  readonly ipVersion: Family
  readonly protocol: Protocol
  readonly srcNode: string
  readonly srcIp: string
  readonly srcPort?: number | undefined
  readonly dstIp: string
  readonly dstPort?: number | undefined
  readonly icmpType?: number | undefined
  readonly mark?: number | undefined
}

/** Options of `explain`. */
export interface ExplainOptions {
  /** `tcp` where a port is given, else `icmp`: an echo request. */
  readonly protocol?: Protocol | undefined
  /** The port of the destination, with `tcp` and `udp`. */
  readonly port?: number | undefined
  /** The port of the sender; 40000 where it is not given. */
  readonly sourcePort?: number | undefined
  /** 4 where both have an address of IPv4 and it is not given. */
  readonly family?: Family | undefined
  /** The mark that the packet bears from the start (`SO_MARK`); 0 where it is not given. */
  readonly mark?: number | undefined
  /** Of the whole packet, in bytes, not to be cut on its way; 84 where it is not given, which fits everywhere. */
  readonly size?: number | undefined
  /** How many routers it may pass, and one more; 64 where it is not given. */
  readonly ttl?: number | undefined
}

/** Options of an answer from a kernel. */
export interface LiveExplainOptions extends ExplainOptions {
  /** How long reading a host may take, in milliseconds; 30,000 where it is not given. */
  readonly timeoutMs?: number | undefined
  /** Ends the reading, with `ABORTED`. */
  readonly signal?: AbortSignal | undefined
}

/** A namespace that gets no answer from another one. */
export interface Unreachable {
  /** Who asks, as `node03/demo01`. */
  readonly from: string
  /** Who does not answer. */
  readonly to: string
  readonly family: Family
  /** What is at fault, as `explain` names it. */
  readonly code: CauseCode
  /** Where that is. */
  readonly node: string
  /** The same in words. */
  readonly why: string
}

/** What answers for a machine. */
export interface ExplainHere {
  /**
   * Why a packet arrives, or does not, on this machine and between its named namespaces, whoever made them: by the
   * kernel's state. The machine is called `host`; a namespace by its name, or `host/<name>`. Nothing is sent or changed.
   * What the user may not read is told in the caveats.
   *
   * @param from `host`, a namespace, or an address of one
   * @param to the same, or any address
   * @throws NetloomError `UNKNOWN_NAME`, `MISSING_ADDRESS`, `BAD_ARGUMENT`, `TIMEOUT`, `ABORTED`, `PROCESS_ENDED`,
   *   `UNSUPPORTED_PLATFORM`
   * @example
   * console.log(String(await explain.here('demo01', '10.0.2.2', { protocol: 'tcp', port: 80 })))
   */
  here(from: string, to: string, options?: LiveExplainOptions): Promise<Explanation>
}

/** What a plan alone cannot tell. */
export interface StaticExplainOptions extends ExplainOptions {
  readonly assume?:
    | {
        /** Of FORWARD on the hosts; `drop` where it is not given, as wherever Docker runs. */
        readonly forwardPolicy?: 'accept' | 'drop' | undefined
      }
    | undefined
}

export type Stage =
  | 'LINK_RX'
  | 'BRIDGE'
  | 'NETDEV_INGRESS'
  | 'PREROUTING'
  | 'ROUTE_LOOKUP'
  | 'SOURCE_VALIDATION'
  | 'FORWARD'
  | 'INPUT'
  | 'OUTPUT'
  | 'POSTROUTING'
  | 'NEIGHBOR'
  | 'LINK_TX'
  | 'SOCKET'

export type Action =
  | 'ORIGINATED'
  | 'RECEIVED'
  | 'PERMITTED'
  | 'DENIED'
  | 'REJECTED'
  | 'TRANSFORMED'
  | 'FORWARDED'
  | 'TRANSMITTED'
  | 'DELIVERED'
  | 'UNKNOWN'

/** Something that was seen, and says so. */
export interface Evidence {
  readonly source: 'ip' | 'nft' | 'iptables-save' | 'sysctl' | 'neigh' | 'socket' | 'plan'
  /** What was seen, as its tool shows it. */
  readonly ref: string
}

/** A rule of a packet filter. */
export interface RuleRef {
  readonly handle?: number | undefined
  readonly number?: number | undefined
  readonly text: string
  readonly comment?: string | undefined
}

export interface RouteRef {
  readonly table: number
  readonly type: string
  readonly dst: string
  readonly gateway?: string | undefined
  readonly dev?: string | undefined
  readonly rulePriority?: number | undefined
}

/** One thing that a node did with the packet. */
export interface TraceStep {
  /** Of the whole answer, 1 first. */
  readonly seq: number
  readonly stage: Stage
  readonly action: Action
  /** In words: `filter FORWARD: rule 2 (-i va -j ACCEPT)`. */
  readonly text: string
  readonly backend?: Backend | undefined
  readonly family?: string | undefined
  readonly table?: string | undefined
  readonly chain?: string | undefined
  readonly isPolicy?: boolean | undefined
  readonly rule?: RuleRef | undefined
  readonly route?: RouteRef | undefined
  /** The packet behind it, where it changed. */
  readonly packetAfter?: Flow | undefined
  readonly evidence: readonly Evidence[]
  readonly causesDrop?: true | undefined
}

/** What one network namespace did with the packet. */
export interface Hop {
  /** A place of the plan, or `external`. */
  readonly node: string
  readonly iif?: string | undefined
  readonly oif?: string | undefined
  readonly role: 'origin' | 'router' | 'bridge' | 'destination'
  readonly steps: readonly TraceStep[]
}

export type Direction = 'forward' | 'return'

export type Disposition =
  | 'ACCEPTED'
  | 'DENIED_IN'
  | 'DENIED_OUT'
  | 'DENIED_FORWARD'
  | 'NO_ROUTE'
  | 'NULL_ROUTED'
  | 'NEIGHBOR_UNREACHABLE'
  | 'EXITS_NETWORK'
  | 'LOOP'
  | 'INSUFFICIENT_INFO'

export interface Trace {
  readonly direction: Direction
  readonly disposition: Disposition
  readonly hops: readonly Hop[]
}

export type ObjectKind =
  | 'rule'
  | 'policy'
  | 'route'
  | 'sysctl'
  | 'link'
  | 'address'
  | 'neighbor'
  | 'bridgePort'
  | 'socket'

/** A change that lets the packet pass. */
export interface Mend {
  /** What it does, in words. */
  readonly description: string
  /** The commands, each with the words that lead into its namespace. */
  readonly commands?: readonly (readonly string[])[] | undefined
  /** The call of the plan that has the same effect. */
  readonly sdkChange?: string | undefined
  readonly scope: 'this-flow' | 'host-wide'
  /** What else it lets pass, or changes. */
  readonly sideEffects: readonly string[]
  /** True where the packet and its reply then arrive; else the next cause shows: `next`. */
  readonly verified: boolean
  readonly next?: CauseCode | undefined
}

/** Why the packet is lost. */
export interface Cause {
  readonly code: CauseCode
  /** In words, with the names and values. */
  readonly message: string
  readonly direction: Direction
  readonly node: string
  readonly stage: Stage
  readonly object: { readonly kind: ObjectKind; readonly ref: string }
  /** `consistent`: the kernel was asked as well; `inferred`: from the state alone. */
  readonly confidence: 'consistent' | 'inferred'
  readonly owner: 'sdk' | 'foreign' | 'kernel-default'
  readonly mends: readonly Mend[]
}

/** Why a packet arrives, or does not. As a string it is the answer for a person. */
export interface Explanation {
  readonly mode: 'static' | 'live'
  readonly flow: Flow
  readonly reachability: 'REACHABLE' | 'UNREACHABLE' | 'UNDETERMINED'
  readonly disposition: Disposition
  readonly lostAt?:
    | { readonly direction: Direction; readonly hop: number; readonly step: number }
    | undefined
  readonly cause?: Cause | undefined
  /** What would stop it next, once the cause is mended. */
  readonly contributing: readonly Cause[]
  readonly forward: Trace
  readonly return?: Trace | undefined
  /** What should be known beside the answer. */
  readonly caveats: readonly string[]
  /** What was read, and whether all of it. */
  readonly coverage: readonly { readonly source: string; readonly complete: boolean }[]
  toString(): string
  toJSON(): object
  /** A diagram of the way, with the place of the loss. */
  toMermaid(): string
}
