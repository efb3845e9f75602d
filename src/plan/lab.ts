import { hash32, tag } from '../ip/hash.js'
import type { Lab } from '../resource/kind.js'
import type { PlanJson } from './schema.js'

const LIMIT = 63

/** Too long a name keeps its beginning, and a tag of the whole tells it from its like. */
function shortened(name: string): string {
  return name.length <= LIMIT ? name : `${name.slice(0, LIMIT - 9)}-${tag(name, 8)}`
}

/**
 * The name of a plan's lab. Without `named()` it comes of the hosts and the first namespace, so that
 * a plan that was edited still finds what it made.
 */
export function labName(plan: PlanJson): string {
  if (plan.name !== undefined) return plan.name
  const first = plan.resources.find((resource) => resource.kind === 'namespace')
  return shortened(
    [...plan.hosts.map((host) => host.name), ...(first ? [first.name] : [])].join('-'),
  )
}

/**
 * The marks of a lab. The group is from 2^29 up: hand-made groups are small numbers, and `ip` takes
 * no more than 2^31 - 1.
 */
export function labOf(plan: PlanJson): Lab {
  const name = labName(plan)
  return { name, group: 0x20000000 + (hash32(name) & 0x1fffffff), mark: `netloom:${name}` }
}
