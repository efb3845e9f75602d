import type { Match, Table } from '../../state/firewall.js'
import { nodeOf } from '../../state/state.js'
import { deleteFilterRule, ESTABLISHED, flowAt, insertAccept, linksAt } from './accept.js'
import { updateNode } from './change.js'
import { mend } from './edit.js'
import { allowForward, rulesOfPlan } from './plan.js'
import { working } from './try.js'
import type { Candidate, Maker, Wanting } from './types.js'
import { spoken, within } from './words.js'

const chainOf = ({ backend, family, name }: Table, chain: string) =>
  backend === 'nft' ? `${family} ${name} ${chain}` : `${name} ${chain}`

/** Lets the flow pass, in the chain that drops it: an accept anywhere else does not help. */
function acceptFlow({ loss }: Wanting): readonly Candidate[] {
  const { crossing, node, packet, position, direction } = loss
  const hook = crossing?.base.base?.hook
  if (crossing === undefined || hook === undefined) return []
  const { table, base } = crossing
  const isReply = direction === 'return'
  const isBridged =
    hook === 'forward' && position.bridgeIn !== undefined && table.family !== 'bridge'
  const bridged: readonly Match[] = isBridged ? [{ match: 'bridged' }] : []
  const matches = [
    ...linksAt(hook, position, table.family),
    ...flowAt({ packet, isReply }),
    ...bridged,
  ]
  const what = `${packet.protocol} from ${packet.source} to ${packet.destination}`
  const edits = [insertAccept(node, table, base.name, matches, packet)]
  // a policy drops the replies as well
  const both =
    crossing.isPolicy && hook === 'forward' && position.bridgeIn === undefined && !isReply
  if (both) {
    const back = linksAt(hook, { in: position.out, out: position.in }, table.family)
    edits.push(insertAccept(node, table, base.name, [...back, ESTABLISHED], packet))
  }
  return [
    mend(
      {
        description: `accept ${isReply ? 'its replies' : both ? 'it and the replies' : 'it'} in ${chainOf(table, base.name)} of ${spoken(node)}`,
        scope: 'this-flow',
        sideEffects: [
          `all ${what} passes there${portWords(packet.destinationPort, isReply)}`,
          ...(both
            ? [`the replies of every connection from ${position.in} to ${position.out} pass too`]
            : []),
        ],
      },
      edits,
    ),
  ]
}

const portWords = (port: number | undefined, isReply: boolean) =>
  port === undefined || isReply ? '' : `, to port ${port}`

/** Lets the replies of all connections pass that were let in one direction. */
function acceptReplies({ loss }: Wanting): readonly Candidate[] {
  const { crossing, node, packet, position } = loss
  const hook = crossing?.base.base?.hook
  if (crossing === undefined || hook === undefined) return []
  const { table, base } = crossing
  const matches = [...linksAt(hook, position, table.family), ESTABLISHED]
  const links = [position.in, position.out].filter((link) => link !== undefined).join(' to ')
  return [
    mend(
      {
        description: `accept what belongs to a connection in ${chainOf(table, base.name)} of ${spoken(node)}`,
        scope: 'this-flow',
        sideEffects: [`the replies of every connection pass there (${links})`],
      },
      [insertAccept(node, table, base.name, matches, packet)],
    ),
  ]
}

const filter: Maker = (wanting) => {
  const { loss, state } = wanting
  const hook = loss.crossing?.base.base?.hook
  const node = nodeOf(state, loss.node)
  if (node === undefined) return []
  // connection tracking knows the replies of a flow that it saw
  const isReply = loss.direction === 'return' && loss.crossing?.isPolicy === true
  const own = isReply
    ? working(wanting, [...acceptReplies(wanting), ...acceptFlow(wanting)]).slice(0, 1)
    : acceptFlow(wanting)
  return hook === 'forward' ? [...own, ...rulesOfPlan(wanting), ...allowForward(wanting)] : own
}

/** Rules by which connection tracking leaves packets out. */
const untracking = ({ state, loss }: Wanting) =>
  (nodeOf(state, loss.node)?.tables ?? []).flatMap((table) =>
    table.chains.flatMap((chain) =>
      chain.rules
        .filter(({ parts }) => parts.some((part) => 'act' in part && part.act === 'notrack'))
        .map((rule) => ({ table, chain, rule })),
    ),
  )

const untracked: Maker = (wanting) => {
  const { node } = wanting.loss
  return untracking(wanting).map(({ table, chain, rule }) =>
    mend(
      {
        description: `take the rule ${rule.number} (${rule.text}) out of ${chainOf(table, chain.name)} of ${spoken(node)}`,
        scope: 'host-wide',
        sideEffects: ['connection tracking sees what the rule left out'],
      },
      [deleteFilterRule(node, table, chain.name, rule)],
    ),
  )
}

/** The packet must leave with an address to which replies find back. */
const nat: Maker = ({ loss }) => {
  const { node, packet, position } = loss
  const out = position.out ?? ''
  const matches: readonly Match[] = [
    { match: 'source', networks: [packet.source] },
    { match: 'out', links: [out] },
  ]
  const family = packet.family === 4 ? 'ip' : 'ip6'
  const tool = family === 'ip' ? 'iptables' : 'ip6tables'
  const words = ['-s', packet.source, '-o', out, '-j', 'MASQUERADE']
  const rule = {
    number: 1,
    text: words.join(' '),
    parts: [...matches, { act: 'masquerade' }],
  } as const
  return [
    {
      description: `let ${packet.source} leave ${spoken(node)} by ${out} with an address of that link`,
      commands: [within(node, tool, '-w', '5', '-t', 'nat', '-A', 'POSTROUTING', ...words)],
      scope: 'this-flow',
      sideEffects: [
        `those outside see an address of ${out}, whatever ${packet.source} sends there`,
        'connections that are known already stay as they are: only a new one is translated',
      ],
      apply: (before) =>
        updateNode(before, node, (own) => ({
          ...own,
          tables: [
            ...own.tables,
            {
              backend: 'iptables-nft',
              family,
              name: 'nat',
              chains: [
                {
                  name: 'POSTROUTING',
                  base: { hook: 'postrouting', priority: 100, type: 'nat', policy: 'accept' },
                  rules: [rule],
                },
              ],
            },
          ],
        })),
    },
  ]
}

export const filterMakers = {
  FILTER_POLICY_DROP: filter,
  FILTER_RULE_DROP: filter,
  FILTER_REJECT: filter,
  FILTER_LEGACY_DROP: filter,
  FILTER_OTHER_TABLE_DROP: filter,
  INPUT_DROP: filter,
  OUTPUT_DROP: filter,
  NETDEV_INGRESS_DROP: acceptFlow,
  BRIDGE_NF_DROP: acceptFlow,
  REPLY_NOT_ESTABLISHED: (wanting) => [
    ...acceptReplies(wanting),
    ...rulesOfPlan(wanting),
    ...allowForward(wanting),
  ],
  CT_UNTRACKED_REPLY: untracked,
  NAT_MISSING: nat,
} satisfies Record<string, Maker>
