import { type Outcome, runCase } from './run.js'
import type { Trace } from './trace.js'
import type { Case, Shape } from './types.js'

/** How long an answer is waited for, in seconds: at first, and where the three do not agree. */
const PATIENCE = 0.25
const MORE_PATIENCE = 2

/** Runs a case, and where the three do not agree once more: a machine may have been too slow. */
async function tried(asked: Case, trace: Trace | undefined): Promise<Outcome | undefined> {
  const first = await runCase(asked, trace, PATIENCE)
  return first === undefined || first.problems.length === 0
    ? first
    : runCase(asked, trace, MORE_PATIENCE)
}

/** The fewest faults with which the three still do not agree. */
async function shrunk(outcome: Outcome, trace: Trace | undefined): Promise<Outcome> {
  const { case: asked } = outcome
  for (const fault of asked.faults) {
    const faults = asked.faults.filter((each) => each !== fault)
    const fewer = await tried({ ...asked, faults }, trace)
    if (fewer !== undefined && fewer.problems.length > 0) return shrunk(fewer, trace)
  }
  return outcome
}

export interface Ran {
  readonly outcomes: readonly Outcome[]
  /** The smallest of what did not agree. */
  readonly disagreements: readonly Outcome[]
  /** Cases whose faults cannot be had together. */
  readonly impossible: number
}

/** Where cases run one after another, with links and a trace of their own. */
export interface Lane {
  readonly shapes: readonly Shape[]
  readonly trace: Trace | undefined
}

/** The case of a number in the labs of a lane; none where there are no more. */
export type Source = (shapes: readonly Shape[], number: number) => Case | undefined

/** Runs cases until so many could be had, or there are no more. */
export async function runAll(lanes: readonly Lane[], source: Source, most: number): Promise<Ran> {
  const outcomes: Outcome[] = []
  const disagreements: Outcome[] = []
  let impossible = 0
  let number = 0
  let begun = 0
  const run = async ({ shapes, trace }: Lane) => {
    while (begun < most) {
      const asked = source(shapes, number++)
      if (asked === undefined) return
      begun += 1
      const outcome = await tried(asked, trace)
      if (outcome === undefined) {
        begun -= 1
        impossible += 1
        continue
      }
      outcomes.push(outcome)
      if (outcome.problems.length > 0) disagreements.push(await shrunk(outcome, trace))
    }
  }
  await Promise.all(lanes.map(run))
  return { outcomes, disagreements, impossible }
}
