import { NetloomError } from '../errors.js'
import { labName } from '../plan/lab.js'
import type { PlanJson } from '../plan/schema.js'
import { downOn } from './down.js'
import { checkRun } from './options.js'
import { type HostPart, partOf } from './program.js'
import { runningLab } from './running.js'
import { openSandbox } from './sandbox.js'
import { type Enter, shellIn } from './shell.js'
import { statusOn } from './status.js'
import type { DownOptions, RunningLab, RunOptions, Status, UpOptions } from './types.js'
import { upOn } from './up.js'

const HERE: Enter = []

/** Labs that this process holds in sandboxes, with how many of each. */
const sandboxed = new Map<string, number>()

function count(lab: string, change: 1 | -1): void {
  const now = (sandboxed.get(lab) ?? 0) + change
  if (now === 0) sandboxed.delete(lab)
  else sandboxed.set(lab, now)
}

/**
 * The one host of a plan that runs on this machine.
 *
 * @throws NetloomError `SEVERAL_HOSTS`
 */
function onlyPart(plan: PlanJson, call: string, options: DownOptions): HostPart {
  const [host, ...others] = plan.hosts
  if (host === undefined || others.length > 0) {
    const names = plan.hosts.map(({ name }) => name)
    throw new NetloomError(
      'SEVERAL_HOSTS',
      `${call} runs one host, the plan has ${names.join(', ')}`,
      {
        value: names,
        hint: 'Use up({ sandbox: true }) to emulate all hosts here, or toBash({ host }) for a script for each.',
      },
    )
  }
  if (host.ssh !== undefined) {
    throw new NetloomError(
      'SEVERAL_HOSTS',
      `${call} runs this machine, host ${host.name} is ${host.ssh}`,
      {
        value: host.ssh,
        hint: 'Use up({ sandbox: true }) to emulate it here, or toBash() for a script to run there.',
      },
    )
  }
  return partOf(plan, host.name, options)
}

async function upHere(plan: PlanJson, options: RunOptions): Promise<RunningLab> {
  const part = onlyPart(plan, 'up()', options)
  await upOn(await shellIn(HERE, labName(plan)), part, options)
  return runningLab({
    plan,
    enter: () => HERE,
    status: (more) => status(plan, more),
    down: (more) => down(plan, more),
  })
}

async function upInSandbox(plan: PlanJson, options: RunOptions): Promise<RunningLab> {
  const sandbox = await openSandbox(plan.hosts)
  const parts = plan.hosts.map(({ name }) => partOf(plan, name, {}))
  try {
    for (const part of parts)
      await upOn(await shellIn(sandbox.enter(part.host), part.lab), part, options)
  } catch (error) {
    await sandbox.close()
    throw error
  }
  const lab = labName(plan)
  count(lab, 1)
  let open = true
  return runningLab({
    plan,
    enter: sandbox.enter,
    status: async (more) => {
      const all: Status[] = []
      for (const part of parts) {
        all.push(
          ...(await statusOn(await shellIn(sandbox.enter(part.host), part.lab), plan, part, more)),
        )
      }
      return all
    },
    down: async () => {
      if (!open) return
      open = false
      await sandbox.close()
      count(lab, -1)
    },
  })
}

/** Makes a plan's network, on this machine or in a sandbox. */
export async function up(plan: PlanJson, options: UpOptions): Promise<RunningLab> {
  checkRun('up()', options)
  return options.sandbox === true ? upInSandbox(plan, options) : upHere(plan, options)
}

/** Takes a plan's network down on this machine. */
export async function down(plan: PlanJson, options: DownOptions): Promise<void> {
  checkRun('down()', options)
  const lab = labName(plan)
  const inSandbox = () =>
    new NetloomError('LAB_IN_SANDBOX', `lab ${lab} is not on this machine, it runs in a sandbox`, {
      value: lab,
      hint: 'Take it down by what up() gave: running.down(), or "await using running = ...".',
    })
  if (plan.hosts.length > 1 && sandboxed.has(lab)) throw inSandbox()
  const was = await downOn(
    await shellIn(HERE, labName(plan)),
    onlyPart(plan, 'down()', options),
    options,
  )
  if (!was && sandboxed.has(lab)) throw inSandbox()
}

/** How a plan's resources stand on this machine. */
export async function status(plan: PlanJson, options: RunOptions): Promise<Status[]> {
  checkRun('status()', options)
  return statusOn(
    await shellIn(HERE, labName(plan)),
    plan,
    onlyPart(plan, 'status()', options),
    options,
  )
}
