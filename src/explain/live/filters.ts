import type { Table } from '../../state/firewall.js'
import { readIptablesSave, type SaveOptions } from './iptables-save.js'
import type { FilterTexts } from './parse.js'
export function readFilters(t: FilterTexts): { tables: Table[]; gaps: string[] } {
  const read = (text: string | undefined, options: SaveOptions) =>
    text === undefined ? [] : readIptablesSave(text, options)
  return {
    tables: [
      ...read(t.iptables, { backend: 'iptables-nft', family: 'ip' }),
      ...read(t.ip6tables, { backend: 'iptables-nft', family: 'ip6' }),
      ...read(t.legacy4, { backend: 'iptables-legacy', family: 'ip' }),
      ...read(t.legacy6, { backend: 'iptables-legacy', family: 'ip6' }),
    ],
    gaps: [],
  }
}
