import type { End, Fault, Flow, Shape } from '../types.js'
import {
  ALL,
  type Backend,
  between,
  byLinks,
  ESTABLISHED,
  filter,
  type Hook,
  ingress,
  notrack,
  tcpPort,
} from './filters.js'
import {
  addressGone,
  type Dead,
  deadRoute,
  deadRule,
  detour,
  idleRoute,
  isolated,
  linkDown,
  noDefault,
  noPort,
  noRoute,
  setting,
  smallMtu,
  smallTtl,
  speaks,
  toItself,
  twice,
  wrongNeighbour,
} from './kernel.js'

const DEAD: readonly Dead[] = ['blackhole', 'prohibit', 'unreachable']
const BACKENDS: readonly Backend[] = ['nft', 'iptables-nft', 'iptables-legacy']

/** The two ends of a flow as a shape has them. */
function endsOf(shape: Shape, flow: Flow): readonly [End, End] {
  const find = (node: string) => shape.ends.find((end) => end.node === node)
  const [a, b] = [find(flow.from), find(flow.to)]
  if (a === undefined || b === undefined) throw new Error(`no ends for ${flow.from}, ${flow.to}`)
  return [a, b]
}

/** Filters of one hook in every tool. */
function filters(node: string, hook: Hook, flow: Flow, links?: readonly [string, string]): Fault[] {
  const { family, source, destination } = flow
  const there = between(source, destination)
  const back = between(destination, source)
  const one = { node, hook, family, tails: [there, back] }
  return BACKENDS.flatMap((backend) => {
    const at = `${backend} ${hook} at ${node}`
    const kind = (what: string) => `${backend} ${hook} ${what}`
    const make = (
      what: string,
      more: Pick<Parameters<typeof filter>[0], 'lines' | 'policy' | 'first'>,
    ) => filter({ ...one, backend, name: `${at}: ${what}`, kind: kind(what), ...more })
    const accept = (which: typeof there) => ({ which, act: 'accept' }) as const
    const [from, to] = links ?? ['', '']
    return [
      make('policy drop', { policy: 'drop', lines: [] }),
      make('drop there', { lines: [{ which: there, act: 'drop' }], first: true }),
      make('drop back', { lines: [{ which: back, act: 'drop' }] }),
      make('reject there', { lines: [{ which: there, act: 'reject' }], first: true }),
      make('idle drop', { lines: [{ which: tcpPort(9), act: 'drop' }], first: true }),
      ...(links === undefined
        ? [make('policy drop, there accepted', { policy: 'drop', lines: [accept(there)] })]
        : [
            make('policy drop, one way accepted', {
              policy: 'drop',
              lines: [accept(byLinks(from, to))],
            }),
            make('policy drop, one way and established accepted', {
              policy: 'drop',
              lines: [accept(byLinks(from, to)), accept(ESTABLISHED)],
            }),
            make('policy drop, both ways accepted', {
              policy: 'drop',
              lines: [accept(there), accept(back)],
            }),
            make('policy drop, all accepted', { policy: 'drop', lines: [accept(ALL)] }),
          ]),
    ]
  })
}

function filtersOfRouter(shape: Shape, flow: Flow): Fault[] {
  const [a, b] = endsOf(shape, flow)
  const isBridge = a.gateway[flow.family] === undefined
  const links = isBridge ? undefined : ([a.facing, b.facing] as const)
  return filters(shape.router, 'forward', flow, links)
}

/** What may be wrong in the middle. */
export function atRouter(shape: Shape, flow: Flow): readonly Fault[] {
  const { family, source, destination } = flow
  const node = shape.router
  const [a, b] = endsOf(shape, flow)
  const isBridge = a.gateway[family] === undefined
  const links: Fault[] = [
    linkDown(node, a.facing, 'link down'),
    linkDown(node, b.facing, 'link down, far'),
  ]
  if (isBridge) {
    return [
      ...links,
      isolated(node, [a.facing, b.facing]),
      isolated(node, [a.facing]),
      noPort(node, a.facing),
      noPort(node, b.facing),
      linkDown(node, `${shape.tag}br`, 'bridge down'),
      setting(
        node,
        `net.bridge.bridge-nf-call-${family === 4 ? 'iptables' : 'ip6tables'}`,
        '0',
        'no filters on bridges',
      ),
      ...filtersOfRouter(shape, flow),
    ]
  }
  const isHost = node === 'host'
  const gateway = a.gateway[family] ?? ''
  const length = family === 4 ? (isHost ? 32 : 24) : 64
  return [
    ...links,
    setting(
      node,
      family === 4 ? 'net.ipv4.ip_forward' : 'net.ipv6.conf.all.forwarding',
      '0',
      'ip_forward',
    ),
    ...DEAD.flatMap((type) => [
      deadRoute(node, type, destination, 'there'),
      deadRoute(node, type, source, 'back'),
    ]),
    deadRule(node, 'blackhole', { from: source, iif: a.facing }, 'rule from blackhole'),
    deadRule(node, 'prohibit', { to: destination }, 'rule to prohibit'),
    deadRule(node, 'unreachable', { from: destination }, 'rule back unreachable'),
    deadRule(node, 'prohibit', { from: family === 4 ? '10.99.0.0/16' : 'fd99::/32' }, 'idle rule'),
    idleRoute(node, family),
    addressGone(node, a.facing, gateway, length),
    detour(node, `${shape.tag}d`, source, 'detour back'),
    detour(node, `${shape.tag}d`, destination, 'detour there'),
    detour(node, `${shape.tag}d`, family === 4 ? '10.88.0.0/16' : 'fd88::/32', 'idle detour'),
    wrongNeighbour(node, b.facing, destination),
    ingress(node, a.facing, between(source, destination)),
    ingress(node, b.facing, between(destination, source)),
    smallMtu(node, b.facing),
    ...(isHost ? [noRoute(node, `${destination}/${family === 4 ? 32 : 128}`, b.facing)] : []),
    ...(family === 4
      ? [...settingsOfRouter(node, a, b), twice(node, b.facing, source, 'address of the sender')]
      : []),
    ...filtersOfRouter(shape, flow),
  ]
}

