import fc from 'fast-check'
import { type HostPlan, type NamespacePlan, net, type Plan } from '../../src/index.js'
import { addFilter, type Filter, filter } from './filters.js'
import { addRouting, linkTo, type Routing, routing } from './routers.js'
import { addSwitch, type Switch, switches } from './switches.js'

const alphabet = [...'abcxyz019._-']
const first = [...'abcxyz019_']

const word = (max: number) =>
  fc
    .tuple(
      fc.constantFrom(...first),
      fc.string({ unit: fc.constantFrom(...alphabet), maxLength: max - 1 }),
    )
    .map(([a, b]) => a + b)

const direction = fc.constantFrom('both', 'in', 'out', undefined)

/** What a namespace of a random plan has. Each gets networks of its own by its number. */
const part = fc.record({
  name: word(30),
  host: fc.nat(2),
  families: fc.constantFrom('4', '6', '46', '44', ''),
  before: fc.boolean(),
  names: fc.boolean(),
  routes: fc.boolean(),
  forward: fc.option(direction, { nil: null }),
  masquerade: fc.boolean(),
  publish: fc.constantFrom('', ':80', '/udp', '-bind'),
  second: fc.boolean(),
  from: fc.boolean(),
  link: fc.boolean(),
  routing: fc.option(routing),
  dns: fc.constantFrom('', 'one', 'two', 'host'),
  filter: fc.option(filter),
})

const recipe = fc.record({
  hosts: fc.uniqueArray(word(20), { minLength: 1, maxLength: 3 }),
  declared: fc.constantFrom('', '4', '6', '46'),
  lab: fc.option(word(40), { nil: undefined }),
  last: fc.boolean(),
  pool: fc.boolean(),
  known: fc.boolean(),
  parts: fc.array(part, { maxLength: 7 }),
  switches,
})

type Recipe = typeof recipe extends fc.Arbitrary<infer T> ? T : never

const cidrs = (families: string, n: number, link: number): string[] =>
  [...families].map((family, i) =>
    family === '4' ? `10.${link}.${n}.${2 + i}/24` : `fd00:${link}:${n}::${2 + i}/64`,
  )

const nameOf = (p: Recipe['parts'][number], n: number) => `n${n}-${p.name}`

/** The same with names that hosts() takes. */
const plain = (name: string) => `h${name.replaceAll(/[._-]/g, 'x')}`

const withKnown = ({ hosts, parts, ...rest }: Recipe): Recipe => ({
  ...rest,
  hosts: hosts.map(plain),
  parts: parts.map((p) => ({ ...p, name: plain(p.name) })),
})

/** Ports of the host that no other part has. */
function published(at: NamespacePlan, how: string, n: number, families: string): NamespacePlan {
  const port = 2000 + n * 10
  if (how === ':80') return at.publish(`${port}:80`, `${port + 1}-${port + 3}:81-83`)
  if (how === '/udp') return at.publish(`${port}/udp`).publish(`${port}-${port + 9}`)
  const bind = families.includes('4') ? '192.0.2.1' : '[fd00:9::1]'
  return at.publish(`${bind}:${port}:80`)
}

function addPart(plan: HostPlan, p: Recipe['parts'][number], n: number): NamespacePlan {
  const mine = cidrs(p.families, n, 1) as [string, ...string[]]
  const pair = (at: NamespacePlan) => (p.names ? at.veth(`h${n}`, `n${n}`) : at.veth())
  let at: NamespacePlan = plan.ns(nameOf(p, n))
  if (p.dns === 'host') at = at.dns('host', { search: ['lab.test'] })
  else if (p.dns !== '') at = at.dns(p.dns === 'one' ? '192.0.2.53' : ['192.0.2.53', 'fd00::53'])
  if (mine.length === 0) return pair(at)
  at = p.before ? pair(at.ip(...mine)) : pair(at).ip(...mine)
  if (p.routes) at = at.routeBothWays()
  if (p.forward !== null) at = at.allowForward({ direction: p.forward })
  if (p.masquerade) at = at.masquerade({ via: 'uplink' })
  if (p.publish !== '') at = published(at, p.publish, n, p.families)
  if (p.second) at = at.veth(`s${n}`).ip(...(cidrs('46', n, 2) as [string, ...string[]]))
  return at
}

const on = (plan: Plan, host: string) => plan.host(host) as unknown as HostPlan

/** A plan that is always right, out of every call of the chain in any sensible order. */
function build({ hosts, declared, lab, last, known, pool, parts, switches }: Recipe): Plan {
  const names = hosts.map((name, i) => `${i}${name}`)
  const options = (i: number) => {
    const address = [
      ...(declared.includes('4') ? [`192.0.2.${i + 1}/24`] : []),
      ...(declared.includes('6') ? [`fd00:9::${i + 1}/64`] : []),
    ]
    return address.length === 0 ? {} : { address, device: 'uplink' }
  }
  // the addresses by hand lie in the pool as well: it goes round them
  const start = pool ? net.pool(['10.0.0.0/8', 'fd00::/16']) : net
  let plan = start.host(names[0] ?? '', options(0)) as HostPlan
  if (lab !== undefined && !last) plan = plan.named(lab)
  names.slice(1).forEach((name, i) => {
    plan = plan.host(name, options(i + 1)) as unknown as HostPlan
  })
  const made: { host: string; name: string }[] = []
  parts.forEach((p, n) => {
    const home = names[p.host % names.length] ?? ''
    const name = nameOf(p, n)
    plan = addPart(on(plan, home), p, n)
    const before = made.findLast(({ host }) => host === home)
    const isLinked = p.link && before !== undefined
    if (isLinked) plan = linkTo(plan as NamespacePlan, `${home}/${before.name}`, n, pool)
    plan = addRouting(plan as NamespacePlan, p.routing as Routing | null, n, p.families)
    plan = addFilter(plan as NamespacePlan, p.filter as Filter | null, home) as HostPlan
    made.push({ host: home, name })
    const other = names[(p.host + 1) % names.length] ?? ''
    const routable =
      p.families !== '' && [...p.families].every((family) => declared.includes(family))
    const isPlain = !p.second && !isLinked && p.routing === null
    if (p.from && isPlain && routable && other !== home) {
      plan = on(plan, other).routeTo(`${home}/${name}`)
    }
  })
  switches.forEach((s: Switch, n) => {
    plan = addSwitch(on(plan, names[s.host % names.length] ?? ''), s, n, pool)
  })
  const whole = known ? plan.hosts() : plan
  return lab !== undefined && last ? whole.named(lab) : whole
}

/** A random valid plan, and a way to build the same one again. */
export const anyPlan = recipe.map((r) => () => build(r.known ? withKnown(r) : r))
