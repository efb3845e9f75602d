import { produce } from 'immer'
import type { NetState } from '../../src/state/state.js'
import { type Answer, answer } from './answer.js'
import { differ, disagreement } from './compare.js'
import { Lab } from './lab.js'
import { type Verdict, verdictOf } from './oracle.js'
import { probe, responder } from './probe.js'
import type { Trace } from './trace.js'
import type { Case, Flow } from './types.js'

/** The packet of a case, as its faults have it. */
const flowOf = ({ flow, faults }: Case): Flow =>
  faults.reduce((now, fault) => fault.flow?.(now) ?? now, flow)

/** What the plan tells, with the faults. */
function staticState(asked: Case): NetState {
  const flow = flowOf(asked)
  return produce(asked.shape.state, (state) => {
    for (const fault of asked.faults) fault.change(state)
    if (flow.listens === undefined) return
    const node = state.nodes.find(({ node }) => node === flow.to)
    if (node === undefined || flow.port === undefined) return
    const { family, protocol, port } = flow
    const address = family === 4 ? '0.0.0.0' : '::'
    node.sockets =
      flow.listens && protocol !== 'icmp'
        ? [{ family, protocol, address, port, v6only: false }]
        : []
  })
}

/** What the three say of a case. */
export interface Outcome {
  readonly case: Case
  readonly flow: Flow
  readonly states: { readonly static: NetState; readonly live: NetState }
  readonly static: Answer
  readonly live: Answer
  readonly kernel: Verdict
  /** What was collected says itself that it cannot tell: the tools leave out what decides. */
  readonly doubts: boolean
  readonly problems: readonly string[]
  readonly milliseconds: number
}

/** Nothing where the faults cannot be had together. */
export async function runCase(
  asked: Case,
  trace: Trace | undefined,
  seconds: number,
): Promise<Outcome | undefined> {
  const start = performance.now()
  const flow = flowOf(asked)
  await using lab = await Lab.open(asked.shape)
  if (flow.listens === true) await lab.do([{ node: flow.to, text: responder(flow) }])
  try {
    await lab.do(asked.faults.flatMap(({ commands }) => commands))
  } catch {
    return undefined
  }
  const live = await lab.collect()
  const states = { static: staticState(asked), live }
  const answers = { static: answer(states.static, flow), live: answer(live, flow) }
  const counts = asked.faults.some(({ counters }) => counters !== undefined)
  const seen = await probe(lab, flow, trace, seconds, counts)
  const kernel = await verdictOf(lab, asked, seen)
  const doubts = answers.live.loss?.code === 'UNDETERMINED_FOREIGN_MATCH'
  const problems = [
    ...(doubts || !differ(answers.static, answers.live) ? [] : ['static and live differ']),
    ...(['static', 'live'] as const).flatMap((which) => {
      if (which === 'live' && doubts) return []
      const problem = disagreement(answers[which], kernel, asked.shape)
      return problem === undefined ? [] : [`${which}: ${problem}`]
    }),
  ]
  const milliseconds = performance.now() - start
  return { case: asked, flow, states, ...answers, kernel, doubts, problems, milliseconds }
}
