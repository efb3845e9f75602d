import { endsOf } from '../../src/explain/ends.js'
import type { FoundLoss } from '../../src/explain/loss.js'
import type { Walked } from '../../src/explain/walk.js'
import { walk } from '../../src/explain/walk.js'
import type { NetState } from '../../src/state/state.js'
import type { Flow } from './types.js'

/** What the model says of a flow: the first loss, or none; `unknown` where it does not know. */
export interface Answer {
  readonly reachability: 'REACHABLE' | 'UNREACHABLE' | 'UNDETERMINED'
  readonly loss?: FoundLoss
  /** What would be lost next, in the same direction. */
  readonly later?: readonly FoundLoss[]
  /** The node that had the packet when it was lost, if the loss blames another. */
  readonly holder?: string
}

type Walk = typeof walk

export function answer(state: NetState, flow: Flow, by: Walk = walk): Answer {
  const { from, destination, protocol, port, size, ttl } = flow
  const options = { protocol, port, size, ttl }
  return answerOf(by(state, endsOf(state, from, destination, options)))
}

function answerOf({ forward, back }: Walked): Answer {
  const journeys = back === undefined ? [forward] : [forward, back]
  for (const { recorder } of journeys) {
    const [loss, ...later] = recorder.losses
    if (loss === undefined) continue
    const holder = recorder.hops[loss.hop]?.node
    return { reachability: 'UNREACHABLE', loss, later, ...(holder && { holder }) }
  }
  const unknown = journeys.flatMap(({ recorder }) => recorder.unknowns)[0]
  if (unknown !== undefined) return { reachability: 'UNDETERMINED', loss: unknown }
  return { reachability: back?.arrival === undefined ? 'UNDETERMINED' : 'REACHABLE' }
}

/** The answer in one line, by which two answers are compared. */
export function lineOf({ reachability, loss }: Answer): string {
  if (loss === undefined) return reachability
  const { code, direction, node, stage } = loss
  return [reachability, direction, node, stage, code].join(' ')
}

/** What dropped a packet: a rule by its comment, or a policy. */
export function objectOf({ crossing, node }: FoundLoss): string | undefined {
  if (crossing === undefined) return undefined
  const { table, base, rule, isPolicy } = crossing
  const place = `${node} ${table.backend} ${table.family} ${table.name} ${base.name}`
  return isPolicy ? `${place} policy` : `${place} ${rule?.comment ?? rule?.text}`
}
