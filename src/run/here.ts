import { NetloomError } from '../errors.js'
import type { PlanJson } from '../plan/schema.js'
import { downOn } from './down.js'
import type { Enter } from './enter.js'
import { previewOn } from './preview.js'
import type { Preview } from './preview-types.js'
import { type HostPart, type PartOptions, partOf } from './program.js'
import { runningLab } from './running.js'
import type { LabPlace } from './shell.js'
import { statusOn } from './status.js'
import type {
  DownOptions,
  PreviewOptions,
  RunningLab,
  RunOptions,
  Status,
  UpOptions,
} from './types.js'
import { tieToProcess, untie } from './undo-on-exit.js'
import { upOn } from './up.js'

const HERE: Enter = []

const here = ({ lab }: HostPart): LabPlace => ({ enter: HERE, lab })

/**
 * The one host of a plan that runs on this machine.
 *
 * @throws NetloomError `SEVERAL_HOSTS`
 */
function onlyPart(plan: PlanJson, call: string, options: PartOptions): HostPart {
  const [host, ...others] = plan.hosts
  if (host === undefined || others.length > 0) {
    const names = plan.hosts.map(({ name }) => name)
    const message = `${call} runs one host, the plan has ${names.join(', ')}`
    throw new NetloomError('SEVERAL_HOSTS', message, {
      value: names,
      hint: 'Use up({ sandbox: true }) to emulate all hosts here, or toBash({ host }) for a script for each.',
    })
  }
  if (host.ssh !== undefined) {
    const message = `${call} runs this machine, host ${host.name} is ${host.ssh}`
    throw new NetloomError('SEVERAL_HOSTS', message, {
      value: host.ssh,
      hint: 'Use up({ sandbox: true }) to emulate it here, or toBash() for a script to run there.',
    })
  }
  return partOf(plan, host.name, options)
}

/** Makes a plan's network on this machine. */
export async function upHere(plan: PlanJson, options: UpOptions): Promise<RunningLab> {
  const part = onlyPart(plan, 'up()', options)
  await upOn(here(part), part, options)
  if (options.undoOnExit === true) tieToProcess(part)
  const { journalDir } = options
  return runningLab({
    plan,
    enter: () => HERE,
    status: (more) => statusHere(plan, { journalDir, ...more }),
    change: (next, more) => upHere(next, { journalDir, ...more }),
    down: async (more) => {
      await downHere(plan, { journalDir, ...more })
    },
  })
}

/**
 * Takes a plan's network down on this machine.
 *
 * @returns false where there was nothing to take down
 */
export async function downHere(plan: PlanJson, options: DownOptions): Promise<boolean> {
  const part = onlyPart(plan, 'down()', options)
  const was = await downOn(here(part), part, options)
  untie(part.lab)
  return was
}

/** What `up` would do on this machine. */
export async function previewHere(plan: PlanJson, options: PreviewOptions): Promise<Preview> {
  const part = onlyPart(plan, 'preview()', options)
  return previewOn(here(part), plan, part, options)
}

/** How a plan's resources stand on this machine. */
export async function statusHere(plan: PlanJson, options: RunOptions): Promise<Status[]> {
  const part = onlyPart(plan, 'status()', options)
  return statusOn(here(part), plan, part, options)
}
