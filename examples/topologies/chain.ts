import type { HostPlan } from 'netloom'

/** So many routers in a row, each linked to the one before it: `r0`, `r1` and so on. */
export const chain =
  (count: number) =>
  <P extends string, H extends string>(host: HostPlan<P, H>) => {
    // a loop forgets the names: the last line tells them again
    let plan: HostPlan = host
    for (let i = 0; i < count; i++) {
      const router = plan.ns(`r${i}`).router()
      plan = i === 0 ? router : router.link(`r${i - 1}`, { ip: 'auto' })
    }
    return plan.routeAll() as HostPlan<P | `${H}/r${number}`, H>
  }
