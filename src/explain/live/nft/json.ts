/** An expression or a statement of `nft -j`: an object with one key, or a plain value. */
export type Expr = unknown

export const isObject = (expr: Expr): expr is Readonly<Record<string, unknown>> =>
  typeof expr === 'object' && expr !== null && !Array.isArray(expr)

/** The one key of an expression, with what it holds. */
export function kindOf(expr: Expr): readonly [kind: string, body: unknown] {
  if (!isObject(expr)) return ['', expr]
  return Object.entries(expr)[0] ?? ['', undefined]
}

/** What stands below a key; nothing where there is no such thing. */
export function at(expr: Expr, ...keys: readonly string[]): unknown {
  return keys.reduce<unknown>((found, key) => (isObject(found) ? found[key] : undefined), expr)
}

export const listOf = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : value === undefined || value === null ? [] : [value]

export const isScalar = (value: unknown): value is string | number =>
  typeof value === 'string' || typeof value === 'number'
