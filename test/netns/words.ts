import type { Plan, Status } from '../../src/index.js'
import { stepsOf } from '../../src/plan/steps.js'
import { kindOf } from '../../src/resource/index.js'

/** What `status` of the SDK says, of each resource. */
export const words = (status: readonly Status[] | undefined) =>
  status?.map(({ state, what }) => `${state} ${what}`)

/** What `status` of the script says, a line a step, gathered by resource. */
export function wordsOfScript(plan: Plan, stdout: string): string[] {
  const json = plan.toJSON()
  const steps = stepsOf(json)
  const states = stdout.split('\n').map((line) => line.split(' ')[0] ?? '')
  if (states.length !== steps.length) throw new Error(`not a line a step: ${stdout}`)
  return json.resources.map((resource, index) => {
    const own = new Set(states.filter((_, i) => steps[i]?.resource === index))
    const [first, other] = [...own]
    const state = own.has('foreign') ? 'foreign' : other === undefined ? first : 'different'
    return `${state} ${kindOf(resource).describe(resource)}`
  })
}

/** A digest of a lab that is up, but for the order in which it was made, as ports are numbered, and the inodes of its namespaces. */
export const sorted = (digest: string) =>
  digest
    .replace(/^(#namespaces .*) \d+$/gm, '$1')
    .replace(/ (?:port_id|port_no|designated_port) \S+/g, '')
    .split('\n')
    .sort()

export const all = (plan: Plan, state: string) =>
  plan.toJSON().resources.map((resource) => `${state} ${kindOf(resource).describe(resource)}`)
