import type { Shell as ZxShell } from 'zx/core'
import { NetloomError } from '../errors.js'
import { labName } from '../plan/lab.js'
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
  const all = plan.resources.flatMap((r) =>
    r.kind === 'namespace' ? [{ host: r.host, namespace: r.name }] : [],
  )
  const found = all.filter(
    ({ host, namespace }) => name === namespace || name === `${host}/${namespace}`,
  )
  const [only, other] = found
  if (only === undefined || other !== undefined) {
    const names = (other === undefined ? all : found).map((at) => `${at.host}/${at.namespace}`)
    throw unknown(other === undefined ? 'namespace' : 'single namespace', name, names)
  }
  return only
}

/** A lab that is up: its places, and the way down. */
export async function runningLab(parts: Parts): Promise<RunningLab> {
  const { plan } = parts
  const lab = labName(plan)
  const shells = new Map<string, ZxShell>()
  for (const { name } of plan.hosts) shells.set(name, await shellIn(parts.enter(name), lab))
  const inNamespace = new Map<string, ZxShell>()
  for (const r of plan.resources) {
    if (r.kind !== 'namespace') continue
    const enter = [...parts.enter(r.host), 'ip', 'netns', 'exec', r.name]
    inNamespace.set(`${r.host}/${r.name}`, await shellIn(enter, lab))
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
