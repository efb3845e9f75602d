import type { NetState } from '../../state/state.js'
import { quote } from '../../step/quote.js'
import lanes from './collect.bash'
import { type HostOptions, type HostToRead, type Parts, readPlaces } from './host.js'
import { pair } from './pair.js'
import { parseNode, type ReadFilters, type ReadNode } from './parse.js'
import reader from './read.bash'

export interface CollectOptions extends HostOptions {
  /** Turns what the tools of packet filters print into tables. */
  readonly readFilters: ReadFilters
}

/** How much is read: everything, or what may have changed meanwhile. */
type Extent = 'all' | 'again'

const engine = (extent: Extent) => `parts=${extent} reader=${quote(reader)}\n${lanes}`

/** What was read in the places of a host: first the host itself. */
const readHost = (host: HostToRead, extent: Extent, options: HostOptions) =>
  readPlaces(host, [{}, ...host.namespaces], engine(extent), options)

const parseHost = (
  { node: host, namespaces }: HostToRead,
  read: readonly Parts[],
  { readFilters }: CollectOptions,
): readonly ReadNode[] => {
  const places = [
    { node: host, host },
    ...namespaces.map(({ name, node }) => ({ node, host, namespace: name })),
  ]
  return places.map((place, i) => parseNode(place, read[i] ?? [], readFilters))
}

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
    hosts.map(async (host) => parseHost(host, await readHost(host, 'all', options), options)),
  )
  return { nodes: pair(read.flat()) }
}
