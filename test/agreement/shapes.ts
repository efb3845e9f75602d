import { stateOf } from '../../src/explain/from-plan.js'
import { net } from '../../src/index.js'
import type { PlanJson } from '../../src/plan/schema.js'
import type { Command, End, Family, Place, Shape } from './types.js'
import { usual, Wiring } from './wiring.js'

/** A name of a link: by what it begins with, a trace of the whole machine is told from that of a lab. */
type Name = (name: string) => string

/** So many labs can stand side by side, and each know its own packets. */
export const tagOf = (lane: number): string =>
  `q${(process.pid % 36 ** 3).toString(36).padStart(3, '0')}${lane}`

const named =
  (tag: string): Name =>
  (name) =>
    `${tag}${name}`

const json = (plan: { toJSON(): unknown }) => JSON.parse(JSON.stringify(plan)) as PlanJson
const placeOf = (name: string): Place => ({ node: `host/${name}`, namespace: name })

const only = <T>(families: readonly Family[], of: { readonly [F in Family]: T }) =>
  Object.fromEntries(families.map((family) => [family, of[family]])) as { [F in Family]?: T }

const FAMILIES: readonly (readonly Family[])[] = [[4], [6], [4, 6]]

/** The whole lab comes of a plan: namespaces behind their host. */
function host(tag: string, families: readonly Family[], count: number): Shape {
  const link = named(tag)
  const names = ['a', 'b', 'c'].slice(0, count)
  const address = (i: number) => only(families, { 4: `10.0.${i + 1}.2`, 6: `fd00:${i + 1}::2` })
  const plan = net.host().each(names, (on, name, i) => {
    const own = address(i)
    const cidrs = families.map((family) => `${own[family]}/${family === 4 ? 24 : 64}`)
    return on
      .ns(name)
      .ip(...(cidrs as [string]))
      .veth({ hostEnd: link(`h${name}`), nsEnd: link(name) })
      .routeBothWays()
      .allowForward()
  })
  const places: Place[] = [{ node: 'host' }, ...names.map(placeOf)]
  const ends = names.map(
    (name, i): End => ({
      node: `host/${name}`,
      link: link(name),
      facing: link(`h${name}`),
      address: address(i),
      gateway: only(families, { 4: '169.254.1.1', 6: 'fe80::1' }),
    }),
  )
  return {
    tag,
    name: `host, ${count} namespaces, IPv${families.join(' and ')}`,
    plan: json(plan),
    places,
    wiring: usual(places),
    state: stateOf(json(plan), 'accept'),
    ends,
    router: 'host',
    families,
  }
}

const threeNamespaces = () => json(net.host().ns('a').ns('r').ns('b'))
const INSIDE = ['a', 'r', 'b'] as const
const bare = (node: string) => node.replace('host/', '')

/** a - r - b, wired by commands. */
function chain(tag: string, families: readonly Family[]): Shape {
  const link = named(tag)
  const plan = threeNamespaces()
  const wiring = new Wiring(plan)
  const ends = (['a', 'b'] as const).map((name, i): End => {
    const own = { 4: `10.0.${i + 1}.2`, 6: `fd00:${i + 1}::2` }
    const gateway = { 4: `10.0.${i + 1}.1`, 6: `fd00:${i + 1}::1` }
    const [node, near, far] = [`host/${name}`, link(name), link(`r${name}`)]
    wiring.pair(node, near, 'host/r', far, bare)
    for (const family of families) {
      const length = family === 4 ? 24 : 64
      wiring.address(node, near, `${own[family]}/${length}`)
      wiring.address('host/r', far, `${gateway[family]}/${length}`)
      wiring.defaultRoute(node, near, gateway[family])
    }
    return {
      node,
      link: near,
      facing: far,
      address: only(families, own),
      gateway: only(families, gateway),
    }
  })
  wiring.setting('host/r', 'net.ipv4.ip_forward', '1')
  wiring.setting('host/r', 'net.ipv6.conf.all.forwarding', '1')
  return wired(tag, `chain, IPv${families.join(' and ')}`, plan, wiring, ends, families)
}

/** a and b on a bridge of r. */
function bridge(tag: string, families: readonly Family[]): Shape {
  const link = named(tag)
  const plan = threeNamespaces()
  const wiring = new Wiring(plan)
  const ends = (['a', 'b'] as const).map((name, i): End => {
    const own = { 4: `10.0.0.${i + 2}`, 6: `fd00::${i + 2}` }
    const [node, near, far] = [`host/${name}`, link(name), link(`r${name}`)]
    wiring.pair(node, near, 'host/r', far, bare)
    for (const family of families)
      wiring.address(node, near, `${own[family]}/${family === 4 ? 24 : 64}`)
    return { node, link: near, facing: far, address: only(families, own), gateway: {} }
  })
  wiring.bridge('host/r', link('br'), [link('ra'), link('rb')])
  wiring.setting('host/r', 'net.bridge.bridge-nf-call-iptables', '1')
  wiring.setting('host/r', 'net.bridge.bridge-nf-call-ip6tables', '1')
  return wired(tag, `bridge, IPv${families.join(' and ')}`, plan, wiring, ends, families)
}

function wired(
  tag: string,
  name: string,
  plan: PlanJson,
  wiring: Wiring,
  ends: readonly End[],
  families: readonly Family[],
): Shape {
  const places = INSIDE.map(placeOf)
  const commands: readonly Command[] = [...usual(places), ...wiring.commands]
  const state = wiring.build()
  return { tag, name, plan, places, wiring: commands, state, ends, router: 'host/r', families }
}

/** Every lab that there is, with links that bear a tag. */
export const shapesOf = (tag: string): readonly Shape[] =>
  FAMILIES.flatMap((families) => [
    host(tag, families, 2),
    host(tag, families, 3),
    chain(tag, families),
    bridge(tag, families),
  ])
