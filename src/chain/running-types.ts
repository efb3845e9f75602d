/// <reference lib="esnext.disposable" preserve="true" />
import type { Explanation, LiveExplainOptions } from '../explain/types.js'
import type { DownOptions, RunningPlace, RunOptions, Status } from '../run/types.js'
import type { HostName, IpText, NsName, NsOn, PlaceName } from './places.js'

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
