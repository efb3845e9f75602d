import type { LinkState, NodeState } from '../../state/state.js'
import type { ReadLink } from './links.js'
import type { ReadNode } from './parse.js'

type End = NonNullable<ReadLink['end']>
type Peer = NonNullable<LinkState['peer']>

/** An end by its index and that of the other end: what two ends of a pair know of each other. */
const key = (index: number, other: number) => `${index} ${other}`

interface Candidate {
  readonly node: ReadNode
  readonly read: ReadLink
}

/**
 * Finds the other end of each pair. Two ends name each other's index, but numbers are given out in each namespace anew;
 * a namespace knows others by numbers of its own, and the names of those that have one: what has no name there is none
 * of those that have. What fits several, or none that was read, has a peer without a node.
 */
export function pair(nodes: readonly ReadNode[]): readonly NodeState[] {
  const ends = new Map<string, Candidate[]>()
  for (const node of nodes) {
    for (const read of node.links) {
      if (read.end === undefined) continue
      const name = key(read.link.index, read.end.index)
      ends.set(name, [...(ends.get(name) ?? []), { node, read }])
    }
  }
  const peerOf = (node: ReadNode, { link, end }: ReadLink): Peer | undefined => {
    if (end === undefined) return undefined
    const facing = ends.get(key(end.index, link.index)) ?? []
    const fitting = facing.filter((other) => fits(node, end, other.node) && fitsBack(node, other))
    const [found, ...others] = fitting
    // the kernel tells no more than the number of the other end
    if (found === undefined || others.length > 0) return { link: `if${end.index}` }
    return { node: found.node.state.node, link: found.read.link.name }
  }
  return nodes.map((node) => {
    const links = node.links.map((read): LinkState => {
      const peer = peerOf(node, read)
      return peer === undefined ? read.link : { ...read.link, peer }
    })
    return { ...node.state, links }
  })
}

const fitsBack = (node: ReadNode, { node: other, read: { end } }: Candidate) =>
  end !== undefined && fits(other, end, node)

/** Of one host, or the hosts themselves: where several are emulated, their uplinks are pairs. */
const isNear = (a: ReadNode, b: ReadNode) =>
  a.host === b.host || (a.namespace === undefined && b.namespace === undefined)

/** Whether the other end may be in that namespace, as far as this one knows. */
function fits(node: ReadNode, { nsid }: End, other: ReadNode): boolean {
  if (node === other || !isNear(node, other)) return false
  const name = node.nsids.get(nsid)
  if (name !== undefined) return name === other.namespace
  // an ip that does not tell numbers leaves every namespace possible
  return other.namespace === undefined || !node.nsids.has(nsid)
}
