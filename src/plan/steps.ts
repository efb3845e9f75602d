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
      // field by field, since there are many: a copy of the whole takes several times as long
      yield {
        host,
        namespace: draft.namespace,
        argv: argvOf(draft),
        input: draft.input,
        undo: draft.undo,
        call,
        why: draft.why,
        tool: draft.tool,
        args: draft.args,
        seen: draft.seen,
        phase: draft.phase,
        family: draft.family,
        into: draft.into,
        between: draft.between,
        device: draft.device,
        ties: draft.ties,
        resource: index,
      }
    }
  }
}

/** Every step of a plan. */
export const stepsOf = (plan: PlanJson): readonly PlannedStep[] => [...eachStep(plan)]
