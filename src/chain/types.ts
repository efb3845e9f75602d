/// <reference lib="esnext.disposable" preserve="true" />
import type { NetloomError } from '../errors.js'
import type { Explanation, LiveExplainOptions, StaticExplainOptions } from '../explain/types.js'
import type { PlanJson } from '../plan/schema.js'
import type {
  DownOptions,
  LabInfo,
  RunningPlace,
  RunOptions,
  Status,
  UpOptions,
} from '../run/types.js'
import type { Step } from '../step/step.js'

/*
 * A plan's type carries one flat union of places: 'node03' is a host, 'node03/demo01' a namespace on it.
 *
 * RULE: P stands only in the checked place of a conditional type, never behind `extends`, and in method
 * syntax only, never in a property. Break it and Plan<'a'> is no Plan any more, and loops stop compiling
 * (test/types/chain.test-d.ts holds this).
 */
type Wide<P extends string> = P extends `${infer _A}${infer _B}` ? never : string
type HostsByNs<P extends string> = {
  [K in P as K extends `${string}/${infer S}` ? S : never]: K extends `${infer H}/${string}`
    ? H
    : never
}
type IsUnion<T, U = T> = T extends unknown ? ([U] extends [T] ? false : true) : never
type OnOneHost<M> = { [S in keyof M]: IsUnion<M[S]> extends true ? never : S }[keyof M]

/** The names of a plan's hosts. */
export type HostName<P extends string> = P extends `${string}/${string}` ? never : P
// `[..][0]` and `& string` make editors print the names, not the alias.
/** The names of a plan's namespaces: `demo01` where one host has it, and always `node03/demo01`. */
export type NsName<P extends string> = [
  (OnOneHost<HostsByNs<P>> | (P extends `${string}/${string}` ? P : never) | Wide<P>) & string,
][0]
/** The names of the namespaces of one host. */
export type NsOn<P extends string, H extends string> = P extends `${H}/${infer S}` ? S : Wide<P>
/** The names of a plan's namespaces and hosts. */
export type PlaceName<P extends string> = [(NsName<P> | HostName<P>) & string][0]
/** An address, without a prefix. */
export type IpText = `${number}.${number}.${number}.${number}` | `${string}:${string}`
type HostWith<P extends string, N extends string> = N extends `${infer H}/${string}`
  ? H
  : P extends `${infer H}/${N}`
    ? H
    : Wide<P>
/** The union of places that a plan's type carries. */
export type PlacesOf<R> = R extends Plan<infer P> ? P : never

/** Options of a host. */
export interface HostOptions {
  /** Its own address or addresses (`192.0.2.1/24`), at most one of each family. */
  readonly address?: string | readonly string[] | undefined
  /** The interface that has them: its uplink. */
  readonly device?: string | undefined
  /** Where it is reached, as `user@host` or `user@host:port`; without it, the host is this machine. */
  readonly ssh?: string | undefined
}

/** Options of a veth pair. */
export interface VethOptions {
  /** The end on the host; `veth-<namespace>` where it is not given. */
  readonly hostEnd?: string | undefined
  /** The end in the namespace; `eth0` where it is not given, `eth1` for the second link, and so on. */
  readonly nsEnd?: string | undefined
}

/** Options of {@link NamespacePlan.allowForward}. */
export interface ForwardOptions {
  /** `in`: to the namespace. `out`: from it. `both` where it is not given. */
  readonly direction?: 'both' | 'in' | 'out' | undefined
}

