import { hash32 } from '../ip/hash.js'
import { neighbour, type Stop, type Wiring } from './wiring.js'

/** The next router of a node on the way to a destination: by its own interface, to that of the router. */
export interface NextHop {
  readonly out: Stop
  readonly router: Stop
}

/** One hop. What a name adds tells ways of equal length apart, and is the same in both directions: replies come back the same way. */
const HOP = 2 ** 36

/** A queue whose least comes first: a binary heap. */
class Queue {
  readonly #items: { readonly cost: number; readonly node: string }[] = []

  push(cost: number, node: string): void {
    const items = this.#items
    let at = items.push({ cost, node }) - 1
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!this.#isLess(at, parent)) return
      this.#swap(at, parent)
      at = parent
    }
  }

  pop(): { readonly cost: number; readonly node: string } | undefined {
    const items = this.#items
    const [least] = items
    const last = items.pop()
    if (last === undefined || items.length === 0) return least
    items[0] = last
    let at = 0
    for (;;) {
      let least = at
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < items.length && this.#isLess(child, least)) least = child
      }
      if (least === at) break
      this.#swap(at, least)
      at = least
    }
    return least
  }

  #isLess(a: number, b: number): boolean {
    return (this.#items[a]?.cost ?? 0) < (this.#items[b]?.cost ?? 0)
  }

  #swap(a: number, b: number): void {
    const [one, other] = [this.#items[a], this.#items[b]]
    if (one === undefined || other === undefined) return
    this.#items[a] = other
    this.#items[b] = one
  }
}

/**
 * The shortest ways of all nodes to a destination, which some of them have on a link of their own: for each other node
 * that has a way, its next router.
 */
export function waysTo(
  { stops, segments, routers }: Wiring,
  near: Iterable<string>,
): ReadonlyMap<string, NextHop> {
  const ways = new Map<string, NextHop>()
  const costs = new Map<string, number>()
  const queue = new Queue()
  for (const node of near) {
    costs.set(node, 0)
    queue.push(0, node)
  }
  for (let item = queue.pop(); item !== undefined; item = queue.pop()) {
    const { node, cost } = item
    if (cost > (costs.get(node) ?? 0) || !routers.has(node)) continue
    for (const router of stops.get(node) ?? []) {
      const next = cost + HOP + hash32(router.segment) + hash32(node, 1)
      for (const out of segments.get(router.segment) ?? []) {
        if (next >= (costs.get(out.node) ?? Number.POSITIVE_INFINITY)) continue
        if (neighbour(out, router) === undefined) continue
        costs.set(out.node, next)
        ways.set(out.node, { out, router })
        queue.push(next, out.node)
      }
    }
  }
  return ways
}
