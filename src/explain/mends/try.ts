import type { FoundLoss } from '../loss.js'
import type { Mend } from '../types.js'
import { type Walked, walk } from '../walk.js'
import type { Candidate, Wanting } from './types.js'

const journeys = ({ forward, back }: Walked) => (back === undefined ? [forward] : [forward, back])

/** What an answer would name: a loss, else what cannot be told. */
const firstLoss = (walked: Walked): FoundLoss | undefined =>
  journeys(walked).flatMap(({ recorder }) => recorder.losses)[0] ??
  journeys(walked).flatMap(({ recorder }) => recorder.unknowns)[0]

const arrives = (walked: Walked) =>
  firstLoss(walked) === undefined && walked.back?.arrival !== undefined

const isReverse = ({ code }: FoundLoss) => code === 'RP_FILTER_STRICT' || code === 'RP_FILTER_LOOSE'

/** How far a packet comes: the way back is behind the way there. */
const farther = (a: FoundLoss, b: FoundLoss) =>
  Number(a.direction === 'return') - Number(b.direction === 'return') || a.hop - b.hop

/** True where the packet comes farther, or is stopped by something else: a mend that changes nothing is none. */
function moves({ loss }: Wanting, next: FoundLoss | undefined): boolean {
  if (next === undefined) return true
  const way = farther(next, loss)
  if (way !== 0) return way > 0
  if (isReverse(next) && isReverse(loss)) return false
  return next.code !== loss.code || next.node !== loss.node
}

/** Tries a mend on a copy of the state; nothing where the packet comes no farther. */
export function tried(wanting: Wanting, { apply, ...mend }: Candidate): Mend | undefined {
  const state = apply(wanting.state)
  const walked = walk(state, wanting.startIn?.(state) ?? wanting.start)
  const next = firstLoss(walked)
  if (!moves(wanting, next)) return undefined
  const verified = arrives(walked)
  return { ...mend, verified, ...(next === undefined ? {} : { next: next.code }) }
}

/** Of candidates that are ways to one end: those by which the packet arrives, else the one that helps. */
export function working(wanting: Wanting, candidates: readonly Candidate[]): readonly Candidate[] {
  const helping = candidates.flatMap((candidate) => {
    const mend = tried(wanting, candidate)
    return mend === undefined ? [] : [{ candidate, verified: mend.verified }]
  })
  const good = helping.filter(({ verified }) => verified)
  return (good.length > 0 ? good : helping.slice(0, 1)).map(({ candidate }) => candidate)
}
