import type { RulePart } from '../../state/firewall.js'
import type { NodeState } from '../../state/state.js'

const KINDS = [
  'state',
  'direction',
  'translated',
  'connectionMark',
  'saveMark',
  'restoreMark',
  'snat',
  'dnat',
  'redirect',
  'masquerade',
]

/** What is not modelled, and asks conntrack by its name. */
const SPEAKS_OF_IT = /\bct\b|conn|state|nat|map|CT|synproxy/

function asksConntrack(part: RulePart): boolean {
  const kind = 'act' in part ? part.act : part.match
  if (kind !== 'unknown') return KINDS.includes(kind)
  return 'text' in part && SPEAKS_OF_IT.test(part.text)
}

/** The kernel tracks connections in a namespace only once a rule asks for it; before, chains of nat are not asked. */
export const isTracking = ({ tables }: NodeState): boolean =>
  tables.some(({ chains }) =>
    chains.some(({ rules }) => rules.some(({ parts }) => parts.some(asksConntrack))),
  )
