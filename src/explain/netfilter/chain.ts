import type { Act, Chain, FilterRule, RulePart, Table } from '../../state/firewall.js'
import { change, isChange } from './acts.js'
import { holds } from './match.js'
import { isNat, type NatAct, translated } from './translate.js'
import type { AtHook } from './types.js'
import { decided, type Ending, isSame, MOST_WORLDS, merged, type World } from './world.js'

/** A base chain that is asked, and the eyes with which its rules see a packet. */
export interface Asking {
  readonly table: Table
  readonly base: Chain
  readonly see: (world: World) => AtHook
}

/** Where worlds go behind a rule or a chain. */
interface Ways {
  readonly endings: Ending[]
  /** To the next rule. */
  readonly next: World[]
  /** Back to where the chain was called. */
  readonly back: World[]
}

/** The kernel refuses deeper ones. */
const DEEPEST = 16
const MOST_RULES = 200_000

interface Run extends Asking {
  readonly chains: ReadonlyMap<string, Chain>
  asked: number
}

/** Leads a packet through a base chain, and through all to which that jumps. */
export function throughChain(asking: Asking, start: World): Ending {
  const chains = new Map(asking.table.chains.map((chain) => [chain.name, chain]))
  const { base } = asking
  const { endings, back } = through({ ...asking, chains, asked: 0 }, base, [start], 0)
  const outcome = base.base?.policy ?? 'accept'
  const byPolicy = back.map((world): Ending => ({ world, outcome, chain: base }))
  const end = decided([...endings, ...byPolicy])
  const doubt = base.base?.doubt
  if (doubt === undefined || (end.outcome === 'accept' && isSame(end.world, start))) return end
  return { ...end, outcome: 'unknown', unknown: doubt }
}

function through(run: Run, chain: Chain, start: readonly World[], depth: number): Ways {
  const ways: Ways = { endings: [], next: [], back: [] }
  let worlds = merged(start)
  for (const rule of chain.rules) {
    if (worlds.length === 0) break
    run.asked += worlds.length
    const stop = worlds.length > MOST_WORLDS || run.asked > MOST_RULES || depth > DEEPEST
    if (stop) {
      const unknown = 'too much that cannot be told'
      ways.endings.push(...worlds.map((world) => end(world, chain, rule, 'unknown', { unknown })))
      return ways
    }
    const next: World[] = []
    for (const world of worlds) {
      const found = throughRule(run, chain, rule, world, depth)
      ways.endings.push(...found.endings)
      ways.back.push(...found.back)
      next.push(...found.next)
    }
    worlds = merged(next)
  }
  ways.back.push(...worlds)
  return ways
}

function end(
  world: World,
  chain: Chain,
  rule: FilterRule,
  outcome: Ending['outcome'],
  more: { answer?: string; unknown?: string } = {},
): Ending {
  return { world, chain, rule, outcome, ...more }
}

interface Here {
  readonly run: Run
  readonly chain: Chain
  readonly rule: FilterRule
  readonly depth: number
}

function throughRule(run: Run, chain: Chain, rule: FilterRule, world: World, depth: number): Ways {
  const here: Here = { run, chain, rule, depth }
  const ways: Ways = { endings: [], next: [], back: [] }
  let live: readonly World[] = [world]
  for (const part of rule.parts) {
    live = live.flatMap((one) => onward(here, part, one, ways))
    if (live.length === 0) break
  }
  ways.next.push(...live)
  return ways
}

/** What goes on to the next part of a rule; the rest goes its ways. */
function onward(here: Here, part: RulePart, world: World, ways: Ways): readonly World[] {
  if ('act' in part) return acted(here, part, world, ways)
  const { run, rule, chain } = here
  const answer = holds(part, run.see(world))
  if (answer === true) return [world]
  ways.next.push(world)
  if (answer === false) return []
  const text = part.match === 'unknown' ? part.text : rule.text
  return [{ ...world, doubts: [...world.doubts, { text, rule, chain }] }]
}

function acted(here: Here, act: Act, world: World, ways: Ways): readonly World[] {
  const { run, chain, rule, depth } = here
  if (isChange(act)) return [change(act, world, run.see(world))]
  if (isNat(act)) return nat(here, act, world, ways)
  if (act.act === 'return') {
    ways.back.push(world)
  } else if (act.act === 'reject') {
    ways.endings.push(end(world, chain, rule, 'reject', { answer: act.with }))
  } else if (act.act === 'unknown') {
    ways.endings.push(end(world, chain, rule, 'unknown', { unknown: act.text }))
  } else if (act.act === 'accept' || act.act === 'drop') {
    ways.endings.push(end(world, chain, rule, act.act))
  } else if (act.act === 'jump' || act.act === 'goto') {
    const target = run.chains.get(act.chain)
    if (target === undefined) {
      ways.endings.push(end(world, chain, rule, 'unknown', { unknown: rule.text }))
      return []
    }
    const found = through(run, target, [world], depth + 1)
    ways.endings.push(...found.endings)
    // behind a goto one comes back to where the chain itself was called
    if (act.act === 'goto') ways.back.push(...found.back)
    else ways.next.push(...found.back)
  }
  return []
}

function nat({ run, chain, rule }: Here, act: NatAct, world: World, ways: Ways): readonly World[] {
  const found = translated(act, run.see(world))
  if (found === 'none') return [world]
  if (found === 'lost') {
    ways.endings.push(end(world, chain, rule, 'drop'))
    return []
  }
  const { how, packet } = found
  const translation = { how, table: run.table, chain, rule }
  ways.endings.push(end({ ...world, packet, translation }, chain, rule, 'accept'))
  return []
}
