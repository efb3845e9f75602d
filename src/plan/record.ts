import { NetloomError } from '../errors.js'
import { labName } from './lab.js'
import { FORMAT, type PlanJson, planSchema, VERSION } from './schema.js'

/** One host's part of a plan, as a plan of the same lab. */
export function partOfPlan(plan: PlanJson, host: string): PlanJson {
  return {
    format: FORMAT,
    version: VERSION,
    name: labName(plan),
    hosts: plan.hosts.filter(({ name }) => name === host),
    resources: plan.resources.filter((resource) => resource.host === host),
  }
}

/**
 * What is kept beside the journal of a host: its part of the plan, a line for each resource. With it a changed plan is told
 * from the one that is up.
 */
export function recordOf(plan: PlanJson, host: string): string {
  const { resources, ...head } = partOfPlan(plan, host)
  const lines = resources.map((resource) => JSON.stringify(resource)).join(',\n')
  return `${JSON.stringify(head).slice(0, -1)},"resources":[\n${lines}\n]}`
}

/**
 * Reads one. A text that was cut off while it was written says nothing: nothing was made of it yet.
 *
 * @throws NetloomError `LAB_DIFFERS` where another version wrote it
 */
export function readRecord(lines: readonly string[]): PlanJson | undefined {
  if (lines.at(-1) !== ']}') return undefined
  const { success, data } = planSchema().safeParse(JSON.parse(lines.join('\n')))
  if (success) return data
  throw new NetloomError(
    'LAB_DIFFERS',
    'the lab was put up by another version of netloom, whose plan this one cannot read',
    {
      hint: 'Call down() first: that takes no plan.',
    },
  )
}
