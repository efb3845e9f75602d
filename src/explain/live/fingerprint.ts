import type { Parts } from './host.js'
import { parseNode } from './parse.js'

const FILTERS = ['nft', 'iptables', 'ip6tables', 'legacy4', 'legacy6']

/** What moves without a change: counters, what is left of a time, and the comments that say when a tool was run. */
const MOVING =
  /"(?:packets|bytes|used|expires|last)": ?\d+|^\[\d+:\d+\] ?|(?<=^:.*)\[\d+:\d+\]$|^#.*$/gm

const PLACE = { node: '', host: '' }
const noFilters = () => ({ tables: [], gaps: [] })

/**
 * A text that is the same as long as a namespace is: links, addresses, rules, routes, settings, filters. Neighbours come
 * and go by themselves, and sockets with programs.
 */
export function fingerprint(parts: Parts): string {
  const { links, addresses, rules, routes, settings } = parseNode(PLACE, parts, noFilters).state
  const filters = parts
    .filter(([name]) => FILTERS.includes(name))
    .map(([name, text]) => [name, text.replace(MOVING, '')])
  const programless = links.map((link) => ({ ...link, programs: undefined }))
  return JSON.stringify([programless, addresses, rules, routes, settings, filters])
}
