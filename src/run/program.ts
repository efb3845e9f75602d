import { availableParallelism } from 'node:os'
import { type Cidr, parseCidr } from '../ip/cidr.js'
import { labOf } from '../plan/lab.js'
import type { PlanJson } from '../plan/schema.js'
import { eachStep } from '../plan/steps.js'
import { ENVIRONMENT, preamble } from '../script/bash.js'
import { batchEngine, toolsOf } from '../script/engine.js'
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
  /** What a session knows first: the lab, and the engine's functions. */
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
  const steps = [...eachStep(plan, host)]
  const tools = toolsOf(steps.map(({ tool }) => tool))
  const resources = plan.resources.filter((resource) => resource.host === host)
  const engine = [
    'set -euo pipefail',
    preamble(plan, host, lab, tools),
    ...settings(options),
    batchEngine(resources),
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
    ENVIRONMENT,
    ...settings(options),
    `readonly lab=${quote(lab)} tools=(ip) addresses=()`,
    'group=0',
    '[[ ! -s $root/$lab/journal ]] || read -r _ _ _ group <"$root/$lab/journal" || group=0',
    batchEngine([]),
  ].join('\n')
  return { host: 'host', lab, steps: [], cidrs: [], engine }
}

/** Waits for the runs of others on this host, and reads what this lab's last run wrote. */
export const start = (lockTimeoutMs: number) => `start ${lockTimeoutMs / 1000}`

/** The steps, for what asks each of them. */
const told = ({ steps }: HostPart) => planFunction(steps)

/**
 * What is in the way, and whether anything of the part is there. Asked is only for what is removed by itself: all else
 * stands on that, and is not there where none of it is.
 */
export function probeFresh({ steps, cidrs }: HostPart): string {
  const asks = steps.flatMap(({ namespace, undo, seen, tool }) => {
    if (tool === 'sysctl') return [`ask_setting ${seen[1]}`]
    return namespace === undefined && 'argv' in undo ? [`ask ${seen.join(' ')}`] : []
  })
  const families = [...new Set(cidrs.map(({ family }) => family))]
  return [`probe ${families.join(' ')}`, ...asks, 'tell_fresh'].join('\n')
}

/** A word for each step, and what is in the way. */
export const probeAll = (part: HostPart) => `${told(part)}\nprobe_all`
/** A word for each step; without a lock, since nothing is changed. */
export const statusProgram = (part: HostPart) => `look_on\n${told(part)}\nstatus_all`
/** By the journal; it answers that it needs the plan where there is none. */
export const DOWN = 'down_all'
/** The same with the plan. */
export const downProgram = (part: HostPart) => `${told(part)}\n${DOWN}`
/** After a run of this process was ended from outside: for sure the journal's last run, where it said that it began. */
export const rollBackProgram = ({ lines }: Pick<Answer, 'lines'>) =>
  lines.includes('@begun') ? 'roll_back_last own' : 'roll_back_last'

/** Lines as one word of bash. Names, addresses and numbers of a plan are plain words (checked at both doors). */
const word = (lines: readonly (readonly string[])[]) =>
  `$'${lines.map((words) => words.join(' ')).join('\\n')}'`

/** The steps of one batch, and what the journal must have before them. */
function batchLine({ steps, tool, namespace }: Batch, number: number): string {
  if (tool === 'sysctl')
    return steps.map((step) => `setting_batch ${number} ${step.seen[1]}`).join('\n')
  if (tool !== 'ip') {
    const rules = steps.map((step) => `  '${step.args.slice(5).join(' ')}'`)
    return [`rule_batch ${number} ${tool}`, ...rules].join(' \\\n')
  }
  const commands = word(steps.map((step) => step.args))
  if (namespace !== undefined) return `inner ${number} ${namespace} ${commands}`
  const undos = steps.flatMap(({ undo }) =>
    'argv' in undo ? [`  'undo ${undo.argv.join(' ')}'`] : [],
  )
  return [`batch ${number} ${commands}`, ...undos].join(' \\\n')
}

/** With so few of them, a lane costs more than it saves. */
const NAMESPACES_PER_LANE = 2

/**
 * Makes what is missing. The session has read the journal, and looked. Once the links are there, lanes go through the
 * namespaces while the host gets its share.
 */
export function upProgram(batches: readonly Batch[]): string {
  const lines = batches.map((batch, i) => ({ batch, line: batchLine(batch, i) }))
  const of = (wanted: (batch: Batch) => boolean) =>
    lines.filter(({ batch }) => wanted(batch)).map(({ line }) => line)
  const inner = of(({ namespace }) => namespace !== undefined)
  const lanes = Math.min(availableParallelism(), Math.ceil(inner.length / NAMESPACES_PER_LANE))
  return [
    'start_batches',
    ...of(({ phase }) => phase === 'create'),
    ...inner,
    `start_lanes ${lanes}`,
    ...of(({ phase, namespace }) => phase !== 'create' && namespace === undefined),
    'end_batches',
  ].join('\n')
}
