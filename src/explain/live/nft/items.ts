import type { Range } from '../../../state/firewall.js'
import { numberOf } from '../numbers.js'
import { at, type Expr, isObject, isScalar, listOf } from './json.js'

/** Sets and maps of a table by their names; `undefined` for one whose elements come and go. */
export type Sets = ReadonlyMap<string, readonly unknown[] | undefined>

/** The plain form of what stands on the right side of a match; `undefined` where it is not modelled. */
export type Item = string | number | { readonly range: readonly [Scalar, Scalar] } | Prefix
type Scalar = string | number
interface Prefix {
  readonly prefix: { readonly addr: string; readonly len: number }
}

/** Takes all there is. */
export const ALL = '*'

export function itemOf(value: unknown): Item | undefined {
  if (isScalar(value)) return value
  const inside = at(value, 'elem')
  if (inside !== undefined) return isLasting(inside) ? itemOf(at(inside, 'val')) : undefined
  const range = at(value, 'range')
  if (Array.isArray(range) && isScalar(range[0]) && isScalar(range[1])) {
    return { range: [range[0], range[1]] }
  }
  const [addr, len] = [at(value, 'prefix', 'addr'), at(value, 'prefix', 'len')]
  return typeof addr === 'string' && typeof len === 'number' ? { prefix: { addr, len } } : undefined
}

/** An element that runs out, or that counts, is not a matter of the packet alone. */
const PASSING = ['timeout', 'expires', 'limit', 'quota', 'ct count']

const isLasting = (elem: unknown) => isObject(elem) && !PASSING.some((key) => key in elem)

/** What a set has, whether it stands in the rule or has a name. */
export function elementsOf(data: Expr, sets: Sets): readonly unknown[] | undefined {
  if (typeof data === 'string' && data.startsWith('@')) return sets.get(data.slice(1))
  const set = at(data, 'set')
  return set === undefined ? undefined : listOf(set)
}

/** Names that are joined by a comma or by `|`, as flags are. */
export function namesOf(value: unknown): readonly string[] | undefined {
  const list = isObject(value) ? listOf(value['|']) : listOf(value)
  const names = list.map((one) =>
    isObject(one) ? namesOf(one) : isScalar(one) ? [String(one)] : undefined,
  )
  if (list.length === 0 || names.includes(undefined)) return undefined
  return names.flatMap((one) => one ?? [])
}

export type Names = Readonly<Record<string, number>>

const scalarNumber = (value: Scalar, names: Names): number | undefined =>
  names[value] ?? numberOf(value)

export function rangeOfItem(item: Item, names: Names): Range | undefined {
  if (isScalar(item)) {
    const value = scalarNumber(item, names)
    return value === undefined ? undefined : [value, value]
  }
  if (!('range' in item)) return undefined
  const [from, to] = item.range.map((end) => scalarNumber(end, names))
  return from === undefined || to === undefined ? undefined : [from, to]
}

export function networkOfItem(item: Item): string | undefined {
  if (typeof item === 'string') return item
  if (typeof item === 'number') return undefined
  return 'range' in item ? item.range.join('-') : `${item.prefix.addr}/${item.prefix.len}`
}
