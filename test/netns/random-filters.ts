import fc from 'fast-check'
import { type HostPlan, type NamespacePlan, NetloomError, net } from '../../src/index.js'

/** The options of a rule, as a user writes them. */
export interface Rule {
  readonly from?: readonly string[]
  readonly to?: readonly string[]
  readonly protocol?: 'tcp' | 'udp' | 'icmp'
  readonly port?: readonly (number | string)[]
}

/** A call that says what passes at a place, as data. */
type Call = { readonly at: string } & (
  | { readonly call: 'allow' | 'deny'; readonly rule: Rule }
  | {
      readonly call: 'policy'
      readonly verdict: 'allow' | 'deny'
      readonly hooks?: readonly ('input' | 'forward' | 'output')[]
    }
)

/** A lab that came by chance: who stands where, and what passes. */
export interface RandomFilters {
  /** `n1` and `n2` are at one switch of the host. */
  readonly isSwitched: boolean
  /** `n3` is behind the router `r`. */
  readonly isRouted: boolean
  /** `n2` joins behind all rules. */
  readonly isLate: boolean
  /** The lab is brought up with so many of its calls first, and then with all. */
  readonly first?: number | undefined
  readonly calls: readonly Call[]
}

export const PORTS = [80, 5432, 8080] as const
const NETWORKS = [
  ...['10.0.0.0/8', '10.0.1.0/24', '10.0.20.0/24', '100.100.198.0/24', '0.0.0.0/0'],
  ...['10.0.1.2', '10.0.9.2', '10.0.20.3', '100.100.198.1', '100.100.198.250'],
  ...['fd00::/16', 'fd00:1::/64', 'fd00:9::/64', '::/0'],
  ...['fd00:1::2', 'fd00:20::3', 'fd00:100::1', 'fd00:100::250'],
]

const sideOf = (names: readonly string[]) =>
  fc.oneof(
    { weight: 5, arbitrary: fc.constant([]) },
    { weight: 4, arbitrary: fc.constantFrom(...names).map((name) => [name]) },
    { weight: 2, arbitrary: fc.constantFrom(...NETWORKS).map((network) => [network]) },
    {
      weight: 1,
      arbitrary: fc.uniqueArray(fc.constantFrom(...names, ...NETWORKS), {
        minLength: 2,
        maxLength: 3,
      }),
    },
  )

const ports = fc.constantFrom<readonly (number | string)[]>(
  ...[[80], [5432], ['80-443'], ['5000-9000'], ['1-65535']],
  ...[
    [80, 8080],
    ['8000-8090', 5432],
  ],
)

const ruleOf = (side: fc.Arbitrary<readonly string[]>): fc.Arbitrary<Rule> =>
  fc
    .record({
      from: side,
      to: side,
      protocol: fc.constantFrom(undefined, undefined, 'tcp', 'udp', 'icmp'),
      port: fc.option(ports, { freq: 2, nil: undefined }),
    })
    .map(({ from, to, protocol, port }) => ({
      ...(from.length > 0 && { from }),
      ...(to.length > 0 && { to }),
      ...(protocol !== undefined && { protocol: protocol as 'tcp' | 'udp' | 'icmp' }),
      ...(port !== undefined && protocol !== 'icmp' && { port }),
    }))

const hooks = fc.uniqueArray(fc.constantFrom('input', 'forward', 'output'), {
  minLength: 1,
}) as fc.Arbitrary<readonly ('input' | 'forward' | 'output')[]>

const atPlace = (at: string, rule: fc.Arbitrary<Rule>): fc.Arbitrary<readonly Call[]> => {
  const decide = fc.record({
    at: fc.constant(at),
    call: fc.constantFrom('allow' as const, 'deny' as const),
    rule,
  })
  const policy = fc
    .record({ verdict: fc.constantFrom('deny', 'deny', 'allow'), hooks: fc.option(hooks) })
    .map(({ verdict, hooks }): Call => {
      const of = hooks === null ? {} : { hooks }
      return { at, call: 'policy', verdict: verdict as 'allow' | 'deny', ...of }
    })
  return fc
    .tuple(fc.array(decide, { maxLength: 6 }), fc.array(policy, { maxLength: 1 }), fc.nat(6))
    .map(([rules, policies, i]) => [...rules.slice(0, i), ...policies, ...rules.slice(i)])
}

/** The names that a rule may use. */
const namesOf = (isRouted: boolean, isLate: boolean): readonly string[] => [
  ...['h', 'n0', 'n1'],
  ...(isLate ? [] : ['n2']),
  ...(isRouted ? ['r', 'n3'] : []),
]

