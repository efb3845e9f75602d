import { boundsOf } from '../../ip/network.js'
import type { RulePart } from '../../state/firewall.js'

/** True where two readings of a rule mean the same, in whatever order they ask. */
export const isSameMeaning = (a: readonly RulePart[], b: readonly RulePart[]): boolean =>
  meaningOf(a) === meaningOf(b)

/** What asks may be turned round, and asked twice; what acts keeps its place. */
function meaningOf(parts: readonly RulePart[]): string {
  const asking = new Set(parts.filter((part) => 'match' in part).map(written))
  const acting = parts.filter((part) => 'act' in part).map(written)
  return JSON.stringify([[...asking].sort(), acting])
}

/** What is not modelled has the words of its tool, and is the same where both do not model it. */
const isUnknown = (part: RulePart) => ('act' in part ? part.act : part.match) === 'unknown'

const written = (part: RulePart): string =>
  JSON.stringify(
    Object.entries(part)
      .filter(([key, value]) => value !== undefined && !(key === 'text' && isUnknown(part)))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, value]) => [key, Array.isArray(value) ? value.map(plain).sort() : value]),
  )

function plain(value: unknown): unknown {
  if (typeof value !== 'string') return JSON.stringify(value)
  const bounds = boundsOf(value)
  return bounds === undefined ? value : `${bounds.family} ${bounds.first} ${bounds.last}`
}
