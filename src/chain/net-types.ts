import type { NetloomError } from '../errors.js'
import type { DownOptions, LabInfo, RunOptions } from '../run/types.js'
import type { HostOptions, PoolOptions } from './call-options.js'
import type { HostPlan, Plan } from './types.js'

/** The beginning of a plan whose addresses come of a pool. */
export interface PlanStart {
  /** As {@link Net.host}. */
  host<const H extends string = 'host'>(name?: H, options?: HostOptions): HostPlan<H, H>
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
   * @throws NetloomError `BAD_NAME`, `BAD_CIDR`, `BAD_ARGUMENT`
   */
  host<const H extends string = 'host'>(name?: H, options?: HostOptions): HostPlan<H, H>
  /**
   * Begins a plan with a pool of addresses: `auto` in the place of an address takes one. Each segment gets a network of
   * its own, in the order of the calls, so the same calls give the same addresses; what the plan has by other calls is
   * left out. `up` refuses networks that the host has routes to.
   *
   * @param pool a network, or one of each family
   * @throws NetloomError `BAD_CIDR`, `BAD_ARGUMENT`
   * @example
   * net.pool('10.50.0.0/16').host().ns('a').ip('auto').veth()
   * // ip -n a addr add 10.50.0.2/24 dev eth0
   */
  pool(pool: string | readonly string[], options?: PoolOptions): PlanStart
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
