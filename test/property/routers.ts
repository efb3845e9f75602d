import fc from 'fast-check'
import type { NamespacePlan, RouteOptions, RuleOptions } from '../../src/index.js'
import { mac } from './switches.js'

const metric = fc.option(fc.integer({ min: 0, max: 0xffff_ffff }), { nil: undefined })
const table = fc.constantFrom(1, 100, 253, 256, 0xffff_ffff)

/** What makes a router of a namespace, and which way its packets go. */
export const routing = fc.record({
  router: fc.boolean(),
  ttl: fc.option(fc.integer({ min: 1, max: 255 }), { nil: undefined }),
  link: fc.boolean(),
  routes: fc.array(
    fc.record({
      six: fc.boolean(),
      way: fc.constantFrom('via', 'dev', 'onlink', 'blackhole', 'unreachable', 'prohibit'),
      metric,
      table: fc.option(table, { nil: undefined }),
      alone: fc.boolean(),
    }),
    { maxLength: 4 },
  ),
  rules: fc.array(
    fc.record({
      from: fc.constantFrom(undefined, '10.0.0.0/8', '0.0.0.0/0', 'fd00::/16', '10.1.2.3'),
      to: fc.constantFrom(undefined, 4, 6),
      fwmark: fc.option(fc.integer({ min: 1, max: 0xffff_ffff }), { nil: undefined }),
      iif: fc.constantFrom(undefined, 'lo'),
      family: fc.constantFrom(undefined, 4, 6),
      priority: fc.boolean(),
      table,
    }),
    { maxLength: 4 },
  ),
})

export type Routing = typeof routing extends fc.Arbitrary<infer T> ? T : never
type Way = Routing['routes'][number]
type Ask = Routing['rules'][number]

/** A link to a namespace that stands before it on the same host. */
export function linkTo(at: NamespacePlan, other: string, n: number, pool: boolean): NamespacePlan {
  const ip =
    pool && n % 2 === 0
      ? 'auto'
      : ([`10.4.${n}.1/30`, [`10.4.${n}.2/30`, `fd00:4:${n}::2/64`]] as const)
  const named = { device: `l${n}`, peerDevice: `k${n}`, mac: mac(0x80, n), peerMac: mac(0x81, n) }
  return at.link(other, {
    ...(n % 3 === 0 ? named : {}),
    ...(n % 2 === 0 ? { mtu: 1400, txQueueLen: n } : {}),
    ip,
  })
}

/** A route to a network of its own, which every table may have once. */
function routeOf(w: Way, i: number, n: number, families: string): [string, RouteOptions] {
  const to = w.six ? `fd00:200:${i}::/48` : w.alone ? `10.200.${i}.7` : `10.200.${i}.0/24`
  const { metric, table } = w
  const near = w.six ? `fd00:1:${n}::99` : `10.1.${n}.99`
  const has = families.includes(w.six ? '6' : '4')
  if (w.way === 'via' && has) return [to, { via: near, metric, table }]
  const dev = 'own0'
  if (w.way === 'dev') return [to, { dev, metric, table }]
  const far = w.six ? 'fd00:300::1' : '10.250.0.1'
  if (w.way === 'onlink') return [to, { via: far, dev, onlink: true, metric, table }]
  const type = w.way === 'via' ? 'blackhole' : w.way
  return [to, { type, metric, table }]
}

function ruleOf(a: Ask, i: number): RuleOptions {
  const family = a.from === undefined ? a.family : a.from.includes(':') ? 6 : 4
  const to = a.to === undefined || (family !== undefined && family !== a.to) ? undefined : a.to
  return {
    ...{ from: a.from, fwmark: a.fwmark, iif: a.iif, table: a.table },
    to: to === undefined ? undefined : to === 4 ? '10.9.0.0/16' : 'fd00:9::/32',
    family: family ?? to,
    priority: a.priority ? 10 + i : undefined,
  }
}

export function addRouting(
  start: NamespacePlan,
  routing: Routing | null,
  n: number,
  families: string,
): NamespacePlan {
  if (routing === null) return start
  let at = start
  if (routing.router) at = at.router()
  if (routing.ttl !== undefined) at = at.sysctl('net.ipv4.ip_default_ttl', routing.ttl)
  const isAlone = families === ''
  if (isAlone) return at
  at = at.veth({ hostEnd: `o${n}`, nsEnd: 'own0' }).ip(`10.5.${n}.1/24`)
  if (routing.link) at = at.sysctl('net/ipv4/conf/own0/rp_filter', '2')
  routing.routes.forEach((w, i) => {
    at = at.route(...routeOf(w, i, n, families))
  })
  routing.rules.forEach((a, i) => {
    at = at.rule(ruleOf(a, i))
  })
  return at
}
