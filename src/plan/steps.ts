import { kindOf, type Resource } from '../resource/index.js'
import type { Lab } from '../resource/kind.js'
import type { PlannedStep, StepDraft } from '../step/step.js'
import { argvOf } from '../step/ties.js'
import { labOf } from './lab.js'
import type { PlanJson } from './schema.js'

/** Field by field, since there are many: a copy of the whole takes several times as long. */
const planned = (draft: StepDraft, { host, call }: Resource, resource: number): PlannedStep => ({
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
  resource,
})

const stepsOfOne = (resource: Resource, index: number, lab: Lab): readonly PlannedStep[] =>
  kindOf(resource)
    .steps(resource, lab)
    .map((draft) => planned(draft, resource, index))

/**
 * The steps of a plan, or of one of its hosts, in the order of its resources. One large function for all of it would be
 * compiled beside whatever goes on then, such as a session that looks.
 */
export function stepsOf(plan: PlanJson, only?: string): readonly PlannedStep[] {
  const lab = labOf(plan)
  return plan.resources.flatMap((resource, index) =>
    only === undefined || resource.host === only ? stepsOfOne(resource, index, lab) : [],
  )
}

/** The same, each made when it is asked for: those of a large plan need not be there all at once. */
export function* eachStep(plan: PlanJson, only: string): Generator<PlannedStep> {
  const lab = labOf(plan)
  for (const [index, resource] of plan.resources.entries()) {
    if (resource.host === only) yield* stepsOfOne(resource, index, lab)
  }
}
