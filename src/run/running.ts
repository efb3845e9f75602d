import type { Shell as ZxShell } from 'zx/core'
import { NetloomError } from '../errors.js'
import { labName } from '../plan/lab.js'
import { named } from '../plan/place.js'
import type { PlanJson } from '../plan/schema.js'
import type { Enter } from './shell.js'
import { shellIn } from './shell.js'
import type { DownOptions, RunningLab, RunningPlace, RunOptions, Shell, Status } from './types.js'

interface Parts {
  readonly plan: PlanJson
  enter(host: string): Enter
  status(options: RunOptions): Promise<Status[]>
  down(options: DownOptions): Promise<void>
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

/** A lab that is up: its places, and the way down. */
export async function runningLab(parts: Parts): Promise<RunningLab> {
  const { plan } = parts
  const lab = labName(plan)
  const shells = new Map<string, ZxShell>()
  for (const { name } of plan.hosts) shells.set(name, shellIn(parts.enter(name), lab))
  const inNamespace = new Map<string, ZxShell>()
  for (const r of plan.resources) {
    if (r.kind !== 'namespace') continue
    const enter = [...parts.enter(r.host), 'ip', 'netns', 'exec', r.name]
    inNamespace.set(`${r.host}/${r.name}`, shellIn(enter, lab))
  }
  // zx's shell has all that ours promises; only its overloads are written another way
  const place = ($: ZxShell | undefined): RunningPlace => ({ $: $ as unknown as Shell })
  return {
    ns: (name) => {
      const { host, namespace } = findNamespace(plan, name)
      return place(inNamespace.get(`${host}/${namespace}`))
    },
    host: (name) => {
      const $ = shells.get(name)
      if ($ === undefined) throw unknown('host', name, [...shells.keys()])
      return place($)
    },
    status: (options = {}) => parts.status(options),
    down: (options = {}) => parts.down(options),
  }
}
