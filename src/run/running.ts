import type { Shell as ZxShell } from 'zx/core'
import { NetloomError } from '../errors.js'
import { labName } from '../plan/lab.js'
import { named, SEGMENT } from '../plan/place.js'
import type { PlanJson } from '../plan/schema.js'
import type { Enter } from './enter.js'
import { spawnIn } from './process.js'
import { shellIn } from './shell.js'
import type {
  DownOptions,
  HostPlaces,
  RunningLab,
  RunningPlace,
  RunOptions,
  Shell,
  Status,
  UpOptions,
} from './types.js'

interface Parts {
  readonly plan: PlanJson
  enter(host: string): Enter
  /** What connects the hosts, where it is emulated. */
  readonly segment?: Enter | undefined
  status(options: RunOptions): Promise<Status[]>
  change(plan: PlanJson, options: UpOptions): Promise<RunningLab>
  down(options: DownOptions): Promise<void>
}

/**
 * A lab becomes another one only under its name: its marks come of that.
 *
 * @throws NetloomError `BAD_ARGUMENT`
 */
function checkName(before: PlanJson, after: PlanJson): void {
  const [old, next] = [labName(before), labName(after)]
  if (old === next) return
  throw new NetloomError('BAD_ARGUMENT', `lab ${old} cannot become ${next}`, {
    value: next,
    hint: `Name the plan as the lab is called: .named('${old}').`,
  })
}

const unknown = (what: string, name: string, known: readonly string[]) =>
  new NetloomError('UNKNOWN_NAME', `the lab has no ${what} ${JSON.stringify(name)}`, {
    value: name,
    hint: `It has: ${known.join(', ')}.`,
  })

/** `demo01`, or `node03/demo01` where several hosts have one. */
function findNamespace(plan: PlanJson, name: string): { host: string; namespace: string } {
  const all = plan.resources.filter((r) => r.kind === 'namespace')
  const { namespace, hosts } = named(name, (wanted) =>
    all.filter((r) => r.name === wanted).map((r) => r.host),
  )
  const [host, ...others] = hosts
  if (host === undefined) {
    const names = all.map((r) => `${r.host}/${r.name}`)
    throw unknown('namespace', name, names)
  }
  if (others.length > 0) {
    const names = hosts.map((each) => `${each}/${namespace}`)
    throw unknown('single namespace', name, names)
  }
  return { host, namespace }
}

/** The hosts of a lab with their namespaces, and what lies between. */
function placesOf({ plan, enter, segment }: Parts): readonly HostPlaces[] {
  const hosts = plan.hosts.map(({ name: host }) => {
    const own = plan.resources.filter((r) => r.kind === 'namespace' && r.host === host)
    const namespaces = own.flatMap((r) =>
      r.kind === 'namespace' ? [{ name: r.name, node: `${host}/${r.name}` }] : [],
    )
    return { node: host, enter: enter(host), namespaces }
  })
  if (segment === undefined) return hosts
  return [...hosts, { node: SEGMENT, enter: segment, namespaces: [] }]
}

/** A lab that is up: its places, and the way down. */
export function runningLab(parts: Parts): RunningLab {
  const { plan } = parts
  const lab = labName(plan)
  const place = (enter: Enter): RunningPlace => {
    let $: ZxShell | undefined
    return {
      get $() {
        $ ??= shellIn({ enter, lab })
        // zx's shell has all that ours promises; only its overloads are written another way
        return $ as unknown as Shell
      },
      spawn: (command, args = [], options = {}) => spawnIn(enter, lab, command, args, options),
    }
  }
  const hosts = new Map(plan.hosts.map(({ name }) => [name, place(parts.enter(name))]))
  const namespaces = new Map(
    plan.resources.flatMap((r) =>
      r.kind === 'namespace'
        ? [
            [
              `${r.host}/${r.name}`,
              place([...parts.enter(r.host), 'ip', 'netns', 'exec', r.name]),
            ] as const,
          ]
        : [],
    ),
  )
  return {
    plan,
    places: placesOf(parts),
    ns: (name) => {
      const { host, namespace } = findNamespace(plan, name)
      const found = namespaces.get(`${host}/${namespace}`)
      if (found === undefined) throw unknown('namespace', name, [...namespaces.keys()])
      return found
    },
    host: (name) => {
      const found = hosts.get(name)
      if (found === undefined) throw unknown('host', name, [...hosts.keys()])
      return found
    },
    status: (options = {}) => parts.status(options),
    change: async (next, options) => {
      checkName(plan, next)
      return parts.change(next, options)
    },
    down: (options = {}) => parts.down(options),
  }
}
