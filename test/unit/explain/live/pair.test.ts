import { describe, expect, test } from 'vitest'
import { pair } from '../../../../src/explain/live/pair.js'
import type { ReadNode } from '../../../../src/explain/live/parse.js'
import type { LinkState, NodeState } from '../../../../src/state/state.js'
import { readHost, readNamespace } from './outputs.js'

/** `node03 va -> node03/a eth0`, for each link that has a peer. */
const peers = (nodes: readonly NodeState[]) =>
  nodes.flatMap(({ node, links }) =>
    links.flatMap(({ name, peer }) =>
      peer === undefined ? [] : [`${node} ${name} -> ${peer.node ?? '?'} ${peer.link}`],
    ),
  )

const empty: Omit<NodeState, 'node' | 'links'> = {
  addresses: [],
  rules: [],
  routes: [],
  neighbours: [],
  settings: {},
  tables: [],
  sockets: [],
  gaps: [],
}

/** A namespace whose links have an index, the index of the other end, and the number of its namespace. */
function node(
  namespace: string | undefined,
  links: Readonly<Record<string, readonly [index: number, other: number, nsid: number]>>,
  names: Readonly<Record<number, string | undefined>> = {},
  host = 'h',
): ReadNode {
  const read = Object.entries(links).map(([name, [index, other, nsid]]) => ({
    link: { name, index, kind: 'veth', up: true, carrier: true, mtu: 1500, group: 0 } as LinkState,
    end: { index: other, nsid },
  }))
  const own = namespace === undefined ? host : `${host}/${namespace}`
  return {
    state: { node: own, links: read.map(({ link }) => link), ...empty },
    links: read,
    host,
    namespace,
    nsids: new Map(Object.entries(names).map(([nsid, name]) => [Number(nsid), name])),
  }
}

describe('the other ends of pairs', () => {
  test('of a host and two namespaces, as recorded', () => {
    const all = pair([readHost(), readNamespace('a', 1), readNamespace('b', 2)])
    expect(peers(all)).toEqual([
      'node03 va -> node03/a eth0',
      'node03 vb -> node03/b eth0',
      'node03 x2 -> node03 x1',
      'node03 x1 -> node03 x2',
      'node03 e.101 -> node03 e.100',
      'node03 e.100 -> node03 e.101',
      'node03/a eth0 -> node03 va',
      'node03/a ab -> node03/b ba',
      'node03/b eth0 -> node03 vb',
      'node03/b ba -> node03/a ab',
    ])
  })

  test('a namespace that was not read is no node', () => {
    expect(peers(pair([readHost(), readNamespace('b', 2)]))).toContain('node03 va -> ? if2')
    expect(peers(pair([readNamespace('a', 1)]))).toEqual(
      expect.arrayContaining(['node03/a eth0 -> ? if2', 'node03/a ab -> ? if3']),
    )
  })

  test('ends with the same numbers are told apart by the names of the namespaces', () => {
    const all = pair([
      node('a', { x: [2, 2, 0], y: [3, 2, 1] }, { 0: 'b', 1: 'c' }),
      node('b', { x: [2, 2, 0], y: [3, 3, 1] }, { 0: 'a', 1: 'c' }),
      node('c', { x: [2, 3, 0], y: [3, 3, 1] }, { 0: 'a', 1: 'b' }),
    ])
    expect(peers(all)).toEqual([
      'h/a x -> h/b x',
      'h/a y -> h/c x',
      'h/b x -> h/a x',
      'h/b y -> h/c y',
      'h/c x -> h/a y',
      'h/c y -> h/b y',
    ])
  })

  test('what has no name is none of the namespaces that have one', () => {
    const all = pair([
      node(undefined, { up: [2, 2, 7], va: [3, 3, 0] }, { 0: 'a', 7: undefined }),
      node('a', { x: [2, 2, 0], eth0: [3, 3, 0] }, { 0: undefined }),
    ])
    expect(peers(all)).toEqual([
      'h up -> ? if2',
      'h va -> h/a eth0',
      'h/a x -> ? if2',
      'h/a eth0 -> h va',
    ])
  })

  test('without names, what fits only once is right, and what fits twice is open', () => {
    const once = pair([node('a', { x: [2, 5, 0] }), node('b', { y: [5, 2, 0] })])
    expect(peers(once)).toEqual(['h/a x -> h/b y', 'h/b y -> h/a x'])
    const twice = pair([
      node('a', { x: [2, 5, 0] }),
      node('b', { y: [5, 2, 0] }),
      node('c', { z: [5, 2, 0] }),
    ])
    expect(peers(twice)[0]).toBe('h/a x -> ? if5')
  })

  test('hosts may be the ends of a pair, where they are emulated; their namespaces are not mixed', () => {
    const hosts = [
      node(undefined, { up: [2, 3, 0] }, { 0: undefined }, 'h1'),
      node(undefined, { up: [3, 2, 0] }, { 0: undefined }, 'h2'),
    ]
    expect(peers(pair(hosts))).toEqual(['h1 up -> h2 up', 'h2 up -> h1 up'])
    const namespaces = [
      node('a', { up: [2, 3, 0] }, { 0: undefined }, 'h1'),
      node('b', { up: [3, 2, 0] }, { 0: undefined }, 'h2'),
    ]
    expect(peers(pair(namespaces))).toEqual(['h1/a up -> ? if3', 'h2/b up -> ? if2'])
  })
})
