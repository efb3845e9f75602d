/// <reference lib="esnext.disposable" preserve="true" />
import type { Explanation, StaticExplainOptions, Unreachable } from '../explain/types.js'
import type { PlanDiff } from '../plan/diff.js'
import type { PlanJson } from '../plan/schema.js'
import type { Preview } from '../run/preview-types.js'
import type { DownOptions, PreviewOptions, RunOptions, Status, UpOptions } from '../run/types.js'
import type { Step } from '../step/step.js'
import type { BridgeOptions, FilterOptions, HostOptions, PolicyOptions } from './call-options.js'
import type { NamespaceCalls } from './namespace-calls.js'
import type { HostName, HostWith, IpText, NetworkText, NsName, PlaceName } from './places.js'
import type { Running } from './running-types.js'

/** The union of places that a plan's type carries. (RULE of places.ts: P stands in the checked place only.) */
export type PlacesOf<R> = R extends Plan<infer P> ? P : never

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
   * @throws NetloomError `BAD_NAME`, `BAD_CIDR`, `BAD_ARGUMENT`, `DUPLICATE_NAME`, `DUPLICATE_ADDRESS`
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
  /**
   * Adds the routes by which every namespace of the plan reaches every other one, by the shortest path, there and back,
   * over IPv4 and IPv6. Routers are the namespaces with `router()`, and hosts that `allowForward()` made forward; other
   * hosts keep their own routing. A namespace that is no router and has one way for all gets one default route; a network
   * that has a route already keeps it. What the plan has later is not in it: call it last. {@link Plan.unreachable} says
   * what does not reach each other all the same.
   *
   * @throws NetloomError `SUBNET_OVERLAP`, and what else only the whole plan can tell
   * @example
   * net.host()
   *   .ns('a').ns('r').router().link('a', { ip: ['10.0.1.1/30', '10.0.1.2/30'] })
   *   .ns('b').link('r', { ip: ['10.0.2.2/30', '10.0.2.1/30'] })
   *   .routeAll()
   * // ip -n a route add default via 10.0.1.1 dev eth0 proto 78
   * // ip -n b route add default via 10.0.2.1 dev eth0 proto 78
   */
  routeAll(): this
  /**
   * Writes every name of the lab, with its addresses of both families, into a file of each namespace that `ip netns exec`
   * puts in the place of `/etc/hosts`: those of the namespaces, and of hosts that declare an address. A name that several
   * hosts have is that of the same host. What the plan has later is not in it: call it last.
   *
   * @throws NetloomError `BAD_NAME` where a name is none of a host (RFC 1123), such as one with `_`; `DUPLICATE_FILE`
   * @example
   * net.host().ns('b').ns('a').link('b', { ip: ['10.0.1.1/30', '10.0.1.2/30'] }).hosts()
   * // install -D -m 0644 /dev/stdin /etc/netns/b/hosts
   * // install -D -m 0644 /dev/stdin /etc/netns/a/hosts
   * //   reads: 127.0.0.1 localhost, ::1 localhost, 10.0.1.2 b, 10.0.1.1 a
   */
  hosts(): this
  /** Calls a function of yours with this plan: how parts of plans are shared. */
  use<R>(part: (plan: this) => R): R
  /**
   * Makes the network. What is there already stays, and connections through it. Where the lab is up in another shape, only
   * the difference is changed: what goes, before what takes its place ({@link Plan.preview} tells it beforehand). Where a
   * step fails or the run is aborted, what was done is undone, and what was taken away is put back.
   *
   * @param options `sandbox` makes it in a place of its own; `into` changes a lab that `up` gave, wherever it is
   * @throws NetloomError `PREFLIGHT`, `NAME_TAKEN`, `LAB_DIFFERS`, `NAMESPACE_HELD`, `LAB_BUSY`, `SEVERAL_HOSTS`,
   *   `BAD_ARGUMENT`, `STEP_FAILED`, `TIMEOUT`, `ABORTED`, `SANDBOX_REFUSED`, `UNSUPPORTED_PLATFORM`
   */
  up(options?: UpOptions): Promise<Running<P>>
  /**
   * Removes what `up` or the script made, in reverse order; what is gone already is no error.
   *
   * @throws NetloomError `UNDO_FAILED`, `LAB_IN_SANDBOX`, `SEVERAL_HOSTS`, `PREFLIGHT`, `TIMEOUT`,
   *   `ABORTED`, `UNSUPPORTED_PLATFORM`
   */
  down(options?: DownOptions): Promise<void>
  /**
   * What `up` would do on this machine: what is added, removed, changed and kept, what somebody changed by hand, what that
   * does to what is not in the change, and exactly the commands that `up` then runs. It changes nothing. Print it.
   *
   * @throws NetloomError as `up` does before it changes anything: `PREFLIGHT`, `NAME_TAKEN`, `LAB_DIFFERS`, `LAB_BUSY`,
   *   `SEVERAL_HOSTS`, `TIMEOUT`, `ABORTED`, `UNSUPPORTED_PLATFORM`
   * @example
   * const lab = net.host().ns('a').ip('10.0.1.2/24').veth().named('demo')
   * await lab.up()
   * const next = net.host().ns('a').ip('10.0.1.3/24').veth().named('demo')
   * console.log(String(await next.preview()))
   * // - address 10.0.1.2/24 of host/a eth0
   * // + address 10.0.1.3/24 of host/a eth0
   * // = 3 kept
   * // steps:
   * //   - ip -n a addr del 10.0.1.2/24 dev eth0
   * //   + ip -n a addr add 10.0.1.3/24 dev eth0
   */
  preview(options?: PreviewOptions): Promise<Preview>
  /** How each resource of the plan stands on this machine; changes nothing. */
  status(options?: RunOptions): Promise<Status[]>
  /**
   * The commands of the plan, in order, as data.
   *
   * @throws NetloomError `SUBNET_OVERLAP`, `MISSING_LINK`, `MISSING_ADDRESS`: what only the whole plan can tell, as each
   *   call does that reads it
   */
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
   * Each namespace that gets no answer from another one, at none of its addresses, by the plan alone, over each family of
   * which both have one: with what is at fault, as `explain` names it. Empty where all reach each other. Each pair is
   * walked, so it takes some seconds for a hundred namespaces.
   *
   * @example
   * for (const { from, to, why } of lab.routeAll().unreachable()) console.log(`${from} -> ${to}: ${why}`)
   */
  unreachable(): readonly Unreachable[]
  /**
   * What another plan has that this one has not, and the other way round: what is to be added, removed and changed to come
   * from this plan to that one. It looks at no machine.
   *
   * @throws NetloomError `BAD_ARGUMENT`; and what only the whole plan can tell, of both
   * @example
   * const before = net.host().ns('a').ip('10.0.1.2/24').veth({ mtu: 1400 })
   * console.log(String(before.diff(net.host().ns('a').ip('10.0.1.3/24').veth())))
   * // - address 10.0.1.2/24 of host/a eth0
   * // ~ veth pair veth-a <-> host/a eth0: mtu 1400 -> none
   * // + address 10.0.1.3/24 of host/a eth0
   * // = 2 kept
   */
  diff(other: Plan): PlanDiff
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
   * A bridge on this host: the switch of all namespaces that `attach` to it. It keeps its MAC address whatever its ports
   * are. Frames from port to port pass the chain `FORWARD` where br_netfilter is loaded, as Docker does; they are let
   * through.
   *
   * @throws NetloomError `BAD_NAME`, `BAD_CIDR`, `BAD_ARGUMENT`, `DUPLICATE_NAME`, `DUPLICATE_ADDRESS`, `SUBNET_OVERLAP`,
   *   `POOL_EXHAUSTED`
   * @example
   * net.host().bridge('br0', { ip: '10.0.1.1/24' })
   * // ip link add dev br0 address <mac> group <lab> type bridge
   * // ip link set dev br0 up
   * // ip addr add 10.0.1.1/24 dev br0
   */
  bridge(name: string, options?: BridgeOptions): this
  /**
   * Routes from this host to each address of the named namespaces, by the hosts that have them.
   *
   * @throws NetloomError `UNKNOWN_NAME`, `BAD_ARGUMENT`, `MISSING_ADDRESS`, `GATEWAY_NOT_ON_LINK`, `DUPLICATE_ROUTE`
   * @example
   * lab.host('node02', { address: '100.100.198.253/24' }).routeTo('demo01')
   * // ip route add 10.0.1.2/32 via 100.100.198.250 proto 78
   */
  routeTo(...names: NsName<P>[]): this
  /**
   * Lets packets pass at the place of the cursor: in a namespace by its own filter, at a host by that of the lab there, which
   * is asked for what comes or goes by the lab's links. The first rule that matches decides, in the order of the calls.
   * Replies always pass, and what IPv4 and IPv6 cannot do without. Without `from` and `to` it holds for what the place
   * receives, sends and passes on. Names stand for the addresses that they have by then.
   *
   * @throws NetloomError `BAD_ARGUMENT`, `BAD_CIDR`, `UNKNOWN_NAME`, `MISSING_ADDRESS`, `DUPLICATE_RULE`
   * @example
   * lab.ns('db').ip('10.0.2.2/24').veth().allow({ from: 'demo01', protocol: 'tcp', port: 5432 })
   * // ip netns exec db iptables -w 5 -t filter -A INPUT -m conntrack --ctstate RELATED,ESTABLISHED ... -j ACCEPT
   * // ip netns exec db iptables -w 5 -t filter -A INPUT -i lo ... -j ACCEPT
   * // ip netns exec db iptables -w 5 -t filter -A INPUT -p icmp -m icmp --icmp-type 3/4 ... -j ACCEPT
   * // ip netns exec db iptables -w 5 -t filter -A INPUT -s 10.0.1.2/32 -p tcp -m tcp --dport 5432 ... -j ACCEPT
   */
  allow(rule?: FilterOptions<PlaceName<P> | NetworkText>): this
  /**
   * The opposite of {@link HostPlan.allow}: what matches is dropped without an answer. What {@link HostPlan.allow} lets
   * pass before stays let.
   *
   * @throws NetloomError as `allow` does
   * @example
   * lab.deny({ to: '10.0.9.0/24' })
   * // ip netns exec demo01 iptables -w 5 -t filter -A OUTPUT -d 10.0.9.0/24 ... -j DROP
   */
  deny(rule?: FilterOptions<PlaceName<P> | NetworkText>): this
  /**
   * What no rule of the place decides: `allow`, as it is without this call, or `deny`. A published port stays open.
   *
   * @throws NetloomError `BAD_ARGUMENT`, `DUPLICATE_RULE`
   * @example
   * lab.policy('deny')
   * // ip netns exec demo01 iptables -w 5 -t filter -P INPUT DROP
   * // ip netns exec demo01 ip6tables -w 5 -t filter -P INPUT DROP
   */
  policy(verdict: 'allow' | 'deny', options?: PolicyOptions): this
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
  extends HostPlan<P, H>,
    NamespaceCalls<P> {}
