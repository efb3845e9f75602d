import { diffOf, type PlanDiff } from '../plan/diff.js'
import { partOfPlan } from '../plan/record.js'
import type { PlanJson } from '../plan/schema.js'
import { kindOf, type Resource } from '../resource/index.js'
import { placeOf } from '../resource/kind.js'
import { commandLine } from '../step/quote.js'
import type { PlannedStep } from '../step/step.js'
import { withRun } from './answer.js'
import { type Change, changeOf } from './change/change.js'
import { effectsOf } from './change/effects.js'
import type { Found } from './change/observe.js'
import type { DriftedPart, Preview, PreviewStep, SideEffect } from './preview-types.js'
import { probe } from './probe.js'
import type { HostPart } from './program.js'
import type { Session } from './session.js'
import type { LabPlace } from './shell.js'
import type { RunOptions, State } from './types.js'

/** What was made of the lab so far: of a change that was cut off, all that it may have made, too. */
function lastPlan({ standing: { plans } }: Found, empty: PlanJson): PlanJson {
  const [first = empty] = plans
  return { ...first, resources: plans.flatMap(({ resources }) => resources) }
}

/** Parts of both plans that are not as they were made, in the order of the plan. */
function driftIn({ known }: Found, resources: readonly Resource[]): readonly DriftedPart[] {
  const states = new Map<number, State>()
  for (const { step, state, old, next } of known) {
    if (old >= 0 && next >= 0 && state !== 'present') states.set(step.resource, state)
  }
  return [...states].flatMap(([index, state]) => {
    const value = resources[index]
    if (value === undefined) return []
    const { kind, call } = value
    return [
      { place: placeOf(value), kind, text: kindOf(value).describe(value), call, value, state },
    ]
  })
}

const stepsOf = (
  { takes, makes }: Pick<Change, 'takes' | 'makes'>,
  host: string,
): PreviewStep[] => [
  ...takes.map(({ step: { argv, why } }) => ({
    ...{ type: 'undo' as const, host },
    ...{ command: commandLine(argv), why },
  })),
  ...makes.map(({ argv, why }) => ({ type: 'do' as const, host, command: commandLine(argv), why })),
]

const titled = (title: string, lines: readonly string[]) =>
  lines.length === 0 ? [] : [`${title}:`, ...lines.map((line) => `  ${line}`)]

class Seen implements Preview {
  readonly #diff: PlanDiff

  constructor(
    diff: PlanDiff,
    readonly drifted: readonly DriftedPart[],
    readonly effects: readonly SideEffect[],
    readonly steps: readonly PreviewStep[],
  ) {
    this.#diff = diff
    Object.freeze(this)
  }

  get added() {
    return this.#diff.added
  }

  get removed() {
    return this.#diff.removed
  }

  get changed() {
    return this.#diff.changed
  }

  get kept() {
    return this.#diff.kept
  }

  toString(): string {
    const drift = this.drifted.map(({ text, state }) => `${text}: ${state}`)
    const steps = this.steps.map(({ type, command }) => `${type === 'do' ? '+' : '-'} ${command}`)
    return [
      String(this.#diff),
      ...titled('changed by hand, and mended', drift),
      ...titled(
        'side effects',
        this.effects.map(({ text }) => text),
      ),
      ...(steps.length === 0 ? ['nothing to do'] : titled('steps', steps)),
    ].join('\n')
  }
}

/** What `up` would do on one host; changes nothing. */
export async function previewOn(
  place: LabPlace,
  plan: PlanJson,
  part: HostPart,
  options: RunOptions,
): Promise<Preview> {
  const look = (session: Session) => probe(session, part, options)
  const found = await withRun(place, part, options, look, 'up')
  const after = partOfPlan(plan, part.host)
  const empty = { ...after, resources: [] }
  const steps = (all: { takes: Change['takes']; makes: readonly PlannedStep[] }) =>
    stepsOf(all, part.host)
  if (found === undefined) {
    return new Seen(diffOf(empty, after), [], [], steps({ takes: [], makes: part.steps }))
  }
  const before = lastPlan(found, empty)
  const change = changeOf(found)
  const effects = effectsOf(found, change, [before, after], plan.resources)
  return new Seen(diffOf(before, after), driftIn(found, plan.resources), effects, steps(change))
}
