import type { HostPlan } from 'netloom'

/** How large a leaf-spine is. */
export interface LeafSpineOptions {
  readonly spines: number
  readonly leaves: number
  readonly hostsPerLeaf: number
}

/**
 * Routers `spine0`, `spine1` and so on, routers `leaf0`, `leaf1` and so on, each linked to every spine, and hosts behind
 * each leaf, on a switch of its own: `host0-0` is the first behind `leaf0`. Hosts of two leaves are three routers apart.
 */
export const leafSpine =
  ({ spines, leaves, hostsPerLeaf }: LeafSpineOptions) =>
  <P extends string, H extends string>(host: HostPlan<P, H>) => {
    let plan: HostPlan = host
    for (let s = 0; s < spines; s++) plan = plan.ns(`spine${s}`).router()
    for (let l = 0; l < leaves; l++) {
      const leaf = `leaf${l}`
      // the leaf has the first address of its switch, and the hosts those behind it
      let router = plan.bridge(leaf).ns(leaf).router().ip('auto').attach(leaf)
      for (let s = 0; s < spines; s++) router = router.link(`spine${s}`, { ip: 'auto' })
      plan = router
      for (let h = 0; h < hostsPerLeaf; h++) plan = plan.ns(`host${l}-${h}`).ip('auto').attach(leaf)
    }
    type Names = `${'spine' | 'leaf'}${number}` | `host${number}-${number}`
    return plan.routeAll() as HostPlan<P | `${H}/${Names}`, H>
  }
