import type { NetState } from '../../state/state.js'
import { quote } from '../../step/quote.js'
import lanes from './collect.bash'
import { fingerprint } from './fingerprint.js'
import { type HostOptions, type HostToRead, type Parts, readPlaces } from './host.js'
import { pair } from './pair.js'
import { parseNode, type ReadFilters, type ReadNode } from './parse.js'
import reader from './read.bash'
import within from './within.bash'

export interface CollectOptions extends HostOptions {
  /** Turns what the tools of packet filters print into tables. */
  readonly readFilters: ReadFilters
}

/** How much is read: everything, or that by which a change shows. */
type Extent = 'all' | 'again'

const engine = (extent: Extent) => `parts=${extent} reader=${quote(reader)}\n${within}\n${lanes}`

/** What was read in the places of a host: first the host itself. */
const readHost = (host: HostToRead, extent: Extent, options: HostOptions) =>
  readPlaces(host, [{}, ...host.namespaces], engine(extent), options)

/** The places of a host, first the host itself. */
const placesOf = ({ node: host, namespaces }: HostToRead) => [
  { node: host, host },
  ...namespaces.map(({ name, node }) => ({ node, host, namespace: name })),
]

const parseHost = (host: HostToRead, read: readonly Parts[], readFilters: ReadFilters) =>
  placesOf(host).map((place, i): ReadNode => parseNode(place, read[i] ?? [], readFilters))

/**
 * Reads the state of hosts and their namespaces, and changes nothing. Where a tool is missing or refuses, the state says
 * so in its gaps.
 *
 * @throws NetloomError `TIMEOUT`, `ABORTED`, `PROCESS_ENDED`
 */
export async function collect(
  hosts: readonly HostToRead[],
  options: CollectOptions,
): Promise<NetState> {
  const read = await Promise.all(
    hosts.map(async (host) =>
      parseHost(host, await readHost(host, 'all', options), options.readFilters),
    ),
  )
  return { nodes: pair(read.flat()) }
}

/**
 * The same as {@link collect}, of one moment: links, addresses, routes, rules and filters are read again when all has been
 * read, and a host on which one of them is not the same is read once more. What has changed even then is told in the gaps.
 *
 * @throws NetloomError `TIMEOUT`, `ABORTED`, `PROCESS_ENDED`
 */
export async function collectSettled(
  hosts: readonly HostToRead[],
  options: CollectOptions,
): Promise<NetState> {
  const reading = (extent: Extent) => (host: HostToRead) => readHost(host, extent, options)
  const first = await Promise.all(hosts.map(reading('all')))
  const again = await Promise.all(hosts.map(reading('again')))
  const read = await Promise.all(
    hosts.map(async (host, i) => {
      const [before = [], after = []] = [first[i], again[i]]
      if (sameParts(before, after)) return parseHost(host, before, options.readFilters)
      const last = await readHost(host, 'all', options)
      return parseHost(host, last, options.readFilters).map((node, place) => {
        const same = fingerprint(after[place] ?? []) === fingerprint(last[place] ?? [])
        return same ? node : withGap(node, 'it changed while it was read')
      })
    }),
  )
  return { nodes: pair(read.flat()) }
}

const sameParts = (a: readonly Parts[], b: readonly Parts[]) =>
  a.every((parts, i) => fingerprint(parts) === fingerprint(b[i] ?? []))

const withGap = (node: ReadNode, gap: string): ReadNode => ({
  ...node,
  state: { ...node.state, gaps: [...node.state.gaps, gap] },
})
