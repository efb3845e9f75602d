import type { Hook } from '../state/firewall.js'
import type { Packet, Position, Tracking } from '../state/packet.js'
import type { NodeState } from '../state/state.js'
import type { Loss } from './loss.js'
import { pass } from './netfilter/pass.js'
import type { Crossing, Passage } from './netfilter/types.js'
import { flowOf, type Recorder } from './recorder.js'
import type { Sessions } from './sessions.js'
import type { CauseCode, Direction, Stage } from './types.js'

const STAGES: { readonly [H in Hook]: Stage } = {
  ingress: 'NETDEV_INGRESS',
  egress: 'LINK_TX',
  prerouting: 'PREROUTING',
  input: 'INPUT',
  forward: 'FORWARD',
  output: 'OUTPUT',
  postrouting: 'POSTROUTING',
}

/** A packet at a hook, and what is remembered of its flow. */
export interface Crossed {
  readonly node: NodeState
  readonly hook: Hook
  readonly packet: Packet
  readonly position: Position
  readonly tracking: Tracking
  /** It is the rules of the bridge itself that are asked. */
  readonly bridge?: boolean | undefined
}

/** `filter FORWARD` of iptables, `inet f forward` of nft. */
function chainName({ table, chain }: Pick<Crossing, 'table' | 'chain'>): string {
  const tool = table.backend === 'iptables-legacy' ? ' (iptables-legacy)' : ''
  const family = table.backend === 'nft' ? `${table.family} ` : ''
  return `${family}${table.name} ${chain.name}${tool}`
}

/** What decided in a base chain, in words. */
function decision(crossing: Crossing): string {
  const name = chainName(crossing)
  if (crossing.outcome === 'unknown') return `${name}: ${crossing.unknown}`
  if (crossing.isPolicy) return `${name}: policy ${crossing.outcome}`
  const { rule, outcome } = crossing
  return `${name}: rule ${rule?.number} (${rule?.text}) -> ${outcome}`
}

/** The code of a loss at a hook. */
function codeOf(
  crossing: Crossing,
  { hook, position, bridge }: Crossed,
  direction: Direction,
  passage: Passage,
  leftOut: () => boolean,
): CauseCode {
  if (hook === 'input') return 'INPUT_DROP'
  if (hook === 'output') return 'OUTPUT_DROP'
  if (hook === 'ingress') return 'NETDEV_INGRESS_DROP'
  if (position.bridgeIn !== undefined && bridge !== true) return 'BRIDGE_NF_DROP'
  if (direction === 'return' && crossing.outcome === 'drop') {
    if (leftOut()) return 'CT_UNTRACKED_REPLY'
    if (crossing.isPolicy && hook === 'forward' && passage.tracking.state === 'established')
      return 'REPLY_NOT_ESTABLISHED'
  }
  if (crossing.outcome === 'reject') return 'FILTER_REJECT'
  if (crossing.table.backend === 'iptables-legacy') return 'FILTER_LEGACY_DROP'
  const before = passage.crossings.slice(0, passage.crossings.indexOf(crossing))
  if (before.some((each) => each.outcome === 'accept' && !each.isPolicy))
    return 'FILTER_OTHER_TABLE_DROP'
  return crossing.isPolicy ? 'FILTER_POLICY_DROP' : 'FILTER_RULE_DROP'
}

/** A passage, but for a chain of NAT: it sees the first packet of a flow, once. */
const withoutNat = (node: NodeState): NodeState => ({
  ...node,
  tables: node.tables.map((table) => ({
    ...table,
    chains: table.chains.filter(({ base }) => base?.type !== 'nat'),
  })),
})

/** Takes a packet through a hook, and writes down what each chain did. Gives it as it comes out. */
export function cross(
  recorder: Recorder,
  sessions: Sessions,
  at: Crossed,
): { readonly packet: Packet; readonly tracking: Tracking } {
  const { hook, position } = at
  const name = at.node.node
  const { direction } = recorder
  const once = direction === 'forward' && sessions.isSettled(name)
  const node = once ? withoutNat(at.node) : at.node
  const translate = sessions.translation(name, direction, hook)
  const passage = pass({ ...at, node, ...(translate && { translate }) })
  const stage = STAGES[hook]
  for (const crossing of passage.crossings) {
    const { table, base, rule, isPolicy } = crossing
    const ref = rule && {
      handle: rule.handle,
      number: rule.number,
      text: rule.text,
      comment: rule.comment,
    }
    const draft = {
      stage,
      text: decision(crossing),
      backend: table.backend,
      family: table.family,
      table: table.name,
      chain: crossing.chain.name,
      isPolicy,
      ...(ref && { rule: ref }),
    }
    if (crossing.outcome === 'accept') {
      if (base.rules.length > 0 || !isPolicy) recorder.step({ ...draft, action: 'PERMITTED' })
      continue
    }
    const about = {
      node: name,
      stage,
      crossing,
      link: position.in ?? position.out,
      object: isPolicy
        ? ({ kind: 'policy', ref: `${table.name} ${base.name}` } as const)
        : ({ kind: 'rule', ref: rule?.text ?? '' } as const),
    }
    if (crossing.outcome === 'unknown') {
      const code = 'UNDETERMINED_FOREIGN_MATCH'
      const message = `${name} may drop it: ${decision(crossing)} cannot be told`
      recorder.doubt({ ...about, code, message }, at.packet, position, draft)
      continue
    }
    const leftOut = () => isLeftOut(at, passage, sessions.isLeftOut(name))
    const code = codeOf(crossing, at, direction, passage, leftOut)
    const verb = crossing.outcome === 'reject' ? 'rejects' : 'drops'
    const what = direction === 'return' ? 'the reply' : 'it'
    const message = `${name} ${verb} ${what} in ${decision(crossing)}`
    const loss: Loss = { ...about, code, message }
    recorder.lose(loss, at.packet, position, { ...draft, text: decision(crossing) })
  }
  for (const { how, table, chain, rule } of passage.translations) {
    recorder.step({
      stage,
      action: 'TRANSFORMED',
      text: `${chainName({ table, chain })}: ${how} (${rule.text})`,
      packetAfter: flowOf(passage.packet, name),
    })
  }
  return passage
}

/** True where the chain would have accepted the reply of a connection, and connection tracking was left out. */
function isLeftOut(at: Crossed, { tracking, outcome }: Passage, before: boolean): boolean {
  if (outcome === 'accept' || (tracking.state !== 'untracked' && !before)) return false
  const tracked = { ...at.tracking, state: 'established' } as const
  return pass({ ...at, tracking: tracked }).outcome === 'accept'
}
