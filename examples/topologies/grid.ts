import type { HostPlan } from 'netloom'

/** Routers in rows and columns, each linked to its neighbours: `r0-0` stands in the first row, `r0-1` on its right. */
export const grid =
  (rows: number, columns: number) =>
  <P extends string, H extends string>(host: HostPlan<P, H>) => {
    let plan: HostPlan = host
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        let router = plan.ns(`r${row}-${column}`).router()
        if (row > 0) router = router.link(`r${row - 1}-${column}`, { ip: 'auto' })
        if (column > 0) router = router.link(`r${row}-${column - 1}`, { ip: 'auto' })
        plan = router
      }
    }
    return plan.routeAll() as HostPlan<P | `${H}/r${number}-${number}`, H>
  }
