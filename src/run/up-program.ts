import { availableParallelism } from 'node:os'
import { quote } from '../step/quote.js'
import type { PlannedStep } from '../step/step.js'
import { type Batch, packed, shared } from './batches.js'
import type { Take } from './change/take.js'

/** At the least: what one waits for in the kernel, another need not. */
const LANES = 2

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

/** What is done first: what was there in another shape, or is not to be there any more, is taken back. */
export interface Going {
  readonly takes: readonly Take[]
  /** Lines that the journal has no more. */
  readonly silent: readonly string[]
}

/** Commands first, those of links behind the others; then, in one go, what the journal tells. */
function takeBatches(takes: readonly Take[]): readonly Batch[] {
  const commands = (links: boolean) =>
    takes.flatMap(({ of, step, line }) =>
      line === undefined && (of.ties?.makes !== undefined) === links ? [step] : [],
    )
  const told = takes.flatMap(({ step, line }) => (line === undefined ? [] : [step]))
  const [first] = told
  return [
    ...packed(commands(false)),
    ...packed(commands(true)),
    ...(first === undefined
      ? []
      : [{ tool: first.tool, namespace: undefined, steps: told, told: true as const }]),
  ]
}

/** Chains of namespaces that are emptied, and get no rules any more. */
function clearings(takes: readonly Take[]): readonly string[] {
  const chains = new Map<string, string[]>()
  for (const { step } of takes) {
    if (step.namespace === undefined || step.args[4] !== '-F') continue
    const place = `${step.tool} ${step.namespace}`
    chains.set(place, [...(chains.get(place) ?? []), step.args[5] ?? ''])
  }
  return [...chains].map(([place, names]) => `clear_inside ${place} ${names.join(' ')}`)
}

/**
 * Makes what is missing. The session has read the journal, and looked. What must be journaled is, before anything of
 * ip begins; rules and settings journal themselves.
 *
 * @param record what is kept of the plan, for the next change of it
 */
export function upProgram(
  steps: readonly PlannedStep[],
  record: string | undefined,
  going?: Going,
): UpProgram {
  const work = shared(steps, Math.max(LANES, availableParallelism()))
  const batches: Batch[] = []
  const number = (batch: Batch) => batches.push(batch) - 1
  const block = (batch: Batch) =>
    `${number(batch)} ${toolOf(batch)} ${batch.namespace ?? '-'}\n${lines(batch.steps)}`
  const blocks = (some: readonly Batch[]) => `'${some.map(block).join(UNIT)}'`
  const host = (some: readonly Batch[]) =>
    some.map((batch) => {
      if (batch.told === true) return `take_back ${number(batch)}`
      return batch.namespace === undefined
        ? batchLine(batch, number(batch))
        : `lane ${blocks([batch])}`
    })
  const announced = [
    ...work.before,
    ...work.lanes.flatMap(({ near, far }) => [...near, ...far]),
    ...work.after,
  ].flatMap(undos)
  const many = work.lanes.length > 1
  const namespaces = steps.filter(
    ({ into, device }) => into !== undefined && device === undefined,
  ).length
  const { takes = [], silent = [] } = going ?? {}
  const chosen = [...takes.flatMap(({ line }) => line ?? []), ...silent]
  const text = [
    ...(many ? [`open_lanes ${namespaces}`] : []),
    ...(going === undefined ? [] : [`choose_lines ${chosen.map(quote).join(' ')}`]),
    'start_batches',
    ...(record === undefined ? [] : [`keep_plan ${quote(record)}`]),
    ...host(takeBatches(takes)),
    ...clearings(takes),
    ...host(work.settings),
    ...(announced.length > 0 ? [`announce '${announced.join('\n')}'`] : []),
    ...host(work.before),
    ...work.lanes.map(({ near, far }) =>
      [many ? 'start_lane' : 'lane', blocks(near), blocks(far)].join(' '),
    ),
    ...host(work.beside),
    'join_lanes',
    ...host(work.after),
    going === undefined ? 'end_run' : 'end_change',
  ].join('\n')
  return { text, batches }
}
