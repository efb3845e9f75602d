import type { HostPlan } from 'netloom'

/** One switch, and so many namespaces on it: `node0`, `node1` and so on. */
export const star =
  (count: number) =>
  <P extends string, H extends string>(host: HostPlan<P, H>) =>
    host
      .bridge('star')
      .each(count, (at, i) => at.ns(`node${i}`).ip('auto').attach('star'))
      .routeAll()
