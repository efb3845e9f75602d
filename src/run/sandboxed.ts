import type { PlanJson } from '../plan/schema.js'
import { type HostPart, partOf } from './program.js'
import { runningLab } from './running.js'
import { openSandbox, type Sandbox } from './sandbox.js'
import { shellIn } from './shell.js'
import { statusOn } from './status.js'
import type { RunningLab, RunOptions, Status, UpOptions } from './types.js'
import { upOn } from './up.js'

/** Labs that this process holds in sandboxes, with how many of each. */
const held = new Map<string, number>()

function count(lab: string, change: 1 | -1): void {
  const now = (held.get(lab) ?? 0) + change
  if (now === 0) held.delete(lab)
  else held.set(lab, now)
}

/** True where this process holds the lab in a sandbox. */
export const isSandboxed = (lab: string): boolean => held.has(lab)

/** Makes a plan's network, all its hosts, in a sandbox. */
export async function upSandboxed(plan: PlanJson, options: UpOptions): Promise<RunningLab> {
  const { firewall } = options
  const parts = plan.hosts.map(({ name }) => partOf(plan, name, { firewall }))
  const sandbox = await openSandbox(plan.hosts)
  const shell = (part: HostPart) => shellIn(sandbox.enter(part.host), part.lab)
  try {
    for (const part of parts) await upOn(shell(part), part, options)
  } catch (error) {
    await sandbox.close()
    throw error
  }
  const status = async (more: RunOptions) => {
    const all: Status[] = []
    for (const part of parts) all.push(...(await statusOn(shell(part), plan, part, more)))
    return all
  }
  return runningLab({
    plan,
    enter: sandbox.enter,
    segment: sandbox.segment,
    status,
    down: closing(sandbox, parts[0]?.lab ?? ''),
  })
}

/** The way down: once, and fine when it is called again. */
function closing(sandbox: Sandbox, lab: string): () => Promise<void> {
  count(lab, 1)
  let closed: Promise<void> | undefined
  return () => {
    if (closed === undefined) {
      count(lab, -1)
      closed = sandbox.close()
    }
    return closed
  }
}
