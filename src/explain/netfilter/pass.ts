import type { Base, Chain, Hook, Table } from '../../state/firewall.js'
import type { Tracking } from '../../state/packet.js'
import { throughChain } from './chain.js'
import { isTracking } from './tracking.js'
import { isSameFlow } from './translate.js'
import type { AtHook, Crossing, Passage, Translation } from './types.js'
import type { Ending, World } from './world.js'

/** Conntrack looks at a packet at this priority, where it comes in or begins. */
const CONNTRACK = -200

/** Where the kernel translates; all chains of type nat are asked there, whatever their own priorities say. */
const NAT: { readonly [H in Hook]?: number } = {
  prerouting: -100,
  output: -100,
  input: 100,
  postrouting: 100,
}

interface Standing {
  readonly table: Table
  readonly chain: Chain
  readonly base: Base
  readonly priority: number
}

/**
 * What all base chains of a hook do with a packet: those of nft, iptables-nft and iptables-legacy alike, by their
 * priorities. Where two have the same, the one that was added later comes first, as kernels have it.
 */
export function pass(at: AtHook): Passage {
  const standing = standingAt(at)
  const translates = NAT[at.hook] ?? Number.POSITIVE_INFINITY
  const crossings: Crossing[] = []
  let now: World = { packet: at.packet, tracking: at.tracking, doubts: [] }
  let isTranslated = false
  let isSetUp = false
  const translations: Translation[] = []
  for (const { table, chain, base, priority } of standing) {
    if (!isTranslated && priority >= translates) {
      now = known(at, now)
      isTranslated = true
    }
    const isFirst = now.tracking.state === 'new' && !isSetUp
    if (base.type === 'nat' && !(isFirst && isTracking(at.node))) continue
    const see = seenFrom(at, priority)
    const start = now
    const end = throughChain({ table, base: chain, see }, start)
    crossings.push(crossingOf(table, chain, end))
    now = after(start, end.world)
    const { translation } = end.world
    if (translation === undefined) continue
    isSetUp = true
    if (!isSameFlow(start.packet, now.packet)) translations.push(translation)
  }
  if (!isTranslated && translates < Number.POSITIVE_INFINITY) now = known(at, now)
  return {
    outcome: crossings.find(({ outcome }) => outcome !== 'accept')?.outcome ?? 'accept',
    crossings,
    packet: now.packet,
    tracking: now.tracking,
    translations,
  }
}

/** What a flow that was translated before becomes here. */
function known({ translate }: AtHook, world: World): World {
  if (translate === undefined || world.tracking.state === 'untracked') return world
  return { ...world, packet: translate(world.packet) }
}

/** A translation that changes nothing is none to conntrack. */
function after(before: World, { packet, tracking, translation }: World): World {
  if (translation === undefined || isSameFlow(before.packet, packet)) {
    return { packet, tracking, doubts: [] }
  }
  const translated = { snat: false, dnat: false, ...tracking.translated, [translation.how]: true }
  return { packet, tracking: { ...tracking, translated }, doubts: [] }
}

function crossingOf(table: Table, base: Chain, end: Ending): Crossing {
  const { outcome, rule, chain, answer, unknown } = end
  return { table, base, outcome, rule, chain, isPolicy: rule === undefined, answer, unknown }
}

/** How rules of a priority see a packet: before conntrack it belongs to no connection. */
function seenFrom(at: AtHook, priority: number): (world: World) => AtHook {
  const isEarly = BEGINNINGS.includes(at.hook) && priority < CONNTRACK
  return ({ packet, tracking }) => ({
    ...at,
    packet,
    tracking: isEarly || at.hook === 'ingress' ? early(tracking) : tracking,
  })
}

const BEGINNINGS: readonly Hook[] = ['prerouting', 'output']

const early = ({ state }: Tracking): Tracking => ({
  state: state === 'untracked' ? 'untracked' : 'invalid',
  mark: 0,
})

function standingAt(at: AtHook): readonly Standing[] {
  return at.node.tables
    .filter((table) => sees(table, at))
    .flatMap((table) => table.chains.map((chain) => ({ table, chain, base: chain.base })))
    .flatMap(({ table, chain, base }): Standing[] => {
      if (base === undefined || base.hook !== at.hook || !isOfDevice(base, at)) return []
      const priority = base.type === 'nat' ? (NAT[at.hook] ?? base.priority) : base.priority
      return [{ table, chain, base, priority }]
    })
    .reverse()
    .sort(
      (a, b) =>
        a.priority - b.priority ||
        Number(b.base.type === 'nat') - Number(a.base.type === 'nat') ||
        a.base.priority - b.base.priority,
    )
}

const AT_DEVICES: readonly Hook[] = ['ingress', 'egress']

function sees({ family }: Table, { hook, bridge, packet }: AtHook): boolean {
  if (bridge === true) return family === 'bridge'
  if (AT_DEVICES.includes(hook)) return family === 'netdev' || family === 'inet'
  return family === 'inet' || family === (packet.family === 4 ? 'ip' : 'ip6')
}

function isOfDevice({ hook, devices }: Base, { position }: AtHook): boolean {
  if (devices === undefined || !AT_DEVICES.includes(hook)) return true
  const { in: from, out: to, bridgeIn, bridgeOut } = position
  const device = hook === 'ingress' ? (bridgeIn ?? from) : (bridgeOut ?? to)
  return device !== undefined && devices.includes(device)
}
