import { kindOf } from '../resource/index.js'
import type { PlannedStep } from '../step/step.js'
import { argvOf } from '../step/ties.js'
import { labOf } from './lab.js'
import type { PlanJson } from './schema.js'

/** The steps of a plan, or of one of its hosts, in the order of its resources; each is made when it is asked for. */
export function* eachStep(plan: PlanJson, only?: string): Generator<PlannedStep> {
  const lab = labOf(plan)
  for (const [index, resource] of plan.resources.entries()) {
    const { host, call } = resource
    if (only !== undefined && host !== only) continue
    for (const draft of kindOf(resource).steps(resource, lab)) {
      const { tool, namespace, args, input, seen, phase, family, into, between, device } = draft
      const { why, undo, ties } = draft
      const argv = argvOf(draft)
      const own = { tool, args, seen, phase, family, into, between, device, ties, resource: index }
      yield { host, namespace, argv, input, undo, call, why, ...own }
    }
  }
}

/** Every step of a plan. */
export const stepsOf = (plan: PlanJson): readonly PlannedStep[] => [...eachStep(plan)]
