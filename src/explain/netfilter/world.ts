import type { Chain, FilterRule } from '../../state/firewall.js'
import type { Packet, Tracking } from '../../state/packet.js'
import type { Outcome, Translation } from './types.js'

/** A match that cannot be told, and that was taken to hold. */
interface Doubt {
  readonly text: string
  readonly rule: FilterRule
  readonly chain: Chain
}

/** How a packet may stand at a point of a chain: there are several once a match cannot be told. */
export interface World {
  readonly packet: Packet
  readonly tracking: Tracking
  readonly translation?: Translation | undefined
  readonly doubts: readonly Doubt[]
}

/** How a base chain may end. */
export interface Ending {
  readonly world: World
  readonly outcome: Outcome
  readonly rule?: FilterRule | undefined
  readonly chain: Chain
  readonly answer?: string | undefined
  readonly unknown?: string | undefined
}

/** Beyond this many, nothing is told any more. */
export const MOST_WORLDS = 64

const keyOf = ({ packet, tracking, translation }: World) =>
  JSON.stringify([packet, tracking, translation?.rule.number, translation?.chain.name])

export const isSame = (a: World, b: World): boolean => a === b || keyOf(a) === keyOf(b)

/** Worlds in which a packet stands alike are one; that with the fewest doubts stays. */
export function merged(worlds: readonly World[]): readonly World[] {
  if (worlds.length < 2) return worlds
  const found = new Map<string, World>()
  for (const world of worlds) {
    const key = keyOf(world)
    const known = found.get(key)
    if (known === undefined || world.doubts.length < known.doubts.length) found.set(key, world)
  }
  return [...found.values()]
}

const isLost = ({ outcome }: Ending) => outcome === 'drop' || outcome === 'reject'

/**
 * What holds whatever the unknown matches are. One way to the end has no doubts: nothing unknown held. Where the
 * others come to the same, it tells how the chain ended; lost is lost, by whichever rule.
 */
export function decided(endings: readonly Ending[]): Ending {
  const [plain, ...others] = [...endings].sort(
    (a, b) => a.world.doubts.length - b.world.doubts.length,
  )
  if (plain === undefined) throw new Error('a chain has an end')
  const other = others.find((ending) => !(isLost(plain) && isLost(ending)) && differ(plain, ending))
  const doubt = other?.world.doubts.at(-1)
  if (plain.outcome === 'unknown' || doubt === undefined) return plain
  const { text: unknown, rule, chain } = doubt
  return { world: plain.world, outcome: 'unknown', rule, chain, unknown }
}

function differ(a: Ending, b: Ending): boolean {
  return a.outcome !== b.outcome || !isSame(a.world, b.world)
}
