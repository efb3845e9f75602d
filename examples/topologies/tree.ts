import type { HostPlan } from 'netloom'

/** How tall and how wide a tree is. */
export interface TreeOptions {
  /** Levels of routers: 1 is the root alone. */
  readonly depth: number
  /** What each router has below it. */
  readonly fanOut: number
}

/**
 * Routers `r0` (the root), `r1` and so on, level by level, and below the last of them the hosts `h0`, `h1` and so on,
 * `fanOut ** depth` of them.
 */
export const tree =
  ({ depth, fanOut }: TreeOptions) =>
  <P extends string, H extends string>(host: HostPlan<P, H>) => {
    const levels = Array.from({ length: depth + 1 }, (_, level) => fanOut ** level)
    const total = levels.reduce((sum, width) => sum + width, 0)
    const routers = total - fanOut ** depth
    let plan: HostPlan = host
    for (let i = 0; i < total; i++) {
      const node = i < routers ? plan.ns(`r${i}`).router() : plan.ns(`h${i - routers}`)
      const parent = Math.floor((i - 1) / fanOut)
      plan = i === 0 ? node : node.link(`r${parent}`, { ip: 'auto' })
    }
    return plan.routeAll() as HostPlan<P | `${H}/${'r' | 'h'}${number}`, H>
  }
