import type { NetState } from '../state/state.js'
import type { FoundLoss } from './loss.js'
import { toMermaid } from './mermaid.js'
import type { Start } from './origin.js'
import { owner } from './owner.js'
import { flowOf } from './recorder.js'
import { toText } from './text.js'
import type { Cause, CauseCode, Disposition, Explanation, Flow, Mend, Trace } from './types.js'
import type { Journey, Walked } from './walk.js'

/** What was asked, and by which state it is answered. */
export interface Asked {
  readonly mode: 'static' | 'live'
  readonly state: NetState
  readonly start: Start
  /** Where the packet should arrive, where that is known. */
  readonly to?: string | undefined
  readonly caveats: readonly string[]
  readonly coverage: Explanation['coverage']
  /** The kernel was asked for each route as well, and said the same. */
  readonly isChecked: boolean
  /** Where it says otherwise: what the answer says cannot be relied on then. */
  readonly otherwise?: readonly string[] | undefined
  mendsFor(loss: FoundLoss): readonly Mend[]
}

const NULL_ROUTED: readonly CauseCode[] = ['ROUTE_BLACKHOLE', 'ROUTE_PROHIBIT', 'ROUTE_UNREACHABLE']

/** In the words of others who trace flows. */
function dispositionOf({ recorder, loops, exits, arrival }: Journey): Disposition {
  const [loss] = recorder.losses
  if (loops && loss?.code === 'TTL_EXPIRED') return 'LOOP'
  if (loss === undefined) {
    if (exits) return 'EXITS_NETWORK'
    return arrival === undefined || recorder.unknowns.length > 0 ? 'INSUFFICIENT_INFO' : 'ACCEPTED'
  }
  if (NULL_ROUTED.includes(loss.code)) return 'NULL_ROUTED'
  switch (loss.stage) {
    case 'ROUTE_LOOKUP':
      return loss.code === 'NO_ROUTE' ? 'NO_ROUTE' : 'DENIED_FORWARD'
    case 'NEIGHBOR':
    case 'BRIDGE':
    case 'LINK_RX':
    case 'LINK_TX':
      return 'NEIGHBOR_UNREACHABLE'
    case 'INPUT':
    case 'SOCKET':
    case 'NETDEV_INGRESS':
    case 'PREROUTING':
    case 'SOURCE_VALIDATION':
      return 'DENIED_IN'
    case 'OUTPUT':
      return 'DENIED_OUT'
    default:
      return 'DENIED_FORWARD'
  }
}

/** The finished answer. */
class Answer implements Explanation {
  readonly mode: Explanation['mode']
  readonly flow: Flow
  readonly reachability: Explanation['reachability']
  readonly disposition: Disposition
  readonly lostAt: Explanation['lostAt']
  readonly cause: Cause | undefined
  readonly contributing: readonly Cause[]
  readonly forward: Trace
  readonly return: Trace | undefined
  readonly caveats: readonly string[]
  readonly coverage: Explanation['coverage']

  constructor(asked: Asked, { forward, back }: Walked) {
    const journeys = back === undefined ? [forward] : [forward, back]
    const losses = journeys.flatMap(({ recorder }) => recorder.losses)
    const unknowns = journeys.flatMap(({ recorder }) => recorder.unknowns)
    const [first] = losses
    const { otherwise = [] } = asked
    const isDoubtful = unknowns.length > 0 || otherwise.length > 0
    const deciding = first ?? unknowns[0]
    const causes = [...losses, ...unknowns].map((loss) => causeOf(asked, loss, loss === deciding))
    this.mode = asked.mode
    this.flow = flowOf(asked.start.packet, asked.start.node)
    this.reachability =
      first !== undefined ? 'UNREACHABLE' : isDoubtful ? 'UNDETERMINED' : arrives(back)
    const { recorder } = forward
    const isForward = recorder.losses.length > 0 || recorder.unknowns.length > 0
    this.disposition = dispositionOf(isForward ? forward : (back ?? forward))
    this.lostAt = deciding && {
      direction: deciding.direction,
      hop: deciding.hop,
      step: deciding.step,
    }
    this.cause = causes[[...losses, ...unknowns].indexOf(deciding as FoundLoss)]
    this.contributing = causes.filter((cause) => cause !== this.cause)
    this.forward = traceOf(forward)
    this.return = back && traceOf(back)
    this.caveats = [
      ...otherwise,
      ...asked.caveats,
      ...journeys.flatMap(({ recorder }) => [...recorder.caveats]),
    ]
    this.coverage = asked.coverage
    Object.freeze(this)
  }

  toString(): string {
    return toText(this)
  }

  toJSON(): object {
    return { ...this }
  }

  toMermaid(): string {
    return toMermaid(this)
  }
}

/** Without a loss on the way back the sender gets an answer. */
const arrives = (back: Journey | undefined) =>
  back?.arrival === undefined ? 'UNDETERMINED' : 'REACHABLE'

function traceOf(journey: Journey): Trace {
  const { recorder } = journey
  const hops = recorder.hops.map((hop) => Object.freeze({ ...hop, steps: [...hop.steps] }))
  return { direction: recorder.direction, disposition: dispositionOf(journey), hops }
}

function causeOf(asked: Asked, loss: FoundLoss, isFirst: boolean): Cause {
  const { code, message, direction, node, stage, object } = loss
  return {
    code,
    message,
    direction,
    node,
    stage,
    object,
    confidence: asked.isChecked ? 'consistent' : 'inferred',
    owner: owner(asked.state, loss),
    // what comes later may never be reached: its mends are worked out once the first is mended
    mends: isFirst ? asked.mendsFor(loss) : [],
  }
}

export const explanationOf = (asked: Asked, walked: Walked): Explanation =>
  new Answer(asked, walked)
