import fc from 'fast-check'
import { type HostPlan, type NamespacePlan, NetloomError, net } from '../../src/index.js'

/** One call of a lab that came by chance. Numbers count places from 0. */
type Step =
  | { readonly call: 'attach'; readonly at: number; readonly bridge: number }
  | { readonly call: 'link'; readonly at: number; readonly to: number }
  | { readonly call: 'veth'; readonly at: number; readonly way: boolean; readonly forward: boolean }
  | { readonly call: 'hole'; readonly at: number; readonly to: number }

/** A lab that came by chance: switches, namespaces of which some are routers, and how they are connected. */
export interface RandomLab {
  readonly families: 'IPv4' | 'IPv6' | 'both'
  readonly bridges: readonly { readonly ip: boolean; readonly isolated: boolean }[]
  readonly namespaces: readonly { readonly router: boolean }[]
  readonly steps: readonly Step[]
}

const POOLS = {
  IPv4: '10.50.0.0/16',
  IPv6: 'fd00:50::/48',
  both: ['10.50.0.0/16', 'fd00:50::/48'],
} as const

const name = (i: number) => `n${i}`

/** True more often than not, or less often. */
const often = fc.integer({ min: 0, max: 9 }).map((n) => n < 7)
const seldom = fc.integer({ min: 0, max: 9 }).map((n) => n < 2)

export const randomLab: fc.Arbitrary<RandomLab> = fc
  .tuple(fc.integer({ min: 3, max: 8 }), fc.integer({ min: 0, max: 3 }))
  .chain(([nodes, switches]) => {
    const at = fc.nat(nodes - 1)
    const links = fc.record({ call: fc.constant('link' as const), at, to: at })
    const step = fc.oneof(
      { weight: 4, arbitrary: links },
      {
        weight: switches === 0 ? 0 : 4,
        arbitrary: fc.record({
          call: fc.constant('attach' as const),
          at,
          bridge: fc.nat(Math.max(0, switches - 1)),
        }),
      },
      {
        weight: 2,
        arbitrary: fc.record({
          call: fc.constant('veth' as const),
          at,
          way: often,
          forward: often,
        }),
      },
      { weight: 1, arbitrary: fc.record({ call: fc.constant('hole' as const), at, to: at }) },
    )
    return fc.record({
      families: fc.constantFrom('IPv4', 'IPv6', 'both', 'both'),
      bridges: fc.array(fc.record({ ip: often, isolated: seldom }), {
        minLength: switches,
        maxLength: switches,
      }),
      namespaces: fc.array(fc.record({ router: often }), { minLength: nodes, maxLength: nodes }),
      steps: fc.array(step, { minLength: nodes, maxLength: nodes * 2 }),
    })
  })

type Part = (plan: HostPlan) => HostPlan

const at = (plan: HostPlan, i: number) => plan.at(name(i) as never) as NamespacePlan

/** The first address of a namespace that stands in the plan so far. */
function addressOf(plan: HostPlan, i: number): string {
  const found = plan.toJSON().resources.find((r) => r.kind === 'address' && r.namespace === name(i))
  return found?.kind === 'address' ? (found.cidr.split('/')[0] ?? '') : ''
}

function parts({ bridges, namespaces, steps }: RandomLab): readonly Part[] {
  return [
    ...bridges.map(
      ({ ip, isolated }, i): Part =>
        (plan) =>
          plan.bridge(`br${i}`, { isolated, ...(ip ? { ip: 'auto' } : {}) }),
    ),
    ...namespaces.map(
      ({ router }, i): Part =>
        (plan) =>
          router ? plan.ns(name(i)).router() : plan.ns(name(i)),
    ),
    ...steps.flatMap((step): Part[] => {
      switch (step.call) {
        case 'link':
          return [(plan) => at(plan, step.at).link(name(step.to) as never, { ip: 'auto' })]
        case 'attach': {
          const attach: Part = (plan) => at(plan, step.at).attach(`br${step.bridge}`).ip('auto')
          return [attach]
        }
        case 'veth':
          return [
            (plan) => at(plan, step.at).veth().ip('auto'),
            ...(step.way ? [(plan: HostPlan) => at(plan, step.at).routeBothWays()] : []),
            ...(step.forward ? [(plan: HostPlan) => at(plan, step.at).allowForward()] : []),
          ]
        case 'hole':
          return [
            (plan) => at(plan, step.at).route(addressOf(plan, step.to), { type: 'unreachable' }),
          ]
        default:
          return []
      }
    }),
  ]
}

/** The plan of a lab. A call that is refused, such as a link to itself, is left out: it changes nothing. */
export function planOf(lab: RandomLab): HostPlan {
  return parts(lab).reduce<HostPlan>((plan, part) => {
    try {
      return part(plan)
    } catch (error) {
      if (error instanceof NetloomError) return plan
      throw error
    }
  }, net.pool(POOLS[lab.families]).host('host'))
}