/** An immutable plan of a network. No call changes it; each gives a new plan. */
export interface Plan<P extends string = string> {
  /**
   * Names the lab: its journal and its marks. Without it the name comes of the hosts' names and the
   * first namespace's.
   *
   * @throws NetloomError `BAD_NAME`
   */
  named(name: string): this
  /**
   * Moves the cursor to a host; a new name adds one.
   *
   * @param options only with a new name
   * @throws NetloomError `BAD_NAME`, `BAD_CIDR`, `DUPLICATE_NAME`, `DUPLICATE_ADDRESS`
   * @example
   * net.host('node03', { address: '100.100.198.250/24', device: 'enp2s0' })
   */
  host<const H extends string>(name: H, options?: HostOptions): HostPlan<P | H, H>
  /**
   * Moves the cursor back to a namespace of the plan.
   *
   * @throws NetloomError `UNKNOWN_NAME`
   */
  at<const N extends NsName<P>>(name: N): NamespacePlan<P, HostWith<P, N>>
  /** Calls a function of yours with this plan: how parts of plans are shared. */
  use<R>(part: (plan: this) => R): R
  /**
   * Makes the network. What is there already stays; where a step fails or the run is aborted, what was
   * done is undone.
   *
   * @throws NetloomError `PREFLIGHT`, `NAME_TAKEN`, `LAB_DIFFERS`, `SEVERAL_HOSTS`, `STEP_FAILED`,
   *   `TIMEOUT`, `ABORTED`, `SANDBOX_REFUSED`, `UNSUPPORTED_PLATFORM`
   */
  up(options?: UpOptions): Promise<Running<P>>
  /**
   * Removes what `up` or the script made, in reverse order; what is gone already is no error.
   *
   * @throws NetloomError `UNDO_FAILED`, `LAB_IN_SANDBOX`, `SEVERAL_HOSTS`, `PREFLIGHT`, `TIMEOUT`,
   *   `ABORTED`, `UNSUPPORTED_PLATFORM`
   */
  down(options?: DownOptions): Promise<void>
  /** How each resource of the plan stands on this machine; changes nothing. */
  status(options?: RunOptions): Promise<Status[]>
  /** The commands of the plan, in order, as data. */
  commands(): readonly Step[]
  /**
   * The plan as one bash script: `up`, `down`, `status`, `help`. It needs no Node.js.
   *
   * @throws NetloomError `SEVERAL_HOSTS`: which one is meant? `UNKNOWN_NAME`
   */
  toBash(options?: { readonly host?: HostName<P> | undefined }): string
  /**
   * Why a packet arrives, or does not, by the plan alone: what the hosts have beside it is assumed, and said in the
   * caveats. It runs nothing, on any system.
   *
   * @param from a namespace, a host, or an address of one
   * @param to the same, or any address
   * @throws NetloomError `UNKNOWN_NAME`, `MISSING_ADDRESS`, `BAD_ARGUMENT`
   * @example
   * console.log(String(lab.explain('demo01', 'demo02', { protocol: 'tcp', port: 80 })))
   */
  explain(
    from: PlaceName<P> | IpText,
    to: PlaceName<P> | IpText,
    options?: StaticExplainOptions,
  ): Explanation
  /**
   * The plan as a flow chart of Mermaid: hosts, namespaces, links with their addresses. Paste it where Mermaid is drawn,
   * such as a README.
   *
   * @example
   * console.log(net.host().ns('demo01').ip('10.0.1.2/24').veth().toMermaid())
   * // flowchart LR
   * //   subgraph s0["host"]
   * //     h0["root namespace"]
   * //     h0n0(["demo01"])
   * //   end
   * //   h0 ---|"veth-demo01<br/>eth0 10.0.1.2/24"| h0n0
   */
  toMermaid(): string
  /** The plan as data, for `JSON.stringify`; `net.parse` reads it. The same plan gives the same bytes. */
  toJSON(): PlanJson
}

/** A plan whose cursor stands on a host. */
export interface HostPlan<P extends string = string, H extends string = string> extends Plan<P> {
  /**
   * Adds a namespace to the host, its loopback up, and moves the cursor to it.
   *
   * @throws NetloomError `BAD_NAME`, `DUPLICATE_NAME`
   * @example
   * net.host().ns('demo01')
   * // ip netns add demo01
   * // ip -n demo01 link set dev lo group <lab> up
   */
  ns<const S extends string>(name: S): NamespacePlan<P | `${H}/${S}`, H>
  /**
   * Routes from this host to each address of the named namespaces, by the hosts that have them.
   *
   * @throws NetloomError `UNKNOWN_NAME`, `MISSING_ADDRESS`, `GATEWAY_NOT_ON_LINK`, `DUPLICATE_ROUTE`
   * @example
   * lab.host('node02', { address: '100.100.198.253/24' }).routeTo('demo01')
   * // ip route add 10.0.1.2/32 via 100.100.198.250
   */
  routeTo(...names: NsName<P>[]): this
  /**
   * Repeats a part of the plan on this host: so many times, or once for each item. The cursor comes
   * back to the host.
   *
   * @example
   * net.host().each(100, (host, i) => host.ns(`demo${i}`).ip(`10.0.${i}.2/24`).veth())
   */
  each<R extends Plan, T = number>(
    items: number | Iterable<T>,
    part: (host: this, item: T, index: number) => R,
  ): HostPlan<P | PlacesOf<R>, H>
}

