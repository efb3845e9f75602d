import type { Act } from '../../state/firewall.js'
import type { AtHook } from './types.js'
import type { World } from './world.js'

type ChangeAct = Extract<
  Act,
  { act: 'mark' | 'connectionMark' | 'saveMark' | 'restoreMark' | 'ttl' | 'notrack' }
>
type Kind = ChangeAct['act']
type Change<K extends Kind> = (
  act: ChangeAct & { readonly act: K },
  world: World,
  at: AtHook,
) => World

export const isChange = (act: Act): act is ChangeAct => act.act in CHANGES

/** A rule that changes a packet, or what is kept of its connection, and goes on. */
export const change = (act: ChangeAct, world: World, at: AtHook): World =>
  (CHANGES[act.act] as Change<Kind>)(act, world, at)

const blend = (old: number, keep: number, value: number) => ((old & keep) ^ value) >>> 0

const marked = (world: World, mark: number): World => ({
  ...world,
  packet: { ...world.packet, mark },
})

const isTracked = ({ tracking: { state } }: AtHook) => state !== 'untracked' && state !== 'invalid'

const connectionMarked = (world: World, mark: number, at: AtHook): World =>
  isTracked(at) ? { ...world, tracking: { ...world.tracking, mark } } : world

const CHANGES: { readonly [K in Kind]: Change<K> } = {
  mark: ({ value, mask }, world) => marked(world, blend(world.packet.mark, ~mask, value)),
  connectionMark: ({ value, mask }, world, at) =>
    connectionMarked(world, blend(at.tracking.mark, ~mask, value), at),
  saveMark: ({ mark, connectionMark }, world, at) =>
    connectionMarked(world, blend(at.tracking.mark, ~connectionMark, world.packet.mark & mark), at),
  restoreMark: ({ mark, connectionMark }, world, at) =>
    isTracked(at)
      ? marked(world, blend(world.packet.mark, ~mark, at.tracking.mark & connectionMark))
      : world,
  ttl: ({ how, value }, world) => {
    const ttl = how === 'set' ? value : world.packet.ttl + value
    return { ...world, packet: { ...world.packet, ttl: Math.min(255, Math.max(0, ttl)) } }
  },
  // what conntrack has seen already stays tracked
  notrack: (_, world, at) =>
    at.tracking.state === 'invalid'
      ? { ...world, tracking: { state: 'untracked', mark: 0 } }
      : world,
}
