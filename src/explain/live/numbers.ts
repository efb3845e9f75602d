import type { Range } from '../../state/firewall.js'

export const ALL_ONES = 0xffffffff

/** Reads `0x10`, `16`; gives nothing for what is no number. */
export function numberOf(text: unknown): number | undefined {
  if (typeof text === 'number') return text
  if (typeof text !== 'string' || !/^(?:0x[0-9a-f]+|\d+)$/i.test(text)) return undefined
  return Number(text)
}

/** `80`, `80:90`, `80-90`, `:90`, `80:`. */
export function rangeOf(text: string, most: number): Range | undefined {
  const [from = '', to = from] = text.split(/[:-]/)
  const first = from === '' ? 0 : numberOf(from)
  const last = to === '' ? most : numberOf(to)
  return first === undefined || last === undefined ? undefined : [first, last]
}

/** All of a list, or nothing where one cannot be read. */
export function every<T>(items: readonly (T | undefined)[]): readonly T[] | undefined {
  return items.includes(undefined) ? undefined : (items as readonly T[])
}

/** `0x1/0xff`. */
export function maskedOf(text: string): { value: number; mask: number } | undefined {
  const [first, second] = text.split('/')
  const value = numberOf(first)
  const mask = second === undefined ? ALL_ONES : numberOf(second)
  return value === undefined || mask === undefined ? undefined : { value, mask }
}
