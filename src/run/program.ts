import { availableParallelism } from 'node:os'
import { type Cidr, parseCidr } from '../ip/cidr.js'
import { labOf } from '../plan/lab.js'
import type { PlanJson } from '../plan/schema.js'
import { eachStep } from '../plan/steps.js'
import { isOfLink } from '../resource/address.js'
import type { Resource } from '../resource/index.js'
import { ENVIRONMENT } from '../script/bash.js'
import { batchEngine, questions, toolsOf } from '../script/engine.js'
import { planFunction } from '../script/plan-function.js'
import { commandLine, quote } from '../step/quote.js'
import type { PlannedStep } from '../step/step.js'
import { type Batch, shared } from './batches.js'
import type { Answer } from './session.js'
import type { DownOptions, UpOptions } from './types.js'

/** What one host has of a plan. A session can begin with what is not a getter, and the rest is made meanwhile. */
export interface HostPart {
  readonly host: string
  readonly lab: string
  /** What a session knows first: the lab, and the engine's functions. */
  readonly engine: string
  readonly steps: readonly PlannedStep[]
  /** What of the host the plan declares. */
  readonly declared: readonly string[]
  readonly resources: readonly Resource[]
}

/** Where journals are, unless the caller says otherwise. */
export const JOURNAL_DIR = '/run/netloom'

/** What a session is told of the caller's wishes. */
export type PartOptions = DownOptions & Pick<UpOptions, 'firewall'>

/** What every session knows first. */
function engineOf(
  lab: string,
  group: number,
  { journalDir, force, firewall }: PartOptions,
): string {
  return [
    'set -euo pipefail',
    ENVIRONMENT,
    `readonly root=${quote(journalDir ?? JOURNAL_DIR)} lab=${quote(lab)}`,
    `readonly owner=${process.pid} force=${force === true ? 1 : 0}`,
    `group=${group} firewall=${quote(firewall ?? '')} tools=(ip) addresses=()`,
    batchEngine,
  ].join('\n')
}

export function partOf(plan: PlanJson, host: string, options: PartOptions): HostPart {
  const { name, group } = labOf(plan)
  let steps: readonly PlannedStep[] | undefined
  return {
    host,
    lab: name,
    engine: engineOf(name, group, options),
    get steps() {
      steps ??= [...eachStep(plan, host)]
      return steps
    },
    get declared() {
      return plan.hosts.find((each) => each.name === host)?.addresses ?? []
    },
    get resources() {
      return plan.resources.filter((resource) => resource.host === host)
    },
  }
}

/**
 * A lab of which nothing but the name is known: its journal has its group, and all that is to be undone.
 */
export function partByName(lab: string, options: DownOptions): HostPart {
  const recall =
    '[[ ! -s $root/$lab/journal ]] || read -r _ _ _ group <"$root/$lab/journal" || group=0'
  const engine = `${engineOf(lab, 0, options)}\n${recall}`
  return { host: 'host', lab, engine, steps: [], declared: [], resources: [] }
}

/** Waits for the runs of others on this host, and reads what this lab's last run wrote. */
export const start = (lockTimeoutMs: number) => `start ${lockTimeoutMs / 1000}`

/** The tools that a plan takes, the addresses that this host must have, and how to ask for what it makes. */
function needs({ steps, declared, resources }: HostPart): string {
  const tools = toolsOf(steps.map(({ tool }) => tool))
  return [
    `tools=(${tools.join(' ')}) addresses=(${declared.map(quote).join(' ')})`,
    questions(resources),
  ].join('\n')
}

/** The addresses of a part, but for gateways. */
export const cidrsOf = ({ resources }: HostPart): readonly Cidr[] =>
  resources.flatMap((r) => (r.kind === 'address' && !isOfLink(r.cidr) ? [parseCidr(r.cidr)] : []))

/** The kinds that have rules of a firewall on the host. */
const WITH_RULES: ReadonlySet<Resource['kind']> = new Set([
  ...(['accept', 'masquerade', 'publish'] as const),
  ...(['guard', 'gate', 'filter', 'policy'] as const),
])

/** What can be looked at before the plan is known. */
export const lookAhead = ({ resources }: HostPart) =>
  resources.some(({ kind }) => WITH_RULES.has(kind)) ? 'look_ahead rules' : 'look_ahead'

/** The questions that have a `fault_...` function: what keeps a step from being carried out where nothing is there. */
const CAN_FAIL: readonly string[] = ['forwarding', 'masquerade']

/** What is there of a lab of this name, what is in the way, and what has a name that a plan may want. */
export function probeFresh(part: HostPart): string {
  const families = [...new Set(cidrsOf(part).map(({ family }) => family))]
  const asks = part.steps.flatMap(({ seen }) => (CAN_FAIL.includes(seen[0] ?? '') ? [seen] : []))
  const files = part.steps.flatMap(({ seen: [what, ...words] }) =>
    what === 'file' ? [`ask_file ${words.map(quote).join(' ')}`] : [],
  )
  return [
    needs(part),
    `probe ${families.join(' ')}`,
    ...asks.map((seen) => `ask_fault ${commandLine(seen)}`),
    ...files,
    'tell_fresh',
  ].join('\n')
}

