import { net, type Plan, type Running } from 'netloom'
import { describe, expect, test } from 'vitest'
import { chain, grid, leafSpine, ring, star, tree } from '../../examples/topologies/index.js'
import { alive, descendants } from './descendants.js'

const host = () => net.pool(['10.64.0.0/12', 'fd00:64::/48']).host()

/** From, to, and the links between: a switch with the links to it is one. */
type Pair = readonly [from: string, to: string, links: number]

const shapes: readonly [shape: string, plan: Plan, pairs: readonly Pair[]][] = [
  [
    'star',
    host().use(star(6)),
    [
      ['node0', 'node5', 1],
      ['node3', 'node2', 1],
    ],
  ],
  [
    'chain',
    host().use(chain(7)),
    [
      ['r0', 'r1', 1],
      ['r0', 'r6', 6],
      ['r5', 'r2', 3],
    ],
  ],
  [
    'ring',
    host().use(ring(7)),
    [
      ['r0', 'r6', 1],
      ['r1', 'r4', 3],
      ['r6', 'r2', 3],
    ],
  ],
  [
    'tree',
    host().use(tree({ depth: 3, fanOut: 2 })),
    [
      ['h0', 'h1', 2],
      ['h1', 'h2', 4],
      ['h0', 'h7', 6],
      ['r0', 'h5', 3],
      ['r3', 'r6', 4],
    ],
  ],
  [
    'grid',
    host().use(grid(3, 4)),
    [
      ['r0-0', 'r0-1', 1],
      ['r0-0', 'r2-3', 5],
      ['r2-0', 'r0-3', 5],
      ['r1-1', 'r2-2', 2],
    ],
  ],
]

/** Its addresses of one family that others may ask for. */
function addressesOf(plan: Plan, name: string, family: 4 | 6): readonly string[] {
  return plan
    .toJSON()
    .resources.flatMap((r) => (r.kind === 'address' && r.namespace === name ? [r.cidr] : []))
    .map((cidr) => cidr.split('/')[0] ?? '')
    .filter((address) => address.includes(':') === (family === 6) && !address.startsWith('fe80:'))
}

/** How many routers an answer has passed: it begins with 64 hops, and each router takes one. */
async function routersBetween(lab: Running, from: string, address: string): Promise<number> {
  const { $ } = lab.ns(from)
  const { stdout } = await $({ nothrow: true, quiet: true })`ping -n -c1 -W2 ${address}`
  return 64 - Number(/ttl=(\d+)/.exec(stdout)?.[1])
}

async function expectShortest(plan: Plan, lab: Running, [from, to, links]: Pair): Promise<void> {
  for (const family of [4, 6] as const) {
    const addresses = addressesOf(plan, to, family)
    const passed = await Promise.all(addresses.map((one) => routersBetween(lab, from, one)))
    const what = `${from} -> ${to} over IPv${family}: ${passed}`
    // a router has an address on its far side, too: the way to that network may lead by the next router
    expect(
      passed.every((count) => count === links - 1 || count === links),
      what,
    ).toBe(true)
    expect(Math.min(...passed), what).toBe(links - 1)
  }
}

test.each(shapes)(
  'a %s: each answers by the shortest path, and down ends it',
  async (_, plan, pairs) => {
    expect(plan.unreachable()).toEqual([])
    const before = descendants(process.pid).filter(alive)
    const lab = await plan.up({ sandbox: true })
    try {
      for (const pair of pairs) await expectShortest(plan, lab, pair)
    } finally {
      await lab.down()
    }
    expect(descendants(process.pid).filter(alive)).toEqual(before)
  },
)

/** Numbers below `limit` that look random and are the same in each run: xorshift32. */
function* numbers(limit: number): Generator<number, never> {
  for (let state = 20_260_726; ; ) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    yield (state >>> 0) % limit
  }
}

describe('a leaf-spine of 4 spines, 8 leaves and 64 hosts', () => {
  const plan = host().use(leafSpine({ spines: 4, leaves: 8, hostsPerLeaf: 8 }))

  test('is up in a sandbox, and 40 pairs of hosts answer by the shortest path', async () => {
    await using lab = await plan.up({ sandbox: true })
    const random = numbers(64)
    let pairs = 0
    while (pairs < 40) {
      const [from, to] = [random.next().value, random.next().value]
      if (from === to) continue
      pairs += 1
      const [leaf, other] = [from, to].map((i) => Math.floor(i / 8))
      const names = [from, to].map((i) => `host${Math.floor(i / 8)}-${i % 8}`)
      const [a = '', b = ''] = names
      await expectShortest(plan, lab, [a, b, leaf === other ? 1 : 4])
    }
  })
})
