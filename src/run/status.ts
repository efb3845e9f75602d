import type { PlanJson } from '../plan/schema.js'
import { kindOf } from '../resource/index.js'
import { checkAnswer } from './answer.js'
import { type HostPart, statusProgram } from './program.js'
import { withSession } from './session.js'
import type { LabPlace } from './shell.js'
import type { RunOptions, State, Status } from './types.js'

/** One word for the steps of a resource. */
function together(states: readonly State[]): State {
  if (states.includes('foreign')) return 'foreign'
  const [first = 'absent'] = states
  return states.every((state) => state === first) ? first : 'different'
}

/** How each resource of one host stands. */
export async function statusOn(
  place: LabPlace,
  plan: PlanJson,
  part: HostPart,
  options: RunOptions,
): Promise<Status[]> {
  const { lines } = await withSession(place, part.engine(), options, async (session) =>
    checkAnswer(await session.run(statusProgram(part)), part.host, options),
  )
  const states = lines.filter((line) => !line.startsWith('@')) as readonly State[]
  const byResource = new Map<number, State[]>()
  part.steps.forEach((step, i) => {
    const state = states[i] ?? 'absent'
    byResource.set(step.resource, [...(byResource.get(step.resource) ?? []), state])
  })
  return [...byResource].flatMap(([index, own]) => {
    const resource = plan.resources[index]
    if (resource === undefined) return []
    const { host, kind, call } = resource
    return [{ host, what: kindOf(resource).describe(resource), kind, call, state: together(own) }]
  })
}
