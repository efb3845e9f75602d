import type { Act } from '../../../state/firewall.js'
import { ALL_ONES } from '../numbers.js'
import { at, type Expr, kindOf, listOf } from './json.js'

/** What a new mark is made of: `(mark & keep) ^ flip`, of the packet's or the connection's. */
interface Made {
  readonly from?: 'packet' | 'connection'
  readonly keep: number
  readonly flip: number
}

/** What `meta mark set` and `ct mark set` do; nothing where the value is not modelled. */
export function markActs(to: 'packet' | 'connection', value: Expr): readonly Act[] | undefined {
  const made = read(value)
  if (made === undefined) return undefined
  const { from = to, keep, flip } = made
  const act = to === 'packet' ? 'mark' : 'connectionMark'
  if (from === to) return [{ act, value: flip, mask: ~keep >>> 0 }]
  const passed: Act =
    to === 'packet'
      ? { act: 'restoreMark', mark: ALL_ONES, connectionMark: keep }
      : { act: 'saveMark', mark: keep, connectionMark: ALL_ONES }
  return flip === 0 ? [passed] : [passed, { act, value: flip, mask: 0 }]
}

const OPERATIONS: Readonly<Record<string, (made: Made, by: number) => Made>> = {
  '&': (made, by) => ({ ...made, keep: (made.keep & by) >>> 0, flip: (made.flip & by) >>> 0 }),
  '|': (made, by) => ({ ...made, keep: (made.keep & ~by) >>> 0, flip: (made.flip | by) >>> 0 }),
  '^': (made, by) => ({ ...made, flip: (made.flip ^ by) >>> 0 }),
}

function read(value: Expr): Made | undefined {
  if (typeof value === 'number') return { keep: 0, flip: value }
  if (at(value, 'meta', 'key') === 'mark') return { from: 'packet', keep: ALL_ONES, flip: 0 }
  if (at(value, 'ct', 'key') === 'mark') return { from: 'connection', keep: ALL_ONES, flip: 0 }
  const [sign, sides] = kindOf(value)
  const [first, ...rest] = listOf(sides)
  const operate = OPERATIONS[sign]
  if (operate === undefined) return undefined
  return rest.reduce<Made | undefined>(
    (made, by) => (made !== undefined && typeof by === 'number' ? operate(made, by) : undefined),
    read(first),
  )
}
