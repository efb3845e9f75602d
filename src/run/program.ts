import { labOf } from '../plan/lab.js'
import type { PlanJson } from '../plan/schema.js'
import { stepsOf } from '../plan/steps.js'
import { preamble } from '../script/bash.js'
import { batchEngine } from '../script/engine.js'
import { planFunction } from '../script/plan-function.js'
import type { PlannedStep } from '../step/step.js'
import type { Batch } from './batches.js'

/** What one host has of a plan. */
export interface HostPart {
  readonly host: string
  readonly lab: string
  readonly steps: readonly PlannedStep[]
  /** What a session is told first: the lab, the engine's functions, the plan's steps. */
  readonly engine: string
}

export function partOf(plan: PlanJson, host: string): HostPart {
  const lab = labOf(plan)
  const steps = stepsOf(plan).filter((step) => step.host === host)
  const resources = plan.resources.filter((resource) => resource.host === host)
  const engine = [
    'set -euo pipefail',
    preamble(lab, steps),
    batchEngine(resources),
    planFunction(steps),
  ].join('\n')
  return { host, lab: lab.name, steps, engine }
}

/** Prints a word for each step, or faults; changes nothing. */
export const PROBE = 'probe_all'
export const DOWN = 'down_all'
/** After a run was ended from outside. */
export const ROLL_BACK = 'roll_back_last'

/** Waits for the runs of others on this host. */
export const lock = (timeoutMs: number) => `lock_host ${timeoutMs / 1000}`

const END = 'END-OF-BATCH'

/** Names, addresses and numbers of a plan are plain words (checked at both doors), so no word is quoted here. */
function batchLines({ steps, tool, namespace }: Batch, number: number): string {
  if (tool === 'sysctl')
    return steps.map((step) => `setting_batch ${number} ${step.seen[1]}`).join('\n')
  if (tool !== 'ip') {
    const rules = steps.map((step) => `  '${step.args.slice(5).join(' ')}'`)
    return [`rule_batch ${number} ${tool}`, ...rules].join(' \\\n')
  }
  const undos = steps.flatMap(({ undo }) =>
    'argv' in undo ? [`  'undo ${undo.argv.join(' ')}'`] : [],
  )
  const head = [`batch ${number} ${namespace ?? '-'}`, ...undos].join(' \\\n')
  return `${head} <<'${END}'\n${steps.map((step) => step.args.join(' ')).join('\n')}\n${END}`
}

/** Makes what is missing. The session has read the journal, and looked. */
export const upProgram = (batches: readonly Batch[]) =>
  ['begin_run', ...batches.map(batchLines), 'end_batches'].join('\n')
