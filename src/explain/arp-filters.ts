import type { Chain, Table } from '../state/firewall.js'
import type { NodeState } from '../state/state.js'
import type { Loss } from './loss.js'

const mayDrop = (rules: Chain['rules'], base: Chain['base']) =>
  base?.policy === 'drop' ||
  rules.some(({ parts }) => parts.some((part) => 'act' in part && part.act !== 'accept'))

/** Chains that see ARP, and may stop it: those for it, and those of frames that speak of it or accept only some. */
function sees({ family, chains }: Table): boolean {
  if (family === 'arp') return chains.some(({ rules, base }) => mayDrop(rules, base))
  if (family !== 'bridge' && family !== 'netdev') return false
  return chains.some(
    ({ rules, base }) =>
      base?.policy === 'drop' || rules.some(({ text }) => /\b(?:arp|0x0806)\b/.test(text)),
  )
}

/** Questions of ARP are not taken through packet filters: where there are some that see them, it cannot be told. */
export function arpDoubt(
  nodes: readonly NodeState[],
  link: string,
  target: string,
): Loss | undefined {
  for (const { node, tables } of nodes) {
    const table = tables.find(sees)
    if (table === undefined) continue
    const ref = `${table.family} ${table.name}`
    const message = `${node} may drop the ARP request for ${target} in the table ${ref}, which is not followed there`
    const object = { kind: 'rule', ref } as const
    const about = { node, stage: 'NEIGHBOR', link, address: target, object, message } as const
    return { ...about, code: 'UNDETERMINED_FOREIGN_MATCH' }
  }
  return undefined
}
