import { unreachable } from '../../explain/unreachable.js'
import type { PlanJson } from '../../plan/schema.js'
import { kindOf, type Resource } from '../../resource/index.js'
import { placeOf } from '../../resource/kind.js'
import type { PlannedStep } from '../../step/step.js'
import type { SideEffect } from '../preview-types.js'
import type { Change } from './change.js'
import type { Found } from './observe.js'

/** Every pair is walked, by both plans: with more namespaces nobody would wait for it. */
const MANY_NAMESPACES = 30

const namespacesOf = ({ resources }: PlanJson) =>
  new Set(
    resources.flatMap((r) =>
      r.kind === 'namespace' ? [placeOf({ host: r.host, namespace: r.name })] : [],
    ),
  )

/** Namespaces of both plans that reached each other, and do so no more. */
function lostWays(before: PlanJson, after: PlanJson): SideEffect[] {
  if (JSON.stringify(before.resources) === JSON.stringify(after.resources)) return []
  const [old, next] = [namespacesOf(before), namespacesOf(after)]
  const both = new Set([...old].filter((name) => next.has(name)))
  if (both.size < 2) return []
  if (Math.max(old.size, next.size) > MANY_NAMESPACES) {
    const text = `of ${next.size} namespaces is not asked who reaches whom no more: ask explain()`
    return [{ kind: 'reach', place: after.hosts[0]?.name ?? '', text }]
  }
  const keyOf = ({ from, to, family }: { from: string; to: string; family: number }) =>
    `${from} ${to} ${family}`
  const silent = new Set(unreachable(before).map(keyOf))
  const spoke = (place: string, family: number) =>
    before.resources.some(
      (r) =>
        r.kind === 'address' && placeOf(r) === place && r.cidr.includes(':') === (family === 6),
    )
  return unreachable(after).flatMap((each): SideEffect[] => {
    const { from, to, family, why } = each
    if (silent.has(keyOf(each)) || !both.has(from) || !both.has(to)) return []
    if (!spoke(from, family) || !spoke(to, family)) return []
    return [
      {
        kind: 'reach',
        place: from,
        text: `${from} reaches ${to} over IPv${family} no more: ${why}`,
      },
    ]
  })
}

const FORWARDING = 'forwarding'

/** What all of a host share, and what becomes of it. */
function sharedSettings({ known, shared }: Found, { takes, makes }: Change): SideEffect[] {
  const told = (step: PlannedStep, text: string): SideEffect => ({
    ...{ kind: 'shared', place: step.host },
    text: `IPv${step.seen[1]} forwarding of ${step.host}: ${text}`,
  })
  const is = ({ seen }: PlannedStep) => seen[0] === FORWARDING
  return [
    ...known.flatMap(({ step, next }) => {
      const why = shared.get(step.seen.join(' '))
      return next < 0 && is(step) && why !== undefined ? [told(step, `stays on, ${why}`)] : []
    }),
    ...takes.flatMap(({ of }) => (is(of) ? [told(of, 'is turned off, for all of its links')] : [])),
    ...makes.flatMap((step) =>
      is(step) ? [told(step, 'is on from now on, for all of its links')] : [],
    ),
  ]
}

/** What happens to what is not in the change itself. */
export function effectsOf(
  found: Found,
  change: Change,
  [before, after]: readonly [PlanJson, PlanJson],
  resources: readonly Resource[],
): readonly SideEffect[] {
  // what is told as changed, or as mended, needs no word more
  const untouched = new Set(
    change.again.toSorted((a, b) => a.next - b.next).map(({ step }) => step.resource),
  )
  for (const { step, old, state, next } of found.known) {
    if (next >= 0 && (old < 0 || state !== 'present')) untouched.delete(step.resource)
  }
  return [
    ...[...untouched].flatMap((index): SideEffect[] => {
      const resource = resources[index]
      if (resource === undefined) return []
      const { host } = resource
      const at = resource.kind === 'namespace' ? { host, namespace: resource.name } : resource
      const text = `${kindOf(resource).describe(resource)}: goes, and is made again`
      return [{ kind: 'again', place: placeOf(at), text }]
    }),
    ...sharedSettings(found, change),
    ...lostWays(before, after),
  ]
}
