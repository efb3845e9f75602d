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
  /** The bash functions that all programs for this part begin with. */
  readonly engine: string
}

export function partOf(plan: PlanJson, host: string): HostPart {
  const lab = labOf(plan)
  const steps = stepsOf(plan).filter((step) => step.host === host)
  const resources = plan.resources.filter((resource) => resource.host === host)
  const engine = ['set -euo pipefail', preamble(lab, steps), batchEngine(resources)].join('\n')
  return { host, lab: lab.name, steps, engine }
}

const program = (part: HostPart, ...lines: readonly string[]) =>
  `${[part.engine, ...lines].join('\n')}\n`

/** Prints a word for each step, or faults; changes nothing. */
export const probeProgram = (part: HostPart) => program(part, planFunction(part.steps), 'probe_all')

export const downProgram = (part: HostPart) => program(part, planFunction(part.steps), 'down_all')

/** After a run was ended from outside. */
export const rollBackProgram = (part: HostPart) => program(part, 'roll_back_last')

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

export const upProgram = (part: HostPart, batches: readonly Batch[]) =>
  program(part, 'start_batches', ...batches.map(batchLines), 'end_batches')
