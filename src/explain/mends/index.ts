import type { CauseCode, Mend } from '../types.js'
import { type Walked, walk } from '../walk.js'
import type { Candidate, Maker, Wanting } from './types.js'

const makers: { readonly [C in CauseCode]?: Maker } = {}

const firstLoss = ({ forward, back }: Walked) =>
  forward.recorder.losses[0] ?? back?.recorder.losses[0]

const arrives = (walked: Walked) =>
  firstLoss(walked) === undefined && walked.back?.arrival !== undefined

/** True where another loss is the first now: a mend that changes nothing is none. */
function moves({ loss }: Wanting, walked: Walked): boolean {
  const next = firstLoss(walked)
  if (next === undefined) return true
  return next.code !== loss.code || next.node !== loss.node || next.direction !== loss.direction
}

/** Tries a mend on a copy of the state. */
function tried(wanting: Wanting, { apply, ...mend }: Candidate): Mend | undefined {
  const walked = walk(apply(wanting.state), wanting.start)
  if (!moves(wanting, walked)) return undefined
  const verified = arrives(walked)
  const next = firstLoss(walked)?.code
  return { ...mend, verified, ...(next === undefined ? {} : { next }) }
}

/** The mends of a loss that were seen to let the packet go on, in the model; the smallest first. */
export function mendsFor(wanting: Wanting): readonly Mend[] {
  const candidates = makers[wanting.loss.code]?.(wanting) ?? []
  return candidates.flatMap((candidate) => tried(wanting, candidate) ?? [])
}
