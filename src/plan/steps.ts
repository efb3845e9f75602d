import { kindOf } from '../resource/index.js'
import type { PlannedStep, StepDraft } from '../step/step.js'
import { labOf } from './lab.js'
import type { PlanJson } from './schema.js'

/** The whole command: `ip` enters a namespace by itself. */
function argvOf(draft: StepDraft): readonly string[] {
  const { tool, namespace, args } = draft
  return namespace === undefined ? [tool, ...args] : [tool, '-n', namespace, ...args]
}

/** Every step of a plan, in the order of its resources. */
export function stepsOf(plan: PlanJson): readonly PlannedStep[] {
  const lab = labOf(plan)
  const steps: PlannedStep[] = []
  plan.resources.forEach((resource, index) => {
    for (const draft of kindOf(resource).steps(resource, lab)) {
      const { tool, namespace, args, seen, phase, why, undo } = draft
      const { host, call } = resource
      const argv = argvOf(draft)
      steps.push({
        host,
        namespace,
        argv,
        undo,
        call,
        why,
        tool,
        args,
        seen,
        phase,
        resource: index,
      })
    }
  })
  return steps
}
