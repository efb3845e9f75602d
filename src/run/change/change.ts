import type { PlannedStep } from '../../step/step.js'
import { tie } from '../../step/ties.js'
import type { Known } from './known.js'
import { type Leaving, leavingOf } from './leaving.js'
import type { Observed } from './observe.js'
import { lineOf, type Take, takesOf } from './take.js'

/** What is to be done to come from what is there to what is to be there. */
export interface Change {
  /** First these are taken back, in this order. */
  readonly takes: readonly Take[]
  /** Lines that the journal has no more: what they tell of is gone, goes with something else, or stays for others. */
  readonly silent: readonly string[]
  /** Then these are made, in this order. */
  readonly makes: readonly PlannedStep[]
  /** What stays in the plan, and is made again since something goes on which it hangs. */
  readonly again: readonly Known[]
}

/** How early it goes: ways before addresses, then what is about links, links and namespaces last. */
function rank({ of }: Take): number {
  const { way, address, makes } = of.ties ?? {}
  if (way !== undefined) return 0
  if (address !== undefined) return 1
  return makes === undefined ? 2 : 3
}

/** The chain of a packet filter at whose end a step adds a rule: there the first rule that matches decides. */
const chainOf = ({ tool, ties }: PlannedStep) => (tool.endsWith('tables') ? ties?.list : undefined)

/** Empties the chain of a step. */
function emptying(step: PlannedStep): PlannedStep {
  const flushed = (words: readonly string[]) => {
    const at = words.indexOf('-A')
    return [...words.slice(0, at), '-F', words[at + 1] ?? '']
  }
  const why = 'its rules are made again, in their order'
  return { ...step, args: flushed(step.args), argv: flushed(step.argv), why }
}

/** Chains that are emptied, by a step of each: a rule of them goes that has no undo of its own, or their order is broken. */
function emptied(all: readonly Known[], { goes, dead }: Leaving): ReadonlyMap<string, PlannedStep> {
  const chains = new Map<string, PlannedStep>()
  for (const known of all) {
    const { step, next } = known
    const chain = chainOf(step)
    if (chain === undefined || !goes.has(known) || chains.has(chain)) continue
    const { namespace } = step
    if (namespace === undefined ? next < 0 : dead.has(tie.namespace(namespace))) continue
    chains.set(chain, step)
  }
  return chains
}

/** One of a command: two steps may name the same. */
const single = (takes: readonly Take[]): Take[] => [
  ...new Map(takes.map((take) => [take.step.argv.join(' '), take])).values(),
]

/** What is to be made, in the order of the plan; a chain that is emptied as a whole. */
function makesOf(
  all: readonly Known[],
  { goes }: Leaving,
  chains: ReadonlyMap<string, PlannedStep>,
  begun: Set<string>,
): readonly PlannedStep[] {
  return all.flatMap((known) => {
    const { step, state, next } = known
    if (next < 0 || (state === 'present' && !goes.has(known))) return []
    const chain = chainOf(step)
    if (chain === undefined || begun.has(chain) || !chains.has(chain)) return [step]
    begun.add(chain)
    return [emptying(step), step]
  })
}

/**
 * What is to be done. What goes, goes before what takes its place; what neither goes nor hangs on that is not touched.
 */
export function changeOf(observed: Pick<Observed, 'known' | 'defaults' | 'shared'>): Change {
  const { known: all } = observed
  const leaving = leavingOf(all)
  const { goes } = leaving
  const chains = emptied(all, leaving)
  const begun = new Set<string>()
  const makes = makesOf(all, leaving, chains, begun)
  // these go with their chain: of a host only what is to come back
  const withChain = ({ step, next }: Known) =>
    chains.has(chainOf(step) ?? '') && (step.namespace !== undefined || next >= 0)
  const place = ({ old, next }: Known) => (old >= 0 ? old : next)
  const leaves = new Set([...goes].filter((known) => !withChain(known)))
  const newest = [...leaves].sort((a, b) => place(b) - place(a))
  const empties = [...chains].flatMap(([chain, step]): Take[] => {
    if (begun.has(chain)) return []
    return [{ of: step, step: emptying(step), line: undefined }]
  })
  const takes = single([
    ...newest.flatMap((known) => takesOf(known, leaving, observed)),
    ...empties,
  ])
    .map((take) => ({ take, rank: rank(take) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ take }) => take)
  const told = new Set(takes.map(({ line }) => line))
  const lasting = new Set(
    all.flatMap((known) =>
      known.next >= 0 && !leaves.has(known) ? (lineOf(known.step) ?? []) : [],
    ),
  )
  const silent = all.flatMap((known) => {
    const line = lineOf(known.step)
    if (line === undefined || told.has(line) || lasting.has(line)) return []
    return known.next < 0 || goes.has(known) ? [line] : []
  })
  const again = newest.filter(({ next, state }) => next >= 0 && state === 'present')
  return { takes, silent, makes, again }
}
