import fc from 'fast-check'
import { type HostPlan, type NamespacePlan, NetloomError, net } from '../../src/index.js'

/** What a namespace of a lab is like, that came by chance. */
interface Node {
  readonly is: boolean
  readonly link: 'veth' | 'bridge' | 'peer'
  readonly mtu: number | undefined
  /** Tells addresses apart that follow each other. */
  readonly number: 0 | 1
  readonly second: boolean
  readonly six: boolean
  readonly router: boolean
  readonly way: boolean
  readonly forward: 'both' | 'in' | 'none'
  readonly filter: readonly ('icmp' | 'tcp' | 'host' | 'policy')[]
  readonly setting: 'default' | 'link' | 'all' | 'none'
  readonly rule: boolean
  readonly names: boolean
  readonly publish: boolean
}

/** A lab that came by chance. */
export interface ChangingLab {
  readonly nodes: readonly Node[]
  readonly stp: boolean
  readonly masquerade: boolean
  readonly deny: boolean
  readonly hosts: boolean
}

const seldom = fc.integer({ min: 0, max: 9 }).map((n) => n < 3)
const often = fc.integer({ min: 0, max: 9 }).map((n) => n < 7)

const node: fc.Arbitrary<Node> = fc.record({
  is: often,
  link: fc.constantFrom('veth', 'veth', 'bridge', 'peer'),
  mtu: fc.constantFrom(undefined, undefined, 1400),
  number: fc.constantFrom(0, 1),
  second: seldom,
  six: seldom,
  router: seldom,
  way: often,
  forward: fc.constantFrom('both', 'both', 'in', 'none'),
  filter: fc
    .shuffledSubarray(['icmp', 'tcp', 'host', 'policy'] as const)
    .map((all) => all.slice(0, 3)),
  setting: fc.constantFrom('none', 'none', 'default', 'link', 'all'),
  rule: seldom,
  names: seldom,
  publish: seldom,
})

const lab = fc.record({
  nodes: fc.array(node, { minLength: 4, maxLength: 4 }),
  stp: seldom,
  masquerade: seldom,
  deny: seldom,
  hosts: seldom,
})

/** Two labs, of which the second has much of the first. */
export const change: fc.Arbitrary<readonly [ChangingLab, ChangingLab]> = fc
  .tuple(lab, lab, fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 100, maxLength: 100 }))
  .map(([a, b, choices]) => {
    let i = 0
    const same = () => (choices[i++ % choices.length] ?? 0) < 8
    const mixed = <T extends object>(one: T, other: T): T =>
      Object.fromEntries(
        Object.entries(one).map(([key, value]) => [
          key,
          same() ? value : (other as Record<string, unknown>)[key],
        ]),
      ) as T
    const nodes = a.nodes.map((one, k) => mixed(one, b.nodes[k] ?? one))
    return [a, { ...mixed(a, b), nodes }]
  })

type Call = (plan: HostPlan) => HostPlan

/** The calls for a namespace. */
function callsOf(n: Node, i: number): readonly Call[] {
  if (!n.is) return []
  const name = `n${i}`
  const at = (plan: HostPlan) => plan.at(name as never) as NamespacePlan
  const options = n.mtu === undefined ? {} : { mtu: n.mtu }
  const link: Record<Node['link'], Call> = {
    veth: (plan) =>
      at(plan)
        .ip(`10.60.${i}.${2 + n.number}/24`)
        .veth(options),
    bridge: (plan) =>
      at(plan)
        .ip(`10.61.0.${10 + 2 * i + n.number}/24`)
        .attach('br0'),
    peer: (plan) =>
      at(plan).link(`n${(i + 3) % 4}` as never, {
        ...options,
        ip: [`10.62.${i}.${1 + n.number}/24`, `10.62.${i}.${3 + n.number}/24`],
      }),
  }
  const filters: Record<Node['filter'][number], Call> = {
    icmp: (plan) => at(plan).deny({ protocol: 'icmp', from: `10.60.${i + 1}.0/24` }),
    tcp: (plan) => at(plan).allow({ protocol: 'tcp', port: 80 + n.number }),
    host: (plan) => at(plan).allow({ from: '10.61.0.0/24' }),
    policy: (plan) => at(plan).policy('deny'),
  }
  const settings: Record<Node['setting'], readonly Call[]> = {
    none: [],
    default: [(plan) => at(plan).sysctl('net.ipv4.conf.default.rp_filter', '1')],
    link: [(plan) => at(plan).sysctl('net.ipv4.conf.eth0.rp_filter', String(1 + n.number))],
    all: [(plan) => at(plan).sysctl('net.ipv4.ip_default_ttl', String(70 + n.number))],
  }
  const early = n.setting === 'default' ? settings.default : []
  const late = n.setting === 'default' ? [] : settings[n.setting]
  const optional = (is: boolean, call: Call) => (is ? [call] : [])
  return [
    (plan) => plan.ns(name),
    ...early,
    ...optional(n.router, (plan) => at(plan).router()),
    link[n.link],
    ...optional(n.second, (plan) => at(plan).ip(`10.63.${i}.${2 + n.number}/24`)),
    ...optional(n.six, (plan) => at(plan).ip(`fd00:60:${i}::${2 + n.number}/64`)),
    ...optional(n.way, (plan) => at(plan).routeBothWays()),
    ...optional(n.forward !== 'none', (plan) =>
      at(plan).allowForward({ direction: n.forward === 'in' ? 'in' : 'both' }),
    ),
    ...late,
    ...optional(n.rule, (plan) => at(plan).rule({ from: `10.60.${i}.0/24`, table: 100 })),
    ...optional(n.rule, (plan) =>
      at(plan).route('192.0.2.0/24', { type: 'blackhole', table: 100 }),
    ),
    ...n.filter.map((filter) => filters[filter]),
    ...optional(n.names, (plan) => at(plan).dns(`192.0.2.${53 + n.number}`)),
    ...optional(n.publish, (plan) => at(plan).publish(`${8080 + i}:80/tcp`)),
  ]
}

/** The plan of a lab. A call that is refused, such as one that needs a link, is left out. */
export function planOf({ nodes, stp, masquerade, deny, hosts }: ChangingLab): HostPlan {
  const optional = (is: boolean, call: Call) => (is ? [call] : [])
  const calls: readonly Call[] = [
    (plan) => plan.bridge('br0', { ip: '10.61.0.1/24', ...(stp ? { stp } : {}) }),
    ...nodes.flatMap(callsOf),
    ...optional(deny, (plan) => plan.host('host').deny({ from: '10.60.0.0/24', protocol: 'icmp' })),
    ...optional(masquerade, (plan) => (plan.at('n0' as never) as NamespacePlan).masquerade()),
    ...optional(hosts, (plan) => plan.hosts()),
  ]
  return calls.reduce<HostPlan>(
    (plan, call) => {
      try {
        const next = call(plan)
        next.commands()
        return next
      } catch (error) {
        if (error instanceof NetloomError) return plan
        throw error
      }
    },
    net
      .host('host', { device: 'enp2s0' })
      .ns('keep0')
      .ip('10.64.0.2/24')
      .veth()
      .routeBothWays()
      .allowForward()
      .ns('keep1')
      .ip('10.64.1.2/24')
      .veth()
      .routeBothWays()
      .allowForward()
      .named('changing')
      .host('host'),
  )
}
