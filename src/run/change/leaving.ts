import { isLinkIn } from '../../step/ties.js'
import { Hangs } from './hangs.js'
import { isThere, type Known } from './known.js'

/** What goes from a lab: what the plan has no more, and with it what hangs on that and is to be made again. */
export interface Leaving {
  readonly goes: ReadonlySet<Known>
  /** Namespaces and ends of links that go. */
  readonly dead: ReadonlySet<string>
  readonly hangs: Hangs
  /** Where something goes that the plan has no more. */
  readonly spots: ReadonlySet<string>
}

/** What is there, and not to be, or not in this shape. */
function first(all: readonly Known[]): Set<Known> {
  const slots = new Set(
    all.flatMap(({ next, step }) => (next >= 0 && step.ties?.slot ? [step.ties.slot] : [])),
  )
  // what a later one takes the place of need not go
  const isOverwritten = ({ step }: Known) =>
    step.ties?.slot !== undefined && slots.has(step.ties.slot)
  return new Set(
    all.filter(
      (known) =>
        isThere(known) && (known.next < 0 || known.state === 'different') && !isOverwritten(known),
    ),
  )
}

/** Namespaces in which a setting comes, goes or changes that links take over when they are made. */
function reshaped(all: readonly Known[]): readonly string[] {
  const comes = ({ old, next, state }: Known) => old < 0 && next >= 0 && state !== 'present'
  const leaves = (known: Known) => known.next < 0 && isThere(known)
  return all.flatMap((known) => {
    const { shapes } = known.step.ties ?? {}
    return shapes !== undefined && (comes(known) || leaves(known)) ? [shapes] : []
  })
}

/** True for a rule of a packet filter. */
const isRule = ({ step }: Known): boolean => step.tool.endsWith('tables')

/** Steps that are there and stand, in a list whose order counts, behind one that is made now. */
function behind(all: readonly Known[], goes: ReadonlySet<Known>): readonly Known[] {
  const begun = new Set<string>()
  const broken = new Set<string>()
  const late: Known[] = []
  for (const known of all) {
    const { list } = known.step.ties ?? {}
    if (list === undefined) continue
    const isMade = !isThere(known) || goes.has(known)
    if (known.next < 0) {
      // what is inside a namespace has no undo of its own: the chain is made again
      if (isThere(known) && isRule(known) && !('argv' in known.step.undo)) broken.add(list)
    } else if (isMade) begun.add(list)
    else if (begun.has(list)) late.push(known)
  }
  for (const known of late) if (isRule(known)) broken.add(known.step.ties?.list ?? '')
  const inBroken = (known: Known) => broken.has(known.step.ties?.list ?? '-') && isThere(known)
  return [...late, ...all.filter(inBroken)]
}

/** True for a step that goes only with what made its place. */
const hasNoWayBack = ({ step: { ties, undo, tool } }: Known) =>
  ties?.back === undefined && !('argv' in undo) && tool === 'ip'

/** What goes, by what was seen, until nothing more hangs on it. */
export function leavingOf(all: readonly Known[]): Leaving {
  const hangs = new Hangs(all)
  const goes = first(all)
  const dead = new Set<string>()
  const kept = all.filter((known) => known.next >= 0 && isThere(known))
  const reshape = reshaped(all)
  for (const known of kept) {
    const makes = known.step.ties?.makes ?? []
    if (reshape.some((name) => makes.some((key) => isLinkIn(key, name)))) goes.add(known)
  }
  for (let size = -1; size !== goes.size; ) {
    size = goes.size
    for (const known of goes) for (const key of known.step.ties?.makes ?? []) dead.add(key)
    const has = (known: Known) => goes.has(known)
    // what cannot be taken back alone takes its maker along
    const stuck = new Set([...goes].filter(hasNoWayBack).flatMap(({ step }) => step.ties?.on ?? []))
    for (const known of kept) {
      if (goes.has(known)) continue
      const makes = known.step.ties?.makes ?? []
      if (
        hangs.of(known).some((key) => dead.has(key)) ||
        // the same in another shape: not all of that can be asked for
        makes.some((key) => dead.has(key)) ||
        makes.some((key) => stuck.has(key)) ||
        hangs.losesWay(known, has) ||
        hangs.losesPrimary(known, has)
      ) {
        goes.add(known)
      }
    }
    for (const known of behind(all, goes)) goes.add(known)
  }
  const spots = [...goes].flatMap(({ next, step }) => (next < 0 ? (step.ties?.spot ?? []) : []))
  return { goes, dead, hangs, spots: new Set(spots) }
}
