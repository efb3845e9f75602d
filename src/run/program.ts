import { type Cidr, parseCidr } from '../ip/cidr.js'
import { labOf } from '../plan/lab.js'
import type { PlanJson } from '../plan/schema.js'
import { stepsOf } from '../plan/steps.js'
import { preamble } from '../script/bash.js'
import { batchEngine } from '../script/engine.js'
import { planFunction } from '../script/plan-function.js'
import { quote } from '../step/quote.js'
import type { PlannedStep } from '../step/step.js'
import type { Batch } from './batches.js'
import type { Answer } from './session.js'
import type { DownOptions } from './types.js'

/** What one host has of a plan. */
export interface HostPart {
  readonly host: string
  readonly lab: string
  readonly steps: readonly PlannedStep[]
  /** The addresses of its namespaces. */
  readonly cidrs: readonly Cidr[]
  /** What a session is told first: the lab, the engine's functions, the plan's steps. */
  readonly engine: string
}

/** Where journals are, unless the caller says otherwise. */
export const JOURNAL_DIR = '/run/netloom'

const settings = ({ journalDir = JOURNAL_DIR, force = false }: DownOptions) => [
  `readonly root=${quote(journalDir)}`,
  `readonly owner=${process.pid} force=${force ? 1 : 0}`,
]

export function partOf(plan: PlanJson, host: string, options: DownOptions): HostPart {
  const lab = labOf(plan)
  const steps = stepsOf(plan).filter((step) => step.host === host)
  const resources = plan.resources.filter((resource) => resource.host === host)
  const engine = [
    'set -euo pipefail',
    preamble(plan, host, lab, steps),
    ...settings(options),
    batchEngine(resources),
    planFunction(steps),
  ].join('\n')
  const cidrs = resources.flatMap((r) =>
    r.kind === 'address' && r.namespace !== undefined ? [parseCidr(r.cidr)] : [],
  )
  return { host, lab: lab.name, steps, cidrs, engine }
}

/**
 * A lab of which nothing but the name is known: its journal has its group, and all that is to be undone.
 */
export function partByName(lab: string, options: DownOptions): HostPart {
  const engine = [
    'set -euo pipefail',
    'export LC_ALL=C PATH="$PATH:/usr/sbin:/sbin"',
    ...settings(options),
    `readonly lab=${quote(lab)} tools=(ip) addresses=()`,
    'group=0',
    '[[ ! -s $root/$lab/journal ]] || read -r _ _ _ group <"$root/$lab/journal" || group=0',
    batchEngine([]),
    'plan() { :; }',
  ].join('\n')
  return { host: 'host', lab, steps: [], cidrs: [], engine }
}

/** Waits for the runs of others on this host, and reads what this lab's last run wrote. */
export const start = (lockTimeoutMs: number) => `start ${lockTimeoutMs / 1000}`
/** The same without a lock, where nothing is to be changed. */
export const LOOK = 'look'
/** A word for each step, and what is in the way. */
export const PROBE = 'probe_all'
/** A word for each step. */
export const STATUS = 'status_all'
export const DOWN = 'down_all'
/** After a run of this process was ended from outside: for sure the journal's last run, where it said that it began. */
export const rollBackProgram = ({ lines }: Pick<Answer, 'lines'>) =>
  lines.includes('@begun') ? 'roll_back_last own' : 'roll_back_last'

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
  ['start_batches', ...batches.map(batchLines), 'end_batches'].join('\n')
