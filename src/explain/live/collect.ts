import type { NetState } from '../../state/state.js'
import { quote } from '../../step/quote.js'
import lanes from './collect.bash'
import { fingerprint } from './fingerprint.js'
import { type HostOptions, type HostToRead, type Parts, type Place, readPlaces } from './host.js'
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

/** What was read, at about one moment. */
export interface Collected {
  readonly state: NetState
  /** Reads again what decides in these places, and gives those where it is not the same any more. */
  changed(nodes: ReadonlySet<string>): Promise<readonly string[]>
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
): Promise<Collected> {
  const read = await Promise.all(hosts.map((host) => readHost(host, 'all', options)))
  const nodes = hosts.flatMap((host, i) => parseHost(host, read[i] ?? [], options.readFilters))
  const before = new Map(
    hosts.flatMap((host, i) => placesOf(host).map(({ node }, j) => [node, read[i]?.[j]] as const)),
  )
  const again = async (host: HostToRead, wanted: ReadonlySet<string>) => {
    const all: readonly (Place & { readonly node: string })[] = [
      { node: host.node },
      ...host.namespaces,
    ]
    const places = all.filter(({ node }) => wanted.has(node))
    if (places.length === 0) return []
    const now = await readPlaces(host, places, engine('again'), options)
    return places
      .map(({ node }) => node)
      .filter((node, i) => fingerprint(now[i] ?? []) !== fingerprint(before.get(node) ?? []))
  }
  return {
    state: { nodes: pair(nodes) },
    changed: async (wanted) => (await Promise.all(hosts.map((h) => again(h, wanted)))).flat(),
  }
}
