import { randomInt } from 'node:crypto'
import { hash32 } from '../../src/ip/hash.js'

/** Run everything; else a sample. */
export const full = process.env['NETLOOM_FULL'] === '1'

/** What chooses the sample. It is printed, and NETLOOM_SEED takes the same one again. */
export const seed = Number(process.env['NETLOOM_SEED'] ?? randomInt(2 ** 31))

/** Numbers from 0 up to 1, the same for the same seed. */
export function numbers(from: number): () => number {
  let i = 0
  return () => hash32(String(i++), from) / 2 ** 32
}

/** In another order, the same for the same numbers. */
export function shuffled<T>(items: readonly T[], next: () => number): T[] {
  return items
    .map((item) => ({ item, at: next() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item)
}