export const randomFilters: fc.Arbitrary<RandomFilters> = fc
  .tuple(fc.boolean(), fc.boolean(), fc.integer({ min: 0, max: 3 }))
  .chain(([isSwitched, isRouted, late]) => {
    const isLate = late === 0
    const names = namesOf(isRouted, isLate)
    const rule = ruleOf(sideOf(names))
    // some are more often those that decide: all goes by the host and the router
    const often = isRouted ? ['h', 'h', 'r'] : ['h', 'h']
    const places = fc.array(fc.constantFrom(...names, ...often), { minLength: 1, maxLength: 3 })
    return fc.record({
      isSwitched: fc.constant(isSwitched),
      isRouted: fc.constant(isRouted),
      isLate: fc.constant(isLate),
      first: fc.option(fc.nat(6), { freq: 2, nil: undefined }),
      calls: places.chain((some) =>
        fc.tuple(...[...new Set(some)].map((at) => atPlace(at, rule))).chain((lists) => {
          const calls = lists.flat()
          // those of several places in any order
          return fc.boolean().chain((isMixed) => {
            if (!isMixed || calls.length < 2) return fc.constant(calls)
            return fc.shuffledSubarray(calls, { minLength: calls.length })
          })
        }),
      ),
    })
  })

type Part = (plan: HostPlan) => HostPlan

const at = (plan: HostPlan, name: string) => plan.at(name as never) as NamespacePlan

const paired =
  (name: string, ...cidrs: readonly [string, string]): Part =>
  (plan) =>
    plan
      .ns(name)
      .ip(...cidrs)
      .veth()
      .routeBothWays()
      .allowForward()

const switched =
  (name: string, ...cidrs: readonly [string, string]): Part =>
  (plan) =>
    plan
      .ns(name)
      .ip(...cidrs)
      .attach('br0')
      .routeBothWays()
      .allowForward()

/** The places of a lab, with the part that makes each; `n2` is the last one. */
function partsOf({ isSwitched, isRouted }: RandomFilters): readonly Part[] {
  return [
    paired('n0', '10.0.1.2/24', 'fd00:1::2/64'),
    ...(isSwitched
      ? [
          (plan: HostPlan) =>
            plan.host('h').bridge('br0', { ip: ['10.0.20.1/24', 'fd00:20::1/64'] }),
          switched('n1', '10.0.20.2/24', 'fd00:20::2/64'),
        ]
      : [paired('n1', '10.0.2.2/24', 'fd00:2::2/64')]),
    ...(isRouted
      ? [
          paired('r', '10.0.8.2/24', 'fd00:8::2/64'),
          (plan: HostPlan) =>
            at(plan, 'r')
              .router()
              .ns('n3')
              .link('r', {
                ip: [
                  ['10.0.9.2/24', 'fd00:9::2/64'],
                  ['10.0.9.1/24', 'fd00:9::1/64'],
                ],
              }),
        ]
      : []),
    isSwitched
      ? switched('n2', '10.0.20.3/24', 'fd00:20::3/64')
      : paired('n2', '10.0.3.2/24', 'fd00:3::2/64'),
  ]
}

const decided =
  (call: Call): Part =>
  (plan) => {
    const place = call.at === 'h' ? plan.host('h') : at(plan, call.at)
    if (call.call !== 'policy') return place[call.call](call.rule as never)
    return place.policy(call.verdict, call.hooks === undefined ? {} : { hooks: call.hooks })
  }

/** A call as the plan took it, with the addresses that each name stands for. */
export type Taken = Call & { readonly addresses: Readonly<Record<string, readonly string[]>> }

/** A plan, the one that it grew out of, and the calls that it took: those that are refused change nothing. */
export interface Filtered {
  readonly plan: HostPlan
  readonly first?: HostPlan | undefined
  readonly taken: readonly Taken[]
  readonly refused: readonly { readonly call: Taken; readonly code: string }[]
}

/** The addresses of each place, by the data of the plan; the host declares two. */
export function addressesOf(plan: HostPlan): Record<string, readonly string[]> {
  const found: Record<string, string[]> = { h: [...HOST] }
  for (const resource of plan.toJSON().resources) {
    if (resource.kind === 'namespace') found[resource.name] = []
    if (resource.kind !== 'address') continue
    const { namespace = 'h', cidr } = resource
    found[namespace]?.push(cidr.replace(/\/.*/, ''))
  }
  return found
}

const HOST = ['100.100.198.250', 'fd00:100::250']

export function filtered(lab: RandomFilters): Filtered {
  const parts = partsOf(lab)
  const early = lab.isLate ? parts.slice(0, -1) : parts
  const options = { address: ['100.100.198.250/24', 'fd00:100::250/64'], device: 'enp2s0' }
  let plan: HostPlan = early.reduce<HostPlan>((so, part) => part(so), net.host('h', options))
  let first: HostPlan | undefined
  const taken: Taken[] = []
  const refused: { call: Taken; code: string }[] = []
  for (const [i, call] of lab.calls.entries()) {
    if (i === lab.first) first = plan
    const addresses = addressesOf(plan)
    try {
      plan = decided(call)(plan)
      taken.push({ ...call, addresses })
    } catch (error) {
      if (!(error instanceof NetloomError)) throw error
      refused.push({ call: { ...call, addresses }, code: error.code })
    }
  }
  for (const part of parts.slice(early.length)) plan = part(plan)
  return { plan: plan.routeAll(), first: first?.routeAll(), taken, refused }
}