function settingsOfRouter(node: string, a: End, b: End): Fault[] {
  const conf = (link: string, name: string) => `net.ipv4.conf.${link}.${name}`
  return [
    setting(node, conf(a.facing, 'forwarding'), '0', 'forwarding of a link'),
    setting(node, conf(b.facing, 'forwarding'), '0', 'forwarding of a link, back'),
    ...['1', '2'].flatMap((value) => [
      setting(node, conf('all', 'rp_filter'), value, `rp_filter ${value} of all`),
      setting(node, conf(a.facing, 'rp_filter'), value, `rp_filter ${value} of a link`),
    ]),
    ...['1', '2', '8'].map((value) =>
      setting(node, conf(a.facing, 'arp_ignore'), value, `arp_ignore ${value}`),
    ),
    setting(node, conf('all', 'arp_ignore'), '1', 'arp_ignore 1 of all'),
    setting(node, conf('all', 'arp_announce'), '2', 'arp_announce 2'),
  ]
}

/** What may be wrong where a packet begins or ends; `own` is that end, and `other` the address that it speaks to. */
function atEnd({ tag }: Shape, flow: Flow, own: End, other: string): Fault[] {
  const { family } = flow
  const { node, link } = own
  const gateway = own.gateway[family]
  const hook: Hook = node === flow.from ? 'output' : 'input'
  return [
    linkDown(node, link, 'peer down'),
    linkDown(node, 'lo', 'lo down'),
    ...(node === flow.from ? [smallMtu(node, link)] : []),
    ...(gateway === undefined ? [] : [noDefault(node, family)]),
    ...DEAD.map((type) => deadRoute(node, type, other, 'of an end')),
    deadRule(node, 'unreachable', { to: other }, 'rule of an end'),
    idleRoute(node, family),
    detour(node, `${tag}d`, other, 'detour of an end'),
    wrongNeighbour(node, link, gateway ?? other),
    setting(
      node,
      family === 4 ? 'net.ipv4.icmp_echo_ignore_all' : 'net.ipv6.icmp.echo_ignore_all',
      '1',
      'echo_ignore_all',
    ),
    ...(family === 4
      ? [
          ...settingsOfEnd(node, link),
          ...(own.node === flow.to ? [twice(node, link, other, 'address of the sender')] : []),
        ]
      : []),
    ...filters(node, hook, flow),
    ...(node === flow.to ? filters(node, 'output', flow) : filters(node, 'input', flow)),
  ]
}

function settingsOfEnd(node: string, link: string): Fault[] {
  const conf = (of: string, name: string) => `net.ipv4.conf.${of}.${name}`
  return [
    ...['1', '2'].flatMap((value) => [
      setting(node, conf('all', 'rp_filter'), value, `rp_filter ${value} of all`),
      setting(node, conf(link, 'rp_filter'), value, `rp_filter ${value} of a link`),
    ]),
    setting(node, conf(link, 'arp_ignore'), '8', 'arp_ignore 8 of an end'),
    setting(node, conf('all', 'arp_announce'), '1', 'arp_announce 1'),
    setting(node, conf('all', 'arp_announce'), '2', 'arp_announce 2'),
  ]
}

export const atSender = (shape: Shape, flow: Flow): readonly Fault[] =>
  atEnd(shape, flow, endsOf(shape, flow)[0], flow.destination)

export const atReceiver = (shape: Shape, flow: Flow): readonly Fault[] =>
  atEnd(shape, flow, endsOf(shape, flow)[1], flow.source).map((fault) => ({
    ...fault,
    kind: `${fault.kind} of the receiver`,
  }))

/** What may be wrong with the packet, or with who waits for it. */
const ofPacket: readonly Fault[] = [
  smallTtl,
  toItself,
  speaks('tcp', true),
  speaks('tcp', false),
  speaks('udp', true),
  speaks('udp', false),
]

/** Leaves out connection tracking where it would let the reply pass. */
const untracked = (shape: Shape, flow: Flow): readonly Fault[] =>
  [between(flow.source, flow.destination), between(flow.destination, flow.source)].map((which) =>
    notrack(shape.router, flow.family, which),
  )

export const everyFault = (shape: Shape, flow: Flow): readonly Fault[] => [
  ...atRouter(shape, flow),
  ...untracked(shape, flow),
  ...atSender(shape, flow),
  ...atReceiver(shape, flow),
  ...ofPacket,
]
