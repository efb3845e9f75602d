/** The middle one. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

/** A number with a unit, or nothing where there is none. */
export function show(value: number | undefined, unit: string, digits = 0): string {
  if (value === undefined || Number.isNaN(value)) return '-'
  return `${value.toFixed(digits)}${unit === '' ? '' : ` ${unit}`}`
}

/** Columns under their headings, the first on the left and the others on the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows]
  const widths = head.map((_, i) => Math.max(...all.map((row) => (row[i] ?? '').length)))
  const line = (row: readonly string[]) =>
    widths
      .map((width, i) => (i === 0 ? (row[i] ?? '').padEnd(width) : (row[i] ?? '').padStart(width)))
      .join('  ')
      .trimEnd()
  return all.map(line).join('\n')
}
