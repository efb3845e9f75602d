const LIMIT = 200

function word(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`
  if (typeof value !== 'object' || value === null) return String(value)
  if (Array.isArray(value)) return `[${value.map(word).join(', ')}]`
  const inner = Object.entries(value)
    .filter(([, v]) => v !== undefined)
    .map(([k, v]) => `${k}: ${word(v)}`)
  return `{ ${inner.join(', ')} }`
}

/** A call as it was written, for comments and messages. The arguments have been checked before. */
export function callText(method: string, args: readonly unknown[]): string {
  let words = ''
  for (const arg of args) {
    if (arg !== undefined) words += words === '' ? word(arg) : `, ${word(arg)}`
  }
  const text = `${method}(${words})`
  return text.length > LIMIT ? `${text.slice(0, LIMIT - 4)}...)` : text
}
