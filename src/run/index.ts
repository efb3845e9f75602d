import { NetloomError } from '../errors.js'
import { labName } from '../plan/lab.js'
import type { PlanJson } from '../plan/schema.js'
import { downHere, previewHere, statusHere, upHere } from './here.js'
import * as labs from './labs.js'
import { checkRun } from './options.js'
import type { Preview } from './preview-types.js'
import { isSandboxed, upSandboxed } from './sandboxed.js'
import { guarded } from './signals.js'
import type {
  DownOptions,
  LabInfo,
  PreviewOptions,
  RunningLab,
  RunOptions,
  Status,
  UpOptions,
} from './types.js'

/** Makes a plan's network, on this machine or in a sandbox. */
export async function up(
  plan: PlanJson,
  options: UpOptions,
  into?: RunningLab,
): Promise<RunningLab> {
  checkRun('up()', options)
  const { handleSignals = true, sandbox = false } = options
  if (into !== undefined && options.sandbox !== undefined) {
    throw new NetloomError('BAD_ARGUMENT', 'up() takes into or sandbox, not both', {
      value: options.sandbox,
      hint: 'The lab that is to be changed says where it is.',
    })
  }
  return guarded(handleSignals, options.signal, (signal) => {
    const all = { ...options, signal }
    if (into !== undefined) return into.change(plan, all)
    return sandbox ? upSandboxed(plan, all) : upHere(plan, all)
  })
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
  if (plan.hosts.length > 1 && isSandboxed(lab)) throw inSandbox()
  const was = await undoing(() => downHere(plan, options)).catch((error: unknown) => {
    // who may not change this machine has made nothing on it
    if (isSandboxed(lab) && error instanceof NetloomError && error.code === 'PREFLIGHT')
      return false
    throw error
  })
  if (!was && isSandboxed(lab)) throw inSandbox()
}

/** A signal has its effect only when the undo is through. */
const undoing = <T>(work: () => Promise<T>): Promise<T> => guarded(true, undefined, work)

/** What `up` would do on this machine. */
export async function preview(plan: PlanJson, options: PreviewOptions): Promise<Preview> {
  checkRun('preview()', options)
  return previewHere(plan, options)
}

/** How a plan's resources stand on this machine. */
export async function status(plan: PlanJson, options: RunOptions): Promise<Status[]> {
  checkRun('status()', options)
  return statusHere(plan, options)
}

export async function list(options: RunOptions): Promise<LabInfo[]> {
  checkRun('list()', options)
  return labs.list(options)
}

export async function downByName(name: string, options: DownOptions): Promise<void> {
  checkRun('down()', options)
  await undoing(() => labs.downByName(name, options))
}

export async function downAll(options: DownOptions): Promise<string[]> {
  checkRun('downAll()', options)
  return undoing(() => labs.downAll(options))
}

export async function gc(keep: readonly string[], options: DownOptions): Promise<string[]> {
  checkRun('gc()', options)
  return undoing(() => labs.gc(keep, options))
}
