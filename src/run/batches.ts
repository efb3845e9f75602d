import type { Phase, PlannedStep, Tool } from '../step/step.js'

/** Neighbouring steps of one tool in one namespace: one process. */
export interface Batch {
  readonly phase: Phase
  readonly tool: Tool
  readonly namespace: string | undefined
  readonly steps: readonly PlannedStep[]
}

const PHASES: readonly Phase[] = ['create', 'configure', 'forward']

/**
 * Packs the steps of one host. Within a phase the order of steps matters only inside one namespace and
 * one tool, so each of these is one batch, however its steps were strewn over the plan.
 */
export function packed(steps: readonly PlannedStep[]): readonly Batch[] {
  return PHASES.flatMap((phase) => {
    const batches = new Map<string, PlannedStep[]>()
    for (const step of steps) {
      if (step.phase !== phase) continue
      const key = `${step.tool} ${step.namespace ?? ''}`
      const batch = batches.get(key)
      if (batch === undefined) batches.set(key, [step])
      else batch.push(step)
    }
    return [...batches.values()].flatMap((batch) => {
      const [first] = batch
      if (first === undefined) return []
      return [{ phase, tool: first.tool, namespace: first.namespace, steps: batch }]
    })
  })
}
