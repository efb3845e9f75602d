import type { NeighbourState } from '../../state/state.js'
import { defined, type Fields, isSet, textAt, wordsAt } from './json.js'

/** 224.0.0.0/4, ff00::/8 and the broadcast address: the kernel keeps their MACs as if they were neighbours. */
const GROUPS = /^(?:22[4-9]\.|23\d\.|ff[0-9a-f]{2}:|255\.255\.255\.255$)/

/** A neighbour as `ip -j neigh show nud all` (or `proxy`) tells it; not what the kernel keeps of addresses of groups. */
export function neighbourOf(fields: Fields): NeighbourState | undefined {
  const address = textAt(fields, 'dst')
  const link = textAt(fields, 'dev')
  if (address === undefined || link === undefined) return undefined
  const proxy = isSet(fields, 'proxy') || undefined
  const [state = ''] = wordsAt(fields, 'state')
  if (proxy === undefined && (state === '' || state === 'NONE' || link === 'lo')) return undefined
  if (state === 'NOARP' && GROUPS.test(address)) return undefined
  return defined<NeighbourState>({
    link,
    family: address.includes(':') ? 6 : 4,
    address,
    mac: textAt(fields, 'lladdr'),
    state,
    proxy,
  })
}
