import fc from 'fast-check'
import type { HostPlan, NamespacePlan } from '../../src/index.js'

export const mac = (a: number, b: number) =>
  `02:00:00:00:${a.toString(16).padStart(2, '0')}:${b.toString(16).padStart(2, '0')}`

/** A switch of a random plan, with what is on it. */
const oneSwitch = fc.record({
  host: fc.nat(2),
  families: fc.constantFrom('', '4', '6', '46'),
  stp: fc.option(fc.boolean(), { nil: undefined }),
  isolated: fc.option(fc.boolean(), { nil: undefined }),
  mtu: fc.option(fc.integer({ min: 1280, max: 65_535 }), { nil: undefined }),
  mac: fc.boolean(),
  auto: fc.boolean(),
  members: fc.array(
    fc.record({
      before: fc.boolean(),
      names: fc.boolean(),
      macs: fc.boolean(),
      length: fc.option(fc.integer({ min: 0, max: 1_000_000 }), { nil: undefined }),
      routes: fc.boolean(),
      forward: fc.boolean(),
      publish: fc.boolean(),
    }),
    { maxLength: 4 },
  ),
})

export type Switch = typeof oneSwitch extends fc.Arbitrary<infer T> ? T : never

export const switches = fc.array(oneSwitch, { maxLength: 3 })

/** The host has the first address of each network, its members the next ones. */
const cidrs = (s: Switch, n: number, member: number, pool: boolean): string[] => {
  if (s.families === '') return []
  if (s.auto && pool) return ['auto']
  return [...s.families].map((family) =>
    family === '4' ? `10.3.${n}.${member + 1}/24` : `fd00:3:${n}::${member + 1}/64`,
  )
}

export function addSwitch(plan: HostPlan, s: Switch, n: number, pool: boolean): HostPlan {
  const name = `br${n}`
  const { stp, isolated, mtu } = s
  const ip = cidrs(s, n, 0, pool)
  let made: HostPlan = plan.bridge(name, {
    ...{ stp, isolated, mtu },
    ip: ip.length === 0 ? undefined : ip,
    mac: s.mac ? mac(n, 0) : undefined,
  })
  s.members.forEach((m, i) => {
    const mine = cidrs(s, n, i + 1, pool) as [string, ...string[]]
    const options = {
      ...{ txQueueLen: m.length },
      ...(m.names ? { hostEnd: `p${n}-${i}`, nsEnd: `e${i}` } : {}),
      ...(m.macs ? { mac: mac(n, 2 * i + 1), hostMac: mac(n, 2 * i + 2) } : {}),
    }
    const attached = (at: NamespacePlan) => at.attach(name, options)
    let at: NamespacePlan = made.ns(`m${n}-${i}`)
    if (mine.length === 0) {
      made = attached(at)
      return
    }
    at = m.before ? attached(at.ip(...mine)) : attached(at).ip(...mine)
    if (m.routes) at = at.routeBothWays()
    if (m.forward) at = at.allowForward()
    if (m.publish) at = at.publish(`${3000 + n * 10 + i}:80`)
    made = at
  })
  return made
}
