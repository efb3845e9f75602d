import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Parts, partsOf } from '../../../../src/explain/live/host.js'
import { parseNode, type ReadFilters, type ReadNode } from '../../../../src/explain/live/parse.js'
import type { NodeState } from '../../../../src/state/state.js'

const text = readFileSync(join(import.meta.dirname, 'outputs/host.txt'), 'utf8')

/** What the tools printed on a host with a bridge and the namespaces `a` and `b`, which have a pair between them too. */
export const recorded: ReadonlyMap<number, Parts> = partsOf(text, 'M')

export const noFilters: ReadFilters = () => ({ tables: [], gaps: [] })

export const readHost = (): ReadNode =>
  parseNode({ node: 'node03', host: 'node03' }, recorded.get(0) ?? [], noFilters)

export const readNamespace = (name: string, place: number, host = 'node03'): ReadNode =>
  parseNode(
    { node: `${host}/${name}`, host, namespace: name },
    recorded.get(place) ?? [],
    noFilters,
  )

/** A namespace of which ip said this. */
export function heard(...objects: readonly object[]): NodeState {
  const parts: Parts = [
    ['ip', objects.map((object) => JSON.stringify([object])).join('\n')],
    ['settings', ''],
    ['end', ''],
  ]
  return parseNode({ node: 'demo01', host: 'host' }, parts, noFilters).state
}
