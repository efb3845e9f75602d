import type { PlannedStep } from '../step/step.js'

/** The chain of a packet filter at whose end a step adds a rule: there the first rule that matches decides. */
function chainOf({ seen: [question, place, tool, action, chain] }: PlannedStep) {
  return question === 'filter' && action === '-A' ? `${place} ${tool} ${chain}` : undefined
}

/** Chains in which a rule is missing before one that is there: what is added now would come too late. */
function outOfOrder(steps: readonly PlannedStep[], isAbsent: (i: number) => boolean) {
  const gaps = new Set<string>()
  const found = new Set<string>()
  steps.forEach((step, i) => {
    const chain = chainOf(step)
    if (chain === undefined) return
    if (isAbsent(i)) gaps.add(chain)
    else if (gaps.has(chain)) found.add(chain)
  })
  return found
}

/** True for a step that only empties a chain. */
export const empties = ({ args }: PlannedStep): boolean => args[4] === '-F'

/** Empties the chain of a step. */
function emptying(step: PlannedStep): PlannedStep {
  const flushed = (words: readonly string[]) => {
    const at = words.indexOf('-A')
    return [...words.slice(0, at), '-F', words[at + 1] ?? '']
  }
  return { ...step, args: flushed(step.args), argv: flushed(step.argv) }
}

/** What is to be done: what is absent, and chains that lost a rule in the middle as a whole. */
export function missing(
  steps: readonly PlannedStep[],
  isAbsent: (i: number) => boolean,
): readonly PlannedStep[] {
  const again = outOfOrder(steps, isAbsent)
  const begun = new Set<string>()
  return steps.flatMap((step, i) => {
    const chain = chainOf(step)
    if (chain === undefined || !again.has(chain)) return isAbsent(i) ? [step] : []
    if (begun.has(chain)) return [step]
    begun.add(chain)
    return [emptying(step), step]
  })
}
