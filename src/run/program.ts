import { availableParallelism } from 'node:os'
import { type Cidr, parseCidr } from '../ip/cidr.js'
import { labOf } from '../plan/lab.js'
import { recordOf } from '../plan/record.js'
import type { PlanJson } from '../plan/schema.js'
import { stepsOf } from '../plan/steps.js'
import { isOfLink } from '../resource/address.js'
import type { Resource } from '../resource/index.js'
import { ENVIRONMENT } from '../script/bash.js'
import { type Beginning, batchEngine, questions, toolsOf } from '../script/engine.js'
import { planFunction } from '../script/plan-function.js'
import { commandLine, quote } from '../step/quote.js'
import type { PlannedStep } from '../step/step.js'
import type { Answer } from './session.js'
import type { DownOptions, UpOptions } from './types.js'

/** What one host has of a plan. A session can begin with what is not a getter, and the rest is made meanwhile. */
export interface HostPart {
  readonly host: string
  readonly lab: string
  /** What a session knows first: the lab, and the engine's functions. One that is to have the host for itself says how it begins. */
  readonly engine: (beginning?: Beginning) => string
  readonly steps: readonly PlannedStep[]
  /** The questions of those that may not be carried out where nothing of the plan is there. */
  readonly doubts: readonly PlannedStep['seen'][]
  /** What is kept of the plan beside the journal. */
  readonly record: string
  /** What of the host the plan declares. */
  readonly declared: readonly string[]
  readonly resources: readonly Resource[]
}

/** Where journals are, unless the caller says otherwise. */
export const JOURNAL_DIR = '/run/netloom'

/** What a session is told of the caller's wishes. */
export type PartOptions = DownOptions & Pick<UpOptions, 'firewall'>

/** What every session knows before the engine's functions. */
const settingsOf = (lab: string, { journalDir, force, firewall }: PartOptions): string =>
  [
    'set -euo pipefail',
    ENVIRONMENT,
    `readonly root=${quote(journalDir ?? JOURNAL_DIR)} lab=${quote(lab)}`,
    `readonly owner=${process.pid} force=${force === true ? 1 : 0}`,
    `firewall=${quote(firewall ?? '')} tools=(ip) addresses=()`,
  ].join('\n')

/** The kinds whose questions have a `fault_...` function. */
const DOUBTFUL: ReadonlySet<Resource['kind']> = new Set(['forwarding', 'masquerade', 'file'])

export function partOf(plan: PlanJson, host: string, options: PartOptions): HostPart {
  const { name, group } = labOf(plan)
  let steps: readonly PlannedStep[] | undefined
  let record: string | undefined
  const resources = plan.resources.filter((resource) => resource.host === host)
  const settings = `${settingsOf(name, options)}\ngroup=${group}`
  return {
    host,
    lab: name,
    engine: (beginning) => {
      // what a plan takes is asked for where it is to be up
      const tools = beginning === 'up' ? toolLine(resources) : ''
      return [settings, tools, batchEngine(beginning)].join('\n')
    },
    get steps() {
      steps ??= stepsOf(plan, host)
      return steps
    },
    get doubts() {
      const doubtful = resources.filter(({ kind }) => DOUBTFUL.has(kind))
      // without its first namespace, a plan that has no name would be another lab
      return stepsOf({ ...plan, name, resources: doubtful }).map(({ seen }) => seen)
    },
    get record() {
      record ??= recordOf(plan, host)
      return record
    },
    get declared() {
      return plan.hosts.find((each) => each.name === host)?.addresses ?? []
    },
    resources,
  }
}

/**
 * A lab of which nothing but the name is known: its journal has its group, and all that is to be undone.
 */
export function partByName(lab: string, options: DownOptions): HostPart {
  const recall =
    '[[ ! -s $root/$lab/journal ]] || read -r _ _ _ group <"$root/$lab/journal" || group=0'
  const settings = [settingsOf(lab, options), 'group=0', recall].join('\n')
  return {
    host: 'host',
    lab,
    engine: (beginning) => `${settings}\n${batchEngine(beginning)}`,
    steps: [],
    doubts: [],
    record: '',
    declared: [],
    resources: [],
  }
}

/** Waits for the runs of others on this host, and reads what this lab's last run wrote. */
export const start = (lockTimeoutMs: number) => `start ${lockTimeoutMs / 1000}`

/** The tools that a plan takes: known before its steps are. */
const toolLine = (resources: readonly Resource[]) => `tools=(${toolsOf(resources).join(' ')})`

/** What a plan takes, the addresses that this host must have, and how to ask for what it makes. */
const needs = ({ declared, resources }: HostPart): string =>
  [
    `${toolLine(resources)} addresses=(${declared.map(quote).join(' ')})`,
    questions(resources),
  ].join('\n')

/** The addresses of a part, but for gateways. */
export const cidrsOf = ({ resources }: HostPart): readonly Cidr[] =>
  resources.flatMap((r) => (r.kind === 'address' && !isOfLink(r.cidr) ? [parseCidr(r.cidr)] : []))

/** What is looked at before a change. */
export const lookAhead = (part: HostPart) => `${needs(part)}\nlook_ahead`

/**
 * What is there of a lab of this name, what is in the way, and what has a name that a plan may want. It needs no step but
 * those few that may not be carried out, so that the session looks while the others are made.
 */
export function probeFresh(part: HostPart): string {
  const families = [...new Set(cidrsOf(part).map(({ family }) => family))]
  const asks = part.doubts.map(([what = '', ...words]) =>
    commandLine(what === 'file' ? ['ask_file', ...words] : ['ask_fault', what, ...words]),
  )
  return [lookAhead(part), `probe ${families.join(' ')}`, ...asks, 'tell_fresh'].join('\n')
}

/** Looks inside namespaces side by side, before steps are asked for that are inside. */
export function lookInto(steps: readonly PlannedStep[]): string {
  const asks = new Map<string, string[]>()
  for (const { namespace, into, between = [], seen } of steps) {
    for (const name of [namespace, into, ...between]) {
      if (name !== undefined && !asks.has(name)) asks.set(name, [])
    }
    if (seen[0] === 'setting') asks.get(namespace ?? '')?.push(seen[2] ?? '')
  }
  const words = [...asks].map(([name, settings]) => quote([name, ...settings].join(' ')))
  return `look_into ${availableParallelism()} ${words.join(' ')}`
}

/** Asks for each step, a line each; `mode` says what. */
export const asked = (steps: readonly PlannedStep[]): string =>
  [
    ...steps.map(({ seen, undo }) =>
      commandLine(['ask', 'argv' in undo ? undo.argv.join(' ') : '', ...seen]),
    ),
    'tell',
  ].join('\n')

/** A word for each step; without a lock, since nothing is changed. */
export const statusProgram = (part: HostPart) =>
  [needs(part), 'look_on', lookInto(part.steps), 'begin_status', asked(part.steps)].join('\n')
/** By the journal; it answers that it needs the plan where there is none. */
export const DOWN = 'down_all'
/** The same with the plan. */
export const downProgram = (part: HostPart) =>
  [questions(part.resources), lookInto(part.steps), planFunction(part.steps), DOWN].join('\n')
/** After a run of this process was ended from outside: for sure the journal's last run, where it said that it began. */
export const rollBackProgram = ({ lines }: Pick<Answer, 'lines'>) =>
  lines.includes('@begun') ? 'roll_back_last own' : 'roll_back_last'
