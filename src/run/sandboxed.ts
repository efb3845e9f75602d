import { NetloomError } from '../errors.js'
import type { PlanJson } from '../plan/schema.js'
import { type HostPart, partOf } from './program.js'
import { runningLab } from './running.js'
import { openSandbox, type Sandbox } from './sandbox.js'
import type { LabPlace } from './shell.js'
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

/** A sandbox, and the plan that is up in it. */
interface Place {
  readonly sandbox: Sandbox
  plan: PlanJson
  readonly down: () => Promise<void>
}

const partsOf = (plan: PlanJson, firewall?: UpOptions['firewall']): readonly HostPart[] =>
  plan.hosts.map(({ name }) => partOf(plan, name, { firewall }))

const at = ({ sandbox }: Pick<Place, 'sandbox'>, { host, lab }: HostPart): LabPlace => ({
  enter: sandbox.enter(host),
  lab,
})

/** Makes a plan's network, all its hosts, in a sandbox. */
export async function upSandboxed(plan: PlanJson, options: UpOptions): Promise<RunningLab> {
  const parts = partsOf(plan, options.firewall)
  const sandbox = await openSandbox(plan.hosts)
  try {
    for (const part of parts) await upOn(at({ sandbox }, part), part, options)
  } catch (error) {
    await sandbox.close()
    throw error
  }
  return labIn({ sandbox, plan, down: closing(sandbox, parts[0]?.lab ?? '') })
}

/** The lab of a plan that is up in a sandbox. */
function labIn(place: Place): RunningLab {
  const { sandbox, plan, down } = place
  const status = async (more: RunOptions) => {
    const all: Status[] = []
    for (const part of partsOf(plan)) {
      all.push(...(await statusOn(at(place, part), plan, part, more)))
    }
    return all
  }
  const change = async (next: PlanJson, options: UpOptions) => {
    await changeIn(place, next, options)
    return labIn(place)
  }
  const { enter, segment } = sandbox
  return runningLab({ plan, enter, segment, status, change, down })
}

/**
 * Another plan takes the place of the one that is up. Where a host of it fails, the others go back.
 *
 * @throws NetloomError `BAD_ARGUMENT` where its hosts are others, and as `up` does
 */
async function changeIn(place: Place, next: PlanJson, options: UpOptions): Promise<void> {
  if (JSON.stringify(place.plan.hosts) !== JSON.stringify(next.hosts)) {
    throw new NetloomError('BAD_ARGUMENT', 'a sandbox keeps the hosts that it was made with', {
      value: next.hosts.map(({ name }) => name),
      hint: `Its hosts are ${place.plan.hosts.map(({ name }) => name).join(', ')}, with their addresses.`,
    })
  }
  const changed: string[] = []
  try {
    for (const part of partsOf(next, options.firewall)) {
      await upOn(at(place, part), part, options)
      changed.push(part.host)
    }
  } catch (error) {
    for (const part of partsOf(place.plan)) {
      if (changed.includes(part.host)) await upOn(at(place, part), part, {})
    }
    throw error
  }
  place.plan = next
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