/** A plan whose cursor stands on a namespace. */
export interface NamespacePlan<P extends string = string, H extends string = string>
  extends HostPlan<P, H> {
  /**
   * Gives addresses to the namespace's newest link; before its first link they wait for it.
   *
   * @throws NetloomError `BAD_CIDR`, `DUPLICATE_ADDRESS`, `SUBNET_OVERLAP`
   * @example
   * net.host().ns('demo01').ip('10.0.1.2/24', 'fd00:1::2/64').veth()
   * // ip -n demo01 addr add 10.0.1.2/24 dev eth0
   * // ip -n demo01 addr add fd00:1::2/64 dev eth0 nodad
   */
  ip(...cidrs: [string, ...string[]]): this
  /**
   * A veth pair between host and namespace, both ends up.
   *
   * @throws NetloomError `BAD_NAME`, `DUPLICATE_NAME`
   * @example
   * net.host().ns('demo01').ip('10.0.1.2/24').veth('vethhost01', 'vethdemo01')
   * // ip link add dev vethhost01 ... type veth peer name vethdemo01 ... netns demo01
   * // ip link set dev vethhost01 up
   * // ip -n demo01 link set dev vethdemo01 up
   */
  veth(hostEnd?: string | VethOptions, nsEnd?: string): this
  /**
   * Routes for the newest link: from the host to each of its addresses, and out of the namespace by
   * the host.
   *
   * @throws NetloomError `MISSING_LINK`, `MISSING_ADDRESS`, `DUPLICATE_ROUTE`
   * @example
   * // where the host declares 100.100.198.250/24:
   * // ip route add 10.0.1.2/32 dev vethhost01 proto 78
   * // ip -n demo01 route add default via 100.100.198.250 dev vethdemo01 proto 78 onlink
   */
  routeBothWays(): this
  /**
   * Lets the host forward packets to and from the newest link: forwarding on, and an accept rule for
   * each direction and each address family in use.
   *
   * @throws NetloomError `MISSING_LINK`, `MISSING_ADDRESS`, `DUPLICATE_RULE`, `BAD_ARGUMENT`
   * @example
   * // sysctl -w net.ipv4.ip_forward=1
   * // iptables -w 5 -t filter -A FORWARD -o vethhost01 -m comment --comment netloom:<lab> -j ACCEPT
   * // iptables -w 5 -t filter -A FORWARD -i vethhost01 -m comment --comment netloom:<lab> -j ACCEPT
   */
  allowForward(options?: ForwardOptions): this
}

/** A host of a running lab. */
export interface RunningHost<S extends string = string> extends RunningPlace {
  /** A namespace of this host. */
  ns(name: S): RunningPlace
}

/** A lab that is up. */
export interface Running<P extends string = string> extends AsyncDisposable {
  /**
   * A namespace, for running commands in it.
   *
   * @throws NetloomError `UNKNOWN_NAME`
   * @example
   * await running.ns('demo01').$`ping -c1 -W1 10.0.2.2`
   */
  ns(name: NsName<P>): RunningPlace
  /** A host, for running commands on it. */
  host<const H extends HostName<P>>(name: H): RunningHost<NsOn<P, H>>
  /**
   * Why a packet arrives, or does not, by the state of the kernel: links, addresses, routes, rules, packet filters of
   * nft and iptables, sysctls and sockets of every place are read, and each route is asked of the kernel as well. No
   * packet is sent, and nothing is changed.
   *
   * @param from a namespace, a host, or an address of one
   * @param to the same, or any address
   * @throws NetloomError `UNKNOWN_NAME`, `MISSING_ADDRESS`, `BAD_ARGUMENT`, `TIMEOUT`, `ABORTED`, `PROCESS_ENDED`
   * @example
   * console.log(String(await running.explain('demo01', 'demo02')))
   */
  explain(
    from: PlaceName<P> | IpText,
    to: PlaceName<P> | IpText,
    options?: LiveExplainOptions,
  ): Promise<Explanation>
  /** How each resource of the plan stands. */
  status(options?: RunOptions): Promise<Status[]>
  /** Takes the lab down; twice is fine. */
  down(options?: DownOptions): Promise<void>
}

/** What `net.safeParse` gives. */
export type ParseResult =
  | { readonly success: true; readonly plan: Plan }
  | { readonly success: false; readonly error: NetloomError }

/** The beginning of every plan. */
export interface Net {
  /**
   * A plan of one host, `host` where no name is given.
   *
   * @throws NetloomError `BAD_NAME`, `BAD_CIDR`
   */
  host<const H extends string = 'host'>(name?: H, options?: HostOptions): HostPlan<H, H>
  /**
   * Reads a plan from JSON, text or object; every name and address is checked again.
   *
   * @param expect the places that the plan must have; with them, their names are in its type
   * @throws NetloomError `BAD_PLAN`, with every fault by its path
   * @example
   * const plan = net.parse(await readFile('demo.json', 'utf8'), { places: ['host/demo01'] })
   */
  parse<const P extends string = string>(
    text: string | object,
    expect?: { readonly places: readonly P[] },
  ): Plan<P>
  /** The same, with the error as a value. */
  safeParse(text: string | object): ParseResult
  /** The labs that are up on this machine, or half up; changes nothing. */
  list(options?: RunOptions): Promise<LabInfo[]>
  /**
   * Takes a lab down by its name, from its journal alone: its plan may be lost or edited. A lab that is not there is
   * no error.
   *
   * @throws NetloomError as `plan.down()` does, and `BAD_NAME`
   */
  down(name: string, options?: DownOptions): Promise<void>
  /** Takes down every lab of this machine, and goes on after a failure; gives their names. */
  downAll(options?: DownOptions): Promise<string[]>
  /** Takes down every lab but those that are named, and goes on after a failure; gives the names of what went. */
  gc(namesToKeep: readonly string[], options?: DownOptions): Promise<string[]>
}
