import type { PlannedStep } from '../../step/step.js'
import type { State } from '../types.js'

/** A step of the lab as it is up, or of the plan that is to be up, and what was seen of it. */
export interface Known {
  readonly step: PlannedStep
  readonly state: State
  /** The commands that remove what is there in another shape. */
  readonly instead: readonly (readonly string[])[]
  /** Where it stands in the lab as it is up; -1 where that has it not. */
  readonly old: number
  /** Where it stands in the plan that is to be up; -1 where that has it not. */
  readonly next: number
}

/** Something is there under its name, and it is the lab's. */
export const isThere = ({ state }: Known): boolean => state === 'present' || state === 'different'

/** Equal for steps that do the same. */
const stepKey = ({ seen, argv }: PlannedStep): string => `${seen.join(' ')}\n${argv.join(' ')}`

/** The steps of two plans, with nothing seen yet: first those of the plan that is to be up. */
export function joined(
  old: readonly PlannedStep[],
  next: readonly PlannedStep[],
): readonly Omit<Known, 'state' | 'instead'>[] {
  const places = new Map(old.map((step, i) => [stepKey(step), i]))
  const wanted = next.map((step, i) => ({ step, old: places.get(stepKey(step)) ?? -1, next: i }))
  for (const { step } of wanted) places.delete(stepKey(step))
  const gone = [...places.values()].flatMap((i) => {
    const step = old[i]
    return step === undefined ? [] : [{ step, old: i, next: -1 }]
  })
  return [...wanted, ...gone]
}
