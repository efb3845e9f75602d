import type { Parts } from './host.js'
import { parseNode } from './parse.js'

/** What moves without a change: counters, and what is left of a time. */
const NFT = /"(?:packets|bytes|used|expires|last)": ?\d+/g
/** Counters of rules and of policies, and the comments that say when a tool was run. */
const SAVED = /^\[\d+:\d+\]|\[\d+:\d+\]$|^#.*$/gm

const FILTERS: Readonly<Record<string, RegExp>> = {
  nft: NFT,
  iptables: SAVED,
  ip6tables: SAVED,
  legacy4: SAVED,
  legacy6: SAVED,
}

/** A link that has just come up takes a second or two to have its own address, with routes, for good (RFC 4862). */
const OF_LINKS = /^(fe80:|ff00:)/

const PLACE = { node: '', host: '' }
const noFilters = () => ({ tables: [], gaps: [] })

/**
 * A text that is the same as long as a namespace is: links, addresses, rules, routes, filters. Neighbours come and go by
 * themselves, sockets with programs, and settings are changed along with the rest.
 */
export function fingerprint(parts: Parts): string {
  const { links, addresses, rules, routes } = parseNode(PLACE, parts, noFilters).state
  const filters = parts.flatMap(([name, text]) => {
    const moving = FILTERS[name]
    return moving === undefined ? [] : [[name, text.replace(moving, '')]]
  })
  const programless = links.map((link) => ({ ...link, programs: undefined }))
  const lasting = addresses.filter(({ scope }) => scope !== 'link')
  const others = routes.filter(({ to }) => !OF_LINKS.test(to))
  return JSON.stringify([programless, lasting, rules, others, filters])
}
