/** One object of what a tool printed as JSON: nothing is sure of it. */
export type Fields = Readonly<Record<string, unknown>>

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const fieldsOf = (value: unknown): readonly Fields[] =>
  Array.isArray(value) ? value.filter(isFields) : []

/** A text, or a number as text: `ip -N` writes many numbers as texts. */
export function textAt(fields: Fields, key: string): string | undefined {
  const value = fields[key]
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined
}

/** A number, or a text that is one, also in hexadecimal digits behind `0x`. */
export function numberAt(fields: Fields, key: string): number | undefined {
  const value = fields[key]
  const number =
    typeof value === 'string' && value !== ''
      ? Number(value)
      : typeof value === 'number'
        ? value
        : Number.NaN
  return Number.isNaN(number) ? undefined : number
}

/** True also where `ip` writes a flag as `null`, or as 1. */
export const isSet = (fields: Fields, key: string): boolean =>
  key in fields && fields[key] !== false && fields[key] !== 0

export const wordsAt = (fields: Fields, key: string): readonly string[] => {
  const value = fields[key]
  return Array.isArray(value) ? value.filter((word) => typeof word === 'string') : []
}

/** Nothing of what is `undefined`: two states are the same whether a key is absent or not. */
export function defined<T extends object>(object: T): T {
  for (const key of Object.keys(object) as (keyof T)[]) {
    if (object[key] === undefined) delete object[key]
  }
  return object
}

/** The objects of several arrays, a line each; a line that is none is handed to `onBroken`. */
export function objectsOf(text: string, onBroken: (line: string) => void): readonly Fields[] {
  return text.split('\n').flatMap((line) => {
    if (line.trim() === '') return []
    try {
      return fieldsOf(JSON.parse(line))
    } catch {
      onBroken(line)
      return []
    }
  })
}
