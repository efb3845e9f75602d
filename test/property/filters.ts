import fc from 'fast-check'
import type { NamespacePlan, Plan } from '../../src/index.js'

/** What a namespace of a random plan, and its host, filter. */
export const filter = fc.record({
  from: fc.constantFrom(undefined, '10.9.0.0/16', 'fd09::/32', ['10.9.1.0/24', '10.9.2.7']),
  to: fc.constantFrom(undefined, '10.8.0.0/16', 'fd08::1'),
  protocol: fc.constantFrom(undefined, 'tcp' as const, 'udp' as const, 'icmp' as const),
  port: fc.constantFrom(undefined, 80, '80-90', [1, '2-3', 65_535]),
  verdict: fc.constantFrom('allow' as const, 'deny' as const),
  policy: fc.constantFrom('', 'deny', 'all'),
  atHost: fc.boolean(),
})

export type Filter = typeof filter extends fc.Arbitrary<infer T> ? T : never

/** Both sides have an address of one family; ICMP has no ports; and a namespace that is no router passes nothing on. */
function ruleOf({ from, to, protocol, port }: Filter) {
  const isSix = (text: typeof from) =>
    text !== undefined && [text].flat()[0]?.includes(':') === true
  const far = from !== undefined && to !== undefined && isSix(from) !== isSix(to) ? undefined : to
  const ports = protocol === 'icmp' ? undefined : port
  return { from, to: from === undefined ? far : undefined, protocol, port: ports } as object
}

export function addFilter(at: NamespacePlan, f: Filter | null, home: string): Plan {
  if (f === null) return at
  const own = at[f.verdict](ruleOf(f))
  const closed =
    f.policy === ''
      ? own
      : own.policy('deny', f.policy === 'all' ? { hooks: ['input', 'output', 'forward'] } : {})
  const isFirst = closed.toJSON().resources.every((r) => r.kind !== 'guard' || r.namespace)
  return f.atHost && isFirst ? closed.host(home).deny({ ...ruleOf(f) }) : closed
}
