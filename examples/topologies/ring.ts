import type { HostPlan } from 'netloom'

/** So many routers in a circle, three at least: `r0`, `r1` and so on. */
export const ring =
  (count: number) =>
  <P extends string, H extends string>(host: HostPlan<P, H>) => {
    let plan: HostPlan = host
    for (let i = 0; i < count; i++) {
      const router = plan.ns(`r${i}`).router()
      plan = i === 0 ? router : router.link(`r${i - 1}`, { ip: 'auto' })
    }
    const closed = plan.at('r0').link(`r${count - 1}`, { ip: 'auto' })
    return closed.routeAll() as HostPlan<P | `${H}/r${number}`, H>
  }