/** A word for each step, and what is in the way. */
export const probeAll = ({ steps }: HostPart) => `${planFunction(steps)}\nprobe_all`
/** A word for each step; without a lock, since nothing is changed. */
export const statusProgram = (part: HostPart) =>
  [needs(part), 'look_on', planFunction(part.steps), 'status_all'].join('\n')
/** By the journal; it answers that it needs the plan where there is none. */
export const DOWN = 'down_all'
/** The same with the plan. */
export const downProgram = (part: HostPart) =>
  [questions(part.resources), planFunction(part.steps), DOWN].join('\n')
/** After a run of this process was ended from outside: for sure the journal's last run, where it said that it began. */
export const rollBackProgram = ({ lines }: Pick<Answer, 'lines'>) =>
  lines.includes('@begun') ? 'roll_back_last own' : 'roll_back_last'

/** Between the batches of a lane. */
const UNIT = '\x1f'

/** A line of a tool: of a setting its path and its value, of a rule what stands behind its table. */
function words({ tool, args, seen }: PlannedStep): readonly string[] {
  if (tool === 'sysctl') return seen.slice(2)
  return tool === 'ip' ? args : args.slice(4)
}

/** Lines of a tool. Names, addresses and numbers of a plan are plain words (checked at both doors). */
const lines = (steps: readonly PlannedStep[]) =>
  steps.map((step) => words(step).join(' ')).join('\n')

/** How the engine is told what is done to a chain. */
const SIGNS: { readonly [action: string]: string } = { '-I': '!', '-N': '+', '-F': '~' }

/** What a lane is told of the tool. */
const toolOf = ({ tool, steps }: Batch) => (steps[0]?.family === 6 ? 'ip6' : tool)

/** The lines that the journal must have before a batch of ip. */
const undos = ({ tool, steps }: Batch) =>
  tool !== 'ip'
    ? []
    : steps.flatMap(({ undo }) => ('argv' in undo ? [`undo ${undo.argv.join(' ')}`] : []))

/** One batch for the host, in the engine's words. */
function batchLine({ steps, tool }: Batch, number: number): string {
  if (tool === 'sysctl')
    return `setting_batch ${number} ${steps.map(({ seen }) => seen[1]).join(' ')}`
  if (tool === 'install') {
    const blocks = steps.map(({ seen: [, ns, name, ...text] }) => [`${ns}/${name}`, ...text])
    const words = blocks.map((block) => `  ${quote(block.join('\n'))}`)
    return [`file_batch ${number}`, ...words].join(' \\\n')
  }
  if (tool === 'ip') return `batch ${number} '${lines(steps)}'`
  // the words of a rule: -w 5 -t TABLE -A CHAIN and so on
  const rules = steps.map(
    ({ args }) => `  '${SIGNS[args[4] ?? ''] ?? ''}${args.slice(5).join(' ')}'`,
  )
  return [`rule_batch ${number} ${tool} ${steps[0]?.args[3]}`, ...rules].join(' \\\n')
}

/** What a session is told, and the batches in it by their numbers. */
export interface UpProgram {
  readonly text: string
  readonly batches: readonly Batch[]
}

/**
 * Makes what is missing. The session has read the journal, and looked. What must be journaled is, before anything of
 * ip begins; rules and settings journal themselves.
 */
export function upProgram(steps: readonly PlannedStep[]): UpProgram {
  // one more than there are processors: entering a namespace waits for the kernel now and then
  const work = shared(steps, availableParallelism() + 1)
  const batches: Batch[] = []
  const number = (batch: Batch) => batches.push(batch) - 1
  const block = (batch: Batch) =>
    `${number(batch)} ${toolOf(batch)} ${batch.namespace ?? '-'}\n${lines(batch.steps)}`
  const blocks = (some: readonly Batch[]) => `'${some.map(block).join(UNIT)}'`
  const host = (some: readonly Batch[]) =>
    some.map((batch) =>
      batch.namespace === undefined ? batchLine(batch, number(batch)) : `lane ${blocks([batch])}`,
    )
  const announced = [
    ...work.before,
    ...work.lanes.flatMap(({ near, far }) => [...near, ...far]),
    ...work.after,
  ].flatMap(undos)
  const many = work.lanes.length > 1
  const namespaces = steps.filter(
    ({ into, device }) => into !== undefined && device === undefined,
  ).length
  const text = [
    'start_batches',
    ...host(work.settings),
    ...(announced.length > 0 ? [`announce '${announced.join('\n')}'`] : []),
    ...host(work.before),
    ...work.lanes.map(({ near, far }) =>
      [many ? `start_lane ${namespaces}` : 'lane', blocks(near), blocks(far)].join(' '),
    ),
    ...host(work.beside),
    'join_lanes',
    ...host(work.after),
    'end_run',
  ].join('\n')
  return { text, batches }
}
