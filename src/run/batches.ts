import type { PlannedStep, Tool } from '../step/step.js'

/** Neighbouring steps of one tool in one namespace: one process. */
export interface Batch {
  readonly tool: Tool
  readonly namespace: string | undefined
  readonly steps: readonly PlannedStep[]
  /** These are taken back, as the journal tells how. */
  readonly told?: true
}

/** A share: first its part of the host (its namespaces, its links and their ends), then what is inside. */
interface Lane {
  readonly near: readonly Batch[]
  readonly far: readonly Batch[]
}

/** What is to be done, and what of it may be done beside what. */
export interface Work {
  /** Shared settings, before there are links that they would change too. */
  readonly settings: readonly Batch[]
  /** Links and namespaces that others lead to; or all, where the order of the plan counts. */
  readonly before: readonly Batch[]
  /** Shares of the namespaces, each with its links, its inside and its ends on the host: side by side. */
  readonly lanes: readonly Lane[]
  /** What needs none of them: rules. */
  readonly beside: readonly Batch[]
  /** What is left of the host, once all links are there. */
  readonly after: readonly Batch[]
}

/** With so few namespaces, a lane costs more than it saves. */
const NAMESPACES_PER_LANE = 2

/** One batch for each namespace and tool, however its steps were strewn over the plan. */
export function packed(steps: readonly PlannedStep[]): Batch[] {
  const batches = new Map<string, PlannedStep[]>()
  for (const step of steps) {
    // of rules one for each table, whose name is the fourth word
    const kind = step.phase === 'forward' ? (step.args[3] ?? '') : (step.family ?? '')
    const key = `${step.tool} ${kind} ${step.namespace ?? ''}`
    const batch = batches.get(key)
    if (batch === undefined) batches.set(key, [step])
    else batch.push(step)
  }
  return [...batches.values()].flatMap((own) => {
    const [first] = own
    return first === undefined ? [] : [{ tool: first.tool, namespace: first.namespace, steps: own }]
  })
}

/** True for a step that makes a namespace: all other `create` steps make links. */
const isNamespace = ({ into, device }: PlannedStep) => into !== undefined && device === undefined

/** Namespaces first: a tool that goes back and forth between them and links takes longer. */
const namespacesFirst = (steps: readonly PlannedStep[]) => [
  ...steps.filter(isNamespace),
  ...steps.filter((step) => !isNamespace(step)),
]

/** True where a setting that links take over stands before something of its namespace. */
function isOrdered(steps: readonly PlannedStep[]): boolean {
  const waiting = new Set<string>()
  return steps.some(({ tool, namespace, into, between = [], ties }) => {
    if (tool === 'ip') {
      if (waiting.size === 0) return false
      return [namespace, into, ...between].some((name) => name !== undefined && waiting.has(name))
    }
    if (ties?.shapes !== undefined) waiting.add(ties.shapes)
    return false
  })
}

/** One batch for steps that follow each other, of one namespace and tool. */
function runs(steps: readonly PlannedStep[]): Batch[] {
  const batches: PlannedStep[][] = []
  for (const step of steps) {
    const [last] = batches.at(-1) ?? []
    const goesOn =
      last?.tool === step.tool && last.family === step.family && last.namespace === step.namespace
    if (goesOn) batches.at(-1)?.push(step)
    else batches.push([step])
  }
  return batches.flatMap(packed)
}

/**
 * Shares out the steps of one host. What is made for a namespace, inside it and for its links is of that namespace's
 * share, and no share needs another, unless something is made that belongs to none.
 */
export function shared(steps: readonly PlannedStep[], processors: number): Work {
  const { create, configure, forward } = byPhase(steps)
  const outside = {
    settings: packed(forward.filter(({ tool }) => tool === 'sysctl')),
    beside: packed(forward.filter(({ tool }) => tool !== 'sysctl')),
  }
  if (isOrdered(steps)) {
    const before = runs(steps.filter(({ phase }) => phase !== 'forward'))
    return { ...outside, before, lanes: [], after: [] }
  }
  // a link between namespaces may be one of two shares: then all is made before anything is shared out
  const apart = create.every(({ between }) => between === undefined)
  const common = apart ? create.filter(({ into }) => into === undefined) : create
  const shareOf = sharesBy(create)
  const names = new Map<string, number>()
  for (const step of apart ? [...create, ...configure] : configure) {
    const share = shareOf(step)
    if (share !== undefined && !names.has(share)) names.set(share, names.size)
  }
  const count = Math.max(1, Math.min(processors, Math.ceil(names.size / NAMESPACES_PER_LANE)))
  const lanes = Array.from({ length: count }, () => new Share())
  const laneOf = (step: PlannedStep) => {
    const share = shareOf(step)
    return share === undefined ? undefined : lanes[(names.get(share) ?? 0) % count]
  }
  const after: PlannedStep[] = []
  if (apart) for (const step of create) laneOf(step)?.made.push(step)
  for (const step of configure) {
    const lane = laneOf(step)
    if (lane === undefined) after.push(step)
    else if (step.namespace === undefined) lane.ends.push(step)
    else lane.inside.push(step)
  }
  return {
    ...outside,
    before: packed(namespacesFirst(common)),
    lanes: lanes
      .map(({ made, ends, inside }) => ({
        near: packed([...namespacesFirst(made), ...ends]),
        far: packed(inside),
      }))
      .filter(({ near, far }) => near.length + far.length > 0),
    after: packed(after),
  }
}

/** The steps of a lane: what it makes, its ends on the host, and what is inside. */
class Share {
  readonly made: PlannedStep[] = []
  readonly ends: PlannedStep[] = []
  readonly inside: PlannedStep[] = []
}

function byPhase(steps: readonly PlannedStep[]) {
  const phases: { readonly [P in PlannedStep['phase']]: PlannedStep[] } = {
    create: [],
    configure: [],
    forward: [],
  }
  for (const step of steps) phases[step.phase].push(step)
  return phases
}

/** Of which namespace's share a step is, where it is of one. */
function sharesBy(create: readonly PlannedStep[]) {
  const leads = new Map<string | undefined, string>()
  for (const { device, into } of create) {
    if (device !== undefined && into !== undefined) leads.set(device, into)
  }
  return ({ namespace, into, device }: PlannedStep) => namespace ?? into ?? leads.get(device)
}
